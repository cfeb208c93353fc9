"""Errors of real readings, given to simulated bodies."""

from __future__ import annotations

from dataclasses import replace
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
    BodyShare,
    ReadingErrors,
    shipped_errors,
    true_trunk_px,
)
from calibration.data.simulate import simulated_landmarks
from posture.landmarks import Landmark

BODY = np.zeros(2)
"""A row of a body; with :data:`NO_SHARE` it leads to no error."""

SHAPE = (len(PARTS), 2, 2)
NO_SHARE = BodyShare(
    mean=np.zeros(2), sd=np.ones(2), weights=np.zeros((2, *SHAPE)), intercept=np.zeros(SHAPE)
)


def made(count: int, arms: str, *, roll: float) -> ReadingErrors:
    return ReadingErrors(
        body=NO_SHARE,
        joints=np.full((count, len(PARTS), 2, 2), roll / 100.0),
        roll_deg=np.full(count, roll),
        yaw_deg=np.zeros(count),
        arms=np.full(count, arms),
    )


def joined(*parts: ReadingErrors) -> ReadingErrors:
    return ReadingErrors(
        body=NO_SHARE,
        joints=np.concatenate([part.joints for part in parts]),
        roll_deg=np.concatenate([part.roll_deg for part in parts]),
        yaw_deg=np.concatenate([part.yaw_deg for part in parts]),
        arms=np.concatenate([part.arms for part in parts]),
    )


def test_the_errors_of_one_reading_stay_together() -> None:
    both = joined(made(50, "crossed", roll=1.0), made(50, "crossed", roll=2.0))
    rng = np.random.default_rng(1)
    drawn = [both.draw(rng, row=BODY, arms="crossed") for _ in range(60)]
    assert {one.roll_deg for one in drawn} == {1.0, 2.0}
    for one in drawn:
        assert one.joints.shape == SHAPE
        others = np.delete(one.joints, PARTS.index("hip"), axis=0)
        assert others.mean() == pytest.approx(one.roll_deg / 100.0, abs=JITTER)


def test_hips_get_the_further_error_that_people_show() -> None:
    """Both hips alike: a frame of the body is read too low as a whole, and the rest stays."""
    none = ReadingErrors(
        body=NO_SHARE,
        joints=np.zeros((60, len(PARTS), 2, 2)),
        roll_deg=np.zeros(60),
        yaw_deg=np.zeros(60),
        arms=np.array(["crossed"] * 60),
    )
    rng = np.random.default_rng(3)
    drawn = np.stack([none.draw(rng, row=BODY, arms="crossed").joints for _ in range(2000)])
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
    alike = {both.draw(rng, row=BODY, arms="crossed").roll_deg for _ in range(50)}
    few = {both.draw(rng, row=BODY, arms="on_hips").roll_deg for _ in range(50)}
    assert alike == {1.0}
    assert few == {1.0, 2.0}


def test_errors_survive_saving_and_loading(tmp_path: Path) -> None:
    given = made(3, "crossed", roll=1.25)
    given.save(tmp_path / "errors.npz")
    found = ReadingErrors.load(tmp_path / "errors.npz")
    assert found.joints == pytest.approx(given.joints, abs=1e-4)
    assert found.roll_deg == pytest.approx(given.roll_deg, abs=1e-3)
    assert list(found.arms) == list(given.arms)


def test_a_share_that_is_linear_in_the_body_is_found_and_left_out_where_the_outline_ends() -> None:
    rng = np.random.default_rng(6)
    rows = rng.normal((5.0, -2.0, 0.0), (2.0, 1.0, 1.0), (20_000, 3))
    effect = rng.normal(size=(2, *SHAPE))
    joints = 0.3 + np.tensordot(rows[:, :2], effect, axes=1)
    rows[rng.random(len(rows)) < 0.5, 2] = np.nan
    share = BodyShare.fitted(rows, joints)
    assert share.of(np.array([6.0, -2.5, np.nan])) == pytest.approx(
        0.3 + 6.0 * effect[0] - 2.5 * effect[1], abs=0.05
    )


def test_a_body_unlike_any_that_was_read_gets_no_absurd_error() -> None:
    rng = np.random.default_rng(7)
    rows = rng.normal(size=(500, 2))
    share = BodyShare.fitted(rows, 0.03 * rows[:, 0, None, None, None] * np.ones(SHAPE))
    assert np.abs(share.of(np.array([50.0, -50.0]))).max() < 0.12


def test_the_body_leads_to_its_share_and_the_rest_comes_on_top() -> None:
    share = replace(NO_SHARE, weights=np.full((2, *SHAPE), 0.1), intercept=np.full(SHAPE, 0.05))
    errors = replace(made(MIN_READINGS, "crossed", roll=1.0), body=share)
    drawn = errors.draw(np.random.default_rng(8), row=np.array([1.0, 2.0]), arms="crossed").joints
    others = np.delete(drawn, PARTS.index("hip"), axis=0)
    assert others == pytest.approx(np.full(others.shape, 0.05 + 0.3 + 0.01), abs=6 * JITTER)


def test_the_measured_errors_are_plausible_for_a_pose_network() -> None:
    """They are centimetres, not decimetres, and a hip placed too high takes the knee with it."""
    found = shipped_errors()
    assert len(found.arms) > 1000
    middle = found.joints.mean(axis=2)
    assert np.abs(found.body.intercept).max() < 0.12
    assert np.abs(middle.mean(axis=0)).max() < 0.003
    assert np.percentile(np.abs(middle), 95) < 0.1
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
