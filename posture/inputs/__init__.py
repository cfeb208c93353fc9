"""What the user says beside the photo."""
