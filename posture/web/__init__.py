"""The web app. The only part of the package that imports Streamlit."""

from __future__ import annotations

from posture.web.options import Options
from posture.web.server import launch

__all__ = ["Options", "launch", "run"]


def run() -> None:
    """Draw the page that the visitor is on; called by the server on each interaction."""
    # Kept lazy: starting the server from the command line needs no Streamlit in this process.
    from posture.web.navigation import show_pages

    show_pages()
