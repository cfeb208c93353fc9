"""QR code that lets a phone in."""

from __future__ import annotations

import io

import segno


def qr_png(link: str) -> bytes:
    """Return the QR code of a link as PNG, black on white with its quiet zone."""
    buffer = io.BytesIO()
    segno.make(link, error="m").save(buffer, kind="png", scale=10, border=4)
    return buffer.getvalue()


def qr_text(link: str) -> str:
    """Return the QR code of a link as text for a terminal."""
    buffer = io.StringIO()
    segno.make(link, error="l").terminal(buffer, compact=True)
    return buffer.getvalue()
