"""Benchmarks: speed and memory of the product, beside the loop a user would write instead."""
