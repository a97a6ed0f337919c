"""What the bot listens with: Slack's two doors, and the pages for whoever supervises it."""
