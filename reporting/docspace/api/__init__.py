"""The DocSpace API: rate-limited, retried requests and checked responses."""
