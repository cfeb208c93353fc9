"""Words that every room uses, each defined once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Quoted, so that a command line that only prints its help does not load NumPy.
FloatArray: TypeAlias = "NDArray[np.float64]"
BoolArray: TypeAlias = "NDArray[np.bool_]"

Sex = Literal["female", "male"]
Facing = Literal["left", "right"]
"""The side of the picture that the person looks to."""

Pattern = Literal["type_a", "type_b"]
"""Lower crossed syndrome: A, pelvis tipped forward and deep arch; B, sway-back."""

Clothing = Literal["minimal", "tight", "loose"]
"""Underwear or swimwear; clothes that lie on the body everywhere; anything that hangs off it, an
ordinary T-shirt included."""

LOOSENESS: Final[Mapping[Clothing, float]] = {"minimal": 0.0, "tight": 1.0, "loose": 2.0}
"""Clothing as a number, for the estimator."""

Point = tuple[float, float]
"""Position (x, y) in pixels, y down; pixel centres lie at whole numbers."""
