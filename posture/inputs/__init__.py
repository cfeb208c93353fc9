"""User input besides the photo: hints, corrections, set-up of a visit."""
