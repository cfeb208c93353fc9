"""Refusals of the gate: standing, upright in the picture, with the trunk in it, from the side."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.errors import PoseError
from posture.geometry.frame import midpoint
from posture.landmarks import ANKLES, EARS, FACE, HEELS, HIPS, KNEES, SHOULDERS, TOES
from posture.messages import message
from posture.types import FloatArray

MAX_YAW_DEG: Final = 38.0
"""Beyond this the outline shows as much of the front as of the side."""

MAX_TRUNK_LEAN_DEG: Final = 32.0
"""Someone whose trunk leans more is bending, leaning back in a seat or lying."""

MAX_THIGH_SLOPE_DEG: Final = 32.0
MIN_KNEE_DEG: Final = 140.0
"""People stand with thighs near vertical and knees near straight; sitting and squatting are far
beyond both limits."""

MAX_STRIDE: Final = 0.55
"""With ankles farther apart than this, in trunk lengths (about 27 cm), it is a step."""

MAX_FOOT_LIFT: Final = 0.40
"""Ankle height difference, in trunk lengths, beyond which one foot is off the ground. Feet 0.25 m
apart on the ground differ by 0.3 in a photo taken at eye level from 2.6 m."""

MIN_TRUNK_PX: Final = 40.0
"""A smaller trunk leaves 2 pixels for the hollow of a back: 2 cm of a trunk of 50."""

TURNED_DEG: Final = 60.0
UPSIDE_DOWN_DEG: Final = 120.0
"""Slope of the trunk from which on a picture lies on its side, and from which on it is upside down.
The network finds people however the picture is turned."""

MAX_FOLD_DEG: Final = 35.0
"""Angle between trunk and legs below which a body is straight: someone who bends over is not."""

LEVEL_WITH_HIP: Final = 0.1
"""Thighs that leave the picture at its sides begin this far above the hip, in trunk lengths."""

LEAST_FORWARD: Final = 0.45
"""Distance of such a border from the hip, in trunk lengths; a buttock or a belly may touch a closer
one."""

MIN_DROP: Final = 0.25
"""Length of thigh, in trunk lengths, that shows which way it points."""

MAX_FORWARD: Final = 0.7
"""Body in front of the hip, in trunk lengths, at the lower border: a belly reaches 0.5, thighs of
someone who sits 0.8."""

SUPPORT_RADIUS: Final = 0.10
"""A landmark counts as shown when there is body within this many trunk lengths of it."""

ROOM_BELOW_HIPS: Final = {"hips": 0.2, "knees": 0.6, "ankles": 1.25, "feet": 1.25}
"""Least room below the hips, in trunk lengths, in which a part of a standing person can lie. Knees
are 0.75 to 0.85 and ankles 1.5 to 1.7 below; a low or near camera takes a sixth off that."""


def parts_in_frame(landmarks_px: FloatArray, mask: NDArray[np.float32]) -> frozenset[str]:
    """Return the parts of the body that the photo really shows.

    The pose network invents landmarks outside the picture with full confidence, so a part counts
    only when all its landmarks lie inside the picture and on the mask. Legs that are cut off it
    squeezes into what is left of them, so a body that reaches the lower edge must also leave room
    for the part above that edge.

    Parameters
    ----------
    landmarks_px : ndarray, shape (33, 2)
    mask : ndarray of float32, shape (H, W)

    Returns
    -------
    frozenset of {"head", "shoulders", "hips", "knees", "ankles", "feet"}
    """
    unit = trunk_length_px(landmarks_px)
    landmarks = {
        "head": (*EARS, *FACE[:1]),
        "shoulders": SHOULDERS,
        "hips": HIPS,
        "knees": KNEES,
        "ankles": ANKLES,
        "feet": (*HEELS, *TOES),
    }
    return frozenset(
        part
        for part, members in landmarks.items()
        if all(_supported(landmarks_px[i], mask, SUPPORT_RADIUS * unit) for i in members)
    ) - _squeezed(landmarks_px, mask, unit)


def trunk_length_px(landmarks_px: FloatArray) -> float:
    """Return the distance from mid-shoulder to mid-hip in pixels."""
    return float(np.hypot(*(midpoint(landmarks_px, SHOULDERS) - midpoint(landmarks_px, HIPS))))


def estimate_yaw_deg(world: FloatArray) -> float:
    """Return the angle by which the person is turned out of the exact side view.

    Parameters
    ----------
    world : ndarray, shape (33, 3)
        World landmarks in metres.

    Returns
    -------
    float
        Degrees, 0 for an exact profile, with a sign; read from the shoulder line, because the hip
        line of the network is biased by about 10 degrees.
    """
    across = world[SHOULDERS[0]] - world[SHOULDERS[1]]
    return float(np.degrees(np.arctan2(across[0], abs(across[2]))))


def require_side_view(world: FloatArray) -> float:
    """Return the yaw in degrees; refuse front, back and half-turned views.

    Raises
    ------
    PoseError
        ``not_side_view``.
    """
    yaw = estimate_yaw_deg(world)
    if abs(yaw) > MAX_YAW_DEG:
        raise PoseError(
            "This is not a side view: stand sideways to the camera, so that one shoulder hides "
            "the other, and take the photo again.",
            code="not_side_view",
        )
    return yaw


def require_trunk(parts: frozenset[str]) -> None:
    """Refuse photos that cut off shoulders or hips.

    Raises
    ------
    PoseError
        ``body_cropped``.
    """
    missing = [part for part in ("shoulders", "hips") if part not in parts]
    if missing == ["hips"]:
        raise PoseError(
            "The legs are cut off: step back until head and feet are in the picture.",
            code="body_cropped",
        )
    if missing:
        raise PoseError(
            message(
                "The photo does not show the {parts}: step back until the whole body is in the "
                "picture.",
                parts=message("shoulders and hips" if len(missing) == 2 else missing[0]),
            ),
            code="body_cropped",
        )


def require_upright_picture(landmarks_px: FloatArray) -> None:
    """Refuse pictures that lie on their side or stand on their head.

    Raises
    ------
    PoseError
        ``picture_turned_left``, ``picture_turned_right`` or ``picture_upside_down``.
    """
    shoulder, hip, ankle = (midpoint(landmarks_px, pair) for pair in (SHOULDERS, HIPS, ANKLES))
    if _angle_deg(shoulder, hip, ankle) < 180.0 - MAX_FOLD_DEG:
        return
    slope = _slope_deg(hip, shoulder)
    if slope > UPSIDE_DOWN_DEG:
        raise PoseError(
            "The picture is upside down: turn it round, so that the head is at the top.",
            code="picture_upside_down",
        )
    if slope > TURNED_DEG and shoulder[0] < hip[0]:
        raise PoseError(
            "The picture lies on its side: turn it a quarter turn to the right, so that the head "
            "is at the top.",
            code="picture_turned_left",
        )
    if slope > TURNED_DEG:
        raise PoseError(
            "The picture lies on its side: turn it a quarter turn to the left, so that the head "
            "is at the top.",
            code="picture_turned_right",
        )


def require_size(landmarks_px: FloatArray) -> None:
    """Refuse people too small in the picture to be measured.

    Raises
    ------
    PoseError
        ``person_too_small``.
    """
    if trunk_length_px(landmarks_px) < MIN_TRUNK_PX:
        raise PoseError(
            "The person is too small in the picture to be measured: send the photo in its full "
            "size, or go closer.",
            code="person_too_small",
        )


def require_standing(
    landmarks_px: FloatArray,
    parts: frozenset[str],
    mask: NDArray[np.float32],
    *,
    roll_deg: float,
) -> None:
    """Refuse people who sit, lie, bend, squat or walk.

    Parameters
    ----------
    landmarks_px : ndarray, shape (33, 2)
    parts : frozenset of str
        Parts in frame. Where the knees are not among them, the thighs are judged by where they
        leave the picture.
    mask : ndarray of float32, shape (H, W)
    roll_deg : float
        Camera roll, so that a tilted camera is not mistaken for a leaning person.

    Raises
    ------
    PoseError
        ``not_standing``.
    """
    points = _level(landmarks_px, roll_deg) / trunk_length_px(landmarks_px)
    reason = _bent(points, parts) or _striding(points, parts)
    if reason is None and "knees" not in parts and _thighs_forward(landmarks_px, mask):
        reason = "sitting or squatting"
    if reason:
        raise PoseError(
            message(
                "The person is {reason}: stand upright and still, feet side by side, and take the "
                "photo again.",
                reason=message(reason),
            ),
            code="not_standing",
        )


def _supported(point: FloatArray, mask: NDArray[np.float32], radius: float) -> bool:
    height, width = mask.shape
    x, y = float(point[0]), float(point[1])
    if not (0 <= x < width and 0 <= y < height):
        return False
    reach = max(1, round(radius))
    window = mask[
        max(0, int(y) - reach) : int(y) + reach + 1, max(0, int(x) - reach) : int(x) + reach + 1
    ]
    return bool(window.max() > 0.5)


def _squeezed(landmarks_px: FloatArray, mask: NDArray[np.float32], unit: float) -> frozenset[str]:
    """Return the parts for which the lower edge of the picture cuts a body off too early."""
    x, y = midpoint(landmarks_px, HIPS)
    near = mask[-2:, max(0, int(x - unit)) : max(0, int(x + unit))]
    if near.size == 0 or near.max() <= 0.5:
        return frozenset()
    room = (mask.shape[0] - float(y)) / unit
    return frozenset(part for part, least in ROOM_BELOW_HIPS.items() if room < least)


def _level(points: FloatArray, roll_deg: float) -> FloatArray:
    """Turn image points so that true vertical becomes the picture's vertical."""
    roll = np.radians(roll_deg)
    turn = np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    turned: FloatArray = points @ turn.T
    return turned


