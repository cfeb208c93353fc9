"""Two visits beside each other: pictures, changes and the line over time."""
