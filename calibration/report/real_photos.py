"""Section "Real photos" of the accuracy page: agreement with scores, labels and repeats.

Nothing was fitted to these photos. Their scores and labels are no measurements; the section says
what they are worth.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from calibration.arrays import Bools, Floats, Ints
from calibration.data.readings import Reading
from calibration.report.accuracy import accuracy
from calibration.report.agreement import (
    Found,
    auc,
    bootstrapped,
    ordered,
    pearson,
    share,
    spearman,
)
from calibration.report.evaluate import ESTIMATES, HEADER, pairs, row_of
from calibration.report.standard_scores import standard_scores

NAMES: Final = {
    "pelvic_tilt_deg": "Position of the pelvis",
    "lumbar_lordosis_deg": "Arch angle",
    "lumbar_depth_pct": "Arch depth",
}
SUM: Final = "sum"
QUANTITIES: Final = NAMES | {SUM: "Sum of the three in SDs"}
UNITS: Final = {"pelvic_tilt_deg": "°", "lumbar_lordosis_deg": "°", "lumbar_depth_pct": " %"}

SCORES: Final = {"pelvis": "pelvis score", "arch": "arch score", "lcs": "type A score"}
TYPE_A: Final = (60.0, 30.0)
"""Photos scored at least the first are compared with those scored at most the second."""

CLEARLY_APART: Final = 20.0
"""Scores of two photos of one person that differ by this much differ by more than the readings
scatter (their SD is about a third of it)."""

MIN_COUNT: Final = 5
"""Statistics over fewer rows are not printed."""

HEAD: Final = """\
## Real photos

Side photos of real people, to which nothing was fitted: `python -m calibration real`. Intervals are
of 95 %, by drawing people anew (shares: Wilson); where nothing was mixed up, drawing anew finds
nothing either, and 1.00 of few photos says little. No photo is shown here.

What this is worth: the **scores** (0 to 100) are means of three blind readings of each photo by a
vision model that was told to judge by eye as a clinician or coach does. They rank photos
consistently, but the three readings share one eye; they come from no clinician and are no
measurement. The **labels** (anterior, neutral, posterior) come from those who collected or posed
the photos, and some are wrong. So the tables show whether the program sees what an eye sees, not
how many degrees it is off.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealPhotos:
    """Readings of all tables.

    Parameters
    ----------
    rated : list of Reading
        With scores or labels.
    twice : list of Reading
        Two photos of each ``person``, on ``day`` 1 and 2.
    depth : list of Reading
        Two ``side`` views of each ``body``.
    bodies : ndarray, shape (M, F), optional
        Features of adults of the fit, with which these people are compared.
    """

    rated: list[Reading]
    twice: list[Reading]
    depth: list[Reading]
    bodies: Floats | None = None

    def section(self) -> str:
        """Return the section in Markdown."""
        blocks = [
            HEAD,
            *_readability(self),
            *_scores(self.rated),
            *_classes(self.rated),
            *_pairs(self.rated),
            *_repeats(self.twice, "Same person, another day, other clothes", ("person", "day")),
            *_repeats(self.depth, "Left and right side of one body", ("body", "side")),
            *_measured(self.rated),
            *_built(self),
            *_sources([*self.rated, *self.twice, *self.depth]),
        ]
        return "\n".join(blocks).rstrip() + "\n"


def _built(photos: RealPhotos) -> list[str]:
    """Return the table of features in standard scores of the bodies of the fit."""
    if photos.bodies is None:
        return []
    groups = {"photos": [*photos.rated, *photos.twice], "both sides of bodies": photos.depth}
    people = {
        text: np.array([r.features for r in readings if r.features is not None])
        for text, readings in groups.items()
    }
    return standard_scores(
        {text: rows for text, rows in people.items() if len(rows)}, photos.bodies
    )


def values(readings: Sequence[Reading]) -> dict[str, Floats]:
    """Return each of :data:`QUANTITIES` over the readings, NaN where absent.

    The sum is that of standard scores over the readings that show all three.
    """
    found = {
        name: np.array([r.values.get(name, (np.nan,))[0] for r in readings], dtype=np.float64)
        for name in NAMES
    }
    table = np.array(list(found.values()))
    whole = np.isfinite(table).all(axis=0)
    scores = np.full(table.shape, np.nan)
    if whole.sum() > 1:
        mean, sd = table[:, whole].mean(axis=1), table[:, whole].std(axis=1)
        scores = (table - mean[:, None]) / np.maximum(sd, 1e-9)[:, None]
    return found | {SUM: scores.sum(axis=0)}


def person_of(reading: Reading) -> str:
    """Return who is in a photo, as its table says; else the photo itself."""
    traits = reading.traits
    who = traits.get("same_person") or traits.get("person") or traits.get("body")
    return str(who) if who else reading.photo


