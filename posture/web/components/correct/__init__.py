"""Move points on the photo, with the values following at once."""
