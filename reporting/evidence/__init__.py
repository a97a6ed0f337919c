"""What lasts of a report besides its file."""
