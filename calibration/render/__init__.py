"""Renderer: cameras, surroundings, photos and label masks of bodies."""
