"""The pipeline behind the pose network: measures and estimates from landmarks and mask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.estimator.change_error import NO_CHANGE_ERRORS
from posture.estimator.features import feature_vector
from posture.estimator.locator import LOCATED_JOINTS
from posture.estimator.model import Estimates, Estimator
from posture.geometry.back_curve import with_tangents_at
from posture.geometry.frame import BodyFrame, midpoint
from posture.geometry.joints import OFFSETS, Joints, locate_joints
from posture.geometry.refinement import refined
from posture.geometry.silhouette import trace_silhouette
from posture.inputs.corrections import JOINT_POINTS, Corrections
from posture.inputs.hints import Hints
from posture.inputs.protocol import CM_PER_M
from posture.landmarks import ANKLES, EARS, HIPS, KNEES, SHOULDERS, Pair
from posture.measures.catalogue import take_measures
from posture.measures.traced_body import TracedBody, trace_body
from posture.pelvis.line import (
    PelvisLine,
    change_error_of,
    line_error,
    require_possible,
    slope_of,
    trunk_length_mm,
)
from posture.quantity import Z90, Quantity
from posture.types import FloatArray, Point
from posture.view.findings import OUTLINE_CODES, outline_findings
from posture.view.gate import View
from posture.view.parallax import Camera
from posture.view.stance import trunk_length_px
from posture.view.stretch import (
    STRETCH_CODES,
    STRETCH_COST_DEG,
    UNSTRETCHED,
    Stretch,
    judge_stretch,
    proportions,
    stretch_of,
)

PAIRS: Final[Mapping[str, Pair]] = {
    "ear": EARS,
    "shoulder": SHOULDERS,
    "hip": HIPS,
    "knee": KNEES,
    "ankle": ANKLES,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """One person as the pose network saw them, before anything was measured.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    landmarks_px : ndarray, shape (33, 2)
    mask : ndarray of float32, shape (H, W)
    """

    image: NDArray[np.uint8]
    landmarks_px: FloatArray
    mask: NDArray[np.float32]
    view: View
    hints: Hints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """Measures and estimates of a body, and all that they were computed from.

    Parameters
    ----------
    landmarks_px : ndarray, shape (33, 2)
        Those of the body, moved for placed joints.
    view : View
        That of the body, with findings about everything that hides its outline.
    features : ndarray, shape (F,)
        Input of the estimator.
    """

    landmarks_px: FloatArray
    frame: BodyFrame
    view: View
    traced: TracedBody
    measures: Mapping[str, Quantity]
    features: FloatArray
    estimates: Estimates


def read_body(body: Body, estimator: Estimator, corrections: Corrections) -> Reading:
    """Measure a body and estimate pelvis and lumbar arch.

    Parameters
    ----------
    corrections : Corrections
        Points that a person placed; none for an uncorrected photo.

    Raises
    ------
    SettingsError
        ``bad_point`` if ASIS and PSIS cannot be where they were placed.

    Notes
    -----
    Placing T12 and S1 changes only measures of the back: the estimator was calibrated with the
    tangents at the inflections and still gets those.
    """
    view = body.view
    landmarks = _with_placed(body.landmarks_px, _frame(body.landmarks_px, view), corrections)
    frame = _frame(landmarks, view)
    coarse = trace_silhouette(body.mask, landmarks, frame)
    silhouette = refined(coarse, image=body.image, mask=body.mask)
    joints = _place(locate_joints(landmarks, frame, view.parts), corrections, frame)
    traced = trace_body(silhouette, joints, parts=view.parts, roll_sd_deg=view.roll.sd_deg)
    measures = take_measures(traced)
    male = None if body.hints.sex is None else body.hints.sex == "male"
    features = feature_vector(
        traced, measures, yaw_deg=view.yaw_deg, male=male, clothing=body.hints.clothing
    )
    estimates = _read_beside(
        estimator.estimate(
            features,
            roll_sd_deg=view.roll.sd_deg,
            placed={
                name: getattr(joints, name) for name in LOCATED_JOINTS if name in joints.placed
            },
        ),
        covered=traced.back_covered,
    )
    stretch = _stretch(body, traced)
    if stretch.findings:
        estimates = _widened_estimates(estimates, stretch.log_factor)
        measures = {name: _widened(value, stretch.log_factor) for name, value in measures.items()}
    marked = _with_tangents(traced, corrections, frame)
    return Reading(
        landmarks_px=landmarks,
        frame=frame,
        view=_with_outline(body, traced, estimates).with_findings(
            stretch.findings, instead_of=STRETCH_CODES
        ),
        traced=marked,
        measures=measures if marked is traced else take_measures(marked),
        features=features,
        estimates=_with_line(estimates, traced, corrections, body, estimator),
    )


def _read_beside(estimates: Estimates, *, covered: bool) -> Estimates:
    """Return the estimates of a photo, without errors of a change of the arch if it is covered.

    Belly, thighs and the rest of the back give evidence of a covered arch, and its interval shows
    how much (docs/method.md). But slope and errors of a change were measured on backs in view.
    """
    if not covered:
        return estimates
    change = replace(estimates.change, lumbar_lordosis_deg=None, lumbar_depth_pct=None)
    return replace(estimates, change=change)


def _stretch(body: Body, traced: TracedBody) -> Stretch:
    """Return how far the picture is stretched, as far as a whole body shows it."""
    contour = traced.silhouette.contour_px
    if traced.silhouette.cut & {"top", "bottom"} or not len(contour):
        return UNSTRETCHED
    return judge_stretch(stretch_of(proportions(contour, body.landmarks_px, body.view.yaw_deg)))


def _widened_estimates(estimates: Estimates, log_factor: float) -> Estimates:
    """Return the estimates of a stretched picture, without errors of a change.

    Arch and depth grow with the width of the picture; the tilt may be off either way.
    """
    return replace(
        estimates,
        pelvic_tilt_deg=_widened(estimates.pelvic_tilt_deg, log_factor, STRETCH_COST_DEG),
        lumbar_lordosis_deg=_widened(estimates.lumbar_lordosis_deg, log_factor),
        lumbar_depth_pct=_widened(estimates.lumbar_depth_pct, log_factor),
        change=NO_CHANGE_ERRORS,
    )


def _widened(quantity: Quantity, log_factor: float, least: float = 0.0) -> Quantity:
    """Widen an interval by the change of the value itself, or of ``least`` if that is more."""
    if quantity.value is None or quantity.sd is None:
        return quantity
    error = abs(log_factor) * max(abs(quantity.value), least)
    half = Z90 * float(np.hypot(quantity.sd, error))
    return replace(quantity, low=quantity.value - half, high=quantity.value + half)


def _with_outline(body: Body, traced: TracedBody, estimates: Estimates) -> View:
    """Return the view with findings about everything that hides the trunk's own outline."""
    silhouette, arch = traced.silhouette, estimates.lumbar_lordosis_deg
    found = outline_findings(
        silhouette.flags,
        covered=traced.back_covered,
        beside_arm=traced.back_covered and silhouette.arm_over_low_back and arch.present,
        clothing=body.hints.clothing,
    )
    return body.view.with_findings(found, instead_of=OUTLINE_CODES)


