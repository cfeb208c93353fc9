"""Records of photos: ground truth, points, outlines, mask, and the settings of the scene."""

from __future__ import annotations

from typing import Any

import numpy as np

from calibration.arrays import Bytes, Floats, Ints
from calibration.bodies.drawables import Drawable, Label
from calibration.bodies.outline import make_profile, triangle_edges
from calibration.bodies.truth import Truth, body_points, measure, trunk_edges
from calibration.render.camera import Camera
from calibration.render.gl import rasteriser
from calibration.render.scene import Scene, SceneBuilder

SCHEMA = 1
POSE_JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")


def true_quantities(record: dict[str, Any]) -> dict[str, float | None]:
    """Return the ground truth of a photo under the names that the product gives its quantities.

    ``pelvic_tilt_deg`` is the position of the pelvis: the slope of the ASIS-PSIS line less the bone
    shape that no outline shows. ``asis_psis_deg`` is the line itself.
    """
    truth: dict[str, float | None] = dict(record["truth"])
    line = float(record["truth"]["pelvic_tilt_deg"])
    truth["asis_psis_deg"] = line
    truth["pelvic_tilt_deg"] = line - float(record["traits"]["pelvis_shape_deg"])
    return truth


class Recorder:
    """Measures scenes and records their photos; one per process."""

    def __init__(self, builder: SceneBuilder) -> None:
        self.template = builder.template
        self.edges: Ints = trunk_edges(builder.template, builder.skin)

    def truth(self, scene: Scene) -> Truth:
        """Measure the body of a scene in 3D."""
        return measure(self.template, scene.body, self.edges)

    def mask(self, scene: Scene, drawables: list[Drawable]) -> Bytes:
        """Return the label mask as the camera sees it, shape (H, W)."""
        return rasteriser().labels(drawables, scene.camera)

    def record(self, scene: Scene, drawables: list[Drawable], mask: Bytes) -> dict[str, Any]:
        """Return the record of one photo in JSON types.

        Parameters
        ----------
        drawables : list of Drawable
            The dressed person.
        mask : ndarray, shape (H, W)
            From :meth:`mask`.
        """
        camera = scene.camera
        points = body_points(self.template, scene.body)
        pixels = {name: camera.project(point)[0] for name, point in points.items()}
        return {
            "schema": SCHEMA,
            "name": scene.name,
            "body": scene.person.name,
            "split": scene.split,
            "seed": [scene.person.seed, scene.person.number, scene.photo],
            "truth": self.truth(scene).to_dict(),
            "camera": camera.to_dict(),
            "traits": scene.person.traits.to_dict(),
            "posture": scene.posture.to_dict() | {"lean": scene.body.lean_deg},
            "look": scene.appearance.to_dict(),
            "seen": _seen(mask, camera, pixels),
            "points_px": {name: _pair(point) for name, point in pixels.items()},
            "joints_px": _pose_joints(pixels),
            "points_m": {name: [round(float(x), 4) for x in p] for name, p in points.items()},
            "outlines_px": self._outlines(scene, drawables, pixels),
        }

    def _outlines(
        self, scene: Scene, drawables: list[Drawable], pixels: dict[str, Floats]
    ) -> dict[str, Any] | None:
        """Back and front from C7 to the knees: nude, clothed, and as seen with clothes and arms."""
        camera = scene.camera
        if camera.facing == "front":
            return None
        knee = max(pixels["joint_knee_left"][1], pixels["joint_knee_right"][1])
        rows = np.arange(np.ceil(pixels["c7"][1]), knee)
        right = camera.facing == "right"
        nude = camera.project(scene.body.vertices)
        profiles = {"nude": make_profile(nude, self.edges, rows, faces_right=right)}
        points, edges, arm = _projected(drawables, camera)
        trunk = edges[~arm[edges].any(1)]
        profiles["clothed"] = make_profile(points, trunk, rows, faces_right=right)
        profiles["seen"] = make_profile(points, edges, rows, faces_right=right)
        return {name: profile.to_dict() for name, profile in profiles.items()}


def _projected(drawables: list[Drawable], camera: Camera) -> tuple[Floats, Ints, Ints]:
    """Pixels, edges and arm flags of skin and clothes."""
    worn = [drawable for drawable in drawables if (drawable.labels != Label.HAIR).any()]
    offsets = np.cumsum([0] + [len(drawable.vertices) for drawable in worn])
    points = np.concatenate([camera.project(drawable.vertices) for drawable in worn])
    edges = [triangle_edges(p.triangles) + at for p, at in zip(worn, offsets, strict=False)]
    return (
        points,
        np.concatenate(edges),
        np.concatenate([drawable.labels for drawable in worn]) == Label.ARM,
    )


def _seen(mask: Bytes, camera: Camera, pixels: dict[str, Floats]) -> dict[str, Any]:
    """Visible part of the person: bounding box, cut-off head or feet, pixels of each label."""
    person = mask > 0
    rows, columns = np.flatnonzero(person.any(1)), np.flatnonzero(person.any(0))
    box = [int(x) for x in (columns[0], rows[0], columns[-1], rows[-1])] if len(rows) else None
    inside = {
        name: bool(
            (point >= -0.5).all() and (point < [camera.width - 0.5, camera.height - 0.5]).all()
        )
        for name, point in pixels.items()
    }
    return {
        "box": box,
        "head_cut_off": not (inside["tragus_left"] and inside["tragus_right"]),
        "feet_cut_off": not (inside["malleolus_left"] and inside["malleolus_right"]),
        "pixels": {label.name.lower(): int((mask == label).sum()) for label in Label},
    }


def _pose_joints(pixels: dict[str, Floats]) -> dict[str, list[float]]:
    """Return the joints under the names of pose landmarks."""
    joints = {}
    for side in ("left", "right"):
        joints[f"{side}_ear"] = _pair(pixels[f"tragus_{side}"])
        for joint in POSE_JOINTS:
            joints[f"{side}_{joint}"] = _pair(pixels[f"joint_{joint}_{side}"])
    return joints


def _pair(point: Floats) -> list[float]:
    return [round(float(point[0]), 2), round(float(point[1]), 2)]
