"""The pelvic line that a person marks."""
