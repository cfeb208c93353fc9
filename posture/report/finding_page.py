"""First page in words: values, advice on the photo, and the screening."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from posture.analysis.record import Record
from posture.case.case import Case, verdict
from posture.case.outlook import Outlook
from posture.comparison.sentences import say_unlike
from posture.estimator.model import LINE, OLD_LINE, POSITION
from posture.messages import ENGLISH, catalogue
from posture.quantity import Quantity
from posture.report.content import Bar, EvidenceLine, OutlookLine, ScreeningBlock, ValueBlock
from posture.report.texts import say
from posture.screening.grade import Evidence, Grade
from posture.screening.norms import Band, Norm, compare_with_norm, norm_of
from posture.screening.words import BADGES, badge_text, definition_lines, percent_of
from posture.texts import lower_end, number_text, placed_sentence, reason_text, value_text
from posture.types import Sex
from posture.view.findings import with_advice

BLOCKS: Final[Mapping[str, str]] = {
    LINE: "line",
    OLD_LINE: "old_line",
    POSITION: "tilt",
    "lumbar_lordosis_deg": "lordosis",
    "lumbar_depth_pct": "depth",
}
"""Estimate to the prefix of its texts' keys."""

_PELVIS: Final = (-10.0, 40.0)
AXES: Final = {
    "line": _PELVIS,
    "old_line": _PELVIS,
    "tilt": _PELVIS,
    "lordosis": (0.0, 70.0),
    "depth": (0.0, 20.0),
}
"""Ends of the drawn axes: the range of living adults, and a little more."""

MAX_ADVICE: Final = 3


def value_blocks(
    record: Record, sex: Sex | None, language: str = ENGLISH
) -> tuple[ValueBlock, ...]:
    """Return pelvis, arch and depth as blocks of the sheet; a placed bone line comes first."""
    return tuple(
        _block(language, BLOCKS[name], quantity, norm_of(name, sex))
        for name, quantity in record.estimates.shown().items()
    )


def questions(record: Record, language: str = ENGLISH) -> tuple[str, ...]:
    """Return what has to be settled before anything on the sheet counts."""
    unlike = record.unlike
    return () if unlike is None else (catalogue(language).translated(say_unlike(unlike)),)


def photo_lines(record: Record, language: str = ENGLISH) -> tuple[str, ...]:
    """Return what the photo costs and how to take a better one, the costliest first."""
    tr = catalogue(language).translated
    lines = [tr(placed_sentence(record.corrected))] if record.corrected else []
    lines += [say(language, "photo_poor")] if record.status == "poor" else []
    for finding, advice in with_advice(record.findings[:MAX_ADVICE]):
        told = {"message": tr(finding.message), "advice": tr(advice) if advice else ""}
        if finding.cost_90_deg:
            cost = f"±{finding.cost_90_deg:.1f}°"
            lines.append(say(language, "photo_cost", **told, cost=cost).rstrip())
        else:
            lines.append(say(language, "photo_free", **told).rstrip())
    return tuple(lines) or (say(language, "photo_fine"),)


def _block(language: str, name: str, quantity: Quantity, norm: Norm | None) -> ValueBlock:
    tr = catalogue(language).translated
    if quantity.value is None or quantity.low is None or quantity.high is None:
        return ValueBlock(
            name=say(language, f"{name}_name"),
            what=say(language, f"{name}_what"),
            value=say(language, "not_stated"),
            range="",
            meaning=tr(reason_text(quantity.reason or "")),
            bar=None,
        )
    compared = None if norm is None else compare_with_norm(quantity, norm)
    sign = "°" if quantity.unit == "deg" else " %"
    ends = (lower_end(quantity), quantity.high)
    low, high = (number_text(end, quantity.unit) for end in ends)
    return ValueBlock(
        name=say(language, f"{name}_name"),
        what=say(language, f"{name}_what"),
        value=tr(value_text(quantity)),
        range=say(language, "range", low=low + (sign if sign == "°" else ""), high=high + sign),
        meaning=say(language, f"{name}_{'common' if compared is None else compared.position}"),
        bar=_bar(
            AXES[name],
            (ends[0], quantity.value, quantity.high),
            None if norm is None else norm.band,
        ),
    )


def _bar(
    axis: tuple[float, float],
    ends: tuple[float, float, float],
    common: Band | None,
) -> Bar:
    def place(number: float) -> float:
        return min(max((number - axis[0]) / (axis[1] - axis[0]), 0.0), 1.0)

    low, value, high = map(place, ends)
    band = None if common is None else (place(common[0]), place(common[1]))
    return Bar(low=low, value=value, high=high, common=band)


def screening_block(case: Case, language: str = ENGLISH) -> ScreeningBlock:
    """Return the screening of a case: evidence, and the grade after each missing test."""
    screening = case.weighed.screening
    grade = screening.grade
    tr = catalogue(language).translated

    def lines(direction: str) -> tuple[EvidenceLine, ...]:
        found = (each for each in screening.evidence if each.direction == direction)
        return _evidence_lines(language, found)

    return ScreeningBlock(
        grade=grade,
        badge=tr(badge_text(screening)),
        sentence=" ".join(map(tr, verdict(case))),
        definition=tuple(map(tr, definition_lines(screening))),
        speaks_for=lines("for"),
        speaks_against=lines("against"),
        not_seen=lines("not_seen"),
        outlook=tuple(_outlook_line(language, entry, grade) for entry in case.outlook),
        now=say(language, "outlook_now", grade=_badge(language, grade)) if case.outlook else "",
    )


def _evidence_lines(language: str, evidence: Iterable[Evidence]) -> tuple[EvidenceLine, ...]:
    """Return one line per statement; one that speaks for both types is printed once."""
    tags: dict[tuple[str, str], list[str]] = {}
    for item in evidence:
        key = (catalogue(language).translated(item.text), _detail(language, item))
        tags.setdefault(key, []).append(say(language, f"tag_{item.pattern}"))
    return tuple(
        EvidenceLine(text=text, tag=" ".join(letters), detail=detail)
        for (text, detail), letters in tags.items()
    )


def _detail(language: str, item: Evidence) -> str:
    if item.probability is None:
        return ""
    return say(language, "chance", percent=percent_of(item.probability))


def _outlook_line(language: str, entry: Outlook, now: Grade) -> OutlookLine:
    return OutlookLine(
        text=catalogue(language).translated(entry.text),
        if_positive=_grade_change(language, entry.if_positive, now),
        if_negative=_grade_change(language, entry.if_negative, now),
        strong=entry.kind == "all_tests",
    )


def _grade_change(language: str, grade: Grade, now: Grade) -> str:
    return say(language, "outlook_same") if grade == now else _badge(language, grade)


def _badge(language: str, grade: Grade) -> str:
    """Return a grade as a word within a sentence."""
    return catalogue(language).translated(BADGES[grade]).lower()
