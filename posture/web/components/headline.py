"""Headline of the photo check: the result in one sentence."""

from __future__ import annotations

from typing import Final

import streamlit as st

from posture.analysis.record import Record
from posture.estimator.model import Estimates
from posture.measures.catalogue import back_covered
from posture.messages import ENGLISH
from posture.quantity import Quantity
from posture.screening.grade import Grade, Screening
from posture.texts import number_text, tilt_words, value_text
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
    """Show the result in one plain sentence, with notes on how to take it.

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
    notes = [say("mean_of", count=count)] if count > 1 else []
    notes += _position_note(record.estimates)
    notes += [say("possible_note")] if grade == "possible" else []
    notes += [_better_photo(record)] if record.status == "poor" else []
    hand = element("p", element("span", plain(by_hand), css="po-hand"), css="po-hand-line")
    st.html(
        element(
            "section",
            element("span", plain(say(f"badge_{grade}")), css="po-badge"),
            element("h1", plain(one_sentence(record)), css="po-sentence"),
            *(element("p", plain(note), css="po-note") for note in notes),
            hand if by_hand else "",
            css=f"po-headline po-{_TONES[grade]}",
        )
    )


def one_sentence(record: Record) -> str:
    """Return pelvis and screening as one sentence."""
    estimates, screening = record.estimates, record.screening
    stated = estimates.line_placed or estimates.pelvic_tilt_deg.present
    if not stated and screening.grade == "undetermined":
        return say("nothing_seen")
    return say("joined", tilt=pelvis_clause(estimates), grade=screening_clause(screening))


def pelvis_clause(estimates: Estimates) -> str:
    """Return the clause about the pelvis: the bone line where it was placed, else the position."""
    if estimates.line_placed:
        return angle_clause("line", estimates.asis_psis_deg)
    return angle_clause("tilt", estimates.pelvic_tilt_deg)


def angle_clause(name: str, angle: Quantity) -> str:
    """Return the clause about an angle, with its direction as far as the interval allows."""
    if angle.value is None:
        return say(f"{name}_absent")
    sure = tilt_words(angle) in ("tipped forward", "tipped backward")
    if not sure and abs(angle.value) < LEVEL_DEG:
        return say(f"{name}_level")
    key = f"{name}_{'forward' if angle.value > 0 else 'backward'}{'' if sure else '_unsure'}"
    return say(key, value=number_text(abs(angle.value), angle.unit))


def _position_note(estimates: Estimates) -> list[str]:
    """Say what the screening builds on where the sentence leads with the bone line."""
    tilt = estimates.pelvic_tilt_deg
    if not (estimates.line_placed and tilt.present):
        return []
    return [say("line_note", value=value_text(tilt))]


def screening_clause(screening: Screening) -> str:
    """Return the clause about the grade of the screening, with its pattern if there is one."""
    pattern = f"_{screening.pattern}" if screening.pattern else ""
    return say(f"grade_{screening.grade}{pattern}")


def _better_photo(record: Record) -> str:
    """Say what to change first for a better photo."""
    estimates, findings = record.estimates, record.findings
    if back_covered(record.measures):
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
