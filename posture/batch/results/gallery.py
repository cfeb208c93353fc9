"""Gallery of a batch: a single HTML file that needs no other file and no network."""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Final

import jinja2

from posture import __version__
from posture.batch.batch_info import BatchInfo
from posture.batch.results.cards import PICTURES, GalleryContent
from posture.batch.results.charts import bar_list, histogram
from posture.batch.results.statistics import Statistics
from posture.batch.sources import ListingNotes
from posture.batch.start import note_sentences
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


def render_gallery(info: BatchInfo, statistics: Statistics, content: GalleryContent) -> str:
    """Return the gallery of a batch as HTML."""
    return _template().render(
        title=_title(info),
        info=info,
        version=__version__,
        statuses=[(name, words, statistics.statuses[name]) for name, words in TILES.items()],
        charts=_charts(statistics),
        refusals=_refusals(statistics, content),
        notes=[*_page_notes(info, content), *note_sentences(_notes(info))],
        range_note=RANGE_NOTE,
        disclaimer=DISCLAIMER,
        data=_data(content),
    )


def _title(info: BatchInfo) -> str:
    source = info.plan.source.partition("?")[0] if "://" in info.plan.source else ""
    return PurePosixPath(source or info.plan.source).name or "photos"


def _charts(statistics: Statistics) -> list[tuple[str, str, str]]:
    """Return heading, SVG and a note on absent values of each distribution."""
    tilt, arch = (statistics.distributions[n] for n in ("pelvic_tilt_deg", "lumbar_depth_pct"))
    tilts = histogram(
        tilt,
        title="Distribution of pelvic tilt",
        sign="°",
        axis="degrees; tipped forward is positive",
    )
    arches = histogram(
        arch, title="Distribution of lumbar arch depth", sign=" %", axis="percent of trunk length"
    )
    grades = bar_list(_grades(statistics), title="Screening: number of photos of each grade")
    charts = [
        (LABELS["pelvic_tilt_deg"], tilts, _absent(tilt.absent.total(), statistics)),
        (LABELS["lumbar_depth_pct"], arches, _absent(arch.absent.total(), statistics)),
        ("Lower crossed syndrome, by the photo alone", grades, ""),
    ]
    return [chart for chart in charts if chart[1]]


def _absent(count: int, statistics: Statistics) -> str:
    """Return a note on analysed photos without a value; refused ones never have any."""
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
    statistics: Statistics, content: GalleryContent
) -> list[tuple[str, int, list[tuple[str, str]], int]]:
    """Return heading, count, listed photos and count of unlisted ones for each reason."""
    return [
        (
            code.replace("_", " ").capitalize(),
            count,
            content.refusals.get(code, []),
            count - len(content.refusals.get(code, [])),
        )
        for code, count in statistics.refusals.most_common()
    ]


def _page_notes(info: BatchInfo, content: GalleryContent) -> list[str]:
    notes = []
    if content.step > 1:
        notes.append(
            f"Of {info.inputs:,} inputs one in {content.step} has a card here; all are in rows/."
        )
    if content.pictures < len(content.cards) and len(content.cards) > PICTURES:
        notes.append(
            f"{content.pictures:,} of {len(content.cards):,} cards carry a picture: the outermost "
            "values of tilt and arch, and an even sample of the others."
        )
    return notes


def _notes(info: BatchInfo) -> ListingNotes:
    from collections import Counter

    return ListingNotes(left_out=Counter(info.left_out), further_columns=list(info.further_columns))


def _data(content: GalleryContent) -> str:
    """Return the cards as JSON that cannot close the script element around it."""
    known = {
        "cards": content.cards,
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
