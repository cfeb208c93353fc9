"""Cameras: position, orientation and projection of a phone on a tripod or in a hand.

Image frame: (x, y) pixels, y down, pixel centres at whole numbers. The camera looks along its
own -z.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from calibration.arrays import Floats

FULL_FRAME_DIAGONAL_MM = 43.27
LENS_LIMITS_MM = (24.0, 85.0)
"""Full-frame equivalents, from a phone's main lens to its telephoto lens or a mild crop."""
NEAR_M, FAR_M = 0.1, 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Pinhole camera.

    Parameters
    ----------
    width, height : int
        Picture size, pixels.
    focal_px : float
        Focal length, pixels.
    centre : tuple of float
        Principal point, pixels.
    eye : tuple of float
        Lens position, metres.
    rotation : tuple of tuples
        Rows: right, up and backward directions of the camera in the body frame.
    facing : str
        ``left``, ``right`` or ``front``: where the person looks in the picture.
    yaw_deg, roll_deg, pitch_deg : float
        Turn of the person out of an exact side view (+ = front towards the lens); roll of the
        phone about its optical axis (+ = picture content turned clockwise); downward pitch.
    """

    width: int
    height: int
    focal_px: float
    centre: tuple[float, float]
    eye: tuple[float, float, float]
    rotation: tuple[tuple[float, float, float], ...]
    facing: str
    yaw_deg: float
    roll_deg: float
    pitch_deg: float

    @property
    def distance_m(self) -> float:
        """Horizontal distance from the lens to the ankles."""
        return float(np.hypot(self.eye[0], self.eye[1]))

    @property
    def lens_mm(self) -> float:
        """Full-frame equivalent focal length, millimetres."""
        return self.focal_px * FULL_FRAME_DIAGONAL_MM / float(np.hypot(self.width, self.height))

    def project(self, points: Floats) -> Floats:
        """Project points of shape (N, 3), metres, to pixels of shape (N, 2)."""
        local = (np.atleast_2d(points) - self.eye) @ np.array(self.rotation).T
        scale = self.focal_px / -local[:, 2]
        x = self.centre[0] + scale * local[:, 0]
        y = self.centre[1] - scale * local[:, 1]
        return np.stack([x, y], axis=1)

    def matrix(self) -> Floats:
        """Return the (4, 4) clip matrix for column vectors."""
        view, lens = np.eye(4), np.zeros((4, 4))
        view[:3, :3] = self.rotation
        view[:3, 3] = -np.array(self.rotation) @ self.eye
        lens[0, 0], lens[1, 1] = 2 * self.focal_px / self.width, 2 * self.focal_px / self.height
        lens[0, 2] = 1.0 - (2 * self.centre[0] + 1) / self.width
        lens[1, 2] = (2 * self.centre[1] + 1) / self.height - 1.0
        lens[2, 2] = -(FAR_M + NEAR_M) / (FAR_M - NEAR_M)
        lens[2, 3] = -2 * FAR_M * NEAR_M / (FAR_M - NEAR_M)
        lens[3, 2] = -1.0
        return np.asarray(lens @ view)

    def resized(self, height: int) -> Camera:
        """Return the same camera with a picture of another height in pixels."""
        scale = height / self.height
        return replace(
            self,
            width=round(self.width * scale),
            height=height,
            focal_px=self.focal_px * scale,
            centre=((self.centre[0] + 0.5) * scale - 0.5, (self.centre[1] + 0.5) * scale - 0.5),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, with distance and focal length added."""
        return asdict(self) | {"distance_m": self.distance_m, "lens_mm": self.lens_mm}


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewpoint:
    """Choices of a photographer, from which the framing of the picture follows.

    Parameters
    ----------
    facing : str
        ``left``, ``right`` or ``front``.
    yaw_deg, roll_deg : float
        As in :class:`Camera`.
    height_m, distance_m : float
        Of the lens: above the floor, and from the person.
    fill : float
        Fraction of the picture's height that the person takes up; above 1 the person is cut off.
    shift : tuple of float
        Offset of the person from the centre, in fractions of the picture's width and height.
    level : bool
        True if the phone is held without pitch; otherwise it points at the middle of the body.
    """

    facing: str
    yaw_deg: float = 0.0
    roll_deg: float = 0.0
    height_m: float = 1.0
    distance_m: float = 3.0
    fill: float = 0.84
    shift: tuple[float, float] = (0.0, 0.0)
    level: bool = False


