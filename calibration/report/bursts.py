"""What a burst's mean is worth, and how far apart the two sides of an unchanged person read."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Final

import numpy as np

from calibration.arrays import Bools, Ints
from calibration.data.table import Table
from calibration.report.agreement import Found, bootstrapped
from posture.comparison.average import error_parts, mean_of
from posture.comparison.change import mdc95
from posture.comparison.measurement_error import Errors, mean_errors
from posture.estimator.model import TARGETS, Estimator
from posture.quantity import Quantity

NAMES: Final = {"pelvic_tilt_deg": "position", "lumbar_lordosis_deg": "arch angle"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Readings of one quantity in the pictures of a burst.

    Parameters
    ----------
    body, side : str
    truth : float
        Of the person as they stand, around which they sway.
    shown : tuple of Quantity
        At least two.
    """

    body: str
    side: str
    truth: float
    shown: tuple[Quantity, ...]

    @property
    def values(self) -> list[float]:
        """Values of the pictures."""
        return [item.value or 0.0 for item in self.shown]

    @property
    def sway(self) -> float:
        """SD between the pictures."""
        return stdev(self.values)


Way = Callable[[Burst, Errors | None], Quantity]


def _first(burst: Burst, _errors: Errors | None) -> Quantity:
    return burst.shown[0]


def _nearest(burst: Burst, _errors: Errors | None) -> Quantity:
    mean = fmean(burst.values)
    return min(burst.shown, key=lambda item: abs((item.value or 0.0) - mean))


def _as_separate(burst: Burst, errors: Errors | None) -> Quantity:
    return mean_of(burst.shown, errors)


def _as_burst(burst: Burst, _errors: Errors | None) -> Quantity:
    """Return the mean whose error shrinks only by what differs between the pictures."""
    whole = math.sqrt(error_parts(burst.shown, None).shared)
    own = min(burst.sway**2, whole**2)
    sd = math.sqrt(whole**2 - own + own / len(burst.shown))
    return Quantity.known(fmean(burst.values), sd, unit=burst.shown[0].unit)


WAYS: Final[dict[str, Way]] = {
    "the first picture": _first,
    "the picture nearest to the mean (kept)": _nearest,
    "mean, as of separate photos": _as_separate,
    "mean, with its own interval": _as_burst,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Accuracy of one way to read a burst.

    Parameters
    ----------
    error : float
        Root mean square.
    held : Found
        Share of 90 % intervals that hold the truth, drawing people anew.
    width : float
        Median width of the intervals.
    """

    error: float
    held: Found
    width: float


def bursts_report(estimator: Estimator, tables: Sequence[Table]) -> str:
    """Return the accuracy of each way to read a burst, and of the two sides, as Markdown."""
    lines = [
        "| | read as | error (RMS) | in 90 % (95 % interval) | median width |",
        "|---|---|---|---|---|",
    ]
    sways: list[str] = []
    sides: list[str] = []
    for name, text in NAMES.items():
        bursts, errors = bursts_of(estimator, tables, name), errors_in(estimator, name)
        for words, way in WAYS.items():
            found = result_of(bursts, way, errors)
            held = found.held
            lines.append(
                f"| {text} | {words} | {found.error:.2f}° | {held.value:.0%} "
                f"({held.low:.0%} to {held.high:.0%}) | {found.width:.2f}° |"
            )
        sway = float(np.median([burst.sway for burst in bursts]))
        sways.append(f"{text}: {len(bursts)} bursts; pictures differ by {sway:.2f}° (median SD)")
        sides += _sides_lines(bursts, text, errors)
    return "\n".join([*lines, "", *sways, *sides])


def bursts_of(estimator: Estimator, tables: Sequence[Table], name: str) -> list[Burst]:
    """Return the bursts of which at least two pictures show a quantity and its truth is known."""
    found: defaultdict[tuple[str, str], list[Quantity]] = defaultdict(list)
    truth: dict[tuple[str, str], float] = {}
    at = list(TARGETS).index(name)
    for table in tables:
        for features, true, record in zip(table.features, table.truth, table.records, strict=True):
            estimates = estimator.estimate(features, roll_sd_deg=record["read"]["roll_sd_deg"])
            quantity: Quantity = getattr(estimates, name)
            if quantity.present and np.isfinite(true[at]):
                key = (record["body"], record["session"])
                found[key].append(quantity)
                truth[key] = float(true[at])
    return [
        Burst(body=key[0], side=key[1], truth=truth[key], shown=tuple(items))
        for key, items in found.items()
        if len(items) > 1
    ]


def errors_in(estimator: Estimator, name: str) -> Errors | None:
    """Return the estimator's errors of a change."""
    model = getattr(estimator.change_errors, name)
    return None if model is None else mean_errors([model])


def result_of(bursts: Sequence[Burst], way: Way, errors: Errors | None) -> Result:
    """Return the accuracy of one way to read bursts."""
    read = [way(burst, errors) for burst in bursts]
    table = np.array([(item.value, item.low, item.high) for item in read], dtype=np.float64)
    truth = np.array([burst.truth for burst in bursts])
    value, low, high = table.T
    held: Bools = (low <= truth) & (truth <= high)

    def share(rows: Ints) -> float:
        return float(held[rows].mean())

    return Result(
        error=float(np.sqrt(np.mean((value - truth) ** 2))),
        held=bootstrapped(share, [burst.body for burst in bursts]),
        width=float(np.median(high - low)),
    )


def _sides_lines(bursts: Sequence[Burst], text: str, errors: Errors | None) -> Iterator[str]:
    if errors is None:
        return
    values: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for burst in bursts:
        values[burst.body][burst.side] = _nearest(burst, errors).value or 0.0
    apart = np.array([both["left"] - both["right"] for both in values.values() if len(both) == 2])
    detectable = mdc95(errors, 1, 1) * errors.slope
    beyond = int((np.abs(apart) > detectable).sum())
    yield (
        f"{text}: both sides of {len(apart)} unchanged people differ by "
        f"{np.sqrt(np.mean(apart**2)):.2f}° (RMS, mean {apart.mean():+.2f}°); {beyond} by more "
        f"than the {detectable:.1f}° that one photo each can tell apart"
    )
