"""Signs that the screening looked for: seen, not there, not visible."""

from __future__ import annotations

from typing import Final, Literal

import streamlit as st

from posture.screening.grade import Evidence, Screening
from posture.screening.words import percent_of
from posture.web.components.markup import element, listing, plain
from posture.web.language import translated
from posture.web.texts import say

_DIRECTIONS: Final[tuple[Literal["for", "against", "not_seen"], ...]] = (
    "for",
    "against",
    "not_seen",
)


def show_signs(screening: Screening) -> None:
    """Show every sign that the screening looked for, by outcome."""
    with st.expander(say("signs_title"), icon=":material/checklist:"):
        st.caption(say("signs_intro"))
        columns = [
            _column(direction, [e for e in screening.evidence if e.direction == direction])
            for direction in _DIRECTIONS
        ]
        st.html(element("div", *columns, css="po-signs"))


def _column(direction: str, evidence: list[Evidence]) -> str:
    head = element("h3", plain(say(f"signs_{direction}")))
    if not evidence:
        return element("section", head, element("p", plain(say("signs_empty")), css="po-fine"))
    return element("section", head, listing((_line(item) for item in evidence), css="po-lines"))


def _line(evidence: Evidence) -> str:
    parts = [say(f"pattern_{evidence.pattern}")]
    if evidence.probability is not None:
        parts.append(say("chance", percent=percent_of(evidence.probability)))
    return plain(translated(evidence.text)) + " " + element("small", plain(f"({', '.join(parts)})"))
