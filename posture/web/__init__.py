"""The web app; the only part of the package that imports Streamlit."""

from __future__ import annotations

from posture.web.options import Options
from posture.web.server import launch

__all__ = ["Options", "launch", "run"]


def run() -> None:
    """Draw the visitor's current page; the server calls this on each interaction."""
    # Imported late: the command line starts the server without Streamlit in its own process.
    from posture.web.navigation import show_pages

    show_pages()
