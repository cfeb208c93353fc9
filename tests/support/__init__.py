"""Scenes and helpers shared by tests."""
