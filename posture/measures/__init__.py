"""Plain quantities of the body."""
