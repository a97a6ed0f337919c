"""Answers to people: verify, compare, history, calendar, Home; and reviews."""
