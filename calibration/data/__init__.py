"""Data sets of photographed and simulated bodies."""
