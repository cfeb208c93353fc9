"""Repeatability of a studio: collect sessions, see the result."""
