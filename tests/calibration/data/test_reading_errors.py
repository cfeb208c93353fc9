"""Errors of real readings, given to simulated bodies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from calibration.data.dataset import Plan, build_dataset, read_records
from calibration.data.reading_errors import (
    JITTER,
    MIN_READINGS,
    PARTS,
    PEOPLE_HIP,
    PEOPLE_HIP_SD,
    ReadingErrors,
    shipped_errors,
    true_trunk_px,
)
from calibration.data.simulate import simulated_landmarks
from posture.landmarks import Landmark


def made(count: int, arms: str, *, roll: float) -> ReadingErrors:
    return ReadingErrors(
        joints=np.full((count, len(PARTS), 2, 2), roll / 100.0),
        roll_deg=np.full(count, roll),
        yaw_deg=np.zeros(count),
        arms=np.full(count, arms),
    )


def joined(*parts: ReadingErrors) -> ReadingErrors:
    return ReadingErrors(
        joints=np.concatenate([part.joints for part in parts]),
        roll_deg=np.concatenate([part.roll_deg for part in parts]),
        yaw_deg=np.concatenate([part.yaw_deg for part in parts]),
        arms=np.concatenate([part.arms for part in parts]),
    )


def test_the_errors_of_one_reading_stay_together() -> None:
    both = joined(made(50, "crossed", roll=1.0), made(50, "crossed", roll=2.0))
    rng = np.random.default_rng(1)
    drawn = [both.draw(rng, arms="crossed") for _ in range(60)]
    assert {float(one.roll_deg[0]) for one in drawn} == {1.0, 2.0}
    for one in drawn:
        assert one.joints.shape == (1, len(PARTS), 2, 2)
        others = np.delete(one.joints, PARTS.index("hip"), axis=1)
        assert others.mean() == pytest.approx(one.roll_deg[0] / 100.0, abs=JITTER)


def test_hips_get_the_further_error_that_people_show() -> None:
    """Both hips alike: a frame of the body is read too low as a whole, and the rest stays."""
    none = ReadingErrors(
        joints=np.zeros((60, len(PARTS), 2, 2)),
        roll_deg=np.zeros(60),
        yaw_deg=np.zeros(60),
        arms=np.array(["crossed"] * 60),
    )
    rng = np.random.default_rng(3)
    drawn = np.concatenate([none.draw(rng, arms="crossed").joints for _ in range(2000)])
    hip = drawn[:, PARTS.index("hip")]
    assert hip.mean(axis=(0, 1)) == pytest.approx(PEOPLE_HIP, abs=0.002)
    assert hip.mean(axis=1).std(axis=0) == pytest.approx(PEOPLE_HIP_SD, rel=0.1)
    assert np.abs(hip[:, 0] - hip[:, 1]).max() < 8 * JITTER
    assert np.abs(np.delete(drawn, PARTS.index("hip"), axis=1)).max() < 6 * JITTER


def test_errors_come_from_the_same_arm_position_where_there_are_enough() -> None:
    both = joined(
        made(MIN_READINGS, "crossed", roll=1.0), made(MIN_READINGS - 1, "on_hips", roll=2.0)
    )
    rng = np.random.default_rng(2)
    alike = {float(both.draw(rng, arms="crossed").roll_deg[0]) for _ in range(50)}
    few = {float(both.draw(rng, arms="on_hips").roll_deg[0]) for _ in range(50)}
    assert alike == {1.0}
    assert few == {1.0, 2.0}


def test_errors_survive_saving_and_loading(tmp_path: Path) -> None:
    given = made(3, "crossed", roll=1.25)
    given.save(tmp_path / "errors.npz")
    found = ReadingErrors.load(tmp_path / "errors.npz")
    assert found.joints == pytest.approx(given.joints, abs=1e-4)
    assert found.roll_deg == pytest.approx(given.roll_deg, abs=1e-3)
    assert list(found.arms) == list(given.arms)


def test_the_measured_errors_are_plausible_for_a_pose_network() -> None:
    """They are centimetres, not decimetres, and a hip placed too high takes the knee with it."""
    found = shipped_errors()
    assert len(found.arms) > 2000
    middle = found.joints.mean(axis=2)
    assert np.abs(np.median(middle, axis=0)).max() < 0.12
    assert np.percentile(np.abs(middle - np.median(middle, axis=0)), 95) < 0.15
    hip, knee = (middle[:, PARTS.index(part), 1] for part in ("hip", "knee"))
    assert np.corrcoef(hip, knee)[0, 1] > 0.3
    assert np.abs(np.mean(found.roll_deg)) < 0.3
    assert np.std(found.roll_deg) < 2.5


def test_landmarks_move_by_their_errors(tmp_path: Path) -> None:
    build_dataset(Plan(photos=4, photos_per_body=1, seed=4, masks_only=True), tmp_path)
    for record in read_records(tmp_path):
        errors = np.zeros((len(PARTS), 2, 2))
        errors[PARTS.index("hip"), 0] = (0.1, 0.05)
        plain, moved = simulated_landmarks(record, None), simulated_landmarks(record, errors)
        right = record["camera"]["facing"] == "right"
        near, far = ("RIGHT", "LEFT") if right else ("LEFT", "RIGHT")
        shift = moved[Landmark[f"{near}_HIP"]] - plain[Landmark[f"{near}_HIP"]]
        unit = true_trunk_px(record)
        assert shift == pytest.approx([unit * (0.1 if right else -0.1), -unit * 0.05])
        assert np.array_equal(moved[Landmark[f"{far}_HIP"]], plain[Landmark[f"{far}_HIP"]])
