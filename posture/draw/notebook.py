"""Notebook card of an analysis: a small picture, and the values in words."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape
from typing import Final

from posture.analysis.outcome import Outcome, Refusal
from posture.analysis.result import Analysis
from posture.draw import encode_jpeg, thumbnail
from posture.quantity import Quantity
from posture.screening.words import verdict_text
from posture.texts import DISCLAIMER, describe_quantity, label
from posture.view.findings import with_advice

LONG_SIDE: Final = 420
"""Long side of the picture in pixels: about 40 kB in the notebook file."""

QUALITY: Final = 82

# Colours are inherited, so that the card suits light and dark notebooks alike.
_CARD: Final = (
    "display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start;max-width:820px;padding:14px;"
    "border:1px solid rgba(128,128,128,.45);border-radius:8px;background:transparent;"
    "color:inherit;font-family:system-ui,sans-serif;font-size:14px;line-height:1.45"
)
_CELL: Final = (
    "text-align:left;padding:3px 14px 3px 0;border:0;background:transparent;color:inherit;"
    "vertical-align:top;font-size:14px;white-space:normal"
)
_NAME: Final = f"{_CELL};font-weight:600;white-space:nowrap"
_QUIET: Final = "opacity:.75;font-size:13px;margin:8px 0 0"


def notebook_html(outcome: Outcome) -> str:
    """Return an analysis or a refusal as a fragment of HTML."""
    return refusal_html(outcome) if isinstance(outcome, Refusal) else analysis_html(outcome)


def analysis_html(analysis: Analysis) -> str:
    """Return an analysis as a fragment of HTML.

    Returns
    -------
    str
        Self-contained: the picture is a data URI, nothing is loaded and no script runs. The face is
        unrecognisable, since notebooks are passed on.
    """
    picture = encode_jpeg(thumbnail(analysis, blur_face=True, long_side=LONG_SIDE), quality=QUALITY)
    data = base64.b64encode(picture).decode("ascii")
    grade = verdict_text(analysis.screening, analysis.estimates, sex=analysis.hints.sex)
    return (
        f'<div style="{_CARD}"><img src="data:image/jpeg;base64,{data}" '
        'alt="Side view with the measured lines, face blurred" '
        'style="height:320px;width:auto;max-width:100%;margin:0;border-radius:4px">'
        f'<div style="flex:1 1 380px;min-width:260px">{_title(analysis.photo)}'
        f'<p style="margin:4px 0 10px">{escape(grade)} '
        f'<span style="opacity:.75">{escape(DISCLAIMER)}</span></p>'
        f"{_table(analysis.estimates.shown().items())}{_notes(analysis)}"
        f'<details style="margin-top:10px"><summary style="cursor:pointer">'
        f"All measures, read off the photo</summary>{_table(analysis.measures.items())}"
        "</details></div></div>"
    )


def refusal_html(refusal: Refusal) -> str:
    """Return a refusal as a fragment of HTML."""
    return (
        f'<div style="{_CARD}"><div>{_title(refusal.photo)}'
        f'<p style="margin:4px 0 0">Not analysed: {escape(str(refusal.error))}</p></div></div>'
    )


def _title(photo: str) -> str:
    return f'<div style="font-weight:600;overflow-wrap:anywhere">{escape(photo)}</div>'


def _table(quantities: Iterable[tuple[str, Quantity]]) -> str:
    rows = "".join(
        f'<tr style="background:transparent"><th scope="row" style="{_NAME}">'
        f'{escape(label(name))}</th><td style="{_CELL}">'
        f"{escape(describe_quantity(quantity))}</td></tr>"
        for name, quantity in quantities
    )
    return f'<table style="border-collapse:collapse;border:0;margin:4px 0">{rows}</table>'


def _notes(analysis: Analysis) -> str:
    lines = []
    if analysis.status == "poor":
        lines.append("This photo costs a lot of accuracy; a new one is worth taking.")
    for finding, advice in with_advice(analysis.view.findings):
        cost = f" (costs ±{finding.cost_90_deg:.1f}°)" if finding.cost_90_deg else ""
        lines.append(f"{finding.message.removesuffix('.')}{cost}. {advice}".rstrip())
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<ul style="{_QUIET};padding-left:18px">{items}</ul>' if items else ""
