"""Messages as values: what Slack is sent, from what there is to say. Pure functions."""
