"""The loader: Singer lines become contacts, events, orders and products in Brevo."""
