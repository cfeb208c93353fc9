"""Detection of the person: landmarks and body mask."""
