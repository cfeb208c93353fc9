"""Backs behind an arm: what is in view, on a back that is known in closed form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from calibration.bodies.drawables import Label
from calibration.data.behind_arms import BehindArms
from posture.geometry.arms import ArmModel
from posture.geometry.edges import CELL, Edge, levels
from posture.geometry.frame import BodyFrame
from posture.geometry.silhouette import Silhouette

UNIT, HIP = 200.0, (150.0, 300.0)
"""Trunk length and mid-hip in the photo, pixels."""
TRUE, ARM = -0.20, -0.30
"""Anterior positions of the trunk's straight back and of the arm's rim behind it."""
HEIGHTS = levels()


def between(high: float, low: float) -> np.ndarray:
    return (high >= HEIGHTS) & (low < HEIGHTS)


HIDDEN, INSIDE, OUTLINE = between(0.45, 0.25), between(0.25, 0.10), between(0.10, 0.0)
"""The near arm covers the edge; the far arm lies behind it; only the product thinks of an arm."""
COVERED = HIDDEN | INSIDE | OUTLINE


def silhouette(facing: str = "right", *, scale: float = 1.0) -> Silhouette:
    """The silhouette of such a back, traced in a picture this much larger than the photo."""
    x = np.where(HIDDEN | INSIDE, ARM, TRUE)
    width = 2.0 * HIP[0]
    column = HIP[0] if facing == "right" else width - 1 - HIP[0]
    origin = ((column + 0.5) * scale - 0.5, (HIP[1] + 0.5) * scale - 0.5)
    frame = BodyFrame(origin_px=origin, unit_px=UNIT * scale, facing=facing, roll_deg=0.0)
    nothing = np.zeros((6, 2))
    return Silhouette(
        frame=frame,
        levels=HEIGHTS,
        back=Edge(x=x, seen=~COVERED, arm=COVERED),
        front=Edge(x=np.full(len(x), 0.3), seen=np.ones(len(x), bool), arm=np.zeros(len(x), bool)),
        arms=ArmModel(starts=nothing, ends=nothing, radii=np.zeros(6)),
        contour_px=np.empty((0, 2)),
        top=1.6,
        bottom=-2.0,
        cut=frozenset(),
        flags=(),
    )


def photo(facing: str = "right") -> tuple[dict[str, Any], np.ndarray]:
    """Record and label mask of the back."""
    rows, columns = np.mgrid[0:600, 0:300].astype(float)
    forwards = (columns - HIP[0]) / UNIT
    level = (HIP[1] - rows) / UNIT
    labels = np.where(forwards > TRUE, Label.CLOTH, Label.BACKGROUND)
    labels[(forwards > ARM) & (level > 0.25) & (level < 0.45)] = Label.ARM
    labels[(forwards > ARM) & (forwards < TRUE) & (level > 0.10) & (level < 0.25)] = Label.ARM
    right = facing == "right"
    back = HIP[0] + UNIT * TRUE
    outline = {"first_row": 50.0, "step": 1.0, "front": [None] * 400}
    outline["back"] = [back if right else 299.0 - back] * 400
    record = {"outlines_px": {"clothed": outline}}
    return record, (labels if right else labels[:, ::-1]).astype(np.uint8)


@pytest.mark.parametrize("facing", ["right", "left"])
@pytest.mark.parametrize("scale", [1.0, 2.0, 0.7])
def test_what_is_in_view_is_found_at_every_size(facing: str, scale: float) -> None:
    back = BehindArms.of(silhouette(facing, scale=scale), *photo(facing), scale=scale)
    assert back.true_x[COVERED] == pytest.approx(TRUE)
    # A pixel is 0.005 trunk lengths high: the level beside a border may fall to either side.
    inner = {
        name: np.flatnonzero(rows)[2:-2]
        for name, rows in (("hidden", HIDDEN), ("inside", INSIDE), ("outline", OUTLINE))
    }
    assert not back.in_view[inner["hidden"]].any()
    assert back.in_view[inner["inside"]].all()
    assert not back.own[inner["inside"]].any()
    assert back.own[inner["outline"]].all()
    assert not back.in_view[~COVERED].any()


def test_only_levels_of_the_low_back_are_counted() -> None:
    traced = silhouette()
    arm = between(0.9, -0.3)
    wide = replace(traced, back=replace(traced.back, arm=arm, seen=~arm))
    covered, in_view, own = BehindArms.of(wide, *photo(), scale=1.0).counts()
    assert covered == pytest.approx(0.62 / CELL, abs=1)
    assert covered - in_view == pytest.approx(0.20 / CELL, abs=2)
    assert in_view - own == pytest.approx(0.15 / CELL, abs=2)


def test_the_edge_is_read_exactly_where_asked_and_nowhere_else() -> None:
    traced = silhouette()
    back = BehindArms.of(traced, *photo(), scale=1.0)
    read = back.read(INSIDE).back
    assert read.x[INSIDE] == pytest.approx(TRUE)
    assert read.seen[INSIDE].all()
    assert not read.arm[INSIDE].any()
    assert (read.x[~INSIDE] == traced.back.x[~INSIDE]).all()
    assert (read.seen[~INSIDE] == traced.back.seen[~INSIDE]).all()
    assert (read.arm[~INSIDE] == traced.back.arm[~INSIDE]).all()


def test_a_rim_of_an_arm_is_no_longer_the_back() -> None:
    traced = silhouette()
    mistaken = replace(traced.back, seen=traced.back.seen | HIDDEN, arm=traced.back.arm & ~HIDDEN)
    back = BehindArms.of(replace(traced, back=mistaken), *photo(), scale=1.0)
    read = back.read(np.zeros(len(HEIGHTS), bool)).back
    assert not read.seen[HIDDEN].any()
    assert (read.seen[~COVERED] == traced.back.seen[~COVERED]).all()
