"""Correct an analysis by hand: new numbers from moved points, without the pose network."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.analysis.pipeline import Body, Reading, read_body
from posture.analysis.points import offered_pelvis_px, points_px, stickers_of
from posture.analysis.result import Analysis, Geometry
from posture.estimator.file import shipped_estimator
from posture.estimator.model import Estimates, Estimator
from posture.inputs.corrections import BACK_POINTS, NO_CORRECTIONS, SAME_PX, Corrections, bad_point
from posture.inputs.hints import Hints
from posture.messages import message
from posture.quantity import Quantity
from posture.screening.grade import screen
from posture.texts import POINT_LABELS

REACH: Final = 0.10
"""How far beside the person a point may lie, in trunk lengths: 5 cm, for a coarse finger."""

BACK_REACH: Final = 0.20
"""How far from the back outline T12 and S1 may be placed, in trunk lengths."""

ORDER: Final = (("ear", "shoulder"), ("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"))
"""Which joint lies above which in everyone who stands."""

LEAST_ARCH: Final = 0.08
"""Least height of T12 above S1, in trunk lengths: a third of a short lumbar spine."""


def correct(
    analysis: Analysis, corrections: Corrections, *, estimator: Estimator | None = None
) -> Analysis:
    """Measure a photo again with points that a person placed.

    Parameters
    ----------
    analysis : Analysis
        Of a photo; what was corrected in it before is forgotten.
    corrections : Corrections
        All corrections that are to hold. Points that were not moved do not count.
    estimator : Estimator, optional
        Calibrated model to use instead of the shipped one.

    Returns
    -------
    Analysis
        The original analysis when nothing is corrected. Otherwise every number that differs
        from the original has the flag ``"corrected"``; a tilt from ASIS and PSIS has the flag
        ``"manual_points"``.

    Raises
    ------
    SettingsError
        ``bad_point`` if a point cannot be where it was placed, saying why.
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
        screening=screen(estimates, measures, sex=base.hints.sex),
        geometry=geometry_of(reading, image=base.geometry.image, mask=base.geometry.mask),
        corrections=moved,
        original=base,
    )


def with_hints(analysis: Analysis, hints: Hints, *, estimator: Estimator | None = None) -> Analysis:
    """Return the original analysis for other hints on the person, without running the network.

    Parameters
    ----------
    analysis : Analysis
        Of a photo; earlier corrections are dropped.
    hints : Hints
        With another sex, clothing or height. Hints on the photo itself have no effect.
    estimator : Estimator, optional
        Calibrated model to use instead of the shipped one.
    """
    base = analysis.original or analysis
    if (hints.sex, hints.clothing) == (base.hints.sex, base.hints.clothing):
        return replace(base, hints=hints)
    body = replace(body_of(base), hints=hints)
    reading = read_body(body, estimator or shipped_estimator(), NO_CORRECTIONS)
    return replace(
        base,
        hints=hints,
        view=reading.view,
        provenance=replace(base.provenance, sex=hints.sex, clothing=hints.clothing),
        estimates=reading.estimates,
        screening=screen(reading.estimates, base.measures, sex=hints.sex),
        geometry=replace(base.geometry, features=reading.features),
    )


def body_of(analysis: Analysis) -> Body:
    """Return the person as the network saw them, to be measured again."""
    geometry = analysis.geometry
    return Body(
        image=geometry.image,
        landmarks_px=geometry.landmarks_px,
        mask=geometry.mask,
        view=analysis.view,
        hints=analysis.hints,
    )


def geometry_of(
    reading: Reading, *, image: NDArray[np.uint8], mask: NDArray[np.float32]
) -> Geometry:
    """Return what pictures are drawn from."""
    return Geometry(
        image=image,
        mask=mask,
        landmarks_px=reading.landmarks_px,
        frame=reading.frame,
        silhouette=reading.traced.silhouette,
        joints=reading.traced.joints,
        curve=reading.traced.curve,
        features=reading.features,
    )


def _moved_only(base: Analysis, corrections: Corrections) -> Corrections:
    """Leave out what a person has not changed."""
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
    """Refuse joints that lie above each other as in nobody who stands."""
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
    if curve.thoracolumbar[1] - curve.lumbosacral[1] < LEAST_ARCH:
        raise bad_point("T12 must lie well above S1: move one of the two.")


def _flagged(value: Quantity, before: Quantity) -> Quantity:
    return value if value == before else replace(value, flags=(*value.flags, "corrected"))


def _flagged_estimates(found: Estimates, before: Estimates) -> Estimates:
    return replace(
        found,
        pelvic_tilt_deg=_flagged(found.pelvic_tilt_deg, before.pelvic_tilt_deg),
        lumbar_lordosis_deg=_flagged(found.lumbar_lordosis_deg, before.lumbar_lordosis_deg),
        lumbar_depth_pct=_flagged(found.lumbar_depth_pct, before.lumbar_depth_pct),
    )


__all__ = [
    "NO_CORRECTIONS",
    "Corrections",
    "correct",
    "offered_pelvis_px",
    "points_px",
    "stickers_of",
]
