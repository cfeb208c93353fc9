"""One photo from bytes to an analysis."""
