"""The fault harness: kills the pipe at chosen points, runs it again, and compares both sides."""
