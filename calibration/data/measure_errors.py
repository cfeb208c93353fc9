"""Reading errors of the product, measured on photographed bodies with known joints."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np

from calibration.arrays import Floats
from calibration.data.dataset import read_records
from calibration.data.localisation import photo_landmarks
from calibration.data.no_estimator import NO_ESTIMATOR
from calibration.data.reading_errors import (
    PARTS,
    BodyShare,
    ReadingErrors,
    sides_of,
    true_trunk_px,
)
from calibration.data.true_body import true_row
from calibration.errors import DatasetError
from posture.analysis.analyzer import Analyzer
from posture.analysis.result import Analysis
from posture.errors import PostureError
from posture.landmarks import Landmark

FOLDS: Final = 10
"""What is left over in a reading is measured with the share fitted to nine tenths of the others."""


def measure_errors(folders: Iterable[Path]) -> tuple[ReadingErrors, Floats]:
    """Read photographed bodies of the split ``fit`` and return the errors of the readings.

    Parameters
    ----------
    folders : iterable of Path
        Data sets with photos; bodies of other splits are skipped.

    Returns
    -------
    errors : ReadingErrors
    foretold : ndarray, shape (7, 2)
        Share of the variance of each joint's error, forwards and up, that the body foretells, on
        bodies to which the share was not fitted.

    Raises
    ------
    DatasetError
        If fewer photos than :data:`FOLDS` can be read.
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
                rows.append(
                    (
                        true_row(record),
                        _joint_errors(analysis, record),
                        *_view_errors(analysis, record),
                    )
                )
    if len(rows) < FOLDS:
        raise DatasetError(
            f"{len(rows)} of the photographed bodies of the split fit can be read, "
            f"but at least {FOLDS} are needed."
        )
    bodies, joints, roll, yaw, arms = (np.array(column) for column in zip(*rows, strict=True))
    left_over = _left_over(bodies, joints)
    found = ReadingErrors(
        body=BodyShare.fitted(bodies, joints),
        joints=left_over,
        roll_deg=roll,
        yaw_deg=yaw,
        arms=arms,
    )
    # Of a joint's middle: the frame and the estimator read both sides as one.
    both, left = joints.mean(axis=2), left_over.mean(axis=2)
    return found, 1.0 - left.var(axis=0) / both.var(axis=0)


def _left_over(bodies: Floats, joints: Floats) -> Floats:
    """Return the errors less what a share fitted to other bodies expects, shape (N, 7, 2, 2)."""
    fold = np.arange(len(joints)) % FOLDS
    left = np.empty_like(joints)
    for number in range(FOLDS):
        share = BodyShare.fitted(bodies[fold != number], joints[fold != number])
        for at in np.flatnonzero(fold == number):
            left[at] = joints[at] - share.of(bodies[at])
    return left


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
