"""Pictures of an analysis: overlays to show to clients, thumbnails, encoded files."""

from __future__ import annotations

from posture.draw.encode import encode_jpeg, encode_png
from posture.draw.overlay import DEFAULT_OPTIONS, OverlayOptions, draw_overlay, thumbnail

__all__ = [
    "DEFAULT_OPTIONS",
    "OverlayOptions",
    "draw_overlay",
    "encode_jpeg",
    "encode_png",
    "thumbnail",
]
