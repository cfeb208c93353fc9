"""Every threshold of the image side of the program, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Thresholds and limits; frozen, so that a result can name the settings it came from."""

    # --- photo -------------------------------------------------------------------------
    max_side_px: int = 1280
    """Photos are reduced to at most this long side: mask cost grows with pixels (134 ms at 12 MP
    against 35 ms at 1 MP), while the network itself sees 256 pixels over the body."""
    min_side_px: int = 160
    """Below this a body is smaller than the network's own grid; nothing can be read."""
    max_bytes: int = 64 * 2**20
    """No phone photo comes near it; protects servers from bombs."""
    max_pixels: int = 120_000_000
    """108 MP phones still pass; a progressive JPEG of this size decodes within 600 MB. Larger
    headers are refused undecoded."""


DEFAULT = Settings()