def _frame(landmarks: FloatArray, view: View) -> BodyFrame:
    return BodyFrame(
        origin_px=_point(midpoint(landmarks, HIPS)),
        unit_px=trunk_length_px(landmarks),
        facing=view.facing,
        roll_deg=view.roll.deg,
    )


def _with_placed(landmarks: FloatArray, frame: BodyFrame, corrections: Corrections) -> FloatArray:
    """Move both landmarks of each placed joint to where the network would have put them.

    The network puts landmarks at a constant offset from the joint centre, and frame and estimator
    are calibrated with that. So the offset is added to a placed centre before they use it.
    """
    moved = landmarks.copy()
    for name in JOINT_POINTS:
        point = corrections.get(name)
        if point is not None:
            pair = list(PAIRS[name])
            seen = frame.to_image(frame.to_body(np.array(point)) + np.array(OFFSETS[name]))
            moved[pair] += seen - midpoint(landmarks, PAIRS[name])
    return moved


def _place(joints: Joints, corrections: Corrections, frame: BodyFrame) -> Joints:
    """Return the joints, with placed ones exactly where they were placed, without any offset."""
    placed = {name: corrections.get(name) for name in JOINT_POINTS}
    points = {
        name: frame.to_body(np.array(point)) for name, point in placed.items() if point is not None
    }
    return replace(joints, **points, placed=frozenset(points)) if points else joints


def _with_tangents(traced: TracedBody, corrections: Corrections, frame: BodyFrame) -> TracedBody:
    if traced.curve is None or (corrections.t12 is None and corrections.s1 is None):
        return traced
    upper, lower = (
        None if point is None else frame.to_body(np.array(point))
        for point in (corrections.t12, corrections.s1)
    )
    return replace(traced, curve=with_tangents_at(traced.curve, upper=upper, lower=lower))


def _with_line(
    estimates: Estimates,
    traced: TracedBody,
    corrections: Corrections,
    body: Body,
    estimator: Estimator,
) -> Estimates:
    """Add the slope of a placed line, if there is one; the position takes it as a reading."""
    if corrections.asis is None or corrections.psis is None:
        return estimates
    frame, hints = traced.silhouette.frame, body.hints
    trunk_mm = trunk_length_mm(height_cm=hints.height_cm, stature=traced.stature)
    line = PelvisLine(
        asis=frame.to_body(np.array(corrections.asis)),
        psis=frame.to_body(np.array(corrections.psis)),
        marked=corrections.marked,
    )
    require_possible(line, trunk_mm=trunk_mm)
    camera = camera_of(hints)
    error = line_error(line, traced.silhouette, view=body.view, camera=camera, trunk_mm=trunk_mm)
    return estimator.with_line(
        estimates, slope_of(line, error, camera), change_error_of(line, error)
    )


def camera_of(hints: Hints) -> Camera:
    """Return the place of the camera as stated by the user."""
    return Camera(
        distance_m=hints.distance_m,
        height_m=hints.camera_height_m,
        person_m=None if hints.height_cm is None else hints.height_cm / CM_PER_M,
    )


def _point(array: FloatArray) -> Point:
    return float(array[0]), float(array[1])
