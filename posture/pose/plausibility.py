"""Detected poses, and the checks that they are people at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.landmarks import ANKLES, EARS, ELBOWS, HIPS, KNEES, SHOULDERS, TOES, WRISTS, Landmark

# Below MediaPipe's own threshold (0.5) the detector also reports animals, clocks and hung-up
# clothes. These values separate 276 photos of people without their head from 62 photos of nobody:
# none of the 62 pass, and only 6 of the 276 fail, all of them cut off at the knee as well.
_MIN_WORLD_HEIGHT_M = 1.15  # knee-high animals give 0.2 to 1.1 m, standing people 1.2 m and more
_MIN_TRUNK = 0.15  # of the photo's long side: anything smaller is clothes or texture
_MIN_LEGS = 0.8  # of the trunk: T-shirts on a hanger have short "legs"
_MIN_BONE_SUPPORT = 0.9  # mean of the mask along the bones of trunk and legs
_MIN_MASK_NEAR_BONES = 0.85  # share of the mask that lies around the bones
_MAX_UNCERTAIN = 0.25  # share of the mask that is neither clearly body nor clearly background
_SAME_PERSON = 0.5  # overlap of two masks, as a share of the smaller one
_COARSE = 4  # every fourth pixel is plenty for shares of a mask made on a 256-pixel grid
_BONE_SAMPLES = 9
_BONE_WIDTH = 0.5  # of the trunk: the half-width of a broad body seen from the front
_HEAD_RADIUS = 0.45  # of the trunk

# What is left of a second person once the bones of the first are painted over at this width, in
# trunks: so wide that in none of 73 real photos of one person anybody is found then. At 0.3 the
# person's own edge is taken for somebody in three of them.
_SLIM = 0.35
_MIN_SECOND = 0.55  # trunk of the second one, in trunks of the first
_MIN_APART = 0.25  # between the shoulders of both; with less, it is the first one again
_MIN_SECOND_SUPPORT = 0.8
_MIN_SECOND_PRESENCE = 0.9

_SUPPORTING = tuple(zip((*SHOULDERS, *HIPS, *KNEES), (*HIPS, *KNEES, *ANKLES), strict=True))
_BONES = (
    *_SUPPORTING,
    SHOULDERS,
    HIPS,
    *zip((*SHOULDERS, *ELBOWS), (*ELBOWS, *WRISTS), strict=True),
    *zip(ANKLES, TOES, strict=True),
)
_HEAD = (Landmark.NOSE, *EARS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pose:
    """One person as MediaPipe sees them.

    Attributes
    ----------
    landmarks : ndarray (33, 2) float64
        (x, y) in pixels of the image, y down; pixel centres are at whole numbers, so that
        ``mask[y, x]`` is the value under a landmark. Landmarks may lie outside the image.
    visibility : ndarray (33,) float64
        0 to 1; near 1 even for landmarks outside the image, so never a check by itself.
    presence : ndarray (33,) float64
        0 to 1: how sure the network is that the landmark is in the image.
    world : ndarray (33, 3) float64
        Metres, origin between the hips.
    mask : ndarray (H, W) float32
        Probability of body, 0 to 1, at image size and in memory of its own; the outline is its
        0.5 level.
    others : tuple of Pose
        Everyone else beside the person who is measured, small and half hidden ones included.
    """

    landmarks: NDArray[np.float64]
    visibility: NDArray[np.float64]
    presence: NDArray[np.float64]
    world: NDArray[np.float64]
    mask: NDArray[np.float32]
    others: tuple[Pose, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detection:
    """Everyone found in a photo.

    Attributes
    ----------
    main : Pose
        The person with the largest mask.
    others : tuple of Pose
        Everyone else, largest first.
    attempt : int
        Number of the attempt that succeeded; above 0 if the head was missing or the detector
        was unsure.
    """

    main: Pose
    others: tuple[Pose, ...]
    attempt: int


def distinct(poses: Iterable[Pose]) -> list[Pose]:
    """Return one pose per person, largest mask first.

    For a person without a head the detector reports up to four candidates; the largest agrees
    best with what it reports when the head is in the frame.
    """
    poses = list(poses)
    if len(poses) < 2:
        return poses
    kept: list[tuple[Pose, NDArray[np.bool_]]] = []
    for pose in sorted(poses, key=lambda pose: -float(_coarse(pose).sum())):
        body = _coarse(pose) > 0.5
        if not any(_overlap(body, other) > _SAME_PERSON for _, other in kept):
            kept.append((pose, body))
    return [pose for pose, _ in kept]


def overlaps(pose: Pose, known: Iterable[Pose]) -> bool:
    """Tell whether a pose lies on somebody who is known already."""
    body = _coarse(pose) > 0.5
    return any(_overlap(body, _coarse(other) > 0.5) > _SAME_PERSON for other in known)


def share_beside_bones(pose: Pose) -> float:
    """Return the share of a body's pixels that is too far from its bones to be its own."""
    body = _coarse(pose) > 0.5
    return 1.0 - _share_near_bones(pose, body, _trunk(pose)) if body.any() else 0.0


