"""Rotation matrices: about the body's axes, about any axis, and between directions.

Angles are in radians here; callers convert from degrees. Rotations are (3, 3) matrices that act
on column vectors in the body frame (x left, y backwards, z up).
"""

from __future__ import annotations

import numpy as np

from calibration.arrays import Floats


def about_x(angle: float) -> Floats:
    """Rotate about the left-right axis; positive tips the upper end forwards (towards -y)."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def about_y(angle: float) -> Floats:
    """Rotate about the front-back axis."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def about_z(angle: float) -> Floats:
    """Rotate about the vertical axis."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def about_axis(axis: Floats, angle: float) -> Floats:
    """Rotate about any axis, shape (3,), by Rodrigues' formula."""
    x, y, z = np.asarray(axis) / np.linalg.norm(axis)
    k = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + np.sin(angle) * k + (1.0 - np.cos(angle)) * (k @ k))


def between(start: Floats, end: Floats, fraction: float = 1.0) -> Floats:
    """Return the shortest rotation from direction ``start`` to ``end``, or a fraction of it."""
    a, b = start / np.linalg.norm(start), end / np.linalg.norm(end)
    axis = np.cross(a, b)
    if np.linalg.norm(axis) < 1e-9:
        return np.eye(3)
    return about_axis(axis, fraction * float(np.arctan2(np.linalg.norm(axis), a @ b)))
