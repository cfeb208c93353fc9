"""Frequency of each screening grade, by the pose of the body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from calibration.data.readings import hints_of
from calibration.data.table import records_of
from posture.analysis.analyzer import Analyzer
from posture.errors import PostureError
from posture.inputs.hints import NO_HINTS, Hints
from posture.screening.grade import Screening
from posture.screening.signs import ARCH_NORMS, DEEP_LIMIT_Z, TILT_LIMIT_DEG

COLUMNS: Final = ("not_suggested", "undetermined", "possible type_a", "possible type_b", "refused")
HEADS: Final = ("Not suggested", "Cannot tell", "Possible A", "Possible B", "Refused")

NEGATIVE_POSES: Final = ("neutral", "flat_back", "posterior_tilt")
"""Poses without the syndrome's signs, which must not be flagged."""

FALSE_POSITIVE_LIMIT: Final = 0.05
"""Largest share of negative poses that may be flagged, bodies at the edge of a pose included."""

KINDS: Final = {
    "lcs_a": "type A: forward tilt, deep arch",
    "lcs_b": "type B: sway, arch not deep",
    "kypho_lordotic": "deep arch, rounded upper back",
    "neutral": "neutral",
    "flat_back": "flat back",
    "posterior_tilt": "backward tilt",
    "free": "anything in between",
}
"""Kinds of pose and their names, in the order of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """One photo: the pose of the body, whether it truly shows type A, and its column."""

    kind: str
    shows_a: bool
    column: str


def grade_photos(
    folder: Path, analyzer: Analyzer, *, limit: int | None = None, stated: bool = False
) -> list[Graded]:
    """Screen the photos of a shaded data set.

    Parameters
    ----------
    folder : Path
        A data set with pictures.
    limit : int, optional
        At most this many photos.
    stated : bool
        Whether the user states sex and clothing.
    """
    return [
        Graded(
            kind=record["posture"]["kind"],
            shows_a=shows_type_a(record["truth"]),
            column=_column(analyzer, base, hints_of(record) if stated else NO_HINTS),
        )
        for base, record in islice(records_of(folder), limit)
    ]


def shows_type_a(truth: dict[str, Any]) -> bool:
    """Return whether the body truly has both core signs of type A."""
    norm = ARCH_NORMS[None]
    lordosis = truth["lumbar_lordosis_deg"]
    # A back without a hollow has no lordosis, and so no deep one.
    deep = lordosis is not None and float(lordosis) > norm.mean + DEEP_LIMIT_Z * norm.sd
    return deep and float(truth["pelvic_tilt_deg"]) > TILT_LIMIT_DEG


def column_of(screening: Screening) -> str:
    """Return the column in which a screening is counted."""
    parts = [screening.grade, screening.pattern or ""]
    return " ".join(part for part in parts if part)


def markdown(graded: Iterable[Graded]) -> str:
    """Return the table by pose, and by whether type A is truly shown, as Markdown."""
    graded = list(graded)
    lines = [f"| Posed as | Photos | {' | '.join(HEADS)} |", "|---|--:" + "|--:" * len(HEADS) + "|"]
    for kind, name in KINDS.items():
        lines += _row(name, graded, lambda item, kind=kind: item.kind == kind)
    lines += _row("**truly both signs of type A**", graded, lambda item: item.shows_a)
    lines += _row("**truly not both**", graded, lambda item: not item.shows_a)
    return "\n".join(lines) + "\n"


def false_positive_rate(graded: Iterable[Graded], kinds: Iterable[str] = NEGATIVE_POSES) -> float:
    """Return the share of read photos of these poses that are graded possible or higher."""
    wanted = set(kinds)
    read = [item for item in graded if item.kind in wanted and item.column != "refused"]
    return sum(item.column.startswith(("possible", "likely")) for item in read) / max(len(read), 1)


def _row(name: str, graded: list[Graded], wanted: Callable[[Graded], bool]) -> Iterator[str]:
    counts = Counter(item.column for item in graded if wanted(item))
    total = sum(counts.values())
    if total:
        cells = " | ".join(f"{100 * counts[column] / total:.0f} %" for column in COLUMNS)
        yield f"| {name} | {total} | {cells} |"


def _column(analyzer: Analyzer, base: Path, hints: Hints) -> str:
    try:
        return column_of(analyzer.analyze(Path(f"{base}.jpg"), hints=hints).screening)
    except PostureError:
        return "refused"
