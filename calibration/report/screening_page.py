"""Screening page of the documentation, written by one command."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from calibration.data.table import Table
from calibration.errors import DatasetError
from calibration.fit.definition import only_adults
from calibration.report.agreement import auc
from calibration.report.plots import pyplot
from calibration.report.screening_cases import (
    NEGATIVE_POSES,
    PATTERNS,
    Judged,
    calibration_error,
    judged,
    operating,
    reliability,
    share,
)
from calibration.report.screening_texts import AFTER, BEFORE, REAL
from posture.analysis.analyzer import Analyzer
from posture.errors import PostureError
from posture.estimator.model import Estimator
from posture.screening.definition import SHARE_A, SHARE_B, Definition
from posture.screening.grade import LIKELY, POSSIBLE, Screening
from posture.types import Pattern

CUTS: Final = (0.10, POSSIBLE, 0.30, 0.40, LIKELY, 0.60, 0.70, 0.80)
NAMES: Final[dict[Pattern, str]] = {"type_a": "type A", "type_b": "type B"}
SHARES: Final[dict[Pattern, float]] = {"type_a": SHARE_A, "type_b": SHARE_B}

CALLED_LIKELY_LIMIT: Final = 0.03
"""Largest share of bodies in ordinary poses that may be called likely by mistake."""

SCORED: Final[dict[str, tuple[Pattern, float, float]]] = {
    "lcs": ("type_a", 60.0, 30.0),
    "sway": ("type_b", 60.0, 20.0),
}
"""Column of the scores to the pattern that it is about, and its clear and clear-of cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPhoto:
    """A real photo with its scores and what the product says of it."""

    scores: dict[str, float]
    screening: Screening


def adult_cases(tables: Sequence[Table], model: Definition, estimator: Estimator) -> list[Judged]:
    """Return both patterns of all adults kept out of the fit.

    Raises
    ------
    DatasetError
        If there are too few.
    """
    return judged(only_adults(tables), model, estimator)


def posed_cases(tables: Sequence[Table], model: Definition, estimator: Estimator) -> list[Judged]:
    """Return both patterns of bodies posed on purpose (``wide``)."""
    wide = [t.where([i for i, r in enumerate(t.records) if _wide(r)]) for t in tables]
    return [case for table in wide for case in judged(table, model, estimator)]


def _wide(record: Mapping[str, Any]) -> bool:
    return record.get("population") != "population"


def screening_page(
    cases: Sequence[Judged],
    model: Definition,
    *,
    posed: Sequence[Judged] = (),
    estimator: str,
    scored: Sequence[ScoredPhoto] = (),
    source: str = "",
) -> str:
    """Return the page as Markdown.

    Parameters
    ----------
    cases : sequence of Judged
        Adults.
    model : Definition
    posed : sequence of Judged
        Bodies posed on purpose.
    estimator : str
        Name of the estimator.
    scored : sequence of ScoredPhoto
        Real photos with scores, if there are any.
    source : str
        Repositories and paths that they come from.
    """
    groups = "\n".join(_spread_rows(model))
    before = BEFORE.format(
        type_a=model.words["type_a"],
        type_b=model.words["type_b"],
        measured_on=model.measured_on,
        correlation=f"{model.correlation:.2f}",
        spread=groups,
        photos=len(cases) // len(PATTERNS),
        estimator=estimator,
    )
    parts = [before, *(_pattern_part(cases, pattern) for pattern in PATTERNS)]
    if posed:
        parts.append(_poses(posed))
    if scored:
        parts.append(REAL.format(photos=len(scored), source=source, rows=_scored_rows(scored)))
    return "\n".join([*parts, AFTER])


def read_scored(folder: Path, labels: Path, analyzer: Analyzer) -> list[ScoredPhoto]:
    """Read photos with scores; refused ones are left out.

    Parameters
    ----------
    folder : Path
    labels : Path
        CSV with a column ``file`` and the columns of :data:`SCORED`.
    analyzer : Analyzer

    Raises
    ------
    DatasetError
        If a column is missing.
    """
    found = []
    with labels.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if not rows or {"file", *SCORED} - set(rows[0]):
        raise DatasetError(f"{labels} needs the columns file, {', '.join(SCORED)}.")
    for row in rows:
        try:
            screening = analyzer.analyze(folder / row["file"]).screening
        except PostureError:
            continue
        scores = {name: float(row[name]) for name in SCORED}
        found.append(ScoredPhoto(scores=scores, screening=screening))
    return found


def called_likely(posed: Sequence[Judged]) -> float:
    """Return the share of neutral, flat-backed and backward-tilted called likely by mistake."""
    negative = [case for case in posed if case.kind in NEGATIVE_POSES and not case.true]
    if not negative:
        return 0.0
    return share(negative, lambda case: (case.probability or 0.0) >= LIKELY).value


