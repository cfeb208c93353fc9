"""Feature tables: what the estimator sees of each photo, beside the truth."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.simulate import simulated_landmarks, simulated_mask
from posture.analysis import Analyzer
from posture.errors import PostureError
from posture.estimation import TARGETS
from posture.features import feature_vector
from posture.frame import BodyFrame, midpoint
from posture.joints import locate_joints
from posture.landmarks import HIPS
from posture.measures import take_measures
from posture.scene import build_scene
from posture.silhouette import trace_silhouette
from posture.stance import trunk_length_px

Floats = NDArray[np.float64]

ROLL_ERROR_SD_DEG: Final = 1.3
YAW_ERROR_SD_DEG: Final = 5.0
"""Errors of the product's own roll and yaw estimates on shaded pictures."""

ALL_PARTS: Final = frozenset({"head", "shoulders", "hips", "knees", "ankles", "feet"})


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of photos.

    Attributes
    ----------
    features : ndarray, shape (N, F)
    truth : ndarray, shape (N, T)
    records : list of dict
        The photo's own description, one a row.
    refused : dict of str to int
        Photos that the product refused, by code.
    """

    features: Floats
    truth: Floats
    records: list[dict[str, Any]]
    refused: dict[str, int]


def records_of(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield (path without ending, record) of every photo of a data set, in order of name."""
    for path in sorted(folder.glob("*-p*.json")):
        yield path.with_suffix(""), json.loads(path.read_text(encoding="utf-8"))


def simulated_table(folder: Path, *, seed: int) -> Table:
    """Return the features of a masks-only data set through the stand-in for the network."""
    rows, truth, records = [], [], []
    for base, record in records_of(folder):
        rng = np.random.default_rng([seed, *record["seed"]])
        labels = cv2.imread(str(base) + ".mask.png", cv2.IMREAD_GRAYSCALE)
        rows.append(_simulated_features(record, np.asarray(labels, dtype=np.uint8), rng))
        truth.append(_truth(record))
        records.append(record)
    return Table(np.array(rows), np.array(truth), records, {})


def joined(tables: Sequence[Table]) -> Table:
    """Return the rows of several tables as one."""
    return Table(
        np.concatenate([table.features for table in tables]),
        np.concatenate([table.truth for table in tables]),
        [record for table in tables for record in table.records],
        dict(sum((Counter(table.refused) for table in tables), Counter())),
    )


def pipeline_table(folder: Path, analyzer: Analyzer) -> Table:
    """Return the features of a shaded data set through the real product."""
    rows, truth, records = [], [], []
    refused: dict[str, int] = {}
    for base, record in records_of(folder):
        try:
            analysis = analyzer.analyze(Path(str(base) + ".jpg"))
        except PostureError as error:
            refused[error.code] = refused.get(error.code, 0) + 1
            continue
        rows.append(analysis.geometry.features)
        truth.append(_truth(record))
        records.append(record)
    return Table(np.array(rows), np.array(truth), records, refused)


def _truth(record: dict[str, Any]) -> list[float]:
    """Return the true targets of a photo; NaN where a body has none (a back without a hollow)."""
    values = (record["truth"][name] for name in TARGETS)
    return [float("nan") if value is None else float(value) for value in values]


def _simulated_features(
    record: dict[str, Any], labels: NDArray[np.uint8], rng: np.random.Generator
) -> Floats:
    landmarks = simulated_landmarks(record, rng)
    camera = record["camera"]
    frame = BodyFrame(
        origin_px=tuple(midpoint(landmarks, HIPS)),
        unit_px=trunk_length_px(landmarks),
        facing=camera["facing"],
        roll_deg=camera["roll_deg"] + rng.normal() * ROLL_ERROR_SD_DEG,
    )
    parts = ALL_PARTS - _cut_parts(record)
    silhouette = trace_silhouette(simulated_mask(labels), landmarks, frame)
    joints = locate_joints(landmarks, frame, parts)
    scene = build_scene(silhouette, joints, parts=parts, roll_sd_deg=ROLL_ERROR_SD_DEG)
    yaw = camera["yaw_deg"] + rng.normal() * YAW_ERROR_SD_DEG
    return feature_vector(scene, take_measures(scene), yaw_deg=yaw)


def _cut_parts(record: dict[str, Any]) -> frozenset[str]:
    seen = record["seen"]
    head = {"head"} if seen["head_cut_off"] else set()
    feet = {"feet", "ankles"} if seen["feet_cut_off"] else set()
    return frozenset(head | feet)
