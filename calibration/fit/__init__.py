"""Fit and calibration of the estimator."""
