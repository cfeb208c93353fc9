"""Accuracy of the mean of one, two and three photos of a visit, on repeats of unchanged people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from calibration.arrays import Bools, Floats, Ints
from calibration.data.repeats import PHOTOS
from calibration.data.table import Table
from calibration.errors import DatasetError
from calibration.report.agreement import Found, bootstrapped
from posture.comparison.average import mean_of
from posture.comparison.measurement_error import Errors, mean_errors
from posture.estimator.model import TARGETS, Estimator
from posture.quantity import Quantity

NAMES: Final = dict(
    zip(TARGETS, ("Tilt (°)", "Surface lordosis (°)", "Depth (% trunk)"), strict=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """Accuracy of the mean of some photos of a visit.

    Parameters
    ----------
    photos : int
        Number of photos in each mean.
    count : int
        Number of means; every choice of photos of a session is one.
    error_sd : float
        Root mean square error.
    held : Found
        Share of 90 % intervals that hold the truth, drawing people anew.
    width : float
        Median width of the intervals.
    """

    photos: int
    count: int
    error_sd: float
    held: Found
    width: float


def means_table(estimator: Estimator, repeats: Table) -> str:
    """Return the accuracy of means as a Markdown table.

    Raises
    ------
    DatasetError
        If the table was made before repeats had ground truth.
    """
    if not np.isfinite(repeats.truth).any():
        raise DatasetError("These repeats have no ground truth: make them again (repeats --out).")
    lines = [
        "| | photos | means | error (RMS) | in 90 % (95 % interval) | median width |",
        "|---|---|---|---|---|---|",
    ]
    for i, (name, text) in enumerate(NAMES.items()):
        for mean in means(estimator, repeats, i, name):
            held = mean.held
            lines.append(
                f"| {text} | {mean.photos} | {mean.count} | {mean.error_sd:.2f} | "
                f"{held.value:.0%} ({held.low:.0%} to {held.high:.0%}) | {mean.width:.2f} |"
            )
    return "\n".join(lines)


def means(estimator: Estimator, repeats: Table, target: int, name: str) -> Iterator[Mean]:
    """Yield the accuracy of the mean of one photo, two photos and so on."""
    model = getattr(estimator.change_errors, name)
    errors = None if model is None else mean_errors([model])
    sessions = _sessions(estimator, repeats, target, name)
    for photos in range(1, PHOTOS + 1):
        people, error, width, held = _averaged(sessions, photos, errors)
        if len(people):
            yield Mean(
                photos=photos,
                count=len(people),
                error_sd=float(np.sqrt(np.mean(error**2))),
                held=_share(held, people),
                width=float(np.median(width)),
            )


Session = tuple[str, float, list[Quantity]]
"""Person, truth and the estimate of each photo that shows it."""


def _sessions(estimator: Estimator, repeats: Table, target: int, name: str) -> list[Session]:
    found: defaultdict[tuple[str, int], list[Quantity]] = defaultdict(list)
    truth: dict[tuple[str, int], float] = {}
    rows = zip(repeats.features, repeats.truth, repeats.records, strict=True)
    for features, true, record in rows:
        roll_sd_deg = record["read"]["roll_sd_deg"]
        estimates = estimator.estimate(features, roll_sd_deg=roll_sd_deg)
        quantity: Quantity = getattr(estimates, name)
        if quantity.present and np.isfinite(true[target]):
            key = (record["body"], record["session"])
            found[key].append(quantity)
            truth[key] = float(true[target])
    return [(key[0], truth[key], items) for key, items in found.items()]


def _averaged(
    sessions: list[Session], photos: int, errors: Errors | None
) -> tuple[list[str], Floats, Floats, Bools]:
    """Return person, error, width of the interval, and whether it holds the truth, of each mean."""
    people, rows = [], []
    for person, true, items in sessions:
        for chosen in combinations(items, photos):
            mean = mean_of(chosen, errors)
            people.append(person)
            rows.append((mean.value, mean.low, mean.high, true))
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    value, low, high, truth = table.T
    return people, value - truth, high - low, (low <= truth) & (truth <= high)


def _share(held: Bools, people: list[str]) -> Found:
    def statistic(rows: Ints) -> float:
        return float(held[rows].mean())

    return bootstrapped(statistic, people)
