"""Photo and answers together."""
