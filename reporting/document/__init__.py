"""What people read: the TXT and what it counts."""
