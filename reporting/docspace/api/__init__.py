"""The DocSpace API: requests that are paced and retried, responses that are checked before they are believed."""
