"""Stick figures: joints and edges at exact places, without any picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from posture.geometry.arms import ArmModel
from posture.geometry.edges import Edge, levels
from posture.geometry.frame import BodyFrame
from posture.geometry.joints import Joints
from posture.geometry.silhouette import Silhouette
from posture.measures.traced_body import TracedBody, trace_body
from posture.types import FloatArray
from support.paper_doll import SOLE, TOP, Doll, Point

Profile = Callable[[FloatArray], FloatArray]

PLAIN = Doll()
FRAME = BodyFrame(origin_px=(300.0, 460.0), unit_px=250.0, facing="right", roll_deg=0.0)
WHOLE = frozenset({"head", "shoulders", "hips", "knees", "ankles", "feet"})
UPRIGHT: dict[str, Point] = {
    "ear": (0.0, 1.4),
    "shoulder": (0.0, 0.95),
    "hip": (0.0, 0.0),
    "knee": (0.0, -0.85),
    "ankle": (0.0, -1.7),
}
"""A figure that stands like a plumb line."""


def make_silhouette(
    *,
    back: Profile = PLAIN.back,
    front: Profile = PLAIN.front,
    back_hidden: tuple[float, float] | None = None,
    front_hidden: tuple[float, float] | None = None,
    flags: tuple[str, ...] = (),
    cut: frozenset[str] = frozenset(),
    top: float = TOP,
    bottom: float = SOLE,
) -> Silhouette:
    """Return a silhouette with two given edges, hidden between two levels (high, low)."""
    heights = levels()
    return Silhouette(
        frame=FRAME,
        levels=heights,
        arms=ArmModel.from_landmarks(PLAIN.landmarks, PLAIN.frame),
        back=_edge(heights, back, back_hidden),
        front=_edge(heights, front, front_hidden),
        contour_px=np.empty((0, 2)),
        top=top,
        bottom=bottom,
        cut=cut,
        flags=flags,
    )


def _edge(heights: FloatArray, profile: Profile, hidden: tuple[float, float] | None) -> Edge:
    x = np.broadcast_to(profile(heights), heights.shape).astype(np.float64)
    inside = (heights < TOP) & (heights > SOLE)
    seen = inside.copy()
    if hidden is not None:
        seen &= ~((heights <= hidden[0]) & (heights >= hidden[1]))
    return Edge(x=np.where(inside, x, np.nan), seen=seen, arm=inside & ~seen)


def figure(
    silhouette: Silhouette | None = None,
    *,
    parts: frozenset[str] = WHOLE,
    roll_sd_deg: float = 0.0,
    **moved: Point | None,
) -> TracedBody:
    """Return an upright body with some joints moved, or missing (``None``)."""
    points = {**UPRIGHT, **moved}
    joints = Joints(
        **{name: None if at is None else np.array(at, dtype=float) for name, at in points.items()}
    )
    return trace_body(
        make_silhouette() if silhouette is None else silhouette,
        joints,
        parts=parts,
        roll_sd_deg=roll_sd_deg,
    )
