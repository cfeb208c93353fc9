"""Headline of the photo check: the result in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import streamlit as st

from posture.analysis.record import Record
from posture.case.weigh import Weighed
from posture.case.words import told_lines
from posture.estimator.model import Estimates
from posture.measures.catalogue import back_covered
from posture.messages import ENGLISH
from posture.quantity import Quantity
from posture.screening.grade import Grade, Screening
from posture.screening.words import definition_lines, in_tenths
from posture.texts import number_text, tilt_words, value_text
from posture.view.findings import OUTLINE_CODES, UNSEEN_CODES
from posture.web.components.links import show_link
from posture.web.components.markup import element, plain
from posture.web.language import current_language, translated
from posture.web.texts import say

LEVEL_DEG: Final = 3.0
"""A tilt of uncertain direction below this is called level: a photo cannot resolve less."""

WIDE_ARCH_DEG: Final = 22.0
"""Width of the arch's range above which clothes are spoken of: that of the samples in tight clothes
or bare skin is 11 to 21 degrees, in loose ones 27."""

_LEGS: Final = frozenset({"the knees", "the ankles"})
"""Words of a finding on a cropped photo that mean that the legs are cut off."""

_TONES: Final[dict[Grade, str]] = {
    "not_suggested": "calm",
    "possible": "warm",
    "likely": "warm",
    "undetermined": "calm",
}


def show_headline(record: Record, weighed: Weighed, *, count: int = 1, by_hand: str = "") -> None:
    """Show the verdict in plain sentences, and what would make it better.

    Parameters
    ----------
    record : Record
        That of one photo, or the mean of several.
    weighed : Weighed
        Its screening in the light of the answers given so far.
    count : int
        Number of photos.
    by_hand : str
        What was corrected by hand, in words; empty if nothing was.
    """
    screening = weighed.screening
    notes = [say("mean_of", count=count)] if count > 1 else []
    if record.status == "poor" or screening.grade == "undetermined" or _legs_cut(record):
        notes.append(_better_photo(record))
    elif _cloth_matters(record):
        notes.append(say("clothes_note"))
    hand = element("p", element("span", plain(by_hand), css="po-hand"), css="po-hand-line")
    st.html(
        element(
            "section",
            element("h1", plain(one_sentence(record, weighed)), css="po-sentence"),
            *(element("p", plain(note), css="po-note") for note in notes),
            hand if by_hand else "",
            css=f"po-headline po-{_TONES[screening.grade]}",
        )
    )


def show_meaning(record: Record, screening: Screening) -> None:
    """Say what the verdict means and rests on, folded: nobody needs it to begin."""
    estimates = record.estimates
    stated = estimates.line_placed or estimates.pelvic_tilt_deg.present
    lines = [pelvis_sentence(estimates)] if stated else []
    lines += _position_note(estimates)
    lines += [translated(line) for line in definition_lines(screening)]
    with st.expander(say("meaning_title"), icon=":material/help:"):
        st.html("".join(element("p", plain(line), css="po-note") for line in lines))
        show_link("method", say("meaning_method"))


def one_sentence(record: Record, weighed: Weighed) -> str:
    """Return the verdict of photo and answers in the visitor's language."""
    return joined(told_lines(weighed, record, sex=record.provenance.sex))


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


def pelvis_sentence(estimates: Estimates) -> str:
    """Return what is said first about the pelvis as a sentence."""
    return f"{pelvis_clause(estimates)}."


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


def _better_photo(record: Record) -> str:
    """Say what to change first for a better photo, as far as this one shows it."""
    if _legs_cut(record):
        return say("again_legs_cut")
    seen = [each for each in record.findings if each.code not in UNSEEN_CODES]
    if back_covered(record.measures):
        seen = [each for each in seen if each.code in OUTLINE_CODES]
        if not seen or seen[0].code == "arm_on_back":
            return say("again_back_covered")
    if seen:
        advice = translated(seen[0].advice)
        # In German, a sentence after a colon keeps its capital letter.
        return say("poor", advice=_lower(advice) if current_language() == ENGLISH else advice)
    # Nothing that can be seen is wrong, and yet the body does not show: cloth hangs in front of it.
    return say("again" if record.status == "poor" else "again_cloth")


def _cloth_matters(record: Record) -> bool:
    """Return whether tight clothes would narrow a wide range: cloth that fits in front hides it."""
    arch = record.estimates.lumbar_lordosis_deg
    if record.provenance.clothing in ("minimal", "tight") or arch.low is None or arch.high is None:
        return False
    return arch.high - arch.low > WIDE_ARCH_DEG


def _legs_cut(record: Record) -> bool:
    """Return whether a finding says that knees or ankles are out of the picture."""
    values = (each.values for each in record.findings if each.code == "cropped")
    parts = (value.get("parts") for value in values if isinstance(value, Mapping))
    return any(isinstance(cut, list | tuple) and _LEGS & set(cut) for cut in parts)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
