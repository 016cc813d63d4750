"""Brevo as this project calls it: one client, its limits, and its words for no."""
