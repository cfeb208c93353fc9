"""Readings of photos whose ground truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from calibration.arrays import Floats
from calibration.bodies.appearance import CLOTHING_OF
from calibration.data.dataset import read_records
from calibration.data.localisation import landmark_errors, outline_errors
from calibration.data.records import true_quantities
from calibration.errors import DatasetError, MissingExtraError
from posture.inputs.hints import Hints
from posture.measures.catalogue import back_covered

ESTIMATED: Final = ("pelvic_tilt_deg", "lumbar_lordosis_deg", "lumbar_depth_pct")

CLEAR_ARMS: Final = ("crossed", "clasped", "flexed", "raised")
GOOD_YAW_DEG: Final = 10.0
"""Criteria of a good photo, see :func:`is_good`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One photo: its ground truth and what the product read.

    Parameters
    ----------
    photo : str
        Name.
    truth : dict
        True quantities, None where unknown.
    traits : dict
        Traits by which errors are broken down (sex, BMI, clothing, ...).
    status : str
        ``ok``, ``poor`` or the code of the refusal.
    values : dict
        Quantity to (value, low, high); NaN where absent. Estimates given sex and clothing have the
        prefix ``stated_``.
    landmark_errors : dict
        Joint to error in percent of height, shape (2,): forwards, down.
    outline_errors : dict
        ``back`` and ``belly``: mean absolute distance to the true outline, percent of height.
    features : ndarray, shape (F,), optional
        Input of the estimator; kept of real photos.
    """

    photo: str
    truth: dict[str, float | None]
    traits: dict[str, Any]
    status: str
    values: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    landmark_errors: dict[str, Floats] = field(default_factory=dict)
    outline_errors: dict[str, float] = field(default_factory=dict)
    features: Floats | None = None

    @property
    def read(self) -> bool:
        """Whether the photo was analysed, not refused."""
        return bool(self.values)


def read_dataset(
    folder: Path,
    *,
    split: str | None = None,
    limit: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Reading]:
    """Analyse the photos of a data set with the shipped product.

    Parameters
    ----------
    folder : Path
        A data set with photos.
    split : str, optional
        Only bodies of this split.
    limit : int, optional
        At most this many photos.
    progress : callable, optional
        Called with the number of photos done and of all photos.

    Raises
    ------
    DatasetError
        If there are no photos to read.
    MissingExtraError
        If the product's own dependencies are missing from this environment.
    """
    records: list[dict[str, Any]] = read_records(folder)
    chosen = [r for r in records if split is None or r["split"] == split]
    chosen = [r for r in chosen if (folder / f"{r['name']}.jpg").exists()][:limit]
    if not chosen:
        raise DatasetError(f"{folder} holds no photos to evaluate (masks only, or empty split).")
    readings = []
    with _analyzer() as analyzer:
        for record in chosen:
            reading = _read_record(analyzer, folder / f"{record['name']}.jpg", record)
            readings.append(reading)
            if progress:
                progress(len(readings), len(chosen))
    return readings


def _analyzer() -> Any:
    try:
        from posture.analysis.analyzer import Analyzer
    except ImportError as missing:
        raise MissingExtraError(f"The product itself ({missing.name})") from missing
    return Analyzer()


def _read_record(analyzer: Any, path: Path, record: dict[str, Any]) -> Reading:
    return _read_photo(analyzer, path, true_quantities(record), traits_of(record), record)


def _read_photo(
    analyzer: Any,
    path: Path,
    truth: dict[str, float | None],
    traits: dict[str, Any],
    record: dict[str, Any],
) -> Reading:
    from posture.errors import PostureError

    try:
        analysis = analyzer.analyze(path)
    except PostureError as refusal:
        return Reading(photo=path.name, truth=truth, traits=traits, status=refusal.code)
    return Reading(
        photo=path.name,
        truth=truth,
        traits=traits
        | {
            "read_facing": analysis.view.facing,
            "back": "covered" if back_covered(analysis.measures) else "in view",
        },
        status=str(analysis.status),
        values=values_of(analysis) | _stated_values(analysis, record),
        landmark_errors=landmark_errors(analysis, record),
        outline_errors=dict(outline_errors(analysis, record)),
    )


def values_of(analysis: Any) -> dict[str, tuple[float, float, float]]:
    """Return estimates by their name, plain measures with the prefix ``measured_``."""
    found = {f"measured_{name}": quantity for name, quantity in analysis.measures.items()}
    estimates = analysis.estimates
    found |= {name: getattr(estimates, name) for name in ESTIMATED}
    return {name: _triple(quantity) for name, quantity in found.items()}


def _stated_values(analysis: Any, record: dict[str, Any]) -> dict[str, tuple[float, float, float]]:
    """Estimates of the same photo once its user has stated sex and clothing."""
    from posture.analysis.correct import reestimated

    estimates = reestimated(analysis, hints_of(record)).estimates
    return {f"stated_{name}": _triple(getattr(estimates, name)) for name in ESTIMATED}


def _triple(quantity: Any) -> tuple[float, float, float]:
    parts = (quantity.value, quantity.low, quantity.high)
    low, middle, high = (
        np.nan if part is None else float(part) for part in (parts[1], parts[0], parts[2])
    )
    return middle, low, high


def hints_of(record: dict[str, Any]) -> Hints:
    """Return sex and clothing of a photo's person, as its user would state them."""
    return Hints(sex=record["traits"]["sex"], clothing=CLOTHING_OF[record["look"]["fit"]])


def traits_of(record: dict[str, Any]) -> dict[str, Any]:
    """Return the traits of a photo by which errors are broken down."""
    camera, look, posture = record["camera"], record["look"], record["posture"]
    return {
        "sex": record["traits"]["sex"],
        "bmi": record["truth"]["bmi"],
        "skin": look["skin"],
        "clothing": look["fit"],
        "arms": posture["arms"],
        "posture": posture["kind"],
        "facing": camera["facing"],
        "yaw": abs(camera["yaw_deg"]),
        "roll": abs(camera["roll_deg"]),
        "camera_height": camera["eye"][2],
        "head": "cut off" if record["seen"]["head_cut_off"] else "in frame",
        "photo": "poor" if record.get("poor") else "good",
    }


def is_good(traits: dict[str, Any]) -> bool:
    """Return whether a photo follows the protocol: tight clothes, arms clear, side view."""
    return (
        traits["clothing"] in ("minimal", "tight")
        and traits["arms"] in CLEAR_ARMS
        and traits["yaw"] <= GOOD_YAW_DEG
    )
