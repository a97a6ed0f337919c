"""The DocSpace portal: what it tells, and what is filed there."""
