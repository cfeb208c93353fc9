"""Photos of one person taken together: their mean, their spread, their result file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from posture.analysis.record import Record, Unlike
from posture.analysis.result import Analysis
from posture.codec import Table, encode_record
from posture.comparison.average import merged, unsaved_visit
from posture.comparison.further_photo import further_photo
from posture.comparison.sentences import say_further_photo, say_sides, say_unlike
from posture.comparison.sides import side_differences, visit_of_photos
from posture.estimator.model import LINE
from posture.types import Sex
from posture.web.services.examine import ExaminedPhoto, result_dict

TARGETS: Final = ("pelvic_tilt_deg", "lumbar_lordosis_deg", "lumbar_depth_pct")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedVisit:
    """The usable photos of a visit, and their common result.

    Parameters
    ----------
    analyses : tuple of Analysis
        At least one.
    record : Record
        That of the only photo, or the mean of all.
    untouched : Record or None
        The same before points were moved by hand; ``None`` when none was.
    spreads : mapping of str to float
        Largest minus smallest value of each estimate that at least two photos show.
    """

    analyses: tuple[Analysis, ...]
    record: Record
    untouched: Record | None
    spreads: Mapping[str, float]


def visit_of(photos: Sequence[ExaminedPhoto], *, sex: Sex | None) -> CheckedVisit | None:
    """Return the usable photos with their mean, or ``None`` when none is usable.

    Parameters
    ----------
    photos : sequence of ExaminedPhoto
    sex : {"female", "male"} or None
        Chooses the norms.
    """
    analyses = tuple(each.analysis for each in photos if each.analysis is not None)
    if not analyses:
        return None
    records = [Record.of(analysis) for analysis in analyses]
    untouched = None
    if any(analysis.original is not None for analysis in analyses):
        before = [Record.of(analysis.original or analysis) for analysis in analyses]
        untouched = _together(before, sex)
    record = _together(records, sex)
    return CheckedVisit(
        analyses=analyses,
        record=replace(record, unlike=_as_shown(record.unlike, photos)),
        untouched=untouched,
        spreads=_spreads(records),
    )


def _as_shown(unlike: Unlike | None, photos: Sequence[ExaminedPhoto]) -> Unlike | None:
    """Return the photos by their numbers on the page, which refused ones have, too."""
    if unlike is None:
        return None
    shown = [number for number, each in enumerate(photos, start=1) if each.analysis is not None]
    first, *others = (shown[number - 1] for number in (unlike.first, *unlike.others))
    return Unlike(first=first, others=tuple(others))


def gain_of_another(visit: CheckedVisit) -> str | None:
    """Return what one more photo would bring, as a sentence; ``None`` if nothing can be said."""
    gain = further_photo(unsaved_visit([Record.of(analysis) for analysis in visit.analyses]))
    return None if gain is None else say_further_photo(gain)


def side_sentences(visit: CheckedVisit) -> tuple[str, ...]:
    """Return how left and right side differ, a sentence a quantity; none for one side."""
    return tuple(map(say_sides, side_differences(visit_of_photos(visit.analyses))))


def visit_file(photos: Sequence[ExaminedPhoto], visit: CheckedVisit) -> str:
    """Return the JSON file for download: one result, or all of them with their mean."""
    results = [result_dict(photo) for photo in photos]
    if len(results) == 1:
        return _json(results[0])
    record = visit.record
    mean = {
        "photos": [analysis.photo for analysis in visit.analyses],
        "estimates": record.estimates.to_dict(),
        "measures": {name: value.to_dict() for name, value in record.measures.items()},
        "screening": record.screening.to_dict(),
        "unlike": None if record.unlike is None else _told(record.unlike),
    }
    return _json({"mean": mean, "photos": results})


def _together(records: Sequence[Record], sex: Sex | None) -> Record:
    return records[0] if len(records) == 1 else merged(records, sex=sex)


def _spreads(records: Sequence[Record]) -> dict[str, float]:
    spreads = {}
    for name in (LINE, *TARGETS):
        found = [getattr(record.estimates, name).value for record in records]
        values = [value for value in found if value is not None]
        if len(values) > 1:
            spreads[name] = max(values) - min(values)
    return spreads


def _told(unlike: Unlike) -> Table:
    return {**encode_record(unlike), "sentence": str(say_unlike(unlike))}


def _json(result: object) -> str:
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"
