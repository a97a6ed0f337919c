"""Turn an order (a month, a zone) into a report. Nothing here knows Slack."""
