"""The commands of ``python -m bot`` that do without Slack."""
