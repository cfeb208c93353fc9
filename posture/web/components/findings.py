"""Findings: what makes the photo less accurate, and how to take a better one."""

from __future__ import annotations

from typing import Final

import streamlit as st

from posture.quantity import Z90
from posture.view.findings import Finding, with_advice
from posture.web.components.markup import element, listing, plain
from posture.web.language import translated
from posture.web.texts import say

_FREE_DEG: Final = 0.05
"""Costs below this round to zero."""


def show_findings(findings: tuple[Finding, ...]) -> None:
    """Show everything that widens the ranges, costliest first, with advice."""
    with st.expander(say("findings_title"), icon=":material/photo_camera:"):
        if not findings:
            st.write(say("findings_none"))
            return
        st.caption(say("findings_intro"))
        st.html(listing((_line(*each) for each in with_advice(findings)), css="po-lines"))


def _line(finding: Finding, advice: str) -> str:
    return "".join(
        (
            element("b", plain(translated(finding.message))),
            " ",
            element("span", plain(_cost(finding)), css="po-chip"),
            element("p", plain(translated(advice))) if advice else "",
        )
    )


def _cost(finding: Finding) -> str:
    if finding.cost_deg is None or finding.cost_deg < _FREE_DEG:
        return say("cost_none")
    return say("cost", cost=f"{Z90 * finding.cost_deg:.1f}")
