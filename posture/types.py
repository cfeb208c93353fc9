"""Types that every room shares, each defined once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Quoted, so that printing the command line's help does not load NumPy.
FloatArray: TypeAlias = "NDArray[np.float64]"
BoolArray: TypeAlias = "NDArray[np.bool_]"

Sex = Literal["female", "male"]
Facing = Literal["left", "right"]
"""The side of the picture that the person faces."""

Pattern = Literal["type_a", "type_b"]
"""Type of lower crossed syndrome: A, pelvis tipped forward and deep lumbar arch; B, sway-back."""

Clothing = Literal["minimal", "tight", "loose"]
"""Underwear or swimwear; clothes that lie close to the body everywhere; anything that hangs loose,
an ordinary T-shirt included."""

LOOSENESS: Final[Mapping[Clothing, float]] = {"minimal": 0.0, "tight": 1.0, "loose": 2.0}
"""Looseness of the clothing as a number, for the estimator."""

Point = tuple[float, float]
"""Position (x, y) in pixels, y down; pixel centres are at whole numbers."""
