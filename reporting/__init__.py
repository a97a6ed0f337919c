"""An order (a month, a zone) becomes a report. Has never heard of Slack."""
