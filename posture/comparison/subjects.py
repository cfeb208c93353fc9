"""Many photos grouped by subject and visit: means, changes, and repeatability of the whole group.

The numbers are those of the client file, which keeps one subject at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from posture.comparison.average import average
from posture.comparison.change import Comparison, sem
from posture.comparison.change import compare as compare_visits
from posture.comparison.measurement_error import Errors, errors_of
from posture.comparison.repeatability import Study, study
from posture.comparison.sentences import say_change, say_slope
from posture.comparison.timeline import timeline
from posture.comparison.visit_data import PhotoView, VisitData
from posture.errors import SettingsError
from posture.export.entries import Entry, Exportable, entries_of, read_results
from posture.texts import label

if TYPE_CHECKING:
    import pyarrow as pa

    from posture.view.gate import StoredView

Results: TypeAlias = str | Path | Iterable[Exportable]
"""A folder of results, or what :meth:`posture.Analyzer.map` yields."""

ONLY_VISIT: Final = "1"
"""Name of the visit of photos of which none was told."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Subject:
    """One subject with all visits.

    Parameters
    ----------
    name : str
    visits : tuple of VisitData
        In the order of their names; numbers by their value. Keys are the names.
    refused : int
        Photos of the subject that could not be analysed.
    """

    name: str
    visits: tuple[VisitData, ...]
    refused: int = 0

    def compared(self, studio: Mapping[str, Errors] | None = None) -> tuple[Comparison, ...]:
        """Compare each later visit with the first one."""
        first, *later = self.visits
        return tuple(
            compare_visits(first, visit, history=self.visits, studio=studio) for visit in later
        )

    def __repr__(self) -> str:
        photos = [len(visit.records) for visit in self.visits]
        return f"<Subject {self.name}: {len(photos)} visits, {sum(photos)} photos>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Subjects:
    """Subjects with their changes, and the repeatability of the group.

    Parameters
    ----------
    subjects : tuple of Subject
        By name; those without an analysed photo are in ``left_out``.
    study : Study or None
        ICC, SEM and MDC over all who came twice with two photos each; they hold if nobody changed
        between the visits.
    study_reason : str
        Why there is no study; empty if there is one.
    left_out : tuple of str
        Subjects of whom no photo could be analysed.
    studio : mapping of str to Errors, optional
        Errors of a change in place of the defaults.
    """

    subjects: tuple[Subject, ...]
    study: Study | None
    study_reason: str
    left_out: tuple[str, ...] = ()
    studio: Mapping[str, Errors] | None = None

    def __getitem__(self, name: str) -> Subject:
        found = next((subject for subject in self.subjects if subject.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def __repr__(self) -> str:
        photos = sum(len(visit.records) for one in self.subjects for visit in one.visits)
        return f"<Subjects: {len(self.subjects)} people, {photos} photos>"

    def means(self) -> pa.Table:
        """Return an Arrow table with one row for each subject, visit and quantity.

        Returns
        -------
        pyarrow.Table
            ``subject``, ``visit``, ``quantity``, ``unit``, ``photos``, ``mean`` with the 90 %
            interval ``low`` to ``high``, ``sd`` between the photos, and ``sem`` of the mean (in
            units of true change) where the errors of a change are known.
        """
        import pyarrow as pa

        return pa.Table.from_pylist(
            [
                row
                for subject in self.subjects
                for visit in subject.visits
                for row in _mean_rows(subject, visit, self.studio)
            ],
            schema=pa.schema(
                [
                    *((name, pa.string()) for name in ("subject", "visit", "quantity", "unit")),
                    ("photos", pa.int64()),
                    *((name, pa.float64()) for name in ("mean", "low", "high", "sd", "sem")),
                ]
            ),
        )

    def changes(self) -> pa.Table:
        """Return an Arrow table with one row for each subject, later visit and quantity.

        Returns
        -------
        pyarrow.Table
            Means before and after, the true change with its 95 % interval, the minimal detectable
            change ``mdc95``, ``verdict`` and ``sentence``, which also says why the change is not
            the difference of the two means.
        """
        import pyarrow as pa

        texts = ("subject", "visit_before", "visit_after", "quantity", "unit")
        numbers = ("before", "after", "change", "low", "high", "mdc95")
        return pa.Table.from_pylist(
            [
                row
                for subject in self.subjects
                for comparison in subject.compared(self.studio)
                for row in _change_rows(subject, comparison)
            ],
            schema=pa.schema(
                [
                    *((name, pa.string()) for name in texts),
                    *((name, pa.int64()) for name in ("photos_before", "photos_after")),
                    *((name, pa.float64()) for name in numbers),
                    *((name, pa.string()) for name in ("verdict", "reason", "sentence")),
                ]
            ),
        )

    def picture(self, quantity: str = "pelvic_tilt_deg") -> str:
        """Return a picture (SVG) of one quantity: each subject's visits side by side.

        Dots are means; the bars of two visits do not overlap when the change between them is
        real. A real change from the first visit to the last is drawn in strong colour.

        Raises
        ------
        SettingsError
            ``no_such_quantity``.
        """
        from posture.comparison.subjects_picture import picture_of

        lines = {
            one.name: timeline(one.visits, quantity, studio=self.studio) for one in self.subjects
        }
        if not any(points for points in lines.values()):
            raise SettingsError(
                f"There is no quantity {quantity}: means() names them.", code="no_such_quantity"
            )
        real = {
            one.name
            for one in self.subjects
            for comparison in one.compared(self.studio)[-1:]
            if quantity in comparison.changes
            and comparison.changes[quantity].verdict == "real_change"
        }
        return picture_of(lines, title=label(quantity), real=real)

    def repeatability(self) -> pa.Table:
        """Return an Arrow table with one row for each quantity of the study; empty without one.

        Returns
        -------
        pyarrow.Table
            SDs, and ``sem``, ``mdc95`` and ``icc`` of a mean of ``photos`` photos.
        """
        import pyarrow as pa

        found = {} if self.study is None else self.study.found
        sds = ("within_session_sd", "between_session_sd", "person_sd", "slope")
        rows = [
            {
                **{name: getattr(item, name) for name in ("unit", "people", *sds)},
                **{name: getattr(mean, name) for name in ("photos", "sem", "mdc95", "icc")},
                "quantity": quantity,
            }
            for quantity, item in found.items()
            for mean in item.means
        ]
        return pa.Table.from_pylist(
            rows,
            schema=pa.schema(
                [
                    *((name, pa.string()) for name in ("quantity", "unit")),
                    *((name, pa.int64()) for name in ("people", "photos")),
                    *((name, pa.float64()) for name in (*sds, "sem", "mdc95", "icc")),
                ]
            ),
        )


def compare(
    results: Results,
    *,
    subject: Sequence[object] | None = None,
    visit: Sequence[object] | None = None,
    studio: Mapping[str, Errors] | None = None,
) -> Subjects:
    """Group photos by subject and visit and compare the visits of each subject.

    Parameters
    ----------
    results : path, or iterable of Analysis, Refusal or Entry
        Folder of a batch or of result files, or results in memory.
    subject, visit : sequence, optional
        A name or number for each result; by default as a list of photos told them. Photos without
        a visit belong to a single one.
    studio : mapping of str to Errors, optional
        Errors of a change measured with one's own set-up, in place of the defaults.

    Raises
    ------
    SettingsError
        ``no_subject`` if it is not known whom the photos show; ``bad_subject`` if there are not
        as many names as results; an error of reading the results.
    """
    if isinstance(results, str | Path):
        results = read_results(results)
    entries = list(entries_of(results))
    names = _told(entries, subject, "subject")
    if None in names:
        which = entries[names.index(None)].label
        raise SettingsError(
            f"It is not known whom {which} shows: run the batch on a list of photos with a column "
            "subject. From Python, compare(..., subject=[...]) takes a name for each result.",
            code="no_subject",
        )
    visits = [ONLY_VISIT if name is None else name for name in _told(entries, visit, "visit")]
    grouped: dict[str, dict[str, list[Entry]]] = {}
    for entry, person, when in zip(entries, names, visits, strict=True):
        grouped.setdefault(str(person), {}).setdefault(when, []).append(entry)
    people = {name: _subject(name, found) for name, found in sorted(grouped.items(), key=_natural)}
    kept = tuple(person for person in people.values() if person.visits)
    found, reason = _study(kept)
    return Subjects(
        subjects=kept,
        study=found,
        study_reason=reason,
        left_out=tuple(name for name, person in people.items() if not person.visits),
        studio=studio,
    )


def _told(entries: Sequence[Entry], given: Sequence[object] | None, name: str) -> list[str | None]:
    if given is None:
        return [getattr(entry.told, name) for entry in entries]
    if isinstance(given, str) or len(given) != len(entries):
        raise SettingsError(
            f"{name} is a list with one name for each of the {len(entries)} results.",
            code="bad_subject",
        )
    return [str(one) for one in given]


def _natural(pair: tuple[str, object]) -> tuple[bool, float, str]:
    """Sort numbers by their value and before other names."""
    name = pair[0]
    try:
        return False, float(name), name
    except ValueError:
        return True, 0.0, name


def _subject(name: str, visits: Mapping[str, Sequence[Entry]]) -> Subject:
    found = [
        _visit(key, place, entries)
        for place, (key, entries) in enumerate(sorted(visits.items(), key=_natural))
    ]
    refused = sum(entry.refused for entries in visits.values() for entry in entries)
    return Subject(
        name=name, visits=tuple(visit for visit in found if visit.records), refused=refused
    )


def _visit(key: str, place: int, entries: Sequence[Entry]) -> VisitData:
    analysed = [entry.need_analysis() for entry in entries if not entry.refused]
    days = [entry.source.captured[:10] for entry in entries if entry.source.captured]
    # Without dates the order of the visits stands for them.
    day = date.fromisoformat(min(days)) if days else date.fromordinal(1 + place)
    records = tuple(record for record, _ in analysed)
    return VisitData(
        key=key,
        day=day,
        records=records,
        views=tuple(_view(view) for _, view in analysed),
        corrected=frozenset(
            name for record in records for name in record.corrected if name != "facing"
        ),
    )


def _view(view: StoredView) -> PhotoView:
    return PhotoView(facing=view.facing, yaw_deg=view.yaw_deg, roll_deg=view.roll_deg)


def _study(subjects: Sequence[Subject]) -> tuple[Study | None, str]:
    """Return the study over all who came twice with two photos, or why there is none."""
    repeated = [
        [visit for visit in subject.visits if len(visit.records) > 1] for subject in subjects
    ]
    try:
        return study([visits for visits in repeated if len(visits) > 1]), ""
    except SettingsError as error:
        return None, str(error)


def _mean_rows(
    subject: Subject, visit: VisitData, studio: Mapping[str, Errors] | None
) -> list[dict[str, object]]:
    rows = []
    for name, found in average(visit).items():
        errors = errors_of(name, [visit], history=subject.visits, studio=studio)
        quantity, photos = found.quantity, len(found.values)
        rows.append(
            {
                "subject": subject.name,
                "visit": visit.key,
                "quantity": name,
                "unit": quantity.unit,
                "photos": photos,
                "mean": quantity.value,
                "low": quantity.low,
                "high": quantity.high,
                "sd": found.sd,
                "sem": None if errors is None or not photos else sem(errors, photos),
            }
        )
    return rows


def _change_rows(subject: Subject, comparison: Comparison) -> list[dict[str, object]]:
    cells = ("unit", "before", "after", "photos_before", "photos_after", "change", "low", "high")
    return [
        {
            "subject": subject.name,
            "visit_before": comparison.before.key,
            "visit_after": comparison.after.key,
            "quantity": name,
            **{cell: getattr(change, cell) for cell in (*cells, "mdc95", "verdict", "reason")},
            "sentence": " ".join(filter(None, (say_change(change), say_slope(change)))),
        }
        for name, change in comparison.changes.items()
    ]
