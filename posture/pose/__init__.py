"""Landmarks and mask of the person."""
