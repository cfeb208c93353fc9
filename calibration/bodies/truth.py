"""Ground truth of a body, measured in 3D on its bones and on its nude surface without arms.

The camera plays no part in it. Lordosis, depth and kyphosis are computed by the same function that
measures photos (:func:`posture.geometry.back_curve.back_curve`), given the outline that an ideal
camera at infinity would see exactly from the side; signs and definitions are those of ``posture``.
Angles and ratios do not change when a body is mirrored, scaled or photographed differently.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from calibration.arrays import Floats, Ints
from calibration.bodies.anatomy import JOINTS, LANDMARKS, SIDES
from calibration.bodies.bodies import RestBody
from calibration.bodies.outline import Profile, make_profile, quad_edges
from calibration.bodies.posing import StandingBody
from calibration.bodies.rig import Skin
from calibration.bodies.rotations import about_x
from calibration.bodies.template import Template
from posture.geometry.back_curve import back_curve

ROWS = 320
FOLD_BELOW_HIP = 0.075
"""Lower end of the outline below the hip joint, as a fraction of stature: just below the gluteal
fold."""
ARM_SHARE = 0.30
HEAD_SHARE = 0.50


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Ground truth of one standing body, in the names, units and signs of ``posture``.

    Parameters
    ----------
    pelvic_tilt_deg : float
        ASIS-PSIS line below the horizontal, mean of both sides, + = anterior.
    pelvic_tilt_left_deg, pelvic_tilt_right_deg : float
        The same for each side.
    pelvic_rotation_deg : float
        Rotation of the pelvis from the rest pose, independent of bone shape.
    lumbar_lordosis_deg, lumbar_depth_pct, thoracic_kyphosis_index_pct : float, optional
        Surface angle, depth in percent of trunk length and flexicurve index of the nude back
        outline; None where it has no hollow.
    lumbar_depth_m, trunk_length_m : float
        Lumbar depth, and distance from mid-shoulder to mid-hip in the sagittal plane, metres.
    hip_extension_deg : float
        Shoulder-hip-knee: 0 straight, + = extended, - = flexed.
    knee_extension_deg : float
        Hip-knee-ankle: 0 straight, + = hyperextended.
    trunk_lean_deg : float
        Hip-shoulder line against the vertical, + = forwards.
    plumb_ear_pct, plumb_shoulder_pct, plumb_hip_pct, plumb_knee_pct : float
        Horizontal distance in front of the ankle, percent of height.
    height_m, mass_kg, bmi : float
        Of the body as built; height as it stands.
    """

    pelvic_tilt_deg: float
    pelvic_tilt_left_deg: float
    pelvic_tilt_right_deg: float
    pelvic_rotation_deg: float
    lumbar_lordosis_deg: float | None
    lumbar_depth_pct: float | None
    thoracic_kyphosis_index_pct: float | None
    lumbar_depth_m: float | None
    trunk_length_m: float
    hip_extension_deg: float
    knee_extension_deg: float
    trunk_lean_deg: float
    plumb_ear_pct: float
    plumb_shoulder_pct: float
    plumb_hip_pct: float
    plumb_knee_pct: float
    height_m: float
    mass_kg: float
    bmi: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            key: round(value, 4) if isinstance(value, float) else value
            for key, value in asdict(self).items()
        }


def trunk_edges(template: Template, skin: Skin) -> Ints:
    """Return the mesh edges of trunk and legs, without arms and head, shape (E, 2)."""
    edges = quad_edges(template.quads["body"])
    arm, head = skin.arm_weight[edges] < ARM_SHARE, skin.head_weight[edges] < HEAD_SHARE
    return np.asarray(edges[arm.all(1) & head.all(1)])


def pelvis_bones(rest: RestBody) -> Floats:
    """Return ASIS left, right, PSIS left, right in the rest pose with bone shape, shape (4, 3)."""
    points = rest.vertices[
        [LANDMARKS[name + side] for name in ("asis_", "psis_") for side in ("left", "right")]
    ]
    bones = points.copy()
    for at, sign in ((0, 1.0), (1, -1.0)):
        turn = rest.traits.pelvis_shape_deg + sign * rest.traits.pelvis_side_deg
        middle = points[[at, at + 2]].mean(0)
        bones[[at, at + 2]] = middle + (points[[at, at + 2]] - middle) @ about_x(np.radians(turn)).T
    return bones


def rest_tilt(rest: RestBody) -> float:
    """Return the ASIS-PSIS tilt of a body at pelvic rotation 0, degrees."""
    return _tilt(pelvis_bones(rest), slice(None))