def sample_viewpoint(rng: np.random.Generator, *, facing: str | None = None) -> Viewpoint:
    """Draw a viewpoint: most are good, some are not, and a few cut the head off."""
    cut_off = rng.random() < 0.03
    return Viewpoint(
        facing=facing or str(rng.choice(["left", "right"])),
        yaw_deg=float(np.clip(rng.normal(0.0, 8.0), -20.0, 20.0)),
        roll_deg=float(np.clip(rng.normal(0.0, 1.8), -6.0, 6.0)),
        height_m=float(np.clip(rng.normal(1.10, 0.25), 0.6, 1.7)),
        distance_m=float(rng.uniform(2.0, 5.0)),
        fill=float(rng.uniform(1.02, 1.10) if cut_off else rng.uniform(0.62, 0.92)),
        shift=(float(rng.normal(0.0, 0.03)), -0.06 if cut_off else float(rng.normal(0.0, 0.015))),
        level=bool(rng.random() < 0.5),
    )


def make_camera(view: Viewpoint, stature_m: float, size: tuple[int, int]) -> Camera:
    """Return the camera of a viewpoint.

    Parameters
    ----------
    stature_m : float
        Height of the person, for the framing.
    size : tuple of int
        Width and height of the picture, pixels.
    """
    start = {"left": 0.0, "right": 180.0, "front": -90.0}[view.facing]
    turn = -view.yaw_deg if view.facing == "left" else view.yaw_deg
    azimuth = np.radians(start + turn)
    away = view.distance_m * np.array([np.cos(azimuth), np.sin(azimuth)])
    eye = np.array([away[0], away[1], view.height_m])
    middle = np.array([0.0, 0.0, 0.5 * stature_m])
    look = middle - eye if not view.level else np.array([-eye[0], -eye[1], 0.0])
    rotation = _rotation(look, view.roll_deg)
    depth = float(np.linalg.norm(middle - eye))
    focal = view.fill * size[1] * depth / stature_m
    per_mm = float(np.hypot(*size)) / FULL_FRAME_DIAGONAL_MM
    focal = float(np.clip(focal, LENS_LIMITS_MM[0] * per_mm, LENS_LIMITS_MM[1] * per_mm))
    camera = Camera(
        width=size[0],
        height=size[1],
        focal_px=focal,
        centre=((size[0] - 1) / 2, (size[1] - 1) / 2),
        eye=(float(eye[0]), float(eye[1]), float(eye[2])),
        rotation=tuple((float(r[0]), float(r[1]), float(r[2])) for r in rotation),
        facing=view.facing,
        yaw_deg=view.yaw_deg,
        roll_deg=view.roll_deg,
        pitch_deg=float(np.degrees(np.arctan2(-look[2], np.hypot(look[0], look[1])))),
    )
    seen = camera.project(middle)[0]
    wanted = np.array([0.5 + view.shift[0], 0.5 + view.shift[1]]) * size - 0.5
    centre = np.array(camera.centre) + wanted - seen  # a crop moves the principal point
    return replace(camera, centre=(float(centre[0]), float(centre[1])))


def _rotation(look: Floats, roll_deg: float) -> Floats:
    back = -look / np.linalg.norm(look)
    right = np.cross([0.0, 0.0, 1.0], back)
    right /= np.linalg.norm(right)
    up = np.cross(back, right)
    c, s = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    return np.stack([right * c + up * s, up * c - right * s, back])