def score_of(reading: Reading, name: str) -> float:
    """Return a score; NaN where the table has none."""
    text = reading.traits.get(name)
    return float(text) if text else float("nan")


def _readability(photos: RealPhotos) -> list[str]:
    absent = " | ".join(f"no {text.lower()}" for text in NAMES.values())
    lines = [
        "### Read, refused, absent",
        "",
        f"| | photos | read | {absent} | back covered | facing right | refused |",
        "|---" * 9 + "|",
    ]
    groups = {"twice": photos.twice, "both sides of bodies, as depth maps": photos.depth}
    for category, chosen in _by(photos.rated, "category").items():
        groups[category or "scored or labelled"] = chosen
    lines += [_readable_row(text, chosen) for text, chosen in groups.items() if chosen]
    return [*lines, ""]


def _readable_row(text: str, readings: Sequence[Reading]) -> str:
    read = [r for r in readings if r.read]
    refused = Counter(r.status for r in readings if not r.read)
    faced = [r for r in read if r.traits.get("facing") in ("left", "right")]
    cells = [text, str(len(readings)), _share(len(read), len(readings))]
    cells += [_share(int(np.isnan(values(read)[name]).sum()), len(read)) for name in NAMES]
    cells += [
        _share(sum(r.traits["read_back"] == "covered" for r in read), len(read)),
        _share(sum(r.traits["read_facing"] == r.traits["facing"] for r in faced), len(faced)),
        ", ".join(f"{code} {count}" for code, count in refused.most_common()) or "–",
    ]
    return f"| {' | '.join(cells)} |"


def _scores(rated: Sequence[Reading]) -> list[str]:
    rows = []
    for name, text in QUANTITIES.items():
        cells = []
        for score in SCORES:
            kept, value, given = _scored(rated, name, score)
            cells += [_correlation(spearman, value, given, kept), f"{len(kept)}"]
            cells.insert(-1, _correlation(pearson, value, given, kept))
        if any(cell != "–" and not cell.isdigit() for cell in cells):
            rows.append(f"| {text} | {' | '.join(cells)} |")
    if not rows:
        return []
    head = " | ".join(f"{text}: rank correlation | r | photos" for text in SCORES.values())
    return [
        "### Agreement with the scores",
        "",
        f"| | {head} |",
        "|---" * (1 + 3 * len(SCORES)) + "|",
        *rows,
        "",
    ]


def _scored(
    readings: Sequence[Reading], name: str, score: str
) -> tuple[list[Reading], Floats, Floats]:
    """Return the readings with a value and a score, their values and their scores."""
    value = values(readings)[name]
    given = np.array([score_of(r, score) for r in readings], dtype=np.float64)
    known = np.isfinite(value) & np.isfinite(given)
    kept = [r for r, both in zip(readings, known, strict=True) if both]
    return kept, value[known], given[known]


def _correlation(
    of: Callable[[Floats, Floats], float], first: Floats, second: Floats, kept: Sequence[Reading]
) -> str:
    if len(kept) < MIN_COUNT:
        return "–"

    def statistic(rows: Ints) -> float:
        return of(first[rows], second[rows])

    return bootstrapped(statistic, [person_of(r) for r in kept]).text()


