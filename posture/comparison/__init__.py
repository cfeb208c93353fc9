"""Visits against each other; the public names are in :mod:`posture.comparison.api`."""
