"""The bot's own tables, beside the engine's in the same database."""
