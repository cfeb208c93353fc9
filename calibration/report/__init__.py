"""Pages of docs that measure the estimator."""
