"""Photos with a known posture and the probability that the product gives: operating points."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from calibration.bodies.appearance import CLOTHING_OF
from calibration.data.readings import is_good, traits_of
from calibration.data.table import Table
from calibration.fit.definition import adults_of, probabilities, standard_scores, truly
from posture.estimator.features import FEATURE_NAMES
from posture.estimator.model import Estimator
from posture.screening.definition import Definition
from posture.types import Pattern

PATTERNS: Final[tuple[Pattern, ...]] = ("type_a", "type_b")

NEGATIVE_POSES: Final = ("neutral", "flat_back", "posterior_tilt")
"""Poses that must not be called likely unless their body truly has the posture."""

BINS: Final = 10

_MALE: Final = FEATURE_NAMES.index("male")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One photo: who it shows, whether it truly has a posture, and the stated probability.

    ``good`` photos follow the protocol (:func:`calibration.data.readings.is_good`).
    """

    pattern: Pattern
    true: bool
    probability: float | None
    sex: str
    told: bool
    clothing: str
    kind: str
    good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of photos with its 90 % interval (Wilson); ``nan`` of none."""

    hits: int
    count: int

    @property
    def value(self) -> float:
        """The share itself."""
        return self.hits / self.count if self.count else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Ends of the interval."""
        if not self.count:
            return math.nan, math.nan
        z, n, p = 1.645, self.count, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        # Of none or all, rounding could leave the share itself outside.
        return min(max(middle - half, 0.0), p), max(min(middle + half, 1.0), p)

    def __str__(self) -> str:
        """Return the share in percent with its interval, as the page has it."""
        if not self.count:
            return "–"
        low, high = self.interval
        return f"{100 * self.value:.0f} % ({100 * low:.0f}–{100 * high:.0f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operating:
    """How a cut on the probability separates photos."""

    sensitivity: Share
    specificity: Share
    positive: Share
    negative: Share

    @property
    def ratios(self) -> tuple[float, float]:
        """Likelihood ratios of a photo at or above the cut, and of one below."""
        hit, false = self.sensitivity.value, 1.0 - self.specificity.value
        return (
            hit / false if false else math.inf,
            (1.0 - hit) / self.specificity.value if self.specificity.value else math.inf,
        )


def judged(table: Table, model: Definition, estimator: Estimator) -> list[Judged]:
    """Return both patterns of every photo of a table."""
    truth = truly(model, standard_scores(adults_of(table), model.groups))
    found = []
    for row, record in enumerate(table.records):
        stated = probabilities(model, table, row, estimator)
        found += [
            Judged(
                pattern=pattern,
                true=bool(truth[pattern][row]),
                probability=stated[pattern],
                sex=record["traits"]["sex"],
                told=bool(np.isfinite(table.features[row, _MALE])),
                clothing=CLOTHING_OF[record["look"]["fit"]],
                kind=record["posture"]["kind"],
                good=is_good(traits_of(record)),
            )
            for pattern in PATTERNS
        ]
    return found


def operating(cases: Iterable[Judged], cut: float) -> Operating:
    """Return how a cut separates photos; a photo without a probability is below every cut."""
    counts = np.zeros((2, 2), dtype=int)
    for case in cases:
        counts[int(case.true), int((case.probability or 0.0) >= cut)] += 1
    (tn, fp), (fn, tp) = counts.tolist()
    return Operating(
        sensitivity=Share(hits=tp, count=tp + fn),
        specificity=Share(hits=tn, count=tn + fp),
        positive=Share(hits=tp, count=tp + fp),
        negative=Share(hits=tn, count=tn + fn),
    )


def share(cases: Iterable[Judged], wanted: Callable[[Judged], bool]) -> Share:
    """Return the share of photos that are wanted."""
    cases = list(cases)
    return Share(hits=sum(map(wanted, cases)), count=len(cases))


def reliability(cases: Sequence[Judged]) -> Iterator[tuple[float, Share]]:
    """Yield the mean stated probability and the true share of each tenth that has photos."""
    known = [case for case in cases if case.probability is not None]
    for place in range(BINS):
        inside = [c for c in known if min(int(BINS * (c.probability or 0.0)), BINS - 1) == place]
        if inside:
            stated = sum(case.probability or 0.0 for case in inside) / len(inside)
            yield stated, share(inside, lambda case: case.true)


def calibration_error(cases: Sequence[Judged]) -> float:
    """Return the mean distance of stated probability and true share, weighed by photos."""
    bins = list(reliability(cases))
    total = sum(found.count for _, found in bins)
    return sum(abs(stated - found.value) * found.count for stated, found in bins) / max(total, 1)
