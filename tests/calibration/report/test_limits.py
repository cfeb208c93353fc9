"""The limits page: inputs from records, and the models fitted to them."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.data.dataset import Plan, build_dataset, read_records
from calibration.data.reading_errors import PARTS
from calibration.data.simulate import simulated_landmarks
from calibration.data.true_body import LEVELS
from calibration.report.limits import OUTLINES, HeldOut, _fit_predict, _outline_row
from posture.estimator.features import JOINT_NAMES
from posture.landmarks import Landmark


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    folder = tmp_path_factory.mktemp("limits")
    build_dataset(Plan(photos=3, photos_per_body=1, seed=4, masks_only=True), folder)
    return read_records(folder)


def test_exact_joints_are_the_joints(records: list[dict[str, object]]) -> None:
    for record in records:
        landmarks = simulated_landmarks(record, None)
        for part in PARTS:
            for side in ("left", "right"):
                expected = np.array(record["joints_px"][f"{side}_{part}"])
                assert landmarks[Landmark[f"{side}_{part}".upper()]] == pytest.approx(expected)


def test_an_exact_row_is_in_the_body_frame_of_the_joints(records: list[dict[str, object]]) -> None:
    """The shoulder lies one trunk length from the hip, the back behind the belly."""
    at = 2 * len(LEVELS) + 2 * JOINT_NAMES.index("shoulder")
    for record in records:
        row = _outline_row(record, "nude", exact=True, seed=1)
        assert np.hypot(*row[at : at + 2]) == pytest.approx(1.0)
        back, front = row[: len(LEVELS)], row[len(LEVELS) : 2 * len(LEVELS)]
        trunk = (LEVELS > 0.0) & (LEVELS < 0.7)
        assert (front[trunk] - back[trunk] > 0.2).all()


def test_clothes_and_arms_only_widen_a_body(records: list[dict[str, object]]) -> None:
    trunk = (LEVELS > 0.0) & (LEVELS < 0.7)
    for record in records:
        rows = {
            name: _outline_row(record, name, exact=True, seed=1)
            for name in ("nude", "clothed", "seen")
        }
        depth = {
            name: (row[len(LEVELS) : 2 * len(LEVELS)] - row[: len(LEVELS)])[trunk]
            for name, row in rows.items()
        }
        assert (depth["clothed"] >= depth["nude"] - 0.01).all()
        assert (depth["seen"] >= depth["clothed"] - 0.01).all()
    assert {outline for outline, _ in OUTLINES.values()} == set(rows)


def test_what_is_linear_is_learned() -> None:
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(1200, 6))
    rows[rng.random(rows.shape) < 0.02] = np.nan
    target = np.nan_to_num(rows) @ rng.normal(size=(6, 3)) + 20.0
    weights = np.where(np.arange(1200) < 1000, 1.0, 0.0)
    read = _fit_predict(rows, target, weights, seed=1)
    off = np.abs(read - target)[1000:].mean(axis=0)
    assert (off < 0.2 * target.std(axis=0)).all()


def test_a_row_of_the_table_is_error_over_guessing() -> None:
    truth = np.array([[-2.0, 10.0, np.nan], [0.0, 20.0, 1.0], [2.0, 30.0, 3.0], [4.0, 40.0, 5.0]])
    held_out = HeldOut(truth, np.array([True, True, False, True]))
    # Half of each deviation from the median is read, so the error is half that of guessing.
    read = np.array([[-0.5, 17.5, 0.0], [0.5, 22.5, 2.0], [1.5, 27.5, 3.0], [2.5, 32.5, 4.0]])
    assert held_out.row("seen", read).startswith("| seen | 0.50 / 0.5")
    assert held_out.row("seen", read).split("|")[3].strip().startswith("0.50")
