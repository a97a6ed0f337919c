"""What reading a month costs, side by side: ``python -m bench``."""
