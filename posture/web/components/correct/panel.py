"""Everything around the editor: which way the person looks, pelvis, stickers, the values."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from posture.frame import Facing
from posture.manual import NO_CORRECTIONS, PELVIS_POINTS
from posture.result import Analysis
from posture.web import state
from posture.web.components.correct.editor import last_edit, show_editor
from posture.web.services.correct import (
    apply,
    corrections_from,
    half_line,
    moved_points,
    sheet_of,
    with_points,
)
from posture.web.state import Placed, Shown
from posture.web.texts import say

_FACINGS: Final[tuple[Facing, ...]] = ("left", "right")


def show_switch() -> bool:
    """Show the switch that opens the editor, and return whether it is open."""
    opened = st.toggle(
        say("fix_open"),
        key=f"fix_{state.upload_key()}",
        on_change=state.let_go,
        help=say("fix_lead"),
    )
    return bool(opened)


def show_panel(shown: Shown, analysis: Analysis, *, hide_face: bool) -> None:
    """Show the photo with points to move.

    Parameters
    ----------
    shown : Shown
        The photo that is looked at.
    analysis : Analysis
        Its analysis.
    hide_face : bool
    """
    present = state.placed(shown.sha256) or Placed(points=moved_points(analysis))
    if present.problem:
        st.warning(say("fix_refused", problem=present.problem), icon=":material/undo:")
    key = f"points_{shown.sha256[:12]}_{analysis.view.facing}_{int(hide_face)}"
    show_editor(
        sheet_of(analysis, hide_face=hide_face),
        present.points,
        seq=present.seq,
        key=key,
        on_edit=partial(_take_edit, shown.sha256, key),
    )
    if half_line(present.points):
        st.info(say("fix_pair"), icon=":material/linear_scale:")
    _show_pelvis(shown, analysis, present)
    _show_facing(shown, analysis)


def _show_facing(shown: Shown, analysis: Analysis) -> None:
    key = f"facing_{shown.sha256[:12]}"
    st.segmented_control(
        say("fix_facing"),
        _FACINGS,
        default=analysis.view.facing,
        required=True,
        format_func=lambda side: say(f"facing_{side}"),
        key=key,
        on_change=partial(_take_facing, shown.sha256, key),
    )


def _show_pelvis(shown: Shown, analysis: Analysis, present: Placed) -> None:
    if not all(name in present.points for name in PELVIS_POINTS):
        st.caption(say("fix_pelvis"))
        return
    key = f"marked_{shown.sha256[:12]}"
    st.toggle(
        say("fix_marked"),
        value=analysis.corrections.marked,
        key=key,
        help=say("fix_marked_help"),
        on_change=partial(_take_marked, shown.sha256, key),
    )


def _take_edit(sha256: str, key: str) -> None:
    edit = last_edit(key)
    shown = state.shown(sha256)
    if shown is None or shown.outcome.analysis is None or not isinstance(edit, dict):
        return
    analysis, points = shown.outcome.analysis, corrections_from(edit)
    done = apply(analysis, with_points(analysis.corrections, points))
    seq = edit.get("seq")
    number = seq if isinstance(seq, int) else 0
    state.place(sha256, Placed(points=points, seq=number, problem=done.problem))
    state.correct(sha256, done.analysis)


def _take_facing(sha256: str, key: str) -> None:
    shown = state.shown(sha256)
    if shown is None or shown.outcome.analysis is None:
        return
    facing: Facing = "left" if st.session_state[key] == "left" else "right"
    # Points of the back would lie on the other side of the body now.
    done = apply(shown.outcome.analysis, replace(NO_CORRECTIONS, facing=facing))
    state.place(sha256, Placed(problem=done.problem))
    state.correct(sha256, done.analysis)


def _take_marked(sha256: str, key: str) -> None:
    shown = state.shown(sha256)
    if shown is None or shown.outcome.analysis is None:
        return
    analysis = shown.outcome.analysis
    wanted = replace(analysis.corrections, marked=bool(st.session_state[key]))
    state.correct(sha256, apply(analysis, wanted).analysis)