def draw_reliability(cases: Sequence[Judged], path: Path) -> None:
    """Draw the reliability diagram of both patterns.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    plt = pyplot()
    figure, axes = plt.subplots(1, 2, figsize=(8.4, 4.2), layout="constrained", sharey=True)
    for axis, pattern in zip(axes, PATTERNS, strict=True):
        _draw_pattern(axis, [case for case in cases if case.pattern == pattern], NAMES[pattern])
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _draw_pattern(axis: Any, cases: Sequence[Judged], name: str) -> None:
    bins = list(reliability(cases))
    stated = [each for each, _ in bins]
    true = [found.value for _, found in bins]
    low = [found.value - found.interval[0] for _, found in bins]
    high = [found.interval[1] - found.value for _, found in bins]
    axis.plot([0, 1], [0, 1], color="black", lw=1)
    axis.errorbar(stated, true, yerr=[low, high], fmt="o-", ms=4, lw=1)
    axis.set(title=name, xlabel="stated probability", ylabel="share who truly have it")
    axis.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")


def _spread_rows(model: Definition) -> Iterator[str]:
    for sex, who in (("female", "women"), ("male", "men")):
        group = model.groups["female" if sex == "female" else "male"]
        cells = (f"{each.mean:.1f} ± {each.sd:.1f}°" for each in (group.position, group.arch))
        yield f"| {who} | {' | '.join(cells)} | {group.sway.mean:.1f} ± {group.sway.sd:.1f}° |"


def _pattern_part(cases: Sequence[Judged], pattern: Pattern) -> str:
    own = [case for case in cases if case.pattern == pattern]
    lines = [
        f"### {NAMES[pattern][0].upper()}{NAMES[pattern][1:]}",
        "",
        f"By definition {100 * SHARES[pattern]:.0f} % of adults have it; of these photos "
        f"{share(own, lambda case: case.true)}. Called likely: "
        f"{share(own, lambda case: (case.probability or 0) >= LIKELY)}; possible: "
        f"{share(own, lambda case: POSSIBLE <= (case.probability or 0) < LIKELY)}. Calibration "
        f"error over ten bins: {calibration_error(own):.3f}.",
        "",
        *_cut_rows(own),
        "",
        *_group_rows(own),
        "",
        *_bin_rows(own),
        "",
    ]
    return "\n".join(lines)


_POINT_HEADS: Final = (
    "sensitivity | specificity | of those flagged, truly | of those not, truly not | LR + | LR − |"
)


def _cut_rows(cases: Sequence[Judged]) -> Iterator[str]:
    yield f"| cut | {_POINT_HEADS}"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for cut in CUTS:
        mark = {POSSIBLE: " (possible)", LIKELY: " (likely)"}.get(cut, "")
        yield f"| {cut:.2f}{mark} | {_point(cases, cut)} |"


def _group_rows(cases: Sequence[Judged]) -> Iterator[str]:
    yield f"| photos, cut {LIKELY:.2f} | number | {_POINT_HEADS}"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    groups = {
        "women": [case for case in cases if case.sex == "female"],
        "men": [case for case in cases if case.sex == "male"],
        "good photos": [case for case in cases if case.good],
        "sex told": [case for case in cases if case.told],
        "sex not told": [case for case in cases if not case.told],
        **{
            f"clothes: {clothing}": [case for case in cases if case.clothing == clothing]
            for clothing in ("minimal", "tight", "loose")
        },
    }
    for name, inside in groups.items():
        yield f"| {name} | {len(inside)} | {_point(inside, LIKELY)} |"


def _bin_rows(cases: Sequence[Judged]) -> Iterator[str]:
    yield "| stated probability (mean of its tenth) | photos | truly have it |"
    yield "|--:|--:|--:|"
    for stated, found in reliability(cases):
        yield f"| {stated:.2f} | {found.count} | {found} |"


def _point(cases: Sequence[Judged], cut: float) -> str:
    point = operating(cases, cut)
    shares = (point.sensitivity, point.specificity, point.positive, point.negative)
    return " | ".join([*map(str, shares), *(_figure(ratio, 1) for ratio in point.ratios)])


def _figure(value: float, digits: int) -> str:
    """Return a number as the page has it; what has no number is a dash."""
    return f"{value:.{digits}f}" if np.isfinite(value) else "–"


def _poses(posed: Sequence[Judged]) -> str:
    negative = [case for case in posed if case.kind in NEGATIVE_POSES and not case.true]
    rows = ["### Photos that must not be flagged", ""]
    for pattern in PATTERNS:
        own = [case for case in negative if case.pattern == pattern]
        likely = share(own, lambda case: (case.probability or 0) >= LIKELY)
        rows.append(
            f"- Neutral, flat-backed and backward-tilted bodies that do not truly have "
            f"{NAMES[pattern]}: {likely} are called likely ({len(own)} photos)."
        )
    return "\n".join([*rows, ""])


def _scored_rows(scored: Sequence[ScoredPhoto]) -> str:
    rows = []
    for column, (pattern, clear, clear_of) in SCORED.items():
        known = [each for each in scored if pattern in each.screening.probabilities]
        chance = {id(each): each.screening.probabilities[pattern] for each in known}
        high = [chance[id(each)] for each in known if each.scores[column] >= clear]
        low = [chance[id(each)] for each in known if each.scores[column] <= clear_of]
        flagged = sum(value >= POSSIBLE for value in high)
        likely = sum(value >= LIKELY for value in low)
        area = auc(np.array(high + low), np.arange(len(high + low)) < len(high))
        counts = f"{flagged} of {len(high)} | {likely} of {len(low)}"
        rows.append(f"| {NAMES[pattern]} | {counts} | {_figure(area, 2)} |")
    return "\n".join(rows)
