"""The bot: settings, assembly, the engine, the doors to Slack and the command line."""

__version__ = "0.2.0"
