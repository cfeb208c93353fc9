"""Counts and distributions over all rows, in one pass without holding them in memory."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np
from numpy.typing import NDArray

from posture.batch.parts import iter_parts
from posture.batch.stores.base import Store
from posture.codec import Rounded

if TYPE_CHECKING:
    import pyarrow as pa

QUANTITIES: Final = {
    "pelvic_tilt_deg": ("deg", -90.0, 90.0),
    "lumbar_depth_pct": ("%trunk", -20.0, 60.0),
    "lumbar_lordosis_deg": ("deg", -30.0, 150.0),
    "asis_psis_deg": ("deg", -90.0, 90.0),
}
"""Quantities with a distribution: unit, and the range; values beyond count at its ends."""

STEP: Final = 0.01
"""Width of the bins, which is the precision of quantiles."""

_EXACT: Final = 1e-6
"""Keeps a value on an edge in the bin above, however the division rounds."""

_COLUMNS: Final = (
    *("status", "error_code", "error_message", "screening_grade", "screening_pattern", "findings"),
    *(column for name in QUANTITIES for column in (name, f"{name}_reason")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A distribution in figures, as ``summary.json`` holds them.

    Parameters
    ----------
    unit : str
    present : int
        Number of values.
    mean, sd : float or None
    quantiles : mapping of str to float
        By the share of values that do not exceed them, such as ``"25%"``.
    absent : mapping of str to int
        Reason for absence to number of photos.
    """

    unit: str
    present: int
    mean: Annotated[float | None, Rounded(2)]
    sd: Annotated[float | None, Rounded(2)]
    quantiles: Annotated[Mapping[str, float | None], Rounded(1)]
    absent: Mapping[str, int]


class Distribution:
    """Distribution of the values of one quantity.

    Parameters
    ----------
    low, high : float
        Range; values beyond it are counted at its ends.
    """

    def __init__(self, unit: str, low: float, high: float) -> None:
        self.unit = unit
        self.low = low
        self.counts: NDArray[np.int64] = np.zeros(round((high - low) / STEP), dtype=np.int64)
        self.absent: Counter[str] = Counter()
        self._present = 0
        # Summed exactly at the end: the order of the parts must not change the last digit.
        self._sums: list[float] = []
        self._squares: list[float] = []

    @property
    def present(self) -> int:
        """Number of values."""
        return self._present

    def add(self, values: NDArray[np.float64]) -> None:
        """Add values, shape (N,); NaN is skipped."""
        values = values[np.isfinite(values)]
        bins = np.floor((values - self.low) / STEP + _EXACT)
        bins = np.clip(bins, 0, len(self.counts) - 1).astype(np.int64)
        self.counts += np.bincount(bins, minlength=len(self.counts))
        self._present += len(values)
        self._sums.append(math.fsum(values))
        self._squares.append(math.fsum(values**2))

    def quantile(self, share: float) -> float | None:
        """Return the value that ``share`` of the values do not exceed; ``None`` if empty."""
        if not self.present:
            return None
        reached = int(np.searchsorted(self.counts.cumsum(), share * self.present))
        return float(self.low + (min(reached, len(self.counts) - 1) + 0.5) * STEP)

    def figures(self) -> Figures:
        """Return the figures of the values so far."""
        count = self.present
        mean = math.fsum(self._sums) / count if count else None
        variance = None
        if mean is not None and count > 1:
            variance = max(math.fsum(self._squares) - count * mean**2, 0.0) / (count - 1)
        shares = {"5%": 0.05, "25%": 0.25, "50%": 0.5, "75%": 0.75, "95%": 0.95}
        return Figures(
            unit=self.unit,
            present=count,
            mean=mean,
            sd=None if variance is None else math.sqrt(variance),
            quantiles={name: self.quantile(share) for name, share in shares.items()},
            absent=dict(self.absent.most_common()),
        )


@dataclass(slots=True, kw_only=True)
class Statistics:
    """Statistics over all rows of a batch.

    Parameters
    ----------
    statuses, refusals, findings : Counter
        Status, error code and finding to number of photos.
    examples : dict of str to str
        Example sentence for each error code.
    screening : Counter
        (grade, pattern or "") to number of photos.
    distributions : dict of str to Distribution
        By name of the quantity.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    findings: Counter[str] = field(default_factory=Counter)
    screening: Counter[tuple[str, str]] = field(default_factory=Counter)
    distributions: dict[str, Distribution] = field(
        default_factory=lambda: {name: Distribution(*how) for name, how in QUANTITIES.items()}
    )

    def add(self, table: pa.Table) -> None:
        """Add the rows of one part."""
        self.statuses.update(table["status"].to_pylist())
        codes, sentences = table["error_code"].to_pylist(), table["error_message"].to_pylist()
        for code, sentence in zip(codes, sentences, strict=True):
            if code is not None:
                self.refusals[code] += 1
                # The alphabetically first one, so that the order of rows does not matter.
                self.examples[code] = min(sentence, self.examples.get(code, sentence))
        grades = table["screening_grade"].to_pylist()
        patterns = table["screening_pattern"].to_pylist()
        self.screening.update(
            (grade, pattern or "")
            for grade, pattern in zip(grades, patterns, strict=True)
            if grade is not None
        )
        for found in table["findings"].to_pylist():
            self.findings.update(finding["code"] for finding in found)
        for name, distribution in self.distributions.items():
            distribution.add(_floats(table, name))
            reasons = table[f"{name}_reason"].to_pylist()
            distribution.absent.update(reason for reason in reasons if reason is not None)


def gather(store: Store, stop: threading.Event) -> Statistics:
    """Return the statistics of all rows; raises ``Interrupted`` when ``stop`` is set."""
    statistics = Statistics()
    for _, table in iter_parts(store, stop, _COLUMNS):
        statistics.add(table)
    return statistics


def _floats(table: pa.Table, name: str) -> NDArray[np.float64]:
    return np.asarray(table[name].to_numpy(), dtype=np.float64)
