"""Settings, secrets in files, named filters, who may do what, and the log: read once, at the start."""
