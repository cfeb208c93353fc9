"""Measures: plain geometry of the traced body, with errors and without a model."""
