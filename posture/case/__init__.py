"""Cases: photo and answers together."""
