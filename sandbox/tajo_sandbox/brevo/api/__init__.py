"""The HTTP face of the account: calls, the table of operations, the gateway."""
