"""Back outlines whose hollow is known in closed form."""

from __future__ import annotations

import numpy as np

from posture.types import FloatArray


def turned(points: FloatArray, deg: float) -> FloatArray:
    """Turn points (N, 2) counter-clockwise (x to the right, y up)."""
    angle = np.radians(deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return points @ turn.T


def wave(
    *,
    thorax: float = 0.10,
    buttock: float = 0.14,
    high: float = 1.05,
    low: float = -0.32,
    count: int = 400,
) -> FloatArray:
    """Sum of two Gaussian bulges backwards, top to bottom, shape (count, 2)."""
    y = np.linspace(high, low, count)
    x = -thorax * np.exp(-0.5 * ((y - 0.72) / 0.20) ** 2)
    x -= buttock * np.exp(-0.5 * ((y + 0.10) / 0.15) ** 2)
    return np.column_stack([x, y])


def sine(*, amplitude: float, wavelength: float, count: int = 800) -> FloatArray:
    """Two crests backwards and one trough forwards: x = -amplitude * cos(2 pi s / wavelength).

    The curve starts a quarter wave above the upper crest and ends a quarter wave below the
    lower one, so it is symmetric about the bottom of the hollow. Its hollow is 2 * amplitude
    deep, its tangents are steepest half-way, with slope 2 pi amplitude / wavelength.
    """
    y = np.linspace(0.75 * wavelength, -0.75 * wavelength, count)
    return np.column_stack([amplitude * np.cos(2 * np.pi * y / wavelength), y])


def arcs(*, radius: float, half_angle_deg: float, count: int = 1200) -> FloatArray:
    """Three circular arcs of one radius, joined smoothly: bulge, hollow, bulge.

    The hollow turns by twice ``half_angle_deg``; each bulge continues until its tangent is
    vertical and half as far beyond. The straight edge touches the two crests; in between, the
    outline runs 2 * radius * (1 - cos(half_angle)) in front of it.
    """
    half = np.radians(half_angle_deg)
    # Direction of travel against straight down, positive backwards; curvature +-1/radius.
    length = radius * (half / 2 + half + 2 * half + half + half / 2)
    s = np.linspace(0.0, length, count)
    ends = np.cumsum([1.5 * half, 2 * half, 1.5 * half]) * radius
    slope = np.where(
        s < ends[0],
        0.5 * half - s / radius,
        np.where(s < ends[1], -half + (s - ends[0]) / radius, half - (s - ends[1]) / radius),
    )
    step = np.diff(s)
    middle = (slope[1:] + slope[:-1]) / 2
    x = np.concatenate([[0.0], np.cumsum(-np.sin(middle) * step)])
    y = np.concatenate([[0.0], np.cumsum(-np.cos(middle) * step)])
    return np.column_stack([x, y])
