"""One function for each part of a page."""
