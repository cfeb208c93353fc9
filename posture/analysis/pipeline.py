"""From one person's landmarks and mask to numbers: everything behind the pose network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.estimator.features import feature_vector
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
from posture.measures.scene import Scene, build_scene
from posture.pelvis.line import (
    PelvisLine,
    change_of,
    line_error,
    require_possible,
    tilt_of,
    trunk_mm,
)
from posture.quantity import Quantity
from posture.types import FloatArray, Point
from posture.view.findings import OUTLINE_CODES, outline_findings
from posture.view.gate import View
from posture.view.parallax import Camera
from posture.view.stance import trunk_length_px

PAIRS: Final[Mapping[str, Pair]] = {
    "ear": EARS,
    "shoulder": SHOULDERS,
    "hip": HIPS,
    "knee": KNEES,
    "ankle": ANKLES,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """One person as the network saw them, before anything was measured.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    landmarks_px : ndarray, shape (33, 2)
    mask : ndarray of float32, shape (H, W)
    view : View
    hints : Hints
    """

    image: NDArray[np.uint8]
    landmarks_px: FloatArray
    mask: NDArray[np.float32]
    view: View
    hints: Hints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """What was measured on a body.

    Parameters
    ----------
    landmarks_px : ndarray, shape (33, 2)
        With placed joints where they were placed.
    frame : BodyFrame
    view : View
        That of the body, with what hides its outline among the findings.
    scene : Scene
    measures : mapping of str to Quantity
    features : ndarray, shape (F,)
    estimates : Estimates
    """

    landmarks_px: FloatArray
    frame: BodyFrame
    view: View
    scene: Scene
    measures: Mapping[str, Quantity]
    features: FloatArray
    estimates: Estimates


def read_body(body: Body, estimator: Estimator, corrections: Corrections) -> Reading:
    """Measure a body and estimate what it says about the skeleton.

    Parameters
    ----------
    body : Body
    estimator : Estimator
    corrections : Corrections
        Points that a person placed; none for a photo as it is.

    Returns
    -------
    Reading

    Raises
    ------
    SettingsError
        ``bad_point`` if ASIS and PSIS cannot be where they were placed.

    Notes
    -----
    Marks of T12 and S1 change measures of the back only: the estimator was calibrated with the
    tangents at the inflections, and goes on seeing those.
    """
    view = body.view
    landmarks = _with_placed(body.landmarks_px, _frame(body.landmarks_px, view), corrections)
    frame = _frame(landmarks, view)
    traced = trace_silhouette(body.mask, landmarks, frame)
    silhouette = refined(traced, image=body.image, mask=body.mask)
    joints = _place(locate_joints(landmarks, frame, view.parts), corrections, frame)
    scene = build_scene(silhouette, joints, parts=view.parts, roll_sd_deg=view.roll.sd_deg)
    measures = take_measures(scene)
    male = None if body.hints.sex is None else body.hints.sex == "male"
    features = feature_vector(
        scene, measures, yaw_deg=view.yaw_deg, male=male, clothing=body.hints.clothing
    )
    estimates = estimator.estimate(features, absent=_abstained(scene), roll_sd_deg=view.roll.sd_deg)
    marked = _with_tangents(scene, corrections, frame)
    return Reading(
        landmarks_px=landmarks,
        frame=frame,
        view=_with_outline(body, scene),
        scene=marked,
        measures=measures if marked is scene else take_measures(marked),
        features=features,
        estimates=_with_line(estimates, scene, corrections, body),
    )


def _with_outline(body: Body, scene: Scene) -> View:
    """Charge the photo for what hides the trunk's own outline."""
    found = outline_findings(
        scene.silhouette.flags,
        covered=scene.curve_reason == "back_covered",
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
    """Move both landmarks of each placed joint to where the network would have seen it.

    The network sees a joint beside its centre, by a constant offset; frame and estimator are
    calibrated with that. So a placed centre gets the offset added before it is used for them.
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
    """Return the joints with placed ones exactly where they were placed, without any offset."""
    placed = {name: corrections.get(name) for name in JOINT_POINTS}
    points = {
        name: frame.to_body(np.array(point)) for name, point in placed.items() if point is not None
    }
    return replace(joints, **points, placed=frozenset(points)) if points else joints


def _with_tangents(scene: Scene, corrections: Corrections, frame: BodyFrame) -> Scene:
    if scene.curve is None or (corrections.t12 is None and corrections.s1 is None):
        return scene
    upper, lower = (
        None if point is None else frame.to_body(np.array(point))
        for point in (corrections.t12, corrections.s1)
    )
    return replace(scene, curve=with_tangents_at(scene.curve, upper=upper, lower=lower))


def _with_line(
    estimates: Estimates, scene: Scene, corrections: Corrections, body: Body
) -> Estimates:
    """Put the angle of a placed line in the place of the estimated tilt."""
    if corrections.asis is None or corrections.psis is None:
        return estimates
    frame, hints = scene.silhouette.frame, body.hints
    mm = trunk_mm(height_cm=hints.height_cm, stature=scene.stature)
    line = PelvisLine(
        asis=frame.to_body(np.array(corrections.asis)),
        psis=frame.to_body(np.array(corrections.psis)),
        marked=corrections.marked,
    )
    require_possible(line, mm=mm)
    camera = camera_of(hints)
    error = line_error(line, scene.silhouette, view=body.view, camera=camera, mm=mm)
    return replace(
        estimates,
        pelvic_tilt_deg=tilt_of(line, error, camera),
        change=replace(estimates.change, pelvic_tilt_deg=change_of(line, error)),
    )


def camera_of(hints: Hints) -> Camera:
    """Return what the user told about the camera."""
    return Camera(
        distance_m=hints.distance_m,
        height_m=hints.camera_height_m,
        person_m=None if hints.height_cm is None else hints.height_cm / CM_PER_M,
    )


def _abstained(scene: Scene) -> dict[str, str]:
    """Targets that must not be stated because the stretch they live on was not seen.

    The tilt is not among them: belly, thighs and what is left of the back still tell of it, and its
    interval says how much (docs/method.md).
    """
    if scene.curve_reason != "back_covered":
        return {}
    return dict.fromkeys(("lumbar_lordosis_deg", "lumbar_depth_pct"), "back_covered")


def _point(array: FloatArray) -> Point:
    return float(array[0]), float(array[1])
