"""The screening in words: evidence, and what each missing test would change."""

from __future__ import annotations

from collections.abc import Iterable

from posture.case.case import Case, verdict
from posture.case.outlook import Outlook
from posture.report.content import EvidenceLine, OutlookLine, ScreeningBlock
from posture.report.texts import say
from posture.screening.grade import Evidence, Grade


def screening_block(case: Case) -> ScreeningBlock:
    """Return the screening of a case, ready to be printed."""
    screening = case.weighed.screening
    grade = screening.grade
    badge = say(f"badge_{grade}")
    return ScreeningBlock(
        grade=grade,
        badge=badge,
        sentence=verdict(case.weighed),
        speaks_for=_lines(e for e in screening.evidence if e.direction == "for"),
        speaks_against=_lines(e for e in screening.evidence if e.direction == "against"),
        not_seen=_lines(e for e in screening.evidence if e.direction == "not_seen"),
        outlook=tuple(_outlook(entry, grade) for entry in case.outlook),
        now=say("outlook_now", grade=badge.lower()) if case.outlook else say("outlook_none"),
    )


def _lines(evidence: Iterable[Evidence]) -> tuple[EvidenceLine, ...]:
    """Return one line for each statement: what speaks for both types is said once."""
    tags: dict[tuple[str, str], list[str]] = {}
    for item in evidence:
        key = (item.text, _detail(item))
        tags.setdefault(key, []).append(say(f"tag_{item.pattern}"))
    return tuple(
        EvidenceLine(text=text, tag=" ".join(letters), detail=detail)
        for (text, detail), letters in tags.items()
    )


def _detail(item: Evidence) -> str:
    if item.probability is None:
        return ""
    return say("chance", percent=round(100 * item.probability))


def _outlook(entry: Outlook, now: Grade) -> OutlookLine:
    return OutlookLine(
        text=entry.text,
        if_positive=_change(entry.if_positive, now),
        if_negative=_change(entry.if_negative, now),
        strong=entry.kind == "all_tests",
    )


def _change(grade: Grade, now: Grade) -> str:
    return say("outlook_same") if grade == now else say(f"badge_{grade}").lower()
