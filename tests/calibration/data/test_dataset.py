"""Data sets: identical for the same seed, split by body, resumable, with clear errors."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from calibration.bodies.drawables import Label
from calibration.bodies.outline import Profile
from calibration.data import dataset
from calibration.data.dataset import Plan, build_dataset, read_records
from calibration.errors import DatasetError

PLAN = Plan(photos=4, photos_per_body=2, seed=5, masks_only=True, height=256)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("masks")
    assert build_dataset(PLAN, folder) == 4
    return folder


def test_the_same_seed_gives_the_same_files(built: Path, tmp_path: Path) -> None:
    build_dataset(PLAN, tmp_path)
    assert contents(tmp_path) == contents(built)


def test_another_seed_gives_other_people(built: Path, tmp_path: Path) -> None:
    other = Plan(photos=1, photos_per_body=1, seed=6, masks_only=True, height=256)
    build_dataset(other, tmp_path)
    assert read_records(tmp_path)[0]["traits"] != read_records(built)[0]["traits"]


def test_photos_of_one_body_share_its_split_and_traits(built: Path) -> None:
    records = read_records(built)
    for first, second in (records[:2], records[2:]):
        assert first["body"] == second["body"]
        assert first["split"] == second["split"]
        assert first["traits"] == second["traits"]
        assert first["posture"] != second["posture"]


def test_only_missing_photos_are_made_again(built: Path, tmp_path: Path) -> None:
    build_dataset(PLAN, tmp_path)
    lost = tmp_path / "s5-b00001-p1.json"
    lost.unlink()
    kept = (tmp_path / "s5-b00000-p0.json").stat().st_mtime_ns
    assert build_dataset(PLAN, tmp_path) == 1
    assert (tmp_path / "s5-b00000-p0.json").stat().st_mtime_ns == kept
    assert contents(tmp_path) == contents(built)


def test_a_killed_run_resumes(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "calibration", "dataset", "--n", "30", "--seed", "8",
        "--masks-only", "--height", "256", "--out", str(tmp_path),
    ]  # fmt: skip
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("s*.json"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = {path.name for path in tmp_path.glob("s*.json")}
    assert 3 <= len(before) < 30
    for path in tmp_path.glob("s*.json"):
        json.loads(path.read_text())  # each is complete
    plan = Plan(photos=30, seed=8, masks_only=True, height=256)
    assert build_dataset(plan, tmp_path) == 30 - len(before)


def test_two_workers_make_the_same_files(built: Path, tmp_path: Path) -> None:
    build_dataset(PLAN, tmp_path, workers=2)
    assert contents(tmp_path) == contents(built)


def test_masks_carry_all_labels(built: Path) -> None:
    labels = set()
    for path in built.glob("*.mask.png"):
        mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        assert mask.shape == (256, 192)
        labels |= set(np.unique(mask).tolist())
    assert {Label.BACKGROUND, Label.SKIN, Label.CLOTH, Label.ARM} <= labels <= set(Label)


def test_outlines_are_nested_and_agree_with_the_mask(built: Path) -> None:
    for record in read_records(built):
        outlines = {k: Profile.from_dict(v) for k, v in record["outlines_px"].items()}  # type: ignore[attr-defined]
        sign = 1.0 if record["camera"]["facing"] == "left" else -1.0  # type: ignore[index]
        for side, out in (("back", sign), ("front", -sign)):
            nude, clothed, seen = (
                out * getattr(outlines[name], side) for name in ("nude", "clothed", "seen")
            )
            # Cloth lies outside skin, and arms outside cloth, except at the borders of drawables.
            assert np.nanmean(clothed - nude) > -0.3
            assert np.nanmin(seen - clothed) > -0.02
        mask = cv2.imread(str(built / f"{record['name']}.mask.png"), cv2.IMREAD_GRAYSCALE)
        rows = outlines["seen"].rows.astype(int)
        ok = (mask[rows] > 0).any(1) & (mask[rows] != Label.HAIR).all(1)
        right = np.array(
            [np.flatnonzero(row).max() + 0.5 if row.any() else 0 for row in mask[rows]]
        )
        edge = outlines["seen"].back if sign > 0 else outlines["seen"].front
        inside = ok & (edge < mask.shape[1] - 1)
        assert np.median(np.abs(right - edge)[inside]) < 1.0


def test_points_project_onto_the_person(built: Path) -> None:
    for record in read_records(built):
        mask = cv2.imread(str(built / f"{record['name']}.mask.png"), cv2.IMREAD_GRAYSCALE)
        for name in ("joint_hip_left", "joint_knee_left", "joint_shoulder_left"):
            x, y = (round(v) for v in record["points_px"][name])  # type: ignore[index]
            if 0 <= x < mask.shape[1] and 0 <= y < mask.shape[0]:
                assert mask[y, x] != Label.BACKGROUND


@pytest.mark.parametrize(
    "plan",
    [
        Plan(photos=0),
        Plan(photos=3, photos_per_body=0),
        Plan(photos=3, population="martians"),
        Plan(photos=3, height=10),
        Plan(photos=3, seed=-1),
    ],
)
def test_settings_out_of_range_are_refused(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        build_dataset(plan, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_keeps_its_settings(built: Path) -> None:
    other = Plan(photos=4, photos_per_body=2, seed=6, masks_only=True, height=256)
    with pytest.raises(DatasetError, match="seed"):
        build_dataset(other, built)


def test_a_full_disk_leaves_a_resumable_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, calls = dataset._write, []

    def full(path: Path, data: bytes) -> None:
        calls.append(path)
        if len(calls) > 4:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(path, data)

    monkeypatch.setattr(dataset, "_write", full)
    with pytest.raises(DatasetError, match="disk is full"):
        build_dataset(PLAN, tmp_path)
    monkeypatch.undo()
    done = len(list(tmp_path.glob("s*.json")))
    assert build_dataset(PLAN, tmp_path) == 4 - done
    assert not list(tmp_path.glob(".*"))


def test_an_empty_folder_is_not_a_data_set(tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        read_records(tmp_path)


def test_arms_can_be_requested_and_raised_arms_reach_forwards(tmp_path: Path) -> None:
    plan = Plan(
        photos=4,
        photos_per_body=2,
        seed=5,
        masks_only=True,
        height=256,
        arms="raised",
        same_look=True,
    )
    build_dataset(plan, tmp_path)
    for record in read_records(tmp_path):
        assert record["posture"]["arms"] == "raised"
        forwards = 1.0 if record["camera"]["facing"] == "right" else -1.0
        joints = {name: np.array(point) for name, point in record["joints_px"].items()}
        height = joints["left_ankle"][1] - joints["left_ear"][1]
        for side in ("left", "right"):
            shoulder, wrist = joints[f"{side}_shoulder"], joints[f"{side}_wrist"]
            assert forwards * (wrist[0] - shoulder[0]) > 0.15 * height
            assert wrist[1] < joints[f"{side}_hip"][1]


def test_unknown_arms_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="raised"):
        build_dataset(Plan(photos=1, arms="waving"), tmp_path)
