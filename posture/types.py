"""What a person may wear in front of the camera, as far as it matters to the outline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Clothing = Literal["minimal", "tight", "loose"]
"""Underwear or swimwear, clothes that lie on the body everywhere, or anything that hangs off it,
an ordinary T-shirt included."""

LOOSENESS: Final[Mapping[Clothing, float]] = {"minimal": 0.0, "tight": 1.0, "loose": 2.0}
"""As a number, for the estimator."""
