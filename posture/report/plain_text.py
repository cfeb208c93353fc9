"""The sheet as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from posture.case.case import Case
from posture.messages import ENGLISH
from posture.program import plan_to_text
from posture.program.render_text import Reader
from posture.report.content import EvidenceLine, ScreeningBlock, Sheet
from posture.report.sheet import make_sheet
from posture.report.texts import say

WIDTH = 92


def render_text(case: Case, *, reader: Reader = "client", language: str = ENGLISH) -> str:
    """Return findings, screening and plan as plain text.

    Parameters
    ----------
    case : Case
    reader : {"client", "trainer"}
        The trainer's text adds anatomy, cues, regressions and sources of the exercises.

    Returns
    -------
    str
        Lines of at most 92 characters. When a clinician comes first, the text begins with that;
        when help is needed today, it holds nothing else.
    """
    plan = plan_to_text(case.plan, reader=reader, language=language)
    if case.plan.urgent:
        return plan
    sheet = make_sheet(case, language=language)
    found = "\n".join(_findings(language, sheet)) + "\n"
    parts = [found, plan] if sheet.plans else [plan, found]
    return "\n".join(parts)


def _findings(language: str, sheet: Sheet) -> Iterator[str]:
    yield from _title(say(language, "title_finding"))
    for value in sheet.values:
        stated = f"{value.value}, {value.range}" if value.range else value.value
        yield from _wrapped(f"{value.name}: {stated}. {value.meaning}")
    for line in sheet.photo:
        yield from _bullet(line)
    if sheet.screening is not None:
        yield from ("", *_screening(language, sheet.screening), "")
    yield say(language, "not_mean_title")
    for line in sheet.not_mean:
        yield from _bullet(line)


def _screening(language: str, block: ScreeningBlock) -> Iterator[str]:
    yield from _title(f"{say(language, 'screening_short')}: {block.badge}", "-")
    for words in (block.sentence, *block.definition):
        yield from _wrapped(words)
    for key, lines in (
        ("for", block.speaks_for),
        ("against", block.speaks_against),
        ("not_seen", block.not_seen),
    ):
        yield f"{say(language, key)}:"
        for line in lines:
            yield from _bullet(_evidence(line))
        if not lines:
            yield from _bullet(say(language, "none"))
    if not block.outlook:
        return
    yield f"{say(language, 'outlook_title')}:"
    for change in block.outlook:
        positive = f"{say(language, 'outlook_positive')}: {change.if_positive}"
        yield from _bullet(
            f"{change.text} – {positive}; {say(language, 'outlook_negative')}: {change.if_negative}"
        )
    yield from _wrapped(block.now)


def _evidence(line: EvidenceLine) -> str:
    detail = f", {line.detail}" if line.detail else ""
    return f"{line.text} ({' and '.join(line.tag.split())}{detail})"


def _title(text: str, mark: str = "=") -> Iterator[str]:
    yield from (text, mark * len(text))


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH)


def _bullet(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")
