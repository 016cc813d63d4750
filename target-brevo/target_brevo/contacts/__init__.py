"""Contacts: from what the mapping wants to what Brevo has confirmed."""
