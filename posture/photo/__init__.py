"""Any source to an upright RGB photo."""
