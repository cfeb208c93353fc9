"""Point editor beside the values: points move on the photo, and the values follow at once."""
