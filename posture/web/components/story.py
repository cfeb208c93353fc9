"""Story of the programme."""

from __future__ import annotations


def show_story() -> None:
    """Show it."""
