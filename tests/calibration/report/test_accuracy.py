"""Accuracy: chance coverage, standard errors, pixel conventions, and held-out people."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from calibration.data.localisation import photo_landmarks
from calibration.data.simulate import simulated_landmarks
from calibration.data.table import Table
from calibration.errors import DatasetError
from calibration.report.accuracy import accuracy
from calibration.report.accuracy_page import _worst_by_chance
from calibration.report.costs import held_out
from posture.landmarks import Landmark


def test_the_worst_coverage_of_many_small_groups_is_low_by_chance() -> None:
    assert _worst_by_chance([10**6]) == pytest.approx(0.9, abs=0.001)
    one, many = _worst_by_chance([50]), _worst_by_chance([50] * 40)
    assert one == pytest.approx(0.9, abs=0.011)
    assert many < 0.82


def test_the_error_of_a_bias_shrinks_with_the_root_of_the_count() -> None:
    rng = np.random.default_rng(3)
    for count in (100, 400):
        truth = rng.normal(size=count)
        read = truth + rng.normal(scale=2.0, size=count)
        found = accuracy(truth, read, read - 1.0, read + 1.0)
        assert found is not None
        assert found.bias_error == pytest.approx(2.0 / np.sqrt(count), rel=0.2)


def test_landmarks_and_joints_share_the_pixel_convention() -> None:
    """Pixel centres lie at whole numbers in the picture, in its copy and in the record."""
    landmarks = np.arange(66.0).reshape(33, 2)
    small = SimpleNamespace(
        geometry=SimpleNamespace(landmarks_px=landmarks, image=np.zeros((50, 40)))
    )
    same = photo_landmarks(small, {"camera": {"height": 50}})
    assert same == pytest.approx(landmarks)
    # The corner of the picture stays its corner: half a pixel beyond the first centre.
    corner = SimpleNamespace(
        geometry=SimpleNamespace(landmarks_px=np.full((33, 2), -0.5), image=np.zeros((50, 40)))
    )
    assert photo_landmarks(corner, {"camera": {"height": 100}}) == pytest.approx(-0.5)


def test_without_errors_simulated_landmarks_are_the_joints() -> None:
    names = ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    joints = {
        f"{side}_{name}": [100.0 + 3.0 * at, 40.0 * at]
        for side in ("left", "right")
        for at, name in enumerate(names)
    }
    found = simulated_landmarks({"joints_px": joints, "camera": {"facing": "left"}}, None)
    for name, point in joints.items():
        assert found[Landmark[name.upper()]] == pytest.approx(point)


def test_costs_are_measured_on_photos_of_held_out_people() -> None:
    records = [{"split": split} for split in ("fit", "calibrate", "test")]
    table = Table(
        np.zeros((3, 2)), np.zeros((3, 3)), records, np.zeros((3, 2)), {}, np.zeros((3, 4))
    )
    assert [record["split"] for record in held_out(table).records] == ["calibrate", "test"]
    simulated = Table(
        np.zeros((3, 2)), np.zeros((3, 3)), records, np.zeros((0, 2)), {}, np.zeros((3, 4))
    )
    with pytest.raises(DatasetError, match="photos"):
        held_out(simulated)