def _bent(points: FloatArray, parts: frozenset[str]) -> str | None:
    shoulder, hip, knee = (midpoint(points, pair) for pair in (SHOULDERS, HIPS, KNEES))
    if _slope_deg(hip, shoulder) > MAX_TRUNK_LEAN_DEG:
        return "bending or lying"
    if "knees" in parts and _slope_deg(knee, hip) > MAX_THIGH_SLOPE_DEG:
        return "sitting or squatting"
    if "ankles" in parts and "knees" in parts:
        angles = [
            _angle_deg(points[HIPS[side]], points[KNEES[side]], points[ANKLES[side]])
            for side in (0, 1)
        ]
        if min(angles) < MIN_KNEE_DEG:
            return "bending the knees"
    return None


def _thighs_forward(landmarks_px: FloatArray, mask: NDArray[np.float32]) -> bool:
    """Tell whether thighs that leave the picture do so level with the hip, as in someone seated."""
    unit, hip = trunk_length_px(landmarks_px), midpoint(landmarks_px, HIPS)
    first = max(0, round(hip[1] - LEVEL_WITH_HIP * unit))
    borders = {0: hip[0], -1: mask.shape[1] - 1 - hip[0]}
    if any(
        distance > LEAST_FORWARD * unit and (mask[first:, border] > 0.5).any()
        for border, distance in borders.items()
    ):
        return True
    columns = np.flatnonzero(mask[-1] > 0.5)
    if not len(columns):
        return False
    reach = max(columns[-1] - hip[0], hip[0] - columns[0])
    drop = len(mask) - 1 - hip[1]
    aside = abs(float(columns.mean()) - hip[0])
    limit = drop * np.tan(np.radians(MAX_THIGH_SLOPE_DEG))
    return bool(reach > MAX_FORWARD * unit or (drop > MIN_DROP * unit and aside > limit))


def _striding(points: FloatArray, parts: frozenset[str]) -> str | None:
    if "ankles" not in parts:
        return None
    apart = np.abs(points[ANKLES[0]] - points[ANKLES[1]])
    if apart[0] > MAX_STRIDE:
        return "taking a step"
    return "lifting one foot" if apart[1] > MAX_FOOT_LIFT else None


def _slope_deg(lower: FloatArray, upper: FloatArray) -> float:
    """Return the angle of the line lower-upper to "up" in an image with y down, 0 to 180."""
    rise = upper - lower
    return float(np.degrees(np.abs(np.arctan2(rise[0], -rise[1]))))


def _angle_deg(a: FloatArray, b: FloatArray, c: FloatArray) -> float:
    """Return the inner angle at ``b`` between the lines to ``a`` and ``c``."""
    u, v = a - b, c - b
    cosine = np.dot(u, v) / max(float(np.hypot(*u) * np.hypot(*v)), 1e-12)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
