"""Corrections by hand: places of the movable points, and new numbers without the pose network."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.analysis.pipeline import Body, Reading, camera_of, read_body
from posture.analysis.result import Analysis, Bystander, Geometry, Pixels
from posture.estimator.file import shipped_estimator
from posture.estimator.model import Estimates, Estimator
from posture.inputs.corrections import (
    BACK_POINTS,
    JOINT_POINTS,
    NO_CORRECTIONS,
    PELVIS_POINTS,
    SAME_PX,
    Corrections,
    bad_point,
)
from posture.inputs.hints import Hints
from posture.messages import message
from posture.pelvis.line import trunk_length_mm
from posture.pelvis.stickers import StickerSearch, find_stickers
from posture.photo.load import Reduction
from posture.pose.plausibility import Pose
from posture.quantity import Quantity
from posture.screening.build import chance_of_male
from posture.screening.grade import screen
from posture.texts import POINT_LABELS
from posture.types import FloatArray, Point
from posture.view.parallax import BONE_LINE_M, with_known_camera

REACH: Final = 0.10
"""Greatest distance of a point from the person, in trunk lengths: 5 cm, for clumsy fingers."""

BACK_REACH: Final = 0.20
"""Greatest distance of T12 and S1 from the back outline, in trunk lengths."""

ORDER: Final = (("ear", "shoulder"), ("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"))
"""Pairs of joints of which the first lies above the second in everyone who stands."""

MIN_T12_ABOVE_S1: Final = 0.08
"""Least height of T12 above S1, in trunk lengths: a third of a short lumbar spine."""

PELVIS_CENTRE: Final = (-0.06, 0.13)
"""Midpoint of the ASIS-PSIS line relative to the hip joint centre, in trunk lengths (anterior, up):
the hip joint lies 19 % of pelvic width behind and 30 % below the ASIS (Bell 1990), about 7 cm below
and 3 cm in front of that midpoint. It only places lines and handles; no number depends on it."""

INSIDE: Final = 0.04
"""Distance inside the outline at which the handle of the PSIS is offered, in trunk lengths."""

USUAL_SLOPE_DEG: Final = 10.0
"""Slope between the offered handles when no position is stated."""


def correct(
    analysis: Analysis, corrections: Corrections, *, estimator: Estimator | None = None
) -> Analysis:
    """Measure a photo again with points that a person placed.

    Parameters
    ----------
    analysis : Analysis
        Earlier corrections in it are dropped.
    corrections : Corrections
        All corrections to apply. Points that were not moved do not count.
    estimator : Estimator, optional
        Estimator to use instead of the shipped one.

    Returns
    -------
    Analysis
        The original analysis if nothing is corrected. Otherwise every number that differs from the
        original has the flag ``"corrected"``; the line between ASIS and PSIS has the flag
        ``"manual_points"``, and a position that took it the flag ``"line_taken"``.

    Raises
    ------
    SettingsError
        ``bad_point`` if a point cannot be where it was placed; the message says why.
    """
    base = analysis.original or analysis
    moved = _moved_only(base, corrections)
    if not moved.names:
        return base
    view = base.view
    if moved.facing is not None:
        view = replace(view, facing=moved.facing, cues=())
    _require_on_person(base, moved)
    body = replace(body_of(base), view=view)
    reading = read_body(body, estimator or shipped_estimator(), moved)
    _require_order(reading, moved)
    measures = {
        name: _flagged(value, base.measures[name]) for name, value in reading.measures.items()
    }
    estimates = _flagged_estimates(reading.estimates, base.estimates)
    return replace(
        base,
        view=reading.view,
        measures=measures,
        estimates=estimates,
        screening=screen(
            estimates, measures, sex=base.hints.sex, male=chance_of_male(reading.features)
        ),
        geometry=geometry_of(
            reading,
            image=base.geometry.image,
            mask=base.geometry.mask,
            others=base.geometry.others,
            reduction=base.geometry.reduction,
        ),
        corrections=moved,
        original=base,
    )


def reestimated(
    analysis: Analysis, hints: Hints, *, estimator: Estimator | None = None
) -> Analysis:
    """Estimate again with other hints about the person, without the pose network.

    Parameters
    ----------
    analysis : Analysis
        Corrections in it are dropped.
    hints : Hints
        With another sex, clothing, height or camera. Hints about the rest of the photo have no
        effect.
    estimator : Estimator, optional
        Estimator to use instead of the shipped one.
    """
    before = analysis.original or analysis
    base = replace(
        before,
        hints=hints,
        view=with_known_camera(before.view, camera_of(hints)),
        provenance=replace(
            before.provenance,
            sex=hints.sex,
            clothing=hints.clothing,
            height_cm=hints.height_cm,
            camera_height_cm=hints.camera_height_cm,
            camera_distance_cm=hints.camera_distance_cm,
        ),
    )
    if (hints.sex, hints.clothing) == (before.hints.sex, before.hints.clothing):
        return base
    reading = read_body(body_of(base), estimator or shipped_estimator(), NO_CORRECTIONS)
    return replace(
        base,
        view=reading.view,
        estimates=reading.estimates,
        screening=screen(
            reading.estimates,
            base.measures,
            sex=hints.sex,
            male=chance_of_male(reading.features),
        ),
        geometry=replace(base.geometry, features=reading.features),
    )


def body_of(analysis: Analysis) -> Body:
    """Return the person as the pose network saw them, to be measured again."""
    geometry = analysis.geometry
    return Body(
        image=geometry.image,
        landmarks_px=geometry.landmarks_px,
        mask=geometry.mask,
        view=analysis.view,
        hints=analysis.hints,
    )


def bystanders(pose: Pose) -> tuple[Bystander, ...]:
    """Return everyone else in a photo of a person."""
    return tuple(
        Bystander(landmarks_px=other.landmarks, area=(other.mask > 0.5) & (other.mask > pose.mask))
        for other in pose.others
    )


def geometry_of(
    reading: Reading,
    *,
    image: NDArray[np.uint8],
    mask: NDArray[np.float32],
    others: tuple[Bystander, ...],
    reduction: Reduction,
) -> Geometry:
    """Return the geometry of a reading, from which pictures are drawn."""
    return Geometry(
        pixels=Pixels(image=image, mask=mask),
        landmarks_px=reading.landmarks_px,
        frame=reading.frame,
        silhouette=reading.traced.silhouette,
        joints=reading.traced.joints,
        curve=reading.traced.curve,
        features=reading.features,
        others=others,
        reduction=reduction,
    )


def points_px(analysis: Analysis) -> dict[str, Point | None]:
    """Return the current place of every movable point, in pixels of ``geometry.image``.

    Returns
    -------
    dict of str to (x, y) or None
        By the names of :data:`posture.inputs.corrections.POINTS`; ``None`` for points that the
        photo does not show, and for ASIS and PSIS, which no photo shows, until a person places
        them.
    """
    geometry = analysis.geometry
    curve = geometry.curve
    inner: dict[str, FloatArray | None] = {name: geometry.joints.get(name) for name in JOINT_POINTS}
    inner["t12"] = None if curve is None else curve.thoracolumbar
    inner["s1"] = None if curve is None else curve.lumbosacral
    found: dict[str, Point | None] = {
        name: None if point is None else _point(geometry.frame.to_image(point))
        for name, point in inner.items()
    }
    found.update(dict.fromkeys(PELVIS_POINTS))
    return {**found, **analysis.corrections.points()}


def offered_pelvis_px(analysis: Analysis) -> dict[str, Point]:
    """Return places at which handles for ASIS and PSIS are offered; no number depends on them.

    Returns
    -------
    dict of str to (x, y)
        ``"asis"`` and ``"psis"``: as placed, or roughly as the estimated position has them.
    """
    placed = analysis.corrections.points()
    if "asis" in placed:
        return {name: placed[name] for name in PELVIS_POINTS}
    geometry = analysis.geometry
    tilt = analysis.estimates.pelvic_tilt_deg.value
    angle = np.radians(USUAL_SLOPE_DEG if tilt is None else tilt)
    length = 1000.0 * BONE_LINE_M / trunk_mm_of(analysis)
    half = 0.5 * length * np.array([np.cos(angle), -np.sin(angle)])
    centre = geometry.joints.hip + np.array(PELVIS_CENTRE)
    centre[0] += max(0.0, _back_at(geometry, centre[1] - half[1]) - (centre - half)[0])
    return {
        "asis": _point(geometry.frame.to_image(centre + half)),
        "psis": _point(geometry.frame.to_image(centre - half)),
    }


def stickers_of(analysis: Analysis) -> StickerSearch:
    """Search an analysed photo for stickers that mark ASIS and PSIS.

    The photo is searched as it was corrected: which dot is the front one follows from the facing.

    Returns
    -------
    StickerSearch
        In pixels of ``analysis.geometry.image``; pass both points to
        ``Corrections(asis=..., psis=..., marked=True)``.
    """
    geometry = analysis.geometry
    return find_stickers(
        geometry.image, geometry.mask, geometry.frame, trunk_mm=trunk_mm_of(analysis)
    )


def _moved_only(base: Analysis, corrections: Corrections) -> Corrections:
    """Leave out points and facing that the person has not changed."""
    now = points_px(base)
    same = [
        name
        for name, point in corrections.points().items()
        if (at := now[name]) is not None and np.hypot(*np.subtract(point, at)) <= SAME_PX
    ]
    if corrections.facing == base.view.facing:
        same.append("facing")
    return corrections.without(*same)


def _require_on_person(base: Analysis, corrections: Corrections) -> None:
    """Refuse points beside the picture or the person."""
    geometry = base.geometry
    reach = REACH * geometry.frame.unit_px
    height, width = geometry.mask.shape
    for name, (x, y) in corrections.points().items():
        if not (-0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5):
            raise bad_point(
                message(
                    "The point {point} lies outside the picture.", point=message(POINT_LABELS[name])
                )
            )
        left, top = max(0, int(x - reach)), max(0, int(y - reach))
        window = geometry.mask[top : int(y + reach) + 2, left : int(x + reach) + 2]
        if not window.max() > 0.5:
            raise bad_point(
                message(
                    "The point {point} lies beside the person: move it.",
                    point=message(POINT_LABELS[name]),
                )
            )


def _require_order(reading: Reading, corrections: Corrections) -> None:
    """Refuse joints in an order that nobody who stands has."""
    joints = reading.traced.joints
    for upper, lower in ORDER:
        high, low = joints.get(upper), joints.get(lower)
        touched = {upper, lower} & set(corrections.points())
        if touched and high is not None and low is not None and high[1] <= low[1]:
            raise bad_point(
                message(
                    "The {upper} must lie above the {lower}: move one of the two.",
                    upper=message(upper),
                    lower=message(lower),
                )
            )
    _require_on_back(reading, corrections)


def _require_on_back(reading: Reading, corrections: Corrections) -> None:
    curve = reading.traced.curve
    marks = {name: corrections.get(name) for name in BACK_POINTS}
    placed = {name: point for name, point in marks.items() if point is not None}
    if not placed:
        return
    if curve is None:
        raise bad_point(
            "The back is covered or has no hollow in this photo, so that T12 and S1 change "
            "nothing: leave them out."
        )
    for name, point in placed.items():
        offset = curve.points - reading.frame.to_body(np.array(point))
        if np.hypot(*offset.T).min() > BACK_REACH:
            raise bad_point(
                message(
                    "{point} belongs on the outline of the back: move it.",
                    point=message(POINT_LABELS[name]),
                )
            )
    if curve.thoracolumbar[1] - curve.lumbosacral[1] < MIN_T12_ABOVE_S1:
        raise bad_point("T12 must lie well above S1: move one of the two.")


def _flagged(value: Quantity, before: Quantity) -> Quantity:
    return value if value == before else replace(value, flags=(*value.flags, "corrected"))


def _flagged_estimates(found: Estimates, before: Estimates) -> Estimates:
    return replace(
        found,
        pelvic_tilt_deg=_flagged(found.pelvic_tilt_deg, before.pelvic_tilt_deg),
        lumbar_lordosis_deg=_flagged(found.lumbar_lordosis_deg, before.lumbar_lordosis_deg),
        lumbar_depth_pct=_flagged(found.lumbar_depth_pct, before.lumbar_depth_pct),
        asis_psis_deg=_flagged(found.asis_psis_deg, before.asis_psis_deg),
    )


def trunk_mm_of(analysis: Analysis) -> float:
    """Return the length of the person's trunk in millimetres, from their height where stated."""
    stature = analysis.geometry.silhouette.stature(analysis.view.parts)
    return trunk_length_mm(height_cm=analysis.hints.height_cm, stature=stature)


def _back_at(geometry: Geometry, level: float) -> float:
    """Return the position just inside the back outline at a level; -inf where there is none."""
    silhouette = geometry.silhouette
    x = silhouette.back.x[int(np.argmin(np.abs(silhouette.levels - level)))]
    return float(x) + INSIDE if np.isfinite(x) else -np.inf


def _point(array: FloatArray) -> Point:
    return float(array[0]), float(array[1])
