"""A flat person with a known outline: soft mask and landmarks of any view of it.

The doll is described in the body frame (x anterior, y up, unit = trunk length, origin at the
mid-hip). Its outline is the zero level of a signed distance, so the edge that the software
should find is known exactly, without any drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from posture.geometry.frame import BodyFrame
from posture.geometry.silhouette import Silhouette, trace_silhouette
from posture.landmarks import LANDMARK_COUNT, Landmark
from posture.pose.plausibility import Pose
from posture.types import FloatArray, Point

TOP, SOLE = 1.66, -1.80

JOINTS: dict[str, Point] = {
    "NOSE": (0.33, 1.38),
    "EAR": (0.12, 1.42),
    "SHOULDER": (0.0, 1.0),
    "ELBOW": (-0.02, 0.45),
    "WRIST": (-0.04, -0.05),
    "INDEX": (-0.04, -0.22),
    "HIP": (0.0, 0.0),
    "KNEE": (-0.02, -0.85),
    "ANKLE": (-0.05, -1.70),
    "HEEL": (-0.12, -1.77),
    "FOOT_INDEX": (0.27, -1.78),
}
"""Landmarks of an upright doll; both sides coincide. Its arms hang over the trunk
and do not show in the outline."""

_FACE = {
    "EYE_INNER": (0.29, 1.45),
    "EYE": (0.28, 1.45),
    "EYE_OUTER": (0.27, 1.45),
    "MOUTH": (0.28, 1.28),
}
_HAND_PARTS = ("PINKY", "THUMB")

HALF_WIDTH_M = {"SHOULDER": 0.16, "HIP": 0.10}
"""Depth of either side in the world landmarks of an exact side view."""

TRUNK_M = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Capsule:
    """Everything within ``radius`` of a segment, in the body frame."""

    start: Point
    end: Point
    radius: float

    def inside(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Signed distance, positive inside."""
        (x0, y0), (x1, y1) = self.start, self.end
        along = np.array([x1 - x0, y1 - y0])
        share = ((x - x0) * along[0] + (y - y0) * along[1]) / max(float(along @ along), 1e-12)
        share = np.clip(share, 0.0, 1.0)
        return self.radius - np.hypot(x - x0 - share * along[0], y - y0 - share * along[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An upright rectangle in the body frame: the hem of a jacket, a bag."""

    left: float
    right: float
    low: float
    high: float

    def inside(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Signed distance, positive inside."""
        return np.minimum.reduce([x - self.left, self.right - x, y - self.low, self.high - y])


def _bump(y: FloatArray, centre: float, width: float) -> FloatArray:
    bump: FloatArray = np.exp(-0.5 * ((y - centre) / width) ** 2)
    return bump


def _step(y: FloatArray, at: float, width: float) -> FloatArray:
    step: FloatArray = 1 / (1 + np.exp((at - y) / width))
    return step


@dataclass(frozen=True, kw_only=True)
class Doll:
    """One view of the flat person.

    Parameters
    ----------
    unit_px, hip_px, size
        Trunk length, place of the mid-hip (x, y) and picture size (width, height) in pixels.
    facing, roll_deg
        As in :class:`posture.geometry.frame.BodyFrame`: roll turns the picture's content clockwise.
    softness_px
        Width over which the mask falls from 0.73 to 0.27.
    thorax, buttock
        Height of the two bulges of the back in trunk lengths.
    joints
        Landmarks that lie elsewhere than on the plain doll, both sides by their common name
        (``"WRIST"``) or one side alone (``"LEFT_WRIST"``).
    extras
        Further shapes of the mask: arms away from the trunk, hair, bags.
    nape
        How far the neck recedes from the upper back.
    """

    unit_px: float = 250.0
    hip_px: Point = (300.0, 460.0)
    size: tuple[int, int] = (600, 960)
    facing: str = "right"
    roll_deg: float = 0.0
    softness_px: float = 1.5
    thorax: float = 0.10
    buttock: float = 0.16
    nape: float = 0.12
    joints: dict[str, Point] = field(default_factory=dict)
    extras: tuple[Capsule | Box, ...] = ()

    def but(self, **changes: object) -> Self:
        """Return a changed copy."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def mirrored(self) -> Self:
        """Return the doll of the horizontally flipped picture."""
        width = self.size[0]
        return self.but(
            facing="left" if self.facing == "right" else "right",
            roll_deg=-self.roll_deg,
            hip_px=(width - 1 - self.hip_px[0], self.hip_px[1]),
        )

    def scaled(self, factor: float) -> Self:
        """Return the doll of the picture at ``factor`` times its size."""
        return self.but(
            unit_px=self.unit_px * factor,
            hip_px=(self.hip_px[0] * factor, self.hip_px[1] * factor),
            size=(round(self.size[0] * factor), round(self.size[1] * factor)),
            softness_px=self.softness_px * factor,
        )

    # --- the outline ---------------------------------------------------------------------

    def back(self, y: FloatArray) -> FloatArray:
        """Position of the back of trunk and legs at heights ``y``."""
        y = np.asarray(y, dtype=np.float64)
        trunk = -0.19 - self.thorax * _bump(y, 0.74, 0.20) - self.buttock * _bump(y, -0.12, 0.15)
        return trunk + self.nape * _step(y, 1.10, 0.03) + 0.06 * _step(-y, 0.40, 0.05)

    def front(self, y: FloatArray) -> FloatArray:
        """Position of the front of trunk and legs at heights ``y``."""
        y = np.asarray(y, dtype=np.float64)
        trunk = 0.17 + 0.05 * _bump(y, 0.72, 0.18) + 0.04 * _bump(y, 0.15, 0.2)
        return trunk - 0.06 * _step(y, 1.05, 0.04) - 0.06 * _step(-y, 0.20, 0.08)

    def _inside(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Signed distance to the outline in trunk lengths, positive inside."""
        h = 1e-5
        back, front = self.back(y), self.front(y)
        back_slope = (self.back(y + h) - self.back(y - h)) / (2 * h)
        front_slope = (self.front(y + h) - self.front(y - h)) / (2 * h)
        column = np.minimum.reduce(
            [
                (x - back) / np.hypot(1, back_slope),
                (front - x) / np.hypot(1, front_slope),
                1.45 - y,
                y - SOLE,
            ]
        )
        shapes = (
            Capsule(start=(0.11, 1.42), end=(0.12, 1.44), radius=TOP - 1.44),
            Capsule(start=(-0.08, -1.75), end=(0.25, -1.75), radius=0.05),
            *self.extras,
        )
        return np.maximum.reduce([column, *(shape.inside(x, y) for shape in shapes)])

    # --- the picture ---------------------------------------------------------------------

    def to_px(self, points: FloatArray) -> FloatArray:
        """Place points of the body frame, shape (..., 2), in the picture."""
        points = np.asarray(points, dtype=np.float64)
        across = points[..., 0] * (1 if self.facing == "right" else -1)
        down = -points[..., 1]
        roll = np.radians(self.roll_deg)
        turned = np.stack(
            [
                across * np.cos(roll) - down * np.sin(roll),
                across * np.sin(roll) + down * np.cos(roll),
            ],
            axis=-1,
        )
        return turned * self.unit_px + np.array(self.hip_px)

    @cached_property
    def mask(self) -> NDArray[np.float32]:
        """Soft mask, shape (H, W); its 0.5 level is the outline."""
        width, height = self.size
        columns, rows = np.meshgrid(np.arange(width), np.arange(height))
        dx, dy = (columns - self.hip_px[0]) / self.unit_px, (rows - self.hip_px[1]) / self.unit_px
        roll = np.radians(self.roll_deg)
        across, down = dx * np.cos(roll) + dy * np.sin(roll), dy * np.cos(roll) - dx * np.sin(roll)
        x = across if self.facing == "right" else -across
        distance = np.clip(self._inside(x, -down) * self.unit_px / self.softness_px, -40, 40)
        return np.asarray(1 / (1 + np.exp(-distance)), dtype=np.float32)

    def _body_points(self) -> FloatArray:
        known = {**JOINTS, **_FACE, **self.joints}
        for part in _HAND_PARTS:
            known.setdefault(part, known["INDEX"])
            for side in ("LEFT_", "RIGHT_"):
                if side + "INDEX" in known:
                    known.setdefault(side + part, known[side + "INDEX"])
        points = np.full((LANDMARK_COUNT, 2), np.nan)
        for landmark in Landmark:
            words = landmark.name.split("_")
            both = "_".join(word for word in words if word not in ("LEFT", "RIGHT"))
            points[landmark] = known.get(landmark.name, known[both])
        return points

    @cached_property
    def landmarks(self) -> FloatArray:
        """Landmarks in pixels, shape (33, 2)."""
        return self.to_px(self._body_points())

    @cached_property
    def world(self) -> FloatArray:
        """World landmarks in metres, shape (33, 3): x right, y down, z away from the camera."""
        flat = (self.landmarks - np.array(self.hip_px)) / self.unit_px * TRUNK_M
        depth = np.zeros(LANDMARK_COUNT)
        away = 1 if self.facing == "right" else -1  # the left side is far in who faces right
        for name, half in HALF_WIDTH_M.items():
            depth[Landmark[f"LEFT_{name}"]] = away * half
            depth[Landmark[f"RIGHT_{name}"]] = -away * half
        return np.column_stack([flat, depth])

    @cached_property
    def image(self) -> NDArray[np.uint8]:
        """A bright person before a dark wall, shape (H, W, 3)."""
        grey = (60 + 140 * self.mask).round().astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)

    @property
    def pose(self) -> Pose:
        """The doll as the pose network would see it, sure of everything."""
        return Pose(
            landmarks=self.landmarks,
            visibility=np.ones(LANDMARK_COUNT),
            presence=np.ones(LANDMARK_COUNT),
            world=self.world,
            mask=self.mask,
        )

    @property
    def frame(self) -> BodyFrame:
        """The body frame that the software should find."""
        return BodyFrame(
            origin_px=self.hip_px,
            unit_px=self.unit_px,
            facing="right" if self.facing == "right" else "left",
            roll_deg=self.roll_deg,
        )

    def silhouette(self) -> Silhouette:
        """Return the silhouette that the software extracts from this view."""
        return trace_silhouette(self.mask, self.landmarks, self.frame)


def views_of(doll: Doll) -> dict[str, Doll]:
    """Return equivalent views of a doll, which must give the same results, by name."""
    return {
        "plain": doll,
        "mirrored": doll.mirrored(),
        "turned": doll.but(roll_deg=8.0),
        "turned and mirrored": doll.but(roll_deg=-8.0).mirrored(),
        "double": doll.scaled(2.0),
        "elsewhere": doll.but(hip_px=(211.37, 455.81)),
    }


def with_arm(elbow: Point, wrist: Point, *, radius: float = 0.08) -> Doll:
    """Return a doll with one arm visible in the outline and the other hanging."""
    hand = (wrist[0], wrist[1] - 0.1)
    return Doll(
        joints={"RIGHT_ELBOW": elbow, "RIGHT_WRIST": wrist, "RIGHT_INDEX": hand},
        extras=(
            Capsule(start=JOINTS["SHOULDER"], end=elbow, radius=radius),
            Capsule(start=elbow, end=wrist, radius=radius),
            Capsule(start=wrist, end=hand, radius=radius),
        ),
    )


def turned_world(world: FloatArray, yaw_deg: float) -> FloatArray:
    """Turn world landmarks about the vertical axis."""
    yaw = np.radians(yaw_deg)
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    turned: FloatArray = world @ turn.T
    return turned
