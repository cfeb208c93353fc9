"""Reading errors of joints, camera roll and yaw, measured on photos with known ground truth.

The errors of one photo are correlated: a hip placed too high takes the knee with it, and an arm is
misplaced as a whole. A simulated body therefore gets all errors of one real reading, of somebody in
the same arm position, instead of independent draws.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from calibration.data.dataset import read_records
from calibration.data.localisation import photo_landmarks
from calibration.data.no_estimator import NO_ESTIMATOR
from calibration.errors import DatasetError
from posture.analysis.analyzer import Analyzer
from posture.analysis.result import Analysis
from posture.errors import PostureError
from posture.landmarks import Landmark

Floats = NDArray[np.float64]

PARTS: Final = ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")

SHIPPED: Final = Path(__file__).with_name("reading_errors.npz")
"""Measured by ``python -m calibration errors`` on the photographed bodies of the split ``fit``."""

JITTER: Final = 0.005
"""SD of the noise added to each drawn joint, in trunk lengths (2.5 mm), so that no error occurs
twice."""

PEOPLE_HIP: Final = (0.0, -0.02)
PEOPLE_HIP_SD: Final = (0.015, 0.02)
"""Mean and SD of a further error of both hips, forwards and up, in trunk lengths. The network reads
hips lower on people than on renders: hip to ankle is 0.426 of stature on 67 real photos and 0.435
on 334 real scans, 0.439 on rendered adults of the same build. About half of it is taken for an
error of reading, the other half for shorter legs, which the bodies have
(:mod:`calibration.bodies.bodies`)."""

MIN_READINGS: Final = 40
"""With fewer readings of an arm position than this, those of all arm positions are drawn from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingErrors:
    """Errors of N readings, read minus true.

    Parameters
    ----------
    joints : ndarray, shape (N, 7, 2, 2)
        Of :data:`PARTS`, on the near and the far side, forwards and up, in trunk lengths.
    roll_deg : ndarray, shape (N,)
        Of the camera's roll, as if everybody faced right.
    yaw_deg : ndarray, shape (N,)
        Of the absolute yaw, the turn out of the side view.
    arms : ndarray of str, shape (N,)
        Arm position.
    """

    joints: Floats
    roll_deg: Floats
    yaw_deg: Floats
    arms: NDArray[np.str_]

    def draw(self, rng: np.random.Generator, *, arms: str) -> ReadingErrors:
        """Return the errors of one reading, N = 1, of somebody in this arm position."""
        alike = np.flatnonzero(self.arms == arms)
        row = int(rng.choice(alike if len(alike) >= MIN_READINGS else len(self.arms)))
        one = slice(row, row + 1)
        joints = self.joints[one] + JITTER * rng.normal(size=(1, *self.joints.shape[1:]))
        joints[:, PARTS.index("hip")] += rng.normal(PEOPLE_HIP, PEOPLE_HIP_SD)
        return ReadingErrors(
            joints=joints,
            roll_deg=self.roll_deg[one],
            yaw_deg=self.yaw_deg[one],
            arms=self.arms[one],
        )

    def save(self, path: Path) -> None:
        """Write all errors, joints to a ten-thousandth of a trunk length (0.05 mm)."""
        np.savez_compressed(
            path,
            joints=np.round(self.joints, 4).astype(np.float32),
            roll_deg=np.round(self.roll_deg, 3).astype(np.float32),
            yaw_deg=np.round(self.yaw_deg, 3).astype(np.float32),
            arms=self.arms,
        )

    @classmethod
    def load(cls, path: Path) -> ReadingErrors:
        """Read what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            return cls(
                joints=data["joints"].astype(np.float64),
                roll_deg=data["roll_deg"].astype(np.float64),
                yaw_deg=data["yaw_deg"].astype(np.float64),
                arms=data["arms"],
            )


@cache
def shipped_errors() -> ReadingErrors:
    """Return the reading errors of simulated bodies, measured once and kept in the repository."""
    return ReadingErrors.load(SHIPPED)


def measure_errors(folders: Iterable[Path]) -> ReadingErrors:
    """Read photographed bodies of the split ``fit`` and return the errors of the readings.

    Parameters
    ----------
    folders : iterable of Path
        Data sets with photos; bodies of other splits are skipped.

    Raises
    ------
    DatasetError
        If not a single photo can be read.
    """
    rows = []
    with Analyzer(estimator=NO_ESTIMATOR) as analyzer:
        for folder in folders:
            for record in read_records(folder):
                if record["split"] != "fit":
                    continue
                try:
                    analysis = analyzer.analyze(folder / f"{record['name']}.jpg")
                except PostureError:
                    continue
                rows.append((_joint_errors(analysis, record), *_view_errors(analysis, record)))
    if not rows:
        raise DatasetError("None of the photographed bodies of the split fit can be read.")
    joints, roll, yaw, arms = zip(*rows, strict=True)
    return ReadingErrors(
        joints=np.array(joints), roll_deg=np.array(roll), yaw_deg=np.array(yaw), arms=np.array(arms)
    )


def sides_of(facing: str) -> tuple[str, str]:
    """Return the near and the far side of the body, given where the person looks in the picture."""
    return ("right", "left") if facing == "right" else ("left", "right")


def true_trunk_px(record: dict[str, Any]) -> float:
    """Return the distance from mid-shoulder to mid-hip in pixels of the stored photo."""
    joints = record["joints_px"]
    shoulder, hip = (
        np.mean([joints[f"left_{part}"], joints[f"right_{part}"]], axis=0)
        for part in ("shoulder", "hip")
    )
    return float(np.hypot(*(shoulder - hip)))


def _joint_errors(analysis: Analysis, record: dict[str, Any]) -> Floats:
    """Read minus true, shape (7, 2, 2)."""
    facing = record["camera"]["facing"]
    forwards = 1.0 if facing == "right" else -1.0
    read = photo_landmarks(analysis, record)
    errors = [
        [
            read[Landmark[f"{side}_{part}".upper()]] - record["joints_px"][f"{side}_{part}"]
            for side in sides_of(facing)
        ]
        for part in PARTS
    ]
    return np.array(errors) * (forwards, -1.0) / true_trunk_px(record)


def _view_errors(analysis: Analysis, record: dict[str, Any]) -> tuple[float, float, str]:
    camera, view = record["camera"], analysis.view
    forwards = 1.0 if camera["facing"] == "right" else -1.0
    return (
        forwards * (view.roll.deg - camera["roll_deg"]),
        abs(view.yaw_deg) - abs(camera["yaw_deg"]),
        record["posture"]["arms"],
    )
