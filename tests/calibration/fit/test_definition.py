"""The measured definition: shares of adults, sway, build, and a recalibration that keeps order."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

pytest.importorskip("calibration.data.table")

from calibration.data.records import true_quantities
from calibration.data.table import Table
from calibration.errors import DatasetError
from calibration.fit.definition import (
    adults_of,
    logistic,
    measure_definition,
    only_adults,
    standard_scores,
    sway_of,
    to_text,
    truly,
)
from posture.codec import decode
from posture.estimator.features import FEATURE_NAMES
from posture.estimator.file import shipped_estimator
from posture.estimator.model import BODY_COUNT
from posture.screening.definition import SHARE_A, SHARE_B, Definition

PLACE = {name: place for place, name in enumerate(FEATURE_NAMES)}


def adults(count: int, *, seed: int, population: str = "population") -> Table:
    """Adults whose features are drawn from the shipped estimator, with their own true values."""
    rng = np.random.default_rng(seed)
    model = shipped_estimator()
    root = np.linalg.cholesky(model.covariance)
    drawn = model.mean + rng.normal(size=(count, len(model.mean))) @ root.T
    features = np.full((count, len(FEATURE_NAMES)), np.nan)
    features[:, :BODY_COUNT] = drawn[:, 3:]
    features[:, PLACE["male"]] = np.where(rng.random(count) < 0.5, np.nan, rng.random(count) < 0.5)
    records = [_record(f"b{i}", row, rng, population) for i, row in enumerate(drawn)]
    return Table(
        features, drawn[:, :3], records, features[:0], {}, np.full((len(features), 4), np.nan)
    )


def _record(name: str, row: np.ndarray, rng: np.random.Generator, population: str) -> Any:
    male = bool(rng.random() < 0.5)
    return {
        "body": name,
        "split": str(rng.choice(["fit", "calibrate", "test"])),
        "population": population,
        "truth": {
            "pelvic_tilt_deg": float(row[0]),
            "lumbar_lordosis_deg": float(row[1]) - 8.0 * male,
            "lumbar_depth_pct": float(row[2]),
            "plumb_hip_pct": float(rng.normal(2.0, 1.5)),
            "trunk_lean_deg": float(rng.normal(1.0, 3.0)),
        },
        "traits": {"sex": "male" if male else "female", "pelvis_shape_deg": 0.0},
        "look": {"fit": "tight"},
        "posture": {"kind": "free"},
    }


@pytest.fixture(scope="module")
def table() -> Table:
    return adults(900, seed=3)


@pytest.fixture(scope="module")
def measured(table: Table) -> Definition:
    return measure_definition([table], shipped_estimator(), name="drawn adults")


def test_the_stated_shares_of_adults_have_each_posture(table: Table, measured: Definition) -> None:
    found = truly(measured, standard_scores(adults_of(table), measured.groups))
    count = len(table.records)
    assert found["type_a"].sum() == pytest.approx(SHARE_A * count, abs=1)
    assert found["type_b"].sum() == pytest.approx(SHARE_B * count, abs=1)


def test_scores_are_standard_within_each_sex(table: Table, measured: Definition) -> None:
    people = adults_of(table)
    scores = standard_scores(people, measured.groups)
    for sex in ("female", "male"):
        rows = people.of(sex)
        assert scores[:, rows].mean(axis=1) == pytest.approx(np.zeros(3), abs=1e-9)
        assert scores[:, rows].std(axis=1, ddof=1) == pytest.approx(np.ones(3))


def test_the_file_is_read_back_as_it_was_measured(measured: Definition) -> None:
    again = decode(Definition, json.loads(to_text(measured)))
    assert again.cut_a == pytest.approx(measured.cut_a, rel=1e-4)
    assert again.sex_from_build.names == measured.sex_from_build.names


def test_other_populations_are_left_out(table: Table) -> None:
    wide = adults(50, seed=4, population="wide")
    assert len(only_adults([table, wide]).records) == len(table.records)
    with pytest.raises(DatasetError, match="too few"):
        only_adults([wide])


def test_too_few_adults_kept_aside_are_refused(table: Table) -> None:
    fitted = [i for i, record in enumerate(table.records) if record["split"] == "fit"]
    with pytest.raises(DatasetError, match="kept out"):
        measure_definition([table.where(fitted)], shipped_estimator(), name="drawn adults")


def test_position_is_the_bone_line_without_the_shape() -> None:
    record = {"truth": {"pelvic_tilt_deg": 14.0}, "traits": {"pelvis_shape_deg": 5.0}}
    assert true_quantities(record)["pelvic_tilt_deg"] == 9.0


def test_sway_is_leg_less_trunk() -> None:
    still = {"plumb_hip_pct": 0.0, "trunk_lean_deg": 0.0}
    assert sway_of(still) == 0.0
    assert sway_of({**still, "trunk_lean_deg": -6.0}) == pytest.approx(6.0)
    assert sway_of({**still, "plumb_hip_pct": 4.5}) == pytest.approx(np.degrees(np.arctan(0.1)))


def test_a_logistic_regression_finds_its_own_weights() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(20_000, 2))
    chance = 1 / (1 + np.exp(-(0.4 + x @ [1.5, -0.7])))
    found = logistic(x, rng.random(len(x)) < chance)
    assert found == pytest.approx([0.4, 1.5, -0.7], abs=0.1)
