"""Keeper: the browser's own copy of the visit."""
