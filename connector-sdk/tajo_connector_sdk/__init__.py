"""The Connector SDK: every mechanism that taps share; a tap itself is a table of facts."""
