"""Pictures for the documentation: a contact sheet of random renders, and ground-truth points."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from calibration.arrays import Bytes, Floats
from calibration.bodies.people import nude_person
from calibration.bodies.posing import StandingBody, stand
from calibration.bodies.postures import Posture
from calibration.bodies.truth import body_points, measure, pelvis_bones, side_profile, trunk_edges
from calibration.render.camera import Viewpoint, make_camera
from calibration.render.gl import Lighting, Surfaces, rasteriser
from calibration.render.render import person_drawables, photograph
from calibration.render.scene import scene_builder
from posture.geometry.back_curve import back_curve

SHEET_COLUMNS, SHEET_ROWS, CELL = 15, 4, (150, 200)
INK, BONE, CURVE = (40, 40, 40), (30, 30, 210), (190, 90, 20)
"""Colours in blue, green, red order."""


def contact_sheet(path: Path, *, seed: int = 2) -> None:
    """Render 60 random people and write them to one JPEG."""
    builder, cells = scene_builder(fine=True), []
    for number in range(SHEET_COLUMNS * SHEET_ROWS):
        scene = builder.scene(builder.person(seed, number), 0, size=(3 * CELL[0], 3 * CELL[1]))
        image = photograph(scene, person_drawables(builder, scene))
        cells.append(cv2.resize(image[:, :, ::-1], CELL, interpolation=cv2.INTER_AREA))
    rows = [np.hstack(cells[at : at + SHEET_COLUMNS]) for at in range(0, len(cells), SHEET_COLUMNS)]
    write_jpeg(path, np.vstack(rows), limit_kb=400)


def truth_points(path: Path, *, seed: int = 2, number: int = 11) -> None:
    """Draw the anatomical points, the pelvic line and the arch on one nude body; write a JPEG."""
    builder = scene_builder(fine=True)
    person = builder.person(seed, number)
    posture = Posture(pelvis_rotation=4.0, t12=-4.0, t1=4.0, head=1.0, arms="crossed")
    body = stand(builder.template, person.rigged, posture)
    panels = [_panel(body, facing, arms=arms) for facing, arms in _PANELS]
    write_jpeg(path, np.hstack(panels), limit_kb=400)


_PANELS = (("left", True), ("left", False), ("front", True))


def write_jpeg(path: Path, image: Bytes, *, limit_kb: int, quality: int = 92) -> None:
    """Write a BGR picture as JPEG, at the best quality that stays within a size in kB."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for step in range(quality, 40, -3):
        data = bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, step])[1])
        if len(data) <= limit_kb * 1000:
            break
    path.write_bytes(data)


def _panel(body: StandingBody, facing: str, *, arms: bool) -> Bytes:
    """One distant view of the nude body, with its points."""
    builder = scene_builder(fine=True)
    view = Viewpoint(facing=facing, height_m=0.9, distance_m=5.0, fill=0.93, level=True)
    camera = make_camera(view, body.height_m, (560, 1100))
    drawable = nude_person(builder.template, body)
    if not arms:
        bare = builder.skin.arm_weight[drawable.triangles] < 0.5
        drawable = type(drawable)(
            material=drawable.material,
            vertices=drawable.vertices,
            triangles=drawable.triangles[bare.all(1)],
            colours=drawable.colours,
            anchors=drawable.anchors,
            margins=drawable.margins,
            labels=drawable.labels,
        )
    light = Lighting(
        direction=np.add(camera.eye, (0.0, -2.0, 2.5)),
        key=np.full(3, 0.55),
        sky=np.full(3, 0.75),
        ground=np.full(3, 0.5),
        size=0.4,
    )
    shaded = rasteriser().shade([drawable], camera, light, Surfaces(accent=np.zeros(3)))
    image = (255 * np.clip(shaded, 0, 1) ** (1 / 2.2)).astype(np.uint8)[:, :, ::-1].copy()
    image[rasteriser().labels([drawable], camera) == 0] = 255
    points = body_points(builder.template, body)
    if facing == "front" or arms:
        _draw_points(image, {k: camera.project(v)[0] for k, v in points.items()}, facing)
    else:
        _draw_arch(image, body, camera.project)
    return image


def _draw_points(image: Bytes, points: dict[str, Floats], facing: str) -> None:
    for name, (x, y) in points.items():
        far = facing == "left" and name.endswith("_right")
        if name.startswith("joint_") or far:
            continue
        cv2.circle(image, (round(x), round(y)), 5, BONE, -1, cv2.LINE_AA)
        label = name.removesuffix("_left").removesuffix("_right")
        if facing == "left" or name.endswith("_left"):
            at = (round(x) + 9, round(y) + 4)
            cv2.putText(image, label, at, cv2.FONT_HERSHEY_SIMPLEX, 0.45, INK, 1, cv2.LINE_AA)
    if facing == "left":
        _draw_line(image, points["psis_left"], points["asis_left"], BONE)


def _draw_arch(image: Bytes, body: StandingBody, project: object) -> None:
    """Draw the measured outline, the chord across it and the depth."""
    builder = scene_builder(fine=True)
    edges = trunk_edges(builder.template, builder.skin)
    points = body_points(builder.template, body)
    hip, neck = float(points["joint_hip_left"][2]), float(points["c7"][2])
    profile = side_profile(body, edges, bottom=hip - 0.075 * body.height_m, top=neck)
    curve = back_curve(np.column_stack([profile.back, profile.rows])[::-1])
    if curve is None:
        return

    def pixel(point: Floats) -> Floats:
        return np.asarray(project(np.array([[0.0, -point[0], point[1]]]))[0])  # type: ignore[operator]

    line = np.array([pixel(point) for point in curve.points])
    dots = [np.round(line).astype(np.int32)]
    cv2.polylines(image, dots, isClosed=False, color=CURVE, thickness=2, lineType=cv2.LINE_AA)
    _draw_line(image, pixel(curve.thoracic_apex), pixel(curve.gluteal_apex), INK)
    chord = curve.gluteal_apex - curve.thoracic_apex
    share = (curve.lumbar_apex - curve.thoracic_apex) @ chord / (chord @ chord)
    foot = curve.thoracic_apex + share * chord
    _draw_line(image, pixel(curve.lumbar_apex), pixel(foot), BONE)
    truth = measure(builder.template, body, edges)
    bones = body.on_pelvis(pelvis_bones(body.rigged.body))
    _draw_line(image, pixel(_side(bones[2:].mean(0))), pixel(_side(bones[:2].mean(0))), BONE)
    text = (
        f"pelvic tilt {truth.pelvic_tilt_deg:.1f} deg",
        f"surface lordosis {curve.lordosis_deg:.1f} deg",
        f"lumbar depth {100 * curve.depth / truth.trunk_length_m:.1f} % of trunk",
    )
    for row, line_text in enumerate(text):
        at = (14, 1020 + 26 * row)
        cv2.putText(image, line_text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.6, INK, 1, cv2.LINE_AA)


def _side(point: Floats) -> Floats:
    return np.array([-point[1], point[2]])


def _draw_line(image: Bytes, start: Floats, end: Floats, colour: tuple[int, int, int]) -> None:
    a, b = (tuple(round(float(x)) for x in point) for point in (start, end))
    cv2.line(image, a, b, colour, 2, cv2.LINE_AA)
