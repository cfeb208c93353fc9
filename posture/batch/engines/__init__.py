"""Engines that analyse the photos of a batch: local processes, or Ray."""
