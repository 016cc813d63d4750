"""What a Brevo account holds, and the rules by which it changes."""
