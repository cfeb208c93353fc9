"""Panel around the point editor: ASIS and PSIS, stickers, facing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from posture.analysis.result import Analysis
from posture.inputs.corrections import BACK_POINTS, PELVIS_POINTS
from posture.texts import value_text
from posture.types import Facing
from posture.web import state
from posture.web.components.correct.editor import last_edit, show_editor
from posture.web.language import current_language
from posture.web.services.correct import (
    apply,
    editor_photo,
    half_placed,
    placed_points,
    points_from,
    stickers_in,
    with_points,
)
from posture.web.services.estimate_cards import CARDS
from posture.web.state import PointEdit, ShownPhoto
from posture.web.texts import say

_FACINGS: Final[tuple[Facing, ...]] = ("left", "right")


def show_switch() -> bool:
    """Show the switch that opens the editor; return whether it is on."""
    key = f"fix_{state.upload_key()}"
    return st.toggle(
        say("fix_open"), key=key, on_change=state.drop_point_edits, help=say("fix_lead")
    )


def show_panel(shown: ShownPhoto, analysis: Analysis, *, hide_face: bool) -> None:
    """Show the photo with points to move.

    Parameters
    ----------
    shown : ShownPhoto
        The photo on view.
    analysis : Analysis
        Its analysis.
    hide_face : bool
    """
    present = state.point_edit(shown.sha256) or PointEdit(points=placed_points(analysis))
    if present.problem:
        st.warning(say("fix_refused", problem=present.problem), icon=":material/undo:")
    facing = analysis.view.facing
    key = f"points_{shown.sha256[:12]}_{facing}_{int(hide_face)}_{current_language()}"
    show_editor(
        state.cached("editor photo", key, partial(editor_photo, analysis, hide_face=hide_face)),
        present.points,
        proposal=present.proposal,
        values=_values(analysis),
        seq=present.seq,
        key=key,
        on_edit=partial(_take_edit, shown.sha256, key),
    )
    _show_pelvis(shown.sha256, analysis, present)
    _show_facing(shown.sha256, analysis)


def _values(analysis: Analysis) -> list[str]:
    return [
        say("fix_value", name=say(f"{CARDS[name][0]}_name"), value=value_text(quantity))
        for name, quantity in analysis.estimates.shown().items()
    ]


def _show_pelvis(sha256: str, analysis: Analysis, present: PointEdit) -> None:
    if half_placed(present.points):
        st.info(say("fix_pair"), icon=":material/linear_scale:")
    if all(name in present.points for name in PELVIS_POINTS):
        key = f"marked_{sha256[:12]}"
        st.toggle(
            say("fix_marked"),
            value=analysis.corrections.marked,
            key=key,
            help=say("fix_marked_help"),
            on_change=_take_marked,
            args=(sha256, key),
        )
    elif present.proposal:
        _show_proposal(sha256)
    else:
        st.caption(say("fix_pelvis"))
        if present.note:
            st.info(say("fix_find_none", problem=present.note), icon=":material/adjust:")
        st.button(
            say("fix_find"),
            icon=":material/adjust:",
            key="fix_find",
            on_click=_look_for_stickers,
            args=(sha256,),
        )


def _show_proposal(sha256: str) -> None:
    st.info(say("fix_find_some"), icon=":material/adjust:")
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("fix_find_use"),
            key="fix_find_use",
            type="primary",
            on_click=_take_proposal,
            args=(sha256,),
        )
        st.button(
            say("fix_find_drop"), key="fix_find_drop", on_click=_drop_proposal, args=(sha256,)
        )


def _show_facing(sha256: str, analysis: Analysis) -> None:
    key = f"facing_{sha256[:12]}"
    st.segmented_control(
        say("fix_facing"),
        _FACINGS,
        default=analysis.view.facing,
        required=True,
        format_func=lambda side: say(f"facing_{side}"),
        key=key,
        on_change=_take_facing,
        args=(sha256, key),
    )


def _take_edit(sha256: str, key: str) -> None:
    edit = last_edit(key)
    if not isinstance(edit, dict):
        return
    number = edit.get("seq")
    _apply(sha256, PointEdit(points=points_from(edit), seq=number if type(number) is int else 0))


def _apply(sha256: str, placed: PointEdit, *, marked: bool | None = None) -> None:
    """Measure again with these points, and keep the points even if that fails."""
    analysis = _analysis(sha256)
    if analysis is None:
        return
    before = analysis.corrections
    if marked is not None:
        before = replace(before, marked=marked)
    done = apply(analysis, with_points(before, placed.points))
    state.keep_point_edit(sha256, replace(placed, problem=done.problem))
    state.correct(sha256, done.analysis)
    line = done.analysis.estimates.asis_psis_deg
    if line.present and line.value != analysis.estimates.asis_psis_deg.value:
        st.toast(say("fix_saved_line", value=value_text(line)), icon=":material/check:")


def _take_facing(sha256: str, key: str) -> None:
    analysis = _analysis(sha256)
    if analysis is None:
        return
    facing: Facing = "left" if st.session_state[key] == "left" else "right"
    # Points on back and pelvis would now be on the wrong side of the body.
    kept = analysis.corrections.without(*BACK_POINTS, *PELVIS_POINTS)
    done = apply(analysis, replace(kept, facing=facing, marked=False))
    state.keep_point_edit(
        sha256, PointEdit(points=placed_points(done.analysis), problem=done.problem)
    )
    state.correct(sha256, done.analysis)
    st.session_state[key] = done.analysis.view.facing


def _take_marked(sha256: str, key: str) -> None:
    present = state.point_edit(sha256) or PointEdit()
    analysis = _analysis(sha256)
    if analysis is not None:
        points = present.points or placed_points(analysis)
        _apply(sha256, replace(present, points=points), marked=bool(st.session_state[key]))


def _look_for_stickers(sha256: str) -> None:
    analysis = _analysis(sha256)
    if analysis is None:
        return
    present = state.point_edit(sha256) or PointEdit(points=placed_points(analysis))
    found, why_not = stickers_in(analysis)
    state.keep_point_edit(sha256, replace(present, proposal=found, note=why_not))


def _take_proposal(sha256: str) -> None:
    present = state.point_edit(sha256) or PointEdit()
    points = {**present.points, **present.proposal}
    # The higher number overrides any edit still under way in the browser.
    _apply(sha256, PointEdit(points=points, seq=present.seq + 1), marked=True)


def _drop_proposal(sha256: str) -> None:
    present = state.point_edit(sha256) or PointEdit()
    state.keep_point_edit(sha256, replace(present, proposal={}))


def _analysis(sha256: str) -> Analysis | None:
    shown = state.known(sha256)
    return None if shown is None else shown.examined.analysis
