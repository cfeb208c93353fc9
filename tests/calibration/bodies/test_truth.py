"""Ground truth: analytic changes of a body change exactly what they should."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.bodies.bodies import RestBody
from calibration.bodies.posing import StandingBody, stand
from calibration.bodies.postures import Posture
from calibration.bodies.truth import measure, pelvis_bones, rest_tilt, trunk_edges
from calibration.render.camera import Viewpoint, make_camera
from calibration.render.scene import SceneBuilder, split_of

POSTURE = Posture(pelvis_rotation=-2.0, t12=-3.0, t1=3.0, arms="crossed")


def truth_of(builder: SceneBuilder, body: StandingBody) -> dict[str, float]:
    return measure(builder.template, body, trunk_edges(builder.template, builder.skin)).to_dict()


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("change", [7.0, -7.0])
def test_turning_the_pelvis_turns_the_tilt_by_the_same_angle(
    builder: SceneBuilder, number: int, change: float
) -> None:
    rigged = builder.person(9, number).rigged
    before = truth_of(builder, stand(builder.template, rigged, POSTURE))
    after = truth_of(builder, stand(builder.template, rigged, POSTURE.with_pelvis(change)))
    turned = after["pelvic_tilt_deg"] - before["pelvic_tilt_deg"]
    assert turned == pytest.approx(change, abs=0.1)


def test_tilt_is_rest_tilt_plus_rotation(builder: SceneBuilder) -> None:
    person = builder.person(9, 3)
    truth = truth_of(builder, stand(builder.template, person.rigged, POSTURE))
    assert truth["pelvic_tilt_deg"] == pytest.approx(rest_tilt(person.rest) - 2.0, abs=0.1)


def test_bone_shape_moves_only_the_tilt(builder: SceneBuilder) -> None:
    person = builder.person(9, 4)
    traits = replace(person.traits, pelvis_shape_deg=person.traits.pelvis_shape_deg + 5.0)
    before = truth_of(builder, stand(builder.template, person.rigged, POSTURE))
    shaped = builder.person_from(traits)
    after = truth_of(builder, stand(builder.template, shaped.rigged, POSTURE))
    assert after.pop("pelvic_tilt_deg") - before.pop("pelvic_tilt_deg") == pytest.approx(5, abs=0.1)
    same = [key for key in before if not key.startswith("pelvic_tilt")]
    assert {k: after[k] for k in same} == pytest.approx({k: before[k] for k in same})


def test_anterior_is_positive(builder: SceneBuilder) -> None:
    person = builder.person(9, 5)
    body = stand(builder.template, person.rigged, replace(POSTURE, pelvis_rotation=15.0))
    asis_left, asis_right, psis_left, psis_right = body.on_pelvis(pelvis_bones(person.rest))
    assert asis_left[2] + asis_right[2] < psis_left[2] + psis_right[2]  # front lower than back
    assert asis_left[1] < psis_left[1]  # and in front of it
    assert truth_of(builder, body)["pelvic_tilt_deg"] > 0


def test_a_deeper_lumbar_curve_is_deeper(builder: SceneBuilder) -> None:
    rigged = builder.person(9, 6).rigged
    values = [
        truth_of(builder, stand(builder.template, rigged, replace(POSTURE, t12=t12)))
        for t12 in (2.0, -4.0, -10.0)
    ]
    for name in ("lumbar_depth_pct", "lumbar_lordosis_deg"):
        assert values[0][name] < values[1][name] < values[2][name]
    assert len({round(value["pelvic_tilt_deg"], 2) for value in values}) == 1


def mirrored(body: StandingBody) -> StandingBody:
    """The same body in a mirror: x negated, left and right exchanged."""
    flip = np.array([-1.0, 1.0, 1.0])
    matrix = np.diag(flip)
    rotations = matrix @ body.pose.rotations @ matrix
    pose = replace(
        body.pose,
        rotations=rotations,
        joints=body.pose.joints * flip,
        rests=body.pose.rests * flip,
    )
    rest = body.rigged.body
    rest = replace(rest, vertices=rest.vertices * flip)
    rigged = replace(body.rigged, body=rest)
    return replace(body, vertices=body.vertices * flip, pose=pose, rigged=rigged)


def test_mirroring_changes_nothing(builder: SceneBuilder) -> None:
    person = builder.person(9, 7)
    scene = builder.scene(person, 0, size=(384, 512))
    before = truth_of(builder, scene.body)
    after = truth_of(builder, mirrored(scene.body))
    changed = {key for key in before if after[key] != pytest.approx(before[key], abs=0.02)}
    assert changed <= {"pelvic_tilt_left_deg", "pelvic_tilt_right_deg"}


def scaled(rest: RestBody, factor: float) -> RestBody:
    lumps = rest.lumps * factor**3
    lumps[:, 1:] *= factor
    return replace(
        rest,
        vertices=rest.vertices * factor,
        heads=rest.heads * factor,
        tails=rest.tails * factor,
        lumps=lumps,
    )


def test_scaling_changes_only_lengths(builder: SceneBuilder) -> None:
    from calibration.bodies.rig import rig_body

    person = builder.person(9, 8)
    small = rig_body(builder.template, builder.skin, scaled(person.rest, 0.97))
    posture = replace(POSTURE, com_forward_m=POSTURE.com_forward_m)
    before = truth_of(builder, stand(builder.template, person.rigged, posture))
    lean = replace(posture, com_forward_m=posture.com_forward_m * 0.97)
    after = truth_of(builder, stand(builder.template, small, lean))
    for name in ("pelvic_tilt_deg", "lumbar_lordosis_deg", "trunk_lean_deg", "knee_extension_deg"):
        assert after[name] == pytest.approx(before[name], abs=0.25)
    assert after["lumbar_depth_pct"] == pytest.approx(before["lumbar_depth_pct"], rel=0.01)
    assert after["trunk_length_m"] == pytest.approx(0.97 * before["trunk_length_m"], rel=0.002)


def test_the_camera_changes_nothing_in_3d(builder: SceneBuilder, recorder: object) -> None:
    person = builder.person(9, 9)
    scene = builder.scene(person, 0, size=(384, 512))
    views = [
        Viewpoint(facing="left", yaw_deg=0.0),
        Viewpoint(facing="right", yaw_deg=18.0, roll_deg=5.0, height_m=1.6, distance_m=2.0),
    ]
    truths = [
        recorder.truth(replace(scene, camera=make_camera(view, scene.body.height_m, (384, 512))))  # type: ignore[attr-defined]
        for view in views
    ]
    assert truths[0] == truths[1]


def test_hyperextended_knees_are_positive(builder: SceneBuilder) -> None:
    rigged = builder.person(9, 10).rigged
    bent = replace(POSTURE, thigh=(-3.0, -3.0), shank=(3.0, 3.0))
    beyond = replace(POSTURE, thigh=(7.0, 7.0), shank=(-7.0, -7.0))
    first, second = (
        truth_of(builder, stand(builder.template, rigged, posture))["knee_extension_deg"]
        for posture in (bent, beyond)
    )
    assert second - first == pytest.approx(20.0, abs=0.5)
    assert second > 0 > first


def test_body_fits_its_height_and_mass(builder: SceneBuilder) -> None:
    for number in range(6):
        person = builder.person(9, number)
        truth = truth_of(builder, stand(builder.template, person.rigged, POSTURE))
        assert truth["bmi"] == pytest.approx(person.traits.bmi, abs=1.5)
        assert truth["height_m"] == pytest.approx(person.traits.height_m, rel=0.03)


def test_everybody_stands_on_the_floor_over_the_feet(builder: SceneBuilder) -> None:
    for number in range(6):
        body = builder.scene(builder.person(9, number), 0, size=(384, 512)).body
        assert body.vertices[:13380, 2].min() == pytest.approx(0.0, abs=1e-9)
        assert abs(body.lean_deg) < 10.0


def test_splits_are_stable_and_of_the_right_size() -> None:
    names = [f"s1-b{number:05d}" for number in range(4000)]
    splits = [split_of(name) for name in names]
    assert splits == [split_of(name) for name in names]
    assert splits.count("fit") / 4000 == pytest.approx(0.70, abs=0.03)
    assert splits.count("test") / 4000 == pytest.approx(0.15, abs=0.03)
    assert split_of("s1-b00000") == "fit"  # a change of this would invalidate published results
