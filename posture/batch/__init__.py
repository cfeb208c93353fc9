"""Batches: folders, manifests and object stores of photos, analysed without losing any."""
