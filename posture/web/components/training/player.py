"""Player of a session: one exercise a screen, as a Streamlit component of the project's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from posture.program import Plan, PlanItem, PlanLog, Session, load_library
from posture.program.library import story_picture
from posture.program.log import FELT, session_key
from posture.program.render_text import item_dose, session_letter
from posture.web.components.exercise import picture_sources, small_picture
from posture.web.components.script import script
from posture.web.language import current_language
from posture.web.services.training import Piece, first_met, pieces
from posture.web.texts import say

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

KEY: Final = "training_player"
WARM_UP_S: Final = 120
_HERE: Final = Path(__file__).resolve().parent
_WORDS: Final = (
    *("leave", "count", "sound_on", "sound_off", "how", "mistakes", "felt", *FELT),
    *("back", "next", "close", "finished", "well_done", "nothing_done"),
    *("ready", "work", "gap", "rest", "over", "begin", "pause", "resume"),
    *("set_done", "skip_rest", "set_of", "rep_of", "reps"),
    *("left", "right_side", "shorter"),
)


def show_player(plan: Plan, session: Session, log: PlanLog, on_event: Callable[[], None]) -> None:
    """Show a session over the page, one exercise after the other.

    Parameters
    ----------
    plan : Plan
    session : Session
        The session to do.
    log : PlanLog
        What is ticked off already: the player begins behind it.
    on_event : callable
        Called after each answer; :func:`last_event` then returns it.
    """
    key = session_key(session)
    done = log.done.get(key, ())
    fresh = first_met(plan, session)
    open_ = [place for place, item in enumerate(session.items) if item.exercise_id not in done]
    data = {
        "title": say(
            "train_title",
            letter=session_letter(session.number, current_language()),
            week=session.week,
        ),
        "start": 1 + open_[0] if done and open_ else 0,
        "screens": [
            _warm_up(plan),
            *(
                _screen(item, log.felt.get(key, {}).get(item.exercise_id, ""), fresh)
                for item in session.items
            ),
        ],
        "texts": _texts(),
    }
    _element()(key=KEY, data=data, on_event_change=on_event)


def last_event() -> Mapping[str, object]:
    """Return the last message of the player; empty when there is none."""
    values = st.session_state.get(KEY)
    event = values.get("event") if isinstance(values, Mapping) else None
    return event if isinstance(event, Mapping) else {}


def _warm_up(plan: Plan) -> dict[str, object]:
    part = load_library(current_language()).story["warm_up"]
    shown = zip(part.pictures, part.poses, strict=True)
    march = Piece(number=1, of=1, side="", reps=0, hold_s=WARM_UP_S)
    return {
        "id": "warm_up",
        "name": say("train_warm_up"),
        "dose": plan.warm_up,
        "pictures": [[small_picture(story_picture(name)), words] for name, words in shown],
        "pieces": [_piece(march)],
        "cue": "",
        "steps": [],
        "mistakes": [],
        "swaps": [],
        "fresh": False,
        "felt": None,
    }


def _screen(item: PlanItem, felt: str, fresh: frozenset[str]) -> dict[str, object]:
    exercise = load_library(current_language()).exercises[item.exercise_id]
    ways = (("easier", item.easier_id), ("harder", item.harder_id))
    return {
        "id": exercise.id,
        "name": exercise.name,
        "dose": item_dose(item, current_language()),
        "pictures": picture_sources(exercise.id),
        "pieces": [_piece(piece) for piece in pieces(item)],
        "cue": exercise.cues[0],
        "steps": list(exercise.steps),
        "mistakes": list(exercise.mistakes),
        "swaps": [[way, swap_label(way, name)] for way, name in ways if name],
        "fresh": exercise.id in fresh,
        "felt": felt,
    }


def swap_label(way: str, name: str) -> str:
    """Return the words of the button that swaps an exercise for its neighbour."""
    return say(f"train_{way}", name=load_library(current_language()).exercises[name].name)


def _piece(piece: Piece) -> dict[str, object]:
    return {
        "number": piece.number,
        "of": piece.of,
        "side": "right_side" if piece.side == "right" else piece.side,
        "reps": piece.reps,
        "hold": piece.hold_s,
        "rest": piece.rest_s,
    }


def _texts() -> dict[str, str]:
    """Return the words of the player; the browser fills their gaps with numbers."""
    gaps = {"number": "{number}", "of": "{of}"}
    return {name: say(f"train_{name}", **gaps) for name in _WORDS}


@cache
def _element() -> ComponentRenderer:
    css = (_HERE / "player.css").read_text(encoding="utf-8")
    return st.components.v2.component("posture.training", css=css, js=script(_HERE / "player.js"))
