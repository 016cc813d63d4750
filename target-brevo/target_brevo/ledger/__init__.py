"""What was sent, to which account, and what was refused: the memory between runs."""
