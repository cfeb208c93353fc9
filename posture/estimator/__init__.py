"""Calibrated estimates of pelvis and lumbar arch from an outline."""
