"""Estimator: calibrated pelvic tilt and lumbar arch from the traced body."""
