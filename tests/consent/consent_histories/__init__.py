"""Histories of people, their shops and Brevo, run through the loader without a socket."""
