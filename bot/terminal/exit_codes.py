"""How the commands end."""

COMPLETE, NOT_MADE, WRONG_USAGE, NOT_COMPLETE = 0, 1, 2, 3
"""Exit codes."""
