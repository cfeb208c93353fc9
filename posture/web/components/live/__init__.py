"""Camera that sees, says what to change, and takes the photo itself."""
