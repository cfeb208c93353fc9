"""Parametric bodies with a known pelvis, posed and dressed."""
