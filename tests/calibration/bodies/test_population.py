"""Sampled people: position of the pelvis and arch go together, and SDs follow surveys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.bodies.anatomy import JOINTS
from calibration.bodies.bodies import sample_traits
from calibration.bodies.outline import row_extremes
from calibration.bodies.postures import ARM_POSITIONS, TYPES, sample_posture
from calibration.bodies.template import BODY_VERTICES
from calibration.bodies.truth import trunk_edges
from calibration.data.records import Recorder
from calibration.render.scene import SceneBuilder

PALPATION_SD_DEG, RULER_SD_DEG = 3.6, 4.0
"""Errors of a calliper through clothes (Hagins 1998) and of a flexible ruler (evidence: 3-6)."""

WAIST = 0.585
"""Height of the iliac crests in parts of stature, where abdominal diameters are taken."""

NHANES_DEPTH = (0.102, 0.131, 0.175)
"""10th, 50th and 90th percentile of the lying abdominal diameter of US adults over height (NHANES
2011-2014, n 9,894, PMC5332027; the outermost of men's and women's)."""


@pytest.fixture(scope="module", params=["wide", "population"])
def sampled(
    request: pytest.FixtureRequest, builder: SceneBuilder, recorder: Recorder
) -> tuple[str, object]:
    """Line, position, lordosis, lean and sex of a hundred and fifty people."""
    rows = []
    for number in range(150):
        person = builder.person(2, number)
        scene = builder.scene(person, 0, size=(384, 512), population=request.param)
        truth = recorder.truth(scene)
        position = truth.pelvic_tilt_deg - person.traits.pelvis_shape_deg
        rows.append(
            [
                truth.pelvic_tilt_deg,
                position,
                truth.lumbar_lordosis_deg,
                truth.trunk_lean_deg,
                person.traits.sex == "female",
            ]
        )
    table = np.array(rows, dtype=float)
    return request.param, table[np.isfinite(table).all(axis=1)]


def within_sex(table: np.ndarray) -> np.ndarray:
    """Return the table less the means of either sex."""
    centred = table.copy()
    for rows in (table[:, 4] == 0, table[:, 4] == 1):
        centred[rows] -= table[rows].mean(axis=0)
    return centred


def test_position_and_arch_go_together(sampled: tuple[str, np.ndarray]) -> None:
    """0.5 is intended among adults; with 150 people r has a standard error of 0.06."""
    population, table = sampled
    r = np.corrcoef(within_sex(table)[:, 1:3].T)[0, 1]
    low, high = {"wide": (0.40, 0.80), "population": (0.30, 0.68)}[population]
    assert low < r < high


def test_a_calliper_and_a_ruler_hardly_see_it(sampled: tuple[str, np.ndarray]) -> None:
    """As surveys found (Youdas 1996): bone shape and palpation hide the relation."""
    population, table = sampled
    if population == "population":
        rng = np.random.default_rng(5)
        line = table[:, 0] + rng.normal(0.0, PALPATION_SD_DEG, len(table))
        arch = table[:, 2] + rng.normal(0.0, RULER_SD_DEG, len(table))
        assert np.corrcoef(line, arch)[0, 1] < 0.25 + 2 * 0.08


def test_tilt_has_the_intended_spread(sampled: tuple[str, np.ndarray]) -> None:
    population, table = sampled
    expected = {"wide": 9.5, "population": 5.6}[population]
    assert table[:, 0].std() == pytest.approx(expected, rel=0.2)
    assert 5.0 < table[:, 0].mean() < 13.0


def test_depth_of_the_waist_follows_surveys(builder: SceneBuilder) -> None:
    """Within 2.5 cm; the heaviest tenth is slimmer: US adults weigh more (BMI 28, not 26)."""
    edges = trunk_edges(builder.template, builder.skin)
    rng = np.random.default_rng(4)
    depths = [_waist_depth(builder, edges, rng) for _ in range(120)]
    found = np.percentile(depths, [10, 50, 90])
    assert (np.abs(found - NHANES_DEPTH) < (0.015, 0.015, 0.03)).all(), found


def test_depth_of_the_waist_grows_with_weight_as_in_people(builder: SceneBuilder) -> None:
    """Half a percent of height per unit of body mass index, 0.3 to 0.7, in either sex."""
    edges = trunk_edges(builder.template, builder.skin)
    for sex in ("female", "male"):
        slim, heavy = (
            np.mean(
                [
                    _waist_depth(builder, edges, np.random.default_rng(n), sex=sex, bmi=bmi)
                    for n in range(6)
                ]
            )
            for bmi in (20.0, 30.0)
        )
        assert 0.003 < (heavy - slim) / 10.0 < 0.007


def _waist_depth(
    builder: SceneBuilder,
    edges: np.ndarray,
    rng: np.random.Generator,
    *,
    sex: str | None = None,
    bmi: float | None = None,
) -> float:
    """Thickness of a drawn adult at the waist, in parts of stature."""
    traits = sample_traits(rng, sex=sex)
    body = builder.person_from(traits if bmi is None else replace(traits, bmi=bmi)).rest
    heights = body.vertices[:BODY_VERTICES, 2]
    stature = float(np.ptp(heights))
    rows = heights.min() + stature * np.linspace(WAIST - 0.01, WAIST + 0.01, 5)
    front, back = row_extremes(body.vertices[:, [1, 2]], edges, rows)
    return float(np.mean(back - front) / stature)


def test_legs_are_as_long_as_in_people(builder: SceneBuilder) -> None:
    """Hip joints at 0.47 to 0.53 of stature: crotch heights of adults differ by 3 % of stature."""
    shares = []
    for number in range(40):
        body = builder.person(6, number).rest
        heights = body.vertices[:BODY_VERTICES, 2]
        hips = [body.heads[builder.template.bone(JOINTS["hip"] + side), 2] for side in (".L", ".R")]
        shares.append((np.mean(hips) - heights.min()) / np.ptp(heights))
    assert 0.48 < np.mean(shares) < 0.52
    assert 0.012 < np.std(shares) < 0.03


def test_nobody_leans_as_if_falling(sampled: tuple[str, np.ndarray]) -> None:
    _, table = sampled
    assert np.abs(table[:, 3]).max() < 28.0


def test_every_type_and_arm_position_can_be_requested() -> None:
    rng = np.random.default_rng(0)
    for kind in TYPES:
        posture = sample_posture(rng, sex="female", rest_tilt_deg=13.0, kind=kind)
        assert posture.kind == kind
    for arms in ARM_POSITIONS:
        posture = sample_posture(rng, sex="male", rest_tilt_deg=13.0, arms=arms)
        assert posture.arms == arms