def _classes(rated: Sequence[Reading]) -> list[str]:
    high, low = TYPE_A
    columns: dict[str, Callable[[Reading], bool | None]] = {
        "anterior / neutral": lambda r: _label(r, "neutral"),
        "anterior / posterior": lambda r: _label(r, "posterior"),
        f"type A score ≥ {high:g} / ≤ {low:g}": _extreme,
    }
    rows = []
    for name, text in QUANTITIES.items():
        value = values(rated)[name]
        cells = [_separation(rated, value, positive) for positive in columns.values()]
        if any(cell != "–" for cell in cells):
            rows.append(f"| {text} | {' | '.join(cells)} |")
    if not rows:
        return []
    return [
        "### Telling classes apart (AUC: 0.5 is chance, 1 is perfect)",
        "",
        f"| | {' | '.join(columns)} |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def _label(reading: Reading, other: str) -> bool | None:
    label = reading.traits.get("label")
    return label == "anterior" if label in ("anterior", other) else None


def _extreme(reading: Reading) -> bool | None:
    score, (high, low) = score_of(reading, "lcs"), TYPE_A
    return score >= high if score >= high or score <= low else None


def _separation(
    readings: Sequence[Reading], value: Floats, positive: Callable[[Reading], bool | None]
) -> str:
    """Return how well values tell the positive readings from the others, as a cell."""
    sides = [positive(r) for r in readings]
    kept = [i for i, side in enumerate(sides) if side is not None and np.isfinite(value[i])]
    yes: Bools = np.array([bool(sides[i]) for i in kept], dtype=np.bool_)
    if len(kept) < MIN_COUNT or yes.all() or not yes.any():
        return "–"
    chosen = value[kept]

    def statistic(rows: Ints) -> float:
        return auc(chosen[rows], yes[rows])

    found = bootstrapped(statistic, [person_of(readings[i]) for i in kept])
    return f"{found.text()}, {yes.sum()} against {(~yes).sum()}"


def _pairs(rated: Sequence[Reading]) -> list[str]:
    wanted = {"pelvis": "pelvic_tilt_deg", "arch": "lumbar_lordosis_deg", "lcs": SUM}
    same = [r for r in rated if r.traits.get("same_person")]
    rows = []
    for score, name in wanted.items():
        kept, value, given = _scored(same, name, score)
        found = ordered(value, given, [person_of(r) for r in kept], apart=CLEARLY_APART)
        if found.count:
            right = round(found.value * found.count)
            rows.append(
                f"| {QUANTITIES[name]}, by the {SCORES[score]} | {right} of {found.count} | "
                f"{_percent(found)} |"
            )
    if not rows:
        return []
    return [
        f"### Pairs of photos of one person whose scores differ by {CLEARLY_APART:g} or more",
        "",
        "| | in the right order | share, as if pairs were independent |",
        "|---|---|---|",
        *rows,
        "",
    ]


def _repeats(readings: Sequence[Reading], title: str, keys: tuple[str, str]) -> list[str]:
    """Return the table of differences between two photos of each person or body."""
    whose, which = keys
    found = {name: _two_each(readings, name, whose, which) for name in NAMES}
    rows = []
    for name, (first, second) in found.items():
        if len(first) < MIN_COUNT:
            continue
        people = [str(i) for i in range(len(first))]
        differences = second - first
        unit = UNITS[name]
        mean, sd, r = (
            bootstrapped(statistic, people)
            for statistic in (
                lambda rows, d=differences: float(d[rows].mean()),
                lambda rows, d=differences: float(d[rows].std(ddof=1)),
                lambda rows, a=first, b=second: pearson(a[rows], b[rows]),
            )
        )
        rows.append(
            f"| {NAMES[name]} | {len(first)} | {mean.text(1)}{unit} | {sd.text(1)}{unit} | "
            f"{r.text()} |"
        )
    if not rows:
        return []
    head = f"| | {'people' if whose == 'person' else 'bodies'} | mean difference | SD | r |"
    return [f"### {title}", "", head, "|---|---|---|---|---|", *rows, ""]


def _two_each(
    readings: Sequence[Reading], name: str, whose: str, which: str
) -> tuple[Floats, Floats]:
    """Return the first and the second value of everybody who has two."""
    value = values(readings)[name]
    everyone: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for reading, number in zip(readings, value, strict=True):
        if np.isfinite(number) and reading.traits.get(whose):
            everyone[reading.traits[whose]][str(reading.traits.get(which))] = float(number)
    both = [[found[key] for key in sorted(found)] for found in everyone.values() if len(found) == 2]
    table = np.array(both, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _measured(rated: Sequence[Reading]) -> list[str]:
    """Return the accuracy against true values, if the tables have any."""
    found = {
        text: accuracy(*pairs(rated, name, name))
        for name, text in ESTIMATES.items()
        if any(r.truth.get(name) is not None for r in rated)
    }
    rows = [row for text, result in found.items() if (row := row_of(text, result))]
    return ["### Against measured values", "", *HEADER, *rows, ""] if rows else []


def _sources(readings: Sequence[Reading]) -> list[str]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for reading in readings:
        source = reading.traits.get("source")
        if source:
            commit = str(reading.traits.get("commit") or "")[:7]
            name = f"{source} ({commit})" if commit else str(source)
            found[name].add(str(reading.traits.get("path") or reading.photo))
    unnamed = sum(not r.traits.get("source") for r in readings)
    if not found:
        return []
    lines = ["### Sources", ""]
    lines += [
        f"- {name}: {', '.join(f'`{path}`' for path in sorted(paths))}"
        for name, paths in sorted(found.items())
    ]
    if unnamed:
        lines += ["", f"The tables name no source for {unnamed} photos."]
    return [*lines, ""]


def _by(readings: Sequence[Reading], trait: str) -> dict[str, list[Reading]]:
    groups: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        groups[str(reading.traits.get(trait) or "")].append(reading)
    return dict(groups)


def _share(part: int, whole: int) -> str:
    return "–" if not whole else f"{part} ({_percent(share(part, whole))})"


def _percent(found: Found) -> str:
    return f"{100 * found.value:.0f} %, {100 * found.low:.0f} to {100 * found.high:.0f}"
