"""Read from the DocSpace portal and file reports in it."""