def body_points(template: Template, body: StandingBody) -> dict[str, Floats]:
    """Return anatomical points and joint centres of a standing body, each of shape (3,)."""
    points = {name: body.vertices[vertex] for name, vertex in LANDMARKS.items()}
    bones = body.on_pelvis(pelvis_bones(body.rigged.body))
    names = ("asis_left", "asis_right", "psis_left", "psis_right")
    points |= dict(zip(names, bones, strict=True))
    for joint, bone in JOINTS.items():
        for side, suffix in SIDES.items():
            points[f"joint_{joint}_{side}"] = body.joint(template, bone + suffix)
    return points


def side_profile(body: StandingBody, edges: Ints, *, bottom: float, top: float) -> Profile:
    """Return the outline exactly from the side: x anterior, rows are heights, metres."""
    points = np.column_stack([-body.vertices[:, 1], body.vertices[:, 2]])
    return make_profile(points, edges, np.linspace(bottom, top, ROWS), faces_right=True)


def measure(template: Template, body: StandingBody, edges: Ints) -> Truth:
    """Measure a standing body.

    Parameters
    ----------
    edges : ndarray, shape (E, 2)
        From :func:`trunk_edges`.
    """
    points = body_points(template, body)
    sagittal = {
        name: _sagittal(points[f"joint_{name}_left"], points[f"joint_{name}_right"])
        for name in JOINTS
    }
    sagittal["ear"] = _sagittal(points["tragus_left"], points["tragus_right"])
    bones = np.array([points[n] for n in ("asis_left", "asis_right", "psis_left", "psis_right")])
    mass = body.rigged.body.mass_kg
    return Truth(
        pelvic_tilt_deg=_tilt(bones, slice(None)),
        pelvic_tilt_left_deg=_tilt(bones, slice(0, 1)),
        pelvic_tilt_right_deg=_tilt(bones, slice(1, 2)),
        pelvic_rotation_deg=body.posture.pelvis_rotation,
        **_back(body, edges, points, sagittal),
        **_angles(sagittal),
        **_plumb(sagittal, body.height_m),
        height_m=body.height_m,
        mass_kg=mass,
        bmi=mass / body.rigged.body.traits.height_m**2,
    )


def _tilt(bones: Floats, sides: slice) -> float:
    """Angle of the PSIS-ASIS line below the horizontal, from rows ASIS l, r, PSIS l, r."""
    line = bones[:2][sides].mean(0) - bones[2:][sides].mean(0)
    return float(np.degrees(np.arctan2(-line[2], -line[1])))


def _sagittal(left: Floats, right: Floats) -> Floats:
    middle = (left + right) / 2
    return np.array([-middle[1], middle[2]])


def _back(
    body: StandingBody, edges: Ints, points: dict[str, Floats], sagittal: dict[str, Floats]
) -> dict[str, Any]:
    trunk = float(np.linalg.norm(sagittal["shoulder"] - sagittal["hip"]))
    bottom = float(sagittal["hip"][1] - FOLD_BELOW_HIP * body.height_m)
    profile = side_profile(body, edges, bottom=bottom, top=float(points["c7"][2]))
    outline = np.column_stack([profile.back, profile.rows])[::-1]
    curve = back_curve(outline[np.isfinite(outline[:, 0])])
    measured = {"trunk_length_m": trunk}
    if curve is None:
        names = (
            "lumbar_lordosis_deg",
            "lumbar_depth_pct",
            "thoracic_kyphosis_index_pct",
            "lumbar_depth_m",
        )
        return measured | dict.fromkeys(names)
    return measured | {
        "lumbar_lordosis_deg": curve.lordosis_deg,
        "lumbar_depth_pct": 100.0 * curve.depth / trunk,
        "thoracic_kyphosis_index_pct": curve.kyphosis_index_pct,
        "lumbar_depth_m": curve.depth,
    }


def _lean(upper: Floats, lower: Floats) -> float:
    """Angle of a segment to the vertical, + = upper end in front."""
    return float(np.degrees(np.arctan2(upper[0] - lower[0], upper[1] - lower[1])))


def _angles(sagittal: dict[str, Floats]) -> dict[str, float]:
    trunk = _lean(sagittal["shoulder"], sagittal["hip"])
    thigh = _lean(sagittal["hip"], sagittal["knee"])
    shank = _lean(sagittal["knee"], sagittal["ankle"])
    return {
        "hip_extension_deg": thigh - trunk,
        "knee_extension_deg": thigh - shank,
        "trunk_lean_deg": trunk,
    }


def _plumb(sagittal: dict[str, Floats], height: float) -> dict[str, float]:
    ankle = sagittal["ankle"][0]
    return {
        f"plumb_{name}_pct": float(100.0 * (sagittal[name][0] - ankle) / height)
        for name in ("ear", "shoulder", "hip", "knee")
    }
