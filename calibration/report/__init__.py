"""Evaluation of the estimator: reports, and pages of the documentation."""
