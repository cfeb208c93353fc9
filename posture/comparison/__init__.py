"""Comparison of visits; the public names are in :mod:`posture.comparison.api`."""
