"""The fit of the estimator."""
