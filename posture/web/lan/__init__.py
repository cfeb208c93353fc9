"""How others in the local network get in: codes, gate and what they send."""
