"""Arrows and lines for the main cue: the tuck, the tall trunk, the movement of a limb."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from calibration.arrays import Bytes, Floats
from calibration.illustrations.contact import Figure
from calibration.illustrations.poses import FigureError
from calibration.illustrations.props import anchor
from calibration.illustrations.views import OVERSAMPLING, View

INK = (12, 112, 140)
HALO = (255, 255, 255)
WIDTH_PX = 4.5
HEAD_PX = (17.0, 9.5)
"""Length and half-width of an arrowhead, in pixels of the finished picture."""
DASH_PX = (9.0, 6.0)
TUCK_RADIUS_M = 0.215

Row = Mapping[str, Any]


def arrow_points(row: Row, figure: Figure, before: Figure) -> Floats:
    """Return the line of one arrow in space, shape (N, 3).

    Parameters
    ----------
    row : mapping
        ``kind`` is ``tuck``, ``tall``, ``plumb``, ``move``, ``path`` or ``ring``.
    figure, before : Figure
        The figure of the picture, and that of the exercise's start.

    Raises
    ------
    FigureError
        If the kind is unknown.
    """
    kind = row["kind"]
    if kind in ("path", "move"):
        start = anchor(row, before if kind == "path" else figure)
        end = anchor(row, figure) if kind == "path" else start + np.array(row["by"])
        start = start + float(row.get("skip", 0.0)) * (end - start)
        shift = np.array(row.get("shift", (0.0, 0.0, 0.0)))
        return np.linspace(start + shift, end + shift, 30)
    lines = {"tuck": _tuck, "tall": _upright, "plumb": _upright, "ring": _ring}
    if kind not in lines:
        raise FigureError(f"There is no arrow {kind!r}.")
    return lines[kind](row, figure)


def draw_arrow(image: Bytes, row: Row, points: Floats, view: View) -> None:
    """Draw one arrow or line onto an oversampled picture.

    Parameters
    ----------
    image : ndarray, shape (H, W, 3)
        Changed in place.
    row : mapping
        Its ``kind`` and, for straight arrows, the ``bulge`` as a fraction of the length.
    points : ndarray, shape (N, 3)
        From :func:`arrow_points`.
    """
    pixels = view.pixels(points)
    if row["kind"] == "plumb":
        _dashed(image, pixels)
        return
    if row.get("bulge"):
        share = np.linspace(0.0, 1.0, len(pixels))[:, None]
        across = (pixels[-1] - pixels[0]) @ np.array([[0.0, 1.0], [-1.0, 0.0]])
        pixels = pixels + 4 * float(row["bulge"]) * share * (1 - share) * across
    _arrow(image, pixels)


def _tuck(row: Row, figure: Figure) -> Floats:
    """Return an arc around the hips, from the back downwards: the path of the tailbone."""
    start, end = np.radians([float(row.get("start", -42.0)), float(row.get("end", 62.0))])
    turn = np.linspace(start, end, 40)[:, None]
    root, middle = figure.skeleton.frames["root"], figure.skeleton.origins["pelvis"]
    radius = float(row.get("radius", TUCK_RADIUS_M))
    middle = middle + root @ np.array(row.get("at", (0.0, 0.0, 0.03)))
    return np.asarray(middle + radius * (np.cos(turn) * root[:, 1] - np.sin(turn) * root[:, 2]))


def _upright(row: Row, figure: Figure) -> Floats:
    """Return a vertical line through the hips to above the head."""
    low = anchor({"on": row.get("on", "pelvis"), "at": row.get("at", (0.0, 0.0, 0.0))}, figure)
    top = figure.vertices[:, 2].max() if "top" not in row else float(row["top"])
    high = np.array([low[0], low[1], top + float(row.get("above", 0.07))])
    if "length" in row:
        low = high - [0.0, 0.0, float(row["length"])]
    elif row.get("floor", False):
        low = low * [1.0, 1.0, 0.0]
    return np.linspace(low, high, 40)


def _ring(row: Row, figure: Figure) -> Floats:
    """Return an arc around an axis: the rotation of a limb."""
    frame = np.eye(3) if row["on"] in ("world", "hands") else figure.skeleton.frames[row["on"]]
    axis = frame @ np.array(row.get("axis", (0.0, 0.0, 1.0)))
    first = frame @ np.array(row.get("first", (0.0, -1.0, 0.0)))
    first = first - (first @ axis) * axis / (axis @ axis)
    second = np.cross(axis / np.linalg.norm(axis), first)
    start, end = np.radians([float(row.get("start", -70.0)), float(row.get("end", 70.0))])
    turn = np.linspace(start, end, 40)[:, None]
    radius = float(row.get("radius", 0.12))
    return np.asarray(anchor(row, figure) + radius * (np.cos(turn) * first + np.sin(turn) * second))


def _arrow(image: Bytes, pixels: Floats) -> None:
    length, half = (value * OVERSAMPLING for value in HEAD_PX)
    steps = np.linalg.norm(np.diff(pixels, axis=0), axis=1)
    left = np.concatenate([np.cumsum(steps[::-1])[::-1], [0.0]])
    shaft = pixels[left >= 0.75 * length]
    base = pixels[np.argmin(np.abs(left - length))]
    if len(shaft) < 2:
        shaft = np.stack([pixels[0], base])
    ahead = (pixels[-1] - base) / max(float(np.linalg.norm(pixels[-1] - base)), 1e-6)
    aside = np.array([-ahead[1], ahead[0]]) * half
    neck = pixels[-1] - ahead * length
    head = np.stack([pixels[-1], neck + aside, neck - aside])
    halo = int(2.2 * OVERSAMPLING)
    width = int(WIDTH_PX * OVERSAMPLING)
    for colour, more in ((HALO, 2 * halo), (INK, 0)):
        _polyline(image, shaft, colour, width + more)
        filled = (head * 16).round().astype(np.int32)
        cv2.fillPoly(image, [filled], colour, cv2.LINE_AA, 4)
        if more:
            _polyline(image, np.concatenate([head, head[:1]]), colour, more)


def _dashed(image: Bytes, pixels: Floats) -> None:
    dash, gap = (value * OVERSAMPLING for value in DASH_PX)
    start, end = pixels[0], pixels[-1]
    total = float(np.linalg.norm(end - start))
    unit = (end - start) / max(total, 1e-6)
    for colour, width in ((HALO, 4.2), (INK, 2.2)):
        for at in np.arange(0.0, total, dash + gap):
            piece = np.stack([start + unit * at, start + unit * min(at + dash, total)])
            _polyline(image, piece, colour, int(width * OVERSAMPLING))


def _polyline(image: Bytes, pixels: Floats, colour: tuple[int, int, int], width: int) -> None:
    fixed = (pixels * 16).round().astype(np.int32)
    cv2.polylines(
        image, [fixed], isClosed=False, color=colour, thickness=width, lineType=cv2.LINE_AA, shift=4
    )
