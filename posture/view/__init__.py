"""The gate: what is refused, and what a photo costs in degrees."""
