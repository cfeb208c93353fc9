"""Camera of a picture: parallel projection, slightly from above, fitted to the contents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.arrays import Floats

WIDTH, HEIGHT = 640, 480
OVERSAMPLING = 2
MARGIN_PX = 26
LARGEST_SCALE = 400.0
"""Largest scale, pixels per metre, so that small figures do not fill the frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Parallel projection onto a picture.

    Parameters
    ----------
    azimuth_deg : float
        0 from the front of a standing figure, 90 from its right side, so that it faces right.
    elevation_deg : float
        Height of the viewpoint above the horizontal.
    centre : ndarray, shape (3,)
        Point at the centre of the picture.
    scale : float
        Pixels per metre.
    width, height : int
        Pixels.
    depth_m : float
        Half the visible depth.
    """

    azimuth_deg: float
    elevation_deg: float
    centre: Floats
    scale: float
    width: int = WIDTH * OVERSAMPLING
    height: int = HEIGHT * OVERSAMPLING
    depth_m: float = 8.0

    def turn(self) -> Floats:
        """Return the directions right, up and towards the eye as rows, shape (3, 3)."""
        return view_turn(self.azimuth_deg, self.elevation_deg)

    def matrix(self) -> Floats:
        """Return the clip matrix, shape (4, 4)."""
        turn = self.turn()
        scales = np.array(
            [2 * self.scale / self.width, 2 * self.scale / self.height, -1 / self.depth_m]
        )
        matrix = np.eye(4)
        matrix[:3, :3] = scales[:, None] * turn
        matrix[:3, 3] = -scales * (turn @ self.centre)
        return matrix

    def pixels(self, points: Floats) -> Floats:
        """Return pixel positions (x, y down) of points, shape (N, 2)."""
        seen = (np.atleast_2d(points) - self.centre) @ self.turn().T * self.scale
        return np.column_stack([self.width / 2 + seen[:, 0], self.height / 2 - seen[:, 1]])


def view_turn(azimuth_deg: float, elevation_deg: float) -> Floats:
    """Return the directions right, up and towards the eye of a view as rows, shape (3, 3)."""
    azimuth, elevation = np.radians([azimuth_deg, elevation_deg])
    level = np.array([-np.sin(azimuth), -np.cos(azimuth), 0.0])
    eye = np.cos(elevation) * level + np.sin(elevation) * np.array([0.0, 0.0, 1.0])
    right = np.cross([0.0, 0.0, 1.0], level)
    return np.stack([right, np.cross(eye, right), eye])


def fitted_view(
    points: Floats, azimuth_deg: float, elevation_deg: float, zoom: float = 1.0
) -> View:
    """Return the view that shows all points with a margin.

    Parameters
    ----------
    points : ndarray, shape (N, 3)
        Points that must be visible.
    zoom : float
        1 for an exact fit.
    """
    turn = view_turn(azimuth_deg, elevation_deg)
    seen = points @ turn.T
    low, high = seen.min(0), seen.max(0)
    room = np.array([WIDTH, HEIGHT]) - 2.0 * MARGIN_PX
    scale = float(min((room / np.maximum(high - low, 1e-3)[:2]).min(), LARGEST_SCALE)) * zoom
    middle = (low + high) / 2
    return View(
        azimuth_deg=azimuth_deg,
        elevation_deg=elevation_deg,
        centre=turn.T @ middle,
        scale=scale * OVERSAMPLING,
    )