def along_bones(pose: Pose) -> NDArray[np.uint8]:
    """Return the pixels around the bones, shape (H, W) of 0 and 1: all but what is far from them.

    Someone in the same mask who stands beside or behind keeps enough of their body to be found.
    """
    body = _coarse(pose)
    drawn = _along_bones(pose, body.shape, _trunk(pose), width=_SLIM, radius=_SLIM)
    height, width = pose.mask.shape
    whole = cv2.resize(
        drawn.view(np.uint8), None, fx=_COARSE, fy=_COARSE, interpolation=cv2.INTER_NEAREST
    )
    return np.asarray(whole[:height, :width], dtype=np.uint8)


def is_beside(pose: Pose, main: Pose) -> bool:
    """Tell whether what is left beside somebody's bones is a person rather than their own edge."""
    apart = np.linalg.norm(_middle(pose, SHOULDERS) - _middle(main, SHOULDERS))
    return bool(
        _trunk(pose) >= _MIN_SECOND * _trunk(main)
        and apart >= _MIN_APART * _trunk(main)
        and _head_up(pose)
        and _bone_support(pose) >= _MIN_SECOND_SUPPORT
        and np.median(pose.presence) >= _MIN_SECOND_PRESENCE
    )


def _overlap(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    smaller = min(int(a.sum()), int(b.sum()))
    return int((a & b).sum()) / max(smaller, 1)


def head_in_frame(pose: Pose) -> bool:
    """Tell whether the whole head lies below the upper border of the image.

    The network sometimes squeezes a missing head into the frame; a body that touches the border
    gives it away.
    """
    above = pose.landmarks[list(_HEAD), 1].min() >= 0
    return bool(above and not (pose.mask[0] > 0.5).any())


def looks_human(pose: Pose) -> bool:
    """Tell whether a detection below MediaPipe's own threshold can be a standing person."""
    trunk = _trunk(pose)
    mask = _coarse(pose)
    body = mask > 0.5
    if trunk <= _MIN_TRUNK * max(pose.mask.shape) or not body.any() or not _head_up(pose):
        return False
    return bool(
        np.ptp(pose.world[:, 1]) >= _MIN_WORLD_HEIGHT_M
        and _leg_length(pose) >= _MIN_LEGS * trunk
        and _uncertain_share(mask) <= _MAX_UNCERTAIN
        and _bone_support(pose) >= _MIN_BONE_SUPPORT
        and _share_near_bones(pose, body, trunk) >= _MIN_MASK_NEAR_BONES
    )


def _coarse(pose: Pose) -> NDArray[np.float32]:
    # A copy: going several times through every fourth pixel of a large mask takes longer.
    return np.ascontiguousarray(pose.mask[::_COARSE, ::_COARSE])


def _middle(pose: Pose, pair: tuple[Landmark, Landmark]) -> NDArray[np.float64]:
    middle: NDArray[np.float64] = pose.landmarks[list(pair)].mean(axis=0)
    return middle


def _trunk(pose: Pose) -> float:
    return float(np.linalg.norm(_middle(pose, SHOULDERS) - _middle(pose, HIPS)))


def _head_up(pose: Pose) -> bool:
    # Without a head to go by, the network sometimes sees a person upside down.
    return bool(_middle(pose, SHOULDERS)[1] < _middle(pose, HIPS)[1])


def _leg_length(pose: Pose) -> float:
    hip, knee, ankle = (_middle(pose, pair) for pair in (HIPS, KNEES, ANKLES))
    return float(np.linalg.norm(hip - knee) + np.linalg.norm(knee - ankle))


def _uncertain_share(mask: NDArray[np.float32]) -> float:
    seen = int((mask > 0.1).sum())
    return 1.0 - int((mask >= 0.9).sum()) / max(seen, 1)


def _bone_support(pose: Pose) -> float:
    """Return the mean mask value along those parts of trunk and legs that lie in the image."""
    ends = pose.landmarks[np.array(_SUPPORTING)]
    along = np.linspace(0.0, 1.0, _BONE_SAMPLES)[:, None, None]
    points = np.rint(ends[:, 0] + along * (ends[:, 1] - ends[:, 0])).reshape(-1, 2)
    inside = ((points >= 0) & (points < pose.mask.shape[::-1])).all(axis=1)
    if not inside.any():
        return 0.0
    columns, rows = points[inside].astype(np.intp).T
    return float(pose.mask[rows, columns].mean())


def _share_near_bones(pose: Pose, body: NDArray[np.bool_], trunk: float) -> float:
    """Return the share of the body that lies within half a bone width of the skeleton."""
    near = _along_bones(pose, body.shape, trunk, width=_BONE_WIDTH, radius=_HEAD_RADIUS)
    return int((body & near).sum()) / int(body.sum())


def _along_bones(
    pose: Pose, shape: tuple[int, ...], trunk: float, *, width: float, radius: float
) -> NDArray[np.bool_]:
    """Return where the bones, so many trunks wide, and the head are among every fourth pixel."""
    drawn = np.zeros(shape, np.uint8)
    limit = 4 * max(shape)  # coordinates far outside overflow when drawn
    points = np.rint(np.clip(pose.landmarks / _COARSE, -limit, limit)).astype(int)
    across, around = (max(1, round(share * trunk / _COARSE)) for share in (width, radius))
    for start, end in _BONES:
        cv2.line(drawn, points[start].tolist(), points[end].tolist(), 1, across)
    head = points[list(_HEAD)].mean(axis=0).astype(int).tolist()
    cv2.circle(drawn, head, around, 1, -1)
    return drawn > 0
