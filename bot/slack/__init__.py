"""Slack as the bot uses it: clients, people, channels, and messages that are posted once."""
