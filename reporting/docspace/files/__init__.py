"""Files in DocSpace: filing a report once, confirming it, versions, downloads."""
