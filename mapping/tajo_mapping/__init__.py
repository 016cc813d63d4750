"""The field-mapping layer: a pure function from (stream, record) to Brevo operations."""
