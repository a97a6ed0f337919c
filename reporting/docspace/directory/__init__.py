"""Look up people, rooms and the key's account; resolve filter words to ids."""
