"""Live frames of a camera: the one most useful instruction, and when to take the pictures."""
