"""How a phone is invited: a square to scan."""

from __future__ import annotations

import io

import segno


def qr_picture(link: str) -> bytes:
    """Return the square as PNG: black on white with its quiet zone, in any theme."""
    buffer = io.BytesIO()
    segno.make(link, error="m").save(buffer, kind="png", scale=10, border=4)
    return buffer.getvalue()


def qr_terminal(link: str) -> str:
    """Return the square as text for a terminal."""
    buffer = io.StringIO()
    segno.make(link, error="l").terminal(buffer, compact=True)
    return buffer.getvalue()
