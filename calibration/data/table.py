"""Feature tables: the estimator's input for each photo, and the ground truth."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.bodies.appearance import CLOTHING_OF
from calibration.data.no_estimator import NO_ESTIMATOR
from calibration.data.reading_errors import shipped_errors
from calibration.data.records import true_quantities
from calibration.data.simulate import simulated_frame, simulated_landmarks, simulated_mask
from calibration.data.true_body import true_row
from calibration.errors import DatasetError
from posture.analysis.analyzer import Analyzer
from posture.analysis.correct import body_of
from posture.analysis.pipeline import read_body
from posture.analysis.result import Analysis
from posture.errors import PostureError
from posture.estimator.features import FEATURE_NAMES, feature_vector
from posture.estimator.locator import LOCATED
from posture.estimator.model import TARGETS, USUAL_ROLL_SD_DEG
from posture.geometry.frame import BodyFrame
from posture.geometry.joints import locate_joints
from posture.geometry.silhouette import trace_silhouette
from posture.inputs.corrections import NO_CORRECTIONS
from posture.measures.catalogue import back_covered, take_measures
from posture.measures.traced_body import trace_body
from posture.types import LOOSENESS

Floats = NDArray[np.float64]

ALL_PARTS: Final = frozenset({"head", "shoulders", "hips", "knees", "ankles", "feet"})

ROLLED_DEG: Final = 2.0
"""Error of the roll that is simulated to measure its effect on an estimate."""

_MALE: Final = FEATURE_NAMES.index("male")
_LOOSENESS: Final = FEATURE_NAMES.index("looseness")


@dataclass(frozen=True, slots=True)
class Table:
    """Features and ground truth of photos, one a row.

    Attributes
    ----------
    features : ndarray, shape (N, F)
    truth : ndarray, shape (N, T)
    records : list of dict
        Records of the photos, without the large parts.
    rolled : ndarray, shape (N, F) or (0, F)
        Features as they would be if the roll were read two degrees too large; empty for simulated
        rows.
    refused : dict of str to int
        Number of photos that the product refused, by code.
    joints : ndarray, shape (N, 4)
        True mid-hip and mid-shoulder in the frame of the features
        (:data:`posture.estimator.locator.LOCATED`); NaN where they are not known.
    """

    features: Floats
    truth: Floats
    records: list[dict[str, Any]]
    rolled: Floats
    refused: dict[str, int]
    joints: Floats

    @property
    def photographed(self) -> bool:
        """Whether the rows come from the real pose network."""
        return len(self.rolled) > 0

    def where(self, keep: Sequence[int]) -> Table:
        """Return the rows of these indices."""
        rolled = self.rolled[list(keep)] if self.photographed else self.rolled
        return Table(
            self.features[list(keep)],
            self.truth[list(keep)],
            [self.records[i] for i in keep],
            rolled,
            self.refused,
            self.joints[list(keep)],
        )

    def of_split(self, *splits: str) -> Table:
        """Return the rows of bodies in one of these splits."""
        return self.where([i for i, r in enumerate(self.records) if r["split"] in splits])

    def save(self, path: Path) -> None:
        """Write the table as plain arrays and JSON in one file."""
        text = json.dumps({"records": self.records, "refused": self.refused})
        np.savez_compressed(
            path,
            features=self.features,
            truth=self.truth,
            rolled=self.rolled,
            joints=self.joints,
            text=np.frombuffer(text.encode(), dtype=np.uint8),
        )

    @classmethod
    def load(cls, path: Path) -> Table:
        """Read a table written by :meth:`save`.

        Raises
        ------
        DatasetError
            If the file is not a table, or holds the features of another version.
        """
        try:
            with np.load(path, allow_pickle=False) as data:
                text = json.loads(data["text"].tobytes())
                table = cls(
                    data["features"],
                    data["truth"],
                    text["records"],
                    data["rolled"],
                    text["refused"],
                    data["joints"],
                )
        except (OSError, ValueError, KeyError) as error:
            raise DatasetError(f"{path} is not a table: make it with the table command.") from error
        if table.features.shape[1] != len(FEATURE_NAMES):
            raise DatasetError(f"{path} holds features of another version: make it again.")
        return table


def joined(tables: Sequence[Table]) -> Table:
    """Concatenate tables; refused photos are added up.

    Rolled features are kept only if every table has them.
    """
    refused: Counter[str] = Counter()
    for table in tables:
        refused.update(table.refused)
    photographed = all(table.photographed for table in tables)
    return Table(
        np.concatenate([table.features for table in tables]),
        np.concatenate([table.truth for table in tables]),
        [record for table in tables for record in table.records],
        np.concatenate([table.rolled if photographed else table.rolled[:0] for table in tables]),
        dict(refused),
        np.concatenate([table.joints for table in tables]),
    )


def table_of(folder: Path, *, seed: int) -> Table:
    """Return the table of a data set.

    Shaded pictures go through the product, masks through the simulated network, whose errors are
    drawn with ``seed``.
    """
    plan = json.loads((folder / "dataset.json").read_text(encoding="utf-8"))
    if plan["masks_only"]:
        return simulated_table(folder, seed=seed)
    with Analyzer(estimator=NO_ESTIMATOR) as analyzer:
        return pipeline_table(folder, analyzer)


def records_of(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield (path without suffix, record) of every photo of a data set, ordered by name."""
    for path in sorted(folder.glob("*-p*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        yield path.with_suffix(""), record


def simulated_table(folder: Path, *, seed: int) -> Table:
    """Return the table of a masks-only data set, seen through the simulated network."""
    rows, truth, records, joints = [], [], [], []
    for base, record in records_of(folder):
        rng = np.random.default_rng([seed, *record["seed"]])
        labels = cv2.imread(str(base) + ".mask.png", cv2.IMREAD_GRAYSCALE)
        features, frame = _simulated(record, np.asarray(labels, dtype=np.uint8), rng)
        rows.append(features)
        truth.append(_truth(record))
        records.append(_compact(record))
        joints.append(_true_joints(record, frame))
    return Table(
        _with_hints(np.array(rows), records),
        np.array(truth),
        records,
        np.empty((0, len(FEATURE_NAMES))),
        {},
        np.array(joints),
    )


def pipeline_table(folder: Path, analyzer: Analyzer) -> Table:
    """Return the table of a shaded data set, read by the product."""
    photos = ((Path(str(base) + ".jpg"), record) for base, record in records_of(folder))
    return photographed_table(photos, analyzer)


def photographed_table(
    photos: Iterable[tuple[Path | bytes, dict[str, Any]]], analyzer: Analyzer
) -> Table:
    """Return the table of photos with their records, read by the product."""
    rows, truth, records, rolled, joints = [], [], [], [], []
    refused: Counter[str] = Counter()
    for photo, record in photos:
        try:
            analysis = analyzer.analyze(photo)
        except PostureError as error:
            refused[error.code] += 1
            continue
        rows.append(analysis.geometry.features)
        truth.append(_truth(record))
        records.append(_compact(record) | {"read": _read(analysis)})
        rolled.append(_rolled_features(analysis))
        joints.append(_photographed_joints(analysis, record))
    features, turned = (_with_hints(np.array(each), records) for each in (rows, rolled))
    return Table(features, np.array(truth), records, turned, dict(refused), np.array(joints))


def _with_hints(features: Floats, records: Sequence[dict[str, Any]]) -> Floats:
    """Return the features with the sex of every second body stated, as by half of the users.

    The same for clothing: one body in four has both, and one in four neither.
    """
    for row, record in zip(features, records, strict=True):
        draw = zlib.crc32(record["body"].encode())
        if "traits" in record and draw & 1:
            row[_MALE] = float(record["traits"]["sex"] == "male")
        if "look" in record and draw & 2:
            row[_LOOSENESS] = LOOSENESS[CLOTHING_OF[record["look"]["fit"]]]
    return features


def _compact(record: dict[str, Any]) -> dict[str, Any]:
    """Return a photo's record without its large parts, which no later step uses."""
    return {key: value for key, value in record.items() if key not in _LARGE}


_LARGE: Final = ("outlines_px", "points_m", "points_px", "joints_px")


def _read(analysis: Analysis) -> dict[str, Any]:
    """Return the product's findings on a photo, apart from its features."""
    view, silhouette = analysis.view, analysis.geometry.silhouette
    return {
        "facing": view.facing,
        "yaw_deg": view.yaw_deg,
        "roll_deg": view.roll.deg,
        "roll_sd_deg": view.roll.sd_deg,
        "findings": [finding.code for finding in view.findings],
        "flags": list(silhouette.flags),
        "covered": back_covered(analysis.measures),
    }


def _rolled_features(analysis: Analysis) -> Floats:
    """Return the features as they would be if the roll were read two degrees larger."""
    roll = analysis.view.roll
    view = replace(analysis.view, roll=replace(roll, deg=roll.deg + ROLLED_DEG))
    body = replace(body_of(analysis), view=view)
    return read_body(body, NO_ESTIMATOR, NO_CORRECTIONS).features


def _truth(record: dict[str, Any]) -> list[float]:
    """Return the true targets of a photo; NaN where there is none (a back without a hollow)."""
    truth = true_quantities(record)
    values = (truth[name] for name in TARGETS)
    return [float("nan") if value is None else float(value) for value in values]


def _photographed_joints(analysis: Analysis, record: dict[str, Any]) -> Floats:
    """Return the true joints in the frame of a photo as the product read it, shape (4,)."""
    if "joints_px" not in record:
        return np.full(len(LOCATED), np.nan)
    size = analysis.geometry.image.shape[0] / record["camera"]["height"]
    stored = {
        name: list((np.array(point) + 0.5) * size - 0.5)
        for name, point in record["joints_px"].items()
    }
    return _true_joints({"joints_px": stored}, analysis.geometry.frame)


def _true_joints(record: dict[str, Any], frame: BodyFrame) -> Floats:
    """Return true mid-hip and mid-shoulder in a frame of the same picture, shape (4,)."""
    points = record["joints_px"]
    return np.concatenate(
        [
            frame.to_body(np.mean([points[f"left_{name}"], points[f"right_{name}"]], axis=0))
            for name in ("hip", "shoulder")
        ]
    )


def _simulated(
    record: dict[str, Any], labels: NDArray[np.uint8], rng: np.random.Generator
) -> tuple[Floats, BodyFrame]:
    """Return the features of a mask and the frame in which they were read."""
    camera = record["camera"]
    errors = shipped_errors().draw(rng, row=true_row(record), arms=record["posture"]["arms"])
    landmarks = simulated_landmarks(record, errors.joints)
    frame = simulated_frame(camera, landmarks, roll_error_deg=errors.roll_deg)
    parts = ALL_PARTS - _cut_parts(record)
    silhouette = trace_silhouette(simulated_mask(labels), landmarks, frame)
    joints = locate_joints(landmarks, frame, parts)
    body = trace_body(silhouette, joints, parts=parts, roll_sd_deg=USUAL_ROLL_SD_DEG)
    yaw = max(0.0, abs(camera["yaw_deg"]) + errors.yaw_deg)
    return feature_vector(body, take_measures(body), yaw_deg=yaw), frame


def _cut_parts(record: dict[str, Any]) -> frozenset[str]:
    seen = record["seen"]
    head = {"head"} if seen["head_cut_off"] else set()
    feet = {"feet", "ankles"} if seen["feet_cut_off"] else set()
    return frozenset(head | feet)
