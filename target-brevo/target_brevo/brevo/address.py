"""Where Brevo's API is."""

DEFAULT_API_URL = "https://api.brevo.com/v3"
