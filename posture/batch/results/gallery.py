"""The gallery: one HTML file that needs no other file and no network."""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Final

import jinja2

from posture import __version__
from posture.batch.journal import Journal
from posture.batch.results.cards import PICTURES, Wall
from posture.batch.results.charts import bar_list, histogram
from posture.batch.results.statistics import Statistics
from posture.batch.sources import Notes
from posture.batch.start import said_of
from posture.texts import DISCLAIMER, LABELS, RANGE_NOTE, REASONS

GRADES: Final = {
    "likely": "likely",
    "possible": "possible",
    "undetermined": "cannot tell yet",
    "not_suggested": "not suggested",
}
"""Grades of the screening from most to least, in two words at most."""

PATTERNS: Final = {"type_a": "type A", "type_b": "type B"}
STATUSES: Final = {"ok": "analysed", "poor": "poor photo", "refused": "refused"}
TILES: Final = {"ok": "analysed", "poor": "analysed, but poor photos", "refused": "refused"}


def render_gallery(journal: Journal, statistics: Statistics, wall: Wall) -> str:
    """Return the gallery of a batch as HTML.

    Parameters
    ----------
    journal : Journal
    statistics : Statistics
    wall : Wall
    """
    return _template().render(
        title=_title(journal),
        journal=journal,
        version=__version__,
        statuses=[(name, words, statistics.statuses[name]) for name, words in TILES.items()],
        charts=_charts(statistics),
        refusals=_refusals(statistics, wall),
        notes=[*_page_notes(journal, wall), *said_of(_notes(journal))],
        range_note=RANGE_NOTE,
        disclaimer=DISCLAIMER,
        data=_data(wall),
    )


def _title(journal: Journal) -> str:
    source = journal.plan.source.partition("?")[0] if "://" in journal.plan.source else ""
    return PurePosixPath(source or journal.plan.source).name or "photos"


def _charts(statistics: Statistics) -> list[tuple[str, str, str]]:
    """Return heading, SVG and a note on what is absent of each distribution."""
    tilt, arch = (statistics.distributions[n] for n in ("pelvic_tilt_deg", "lumbar_depth_pct"))
    tilts = histogram(
        tilt,
        title="Distribution of pelvic tilt",
        sign="°",
        axis="degrees; tipped forward is positive",
    )
    arches = histogram(
        arch, title="Distribution of arch depth", sign=" %", axis="percent of trunk length"
    )
    grades = bar_list(_grades(statistics), title="Screening: number of photos of each grade")
    charts = [
        (LABELS["pelvic_tilt_deg"], tilts, _absent(tilt.absent.total(), statistics)),
        (LABELS["lumbar_depth_pct"], arches, _absent(arch.absent.total(), statistics)),
        ("Lower crossed syndrome, by the photo alone", grades, ""),
    ]
    return [chart for chart in charts if chart[1]]


def _absent(count: int, statistics: Statistics) -> str:
    """Return how many analysed photos have no value; refused ones have none of any kind."""
    silent = count - statistics.statuses["refused"]
    return f"without a value: {silent:,}" if silent else ""


def _grades(statistics: Statistics) -> list[tuple[str, int]]:
    return [
        (
            " ".join(filter(None, [words, PATTERNS.get(pattern)])),
            statistics.screening[grade, pattern],
        )
        for grade, words in GRADES.items()
        for pattern in ("type_a", "type_b", "")
        if statistics.screening[grade, pattern]
    ]


def _refusals(
    statistics: Statistics, wall: Wall
) -> list[tuple[str, int, list[tuple[str, str]], int]]:
    """Return heading, number, listed photos and number of those not listed for each reason."""
    return [
        (
            code.replace("_", " ").capitalize(),
            count,
            wall.refusals.get(code, []),
            count - len(wall.refusals.get(code, [])),
        )
        for code, count in statistics.refusals.most_common()
    ]


def _page_notes(journal: Journal, wall: Wall) -> list[str]:
    notes = []
    if wall.step > 1:
        notes.append(
            f"Of {journal.inputs:,} inputs one in {wall.step} has a card here; all are in rows/."
        )
    if wall.pictures < len(wall.cards) and len(wall.cards) > PICTURES:
        notes.append(
            f"{wall.pictures:,} of {len(wall.cards):,} cards carry a picture: the outermost values "
            "of tilt and arch, and an even sample of the others."
        )
    return notes


def _notes(journal: Journal) -> Notes:
    from collections import Counter

    return Notes(left_out=Counter(journal.left_out), unused_columns=list(journal.unused_columns))


def _data(wall: Wall) -> str:
    """Return the cards as JSON that cannot end the script element that it stands in."""
    known = {
        "cards": wall.cards,
        "grades": GRADES,
        "patterns": PATTERNS,
        "statuses": STATUSES,
        "reasons": REASONS,
    }
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_source),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("gallery.html.j2")


def _source(name: str) -> str:
    return (files("posture.batch.results") / "templates" / name).read_text(encoding="utf-8")
