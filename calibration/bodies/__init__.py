"""Bodies with a known pelvis."""
