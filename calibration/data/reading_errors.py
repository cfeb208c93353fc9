"""Reading errors of joints, camera roll and yaw, measured on photos with known ground truth.

Part of them comes from the body. The network places a joint where it is in most people who look
like this one, so that what is unusual in a body shows as an error: the true outline foretells a
third of the variance of the hip's error and 0.6 of that of the shoulder's forward error, measured
together with the errors. An estimator that was fitted to errors independent of the body would trust
its joints too much. A simulated body therefore gets the errors to be expected of a body like it
(:class:`BodyShare`), and on top of them what was left over in one real reading.

What is left over is taken together: a hip placed too high takes the knee with it, and an arm is
misplaced as a whole. It comes from somebody in the same arm position.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

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


REACH: Final = 3.0
"""A body further from the mean than this many SDs counts as this far: the share is linear, and was
not measured out there."""

RIDGE: Final = 30.0
"""Ridge penalty on each weight of the share, in readings; from 3 to 100 the left-out variance
differs by less than a fiftieth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyShare:
    """Errors to be expected of a body, linear in its true outline and joints.

    Parameters
    ----------
    mean, sd : ndarray, shape (F,)
        Of the rows (:func:`calibration.data.true_body.true_row`) of the bodies that were read.
    weights : ndarray, shape (F, 7, 2, 2)
        Error per standard score; parts, sides and axes as in :class:`ReadingErrors`.
    intercept : ndarray, shape (7, 2, 2)
        Errors of the mean body.
    """

    mean: Floats
    sd: Floats
    weights: Floats
    intercept: Floats

    @classmethod
    def fitted(cls, rows: Floats, joints: Floats) -> BodyShare:
        """Return the share in these readings, by ridge regression.

        Parameters
        ----------
        rows : ndarray, shape (N, F)
            NaN where an outline does not reach.
        joints : ndarray, shape (N, 7, 2, 2)
            Read minus true.
        """
        # A level that no outline reaches counts for nothing; one that never varies neither.
        known = np.isfinite(rows)
        count = np.maximum(known.sum(axis=0), 1)
        mean = np.where(known, rows, 0.0).sum(axis=0) / count
        sd = np.sqrt((np.where(known, rows - mean, 0.0) ** 2).sum(axis=0) / count)
        sd = np.where(sd > 0, sd, 1.0)
        intercept = joints.mean(axis=0)
        scores = _scores(rows, mean, sd)
        normal = scores.T @ scores + RIDGE * np.eye(len(mean))
        errors = (joints - intercept).reshape(len(joints), -1)
        weights = np.linalg.solve(normal, scores.T @ errors)
        return cls(
            mean=mean,
            sd=sd,
            weights=weights.reshape(len(mean), *intercept.shape),
            intercept=intercept,
        )

    def of(self, row: Floats) -> Floats:
        """Return the expected errors of one body, shape (7, 2, 2)."""
        share = np.tensordot(_scores(row, self.mean, self.sd), self.weights, axes=1)
        return np.asarray(self.intercept + share)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingErrors:
    """Errors of N readings, read minus true.

    Parameters
    ----------
    body : BodyShare
        What the body itself leads to.
    joints : ndarray, shape (N, 7, 2, 2)
        What is left over, of :data:`PARTS`, on the near and the far side, forwards and up, in
        trunk lengths.
    roll_deg : ndarray, shape (N,)
        Of the camera's roll, as if everybody faced right.
    yaw_deg : ndarray, shape (N,)
        Of the absolute yaw, the turn out of the side view.
    arms : ndarray of str, shape (N,)
        Arm position.
    """

    body: BodyShare
    joints: Floats
    roll_deg: Floats
    yaw_deg: Floats
    arms: NDArray[np.str_]

    def draw(self, rng: np.random.Generator, *, row: Floats, arms: str) -> Drawn:
        """Return the errors of one reading of a body in this arm position.

        Parameters
        ----------
        row : ndarray, shape (F,)
            The body's :func:`calibration.data.true_body.true_row`.
        """
        alike = np.flatnonzero(self.arms == arms)
        one = int(rng.choice(alike if len(alike) >= MIN_READINGS else len(self.arms)))
        left_over = self.joints[one] + JITTER * rng.normal(size=self.joints.shape[1:])
        joints = self.body.of(row) + left_over
        joints[PARTS.index("hip")] += rng.normal(PEOPLE_HIP, PEOPLE_HIP_SD)
        return Drawn(
            joints=joints,
            roll_deg=float(self.roll_deg[one]),
            yaw_deg=float(self.yaw_deg[one]),
        )

    def save(self, path: Path) -> None:
        """Write all errors, joints to a ten-thousandth of a trunk length (0.05 mm)."""
        np.savez_compressed(
            path,
            joints=np.round(self.joints, 4).astype(np.float32),
            roll_deg=np.round(self.roll_deg, 3).astype(np.float32),
            yaw_deg=np.round(self.yaw_deg, 3).astype(np.float32),
            arms=self.arms,
            **{
                f"body_{name}": getattr(self.body, name).astype(np.float32) for name in _BODY_FIELDS
            },
        )

    @classmethod
    def load(cls, path: Path) -> ReadingErrors:
        """Read what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            return cls(
                body=BodyShare(
                    **{name: data[f"body_{name}"].astype(np.float64) for name in _BODY_FIELDS}
                ),
                joints=data["joints"].astype(np.float64),
                roll_deg=data["roll_deg"].astype(np.float64),
                yaw_deg=data["yaw_deg"].astype(np.float64),
                arms=data["arms"],
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Errors of one simulated reading; shapes and units as in :class:`ReadingErrors`."""

    joints: Floats
    roll_deg: float
    yaw_deg: float


_BODY_FIELDS: Final = ("mean", "sd", "weights", "intercept")


def _scores(rows: Floats, mean: Floats, sd: Floats) -> Floats:
    """Return standard scores, 0 where the outline does not reach."""
    scores: Floats = np.nan_to_num(np.clip((rows - mean) / sd, -REACH, REACH))
    return scores


@cache
def shipped_errors() -> ReadingErrors:
    """Return the reading errors of simulated bodies, measured once and kept in the repository."""
    return ReadingErrors.load(SHIPPED)


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
