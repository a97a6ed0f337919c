"""Slack's Web API: each call with its retries, messages, files, and what Slack tells of people and channels."""
