"""What the portal knows of people, rooms and of our own account; filter words resolved to ids."""
