"""Headline of the photo check: the result in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import streamlit as st

from posture.analysis.record import Record
from posture.case.case import NO_ANSWERS
from posture.case.words import next_lines
from posture.messages import ENGLISH
from posture.quantity import Quantity
from posture.screening.grade import Grade, Screening
from posture.screening.words import definition_lines, in_tenths, verdict_lines
from posture.texts import number_text, tilt_words
from posture.view.findings import OUTLINE_CODES
from posture.web.components.markup import element, plain
from posture.web.language import current_language, translated
from posture.web.texts import say

LEVEL_DEG: Final = 3.0
"""A tilt of uncertain direction below this is called level: a photo cannot resolve less."""

_TONES: Final[dict[Grade, str]] = {
    "not_suggested": "calm",
    "possible": "warm",
    "likely": "warm",
    "undetermined": "calm",
}


def show_headline(record: Record, *, count: int = 1, by_hand: str = "") -> None:
    """Show the verdict in plain sentences, with notes on how to take it.

    Parameters
    ----------
    record : Record
        That of one photo, or the mean of several.
    count : int
        Number of photos.
    by_hand : str
        What was corrected by hand, in words; empty if nothing was.
    """
    grade = record.screening.grade
    notes = [] if record.estimates.pelvic_tilt_deg.value is None else [tilt_sentence(record)]
    notes += [say("mean_of", count=count)] if count > 1 else []
    notes += [translated(line) for line in next_lines(record.screening, record, NO_ANSWERS)]
    notes += [translated(line) for line in definition_lines(record.screening)]
    notes += [_better_photo(record)] if record.status == "poor" else []
    hand = element("p", element("span", plain(by_hand), css="po-hand"), css="po-hand-line")
    st.html(
        element(
            "section",
            element("span", plain(badge(record.screening)), css="po-badge"),
            element("h1", plain(one_sentence(record)), css="po-sentence"),
            *(element("p", plain(note), css="po-note") for note in notes),
            hand if by_hand else "",
            css=f"po-headline po-{_TONES[grade]}",
        )
    )


def one_sentence(record: Record) -> str:
    """Return the verdict in the visitor's language."""
    sex = record.provenance.sex
    return joined(verdict_lines(record.screening, record.estimates, sex=sex))


def badge(screening: Screening) -> str:
    """Return grade, pattern and figure in a few words, in the visitor's language."""
    grade = say(f"badge_{screening.grade}")
    if screening.pattern is None:
        return grade
    pattern = say(f"pattern_{screening.pattern}")
    if screening.earlier_rule or screening.stated is None:
        return f"{grade}: {pattern}"
    tenths = in_tenths(screening.stated)
    return say("badge_figure", pattern=pattern, grade=grade, tenths=tenths)


def joined(lines: Iterable[str]) -> str:
    """Return sentences of the package as one text in the visitor's language."""
    return " ".join(translated(line) for line in lines)


def tilt_sentence(record: Record) -> str:
    """Return the tilt as a sentence."""
    return f"{tilt_clause(record.estimates.pelvic_tilt_deg)}."


def tilt_clause(tilt: Quantity) -> str:
    """Return the clause about the tilt, with its direction as far as the interval allows."""
    if tilt.value is None:
        return say("tilt_absent")
    sure = tilt_words(tilt) in ("tipped forward", "tipped backward")
    if not sure and abs(tilt.value) < LEVEL_DEG:
        return say("tilt_level")
    key = f"tilt_{'forward' if tilt.value > 0 else 'backward'}{'' if sure else '_unsure'}"
    return say(key, value=number_text(abs(tilt.value), tilt.unit))


def _better_photo(record: Record) -> str:
    """Say what to change first for a better photo."""
    estimates, findings = record.estimates, record.findings
    if estimates.lumbar_depth_pct.reason == "back_covered":
        hiding = tuple(finding for finding in findings if finding.code in OUTLINE_CODES)
        if not hiding or hiding[0].code == "arm_on_back":
            return say("again_back_covered")
        findings = hiding
    if not estimates.pelvic_tilt_deg.present or not findings:
        return say("again")
    advice = translated(findings[0].advice)
    # In German, a sentence after a colon keeps its capital letter.
    return say("poor", advice=_lower(advice) if current_language() == ENGLISH else advice)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
