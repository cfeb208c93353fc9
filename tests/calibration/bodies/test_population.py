"""Sampled people: tilt and arch are only weakly correlated, and their SDs follow surveys."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.bodies.postures import ARM_POSITIONS, TYPES, sample_posture
from calibration.data.records import Recorder
from calibration.render.scene import SceneBuilder


@pytest.fixture(scope="module", params=["wide", "population"])
def sampled(
    request: pytest.FixtureRequest, builder: SceneBuilder, recorder: Recorder
) -> tuple[str, object]:
    rows = []
    for number in range(100):
        scene = builder.scene(
            builder.person(2, number), 0, size=(384, 512), population=request.param
        )
        truth = recorder.truth(scene)
        rows.append([truth.pelvic_tilt_deg, truth.lumbar_lordosis_deg, truth.trunk_lean_deg])
    return request.param, np.array(rows, dtype=float)


def test_tilt_and_arch_are_weakly_correlated(sampled: tuple[str, np.ndarray]) -> None:
    _, table = sampled
    known = np.isfinite(table).all(1)
    r = np.corrcoef(table[known, 0], table[known, 1])[0, 1]
    assert (
        abs(r) < 0.50
    )  # at most 0.35 over thousands; with a hundred people, r has a standard error of 0.10


def test_tilt_has_the_intended_spread(sampled: tuple[str, np.ndarray]) -> None:
    population, table = sampled
    expected = {"wide": 10.0, "population": 5.5}[population]
    assert table[:, 0].std() == pytest.approx(expected, rel=0.2)
    assert 5.0 < table[:, 0].mean() < 13.0


def test_nobody_leans_as_if_falling(sampled: tuple[str, np.ndarray]) -> None:
    _, table = sampled
    assert np.abs(table[:, 2]).max() < 28.0


def test_every_type_and_arm_position_can_be_requested() -> None:
    rng = np.random.default_rng(0)
    for kind in TYPES:
        posture = sample_posture(rng, sex="female", rest_tilt_deg=13.0, kind=kind)
        assert posture.kind == kind
    for arms in ARM_POSITIONS:
        posture = sample_posture(rng, sex="male", rest_tilt_deg=13.0, arms=arms)
        assert posture.arms == arms
