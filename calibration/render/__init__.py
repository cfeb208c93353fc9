"""Bodies in rooms, as pictures."""
