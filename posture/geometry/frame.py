"""The body frame, in which every angle and length of this package is computed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.types import Facing, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyFrame:
    """Origin at the mid-hip, x anterior, y up along true vertical, unit = trunk length.

    Parameters
    ----------
    origin_px : tuple of float
        Mid-hip in the image frame, pixels (x, y), y down.
    unit_px : float
        Trunk length (mid-shoulder to mid-hip) in pixels.
    facing : {"left", "right"}
        Side of the image that the person faces.
    roll_deg : float
        Camera roll: the angle by which the content of the image is turned clockwise. True "up" is
        (sin roll, -cos roll) in the image.

    Notes
    -----
    A person facing left is read as in a mirror, so that a mirrored photo gives the same numbers.
    """

    origin_px: tuple[float, float]
    unit_px: float
    facing: Facing
    roll_deg: float

    def to_body(self, points_px: FloatArray) -> FloatArray:
        """Convert image points to the body frame.

        Parameters
        ----------
        points_px : ndarray, shape (..., 2)
            Points in pixels, y down.

        Returns
        -------
        ndarray, shape (..., 2)
            Points in trunk lengths, x anterior, y up.
        """
        offset = np.asarray(points_px, dtype=np.float64) - np.asarray(self.origin_px)
        body: FloatArray = offset @ self._axes().T / self.unit_px
        return body

    def to_image(self, points: FloatArray) -> FloatArray:
        """Convert points of the body frame, shape (..., 2), to pixels of the image."""
        offset = np.asarray(points, dtype=np.float64) * self.unit_px
        image: FloatArray = offset @ self._axes() + np.asarray(self.origin_px)
        return image

    def to_pixels(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Convert a grid of the body frame to columns and rows of the image.

        Parameters
        ----------
        x, y : ndarray
            Anterior positions and heights, in trunk lengths; shapes that go together.

        Returns
        -------
        ndarray, ndarray
        """
        (anterior_x, anterior_y), (up_x, up_y) = self._axes() * self.unit_px
        return (
            anterior_x * x + (up_x * y + self.origin_px[0]),
            anterior_y * x + (up_y * y + self.origin_px[1]),
        )

    def _axes(self) -> FloatArray:
        """Return the anterior and the up direction in the image frame as rows, shape (2, 2)."""
        roll = np.radians(self.roll_deg)
        sign = 1.0 if self.facing == "right" else -1.0
        return np.array([[sign * np.cos(roll), sign * np.sin(roll)], [np.sin(roll), -np.cos(roll)]])


def midpoint(points: FloatArray, pair: tuple[int, int]) -> FloatArray:
    """Return the point half-way between two rows of ``points`` (N, 2), shape (2,)."""
    middle: FloatArray = (points[pair[0]] + points[pair[1]]) / 2
    return middle


def slope_from_vertical_deg(upper: FloatArray, lower: FloatArray) -> float:
    """Return the angle of a line against the vertical; positive when it leans forward.

    Parameters
    ----------
    upper, lower : ndarray, shape (2,)
        Points in the body frame (x anterior, y up).

    Returns
    -------
    float
        Degrees; 0 for an upright line, positive when ``upper`` lies in front of ``lower``.
    """
    rise = upper - lower
    return float(np.degrees(np.arctan2(rise[0], rise[1])))
