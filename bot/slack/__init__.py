"""Slack as the bot asks it: clients, people, channels, and messages that appear once."""
