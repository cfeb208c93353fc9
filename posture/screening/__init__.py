"""Norms, signs and the grade."""
