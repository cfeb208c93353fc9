"""The trainer's tests one by one: a picture, what to do, and the readings."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st

from posture.case.retest import ReadSide, number_words, reading_path, sides_of
from posture.errors import PostureError
from posture.program import Answers, Question, TrainerTest
from posture.program.answers import AnswerValue
from posture.program.library import pictures_of_test
from posture.web.access import is_guest
from posture.web.components.clients.notices import plain_markdown
from posture.web.components.markup import element, image, plain
from posture.web.components.top import show_top
from posture.web.language import translated
from posture.web.services.planning import choices
from posture.web.services.test_round import TestRound
from posture.web.texts import say

_AT: Final = "test_flow_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFlow:
    """One round of tests on the page.

    Parameters
    ----------
    key : str
        Different for each visit.
    whose : str
        Client and day in words, as Markdown; empty when people test themselves, who get plainer
        words and nothing to measure in degrees that a yes or no tells too.
    tests : TestRound
    known : Answers
        Readings of this visit so far.
    before : Answers
        Readings of the visit before, with which open fields are filled.
    before_day : str
        Its day in words; empty without one.
    save : callable
        Takes a test and its readings.
    leave : callable
        Called when the round is over; goes to another page.
    way_back : str
        Where that is, in words for a button.
    """

    __test__ = False

    key: str
    whose: str
    tests: TestRound
    known: Answers
    before: Answers
    before_day: str
    save: Callable[[TrainerTest, Mapping[str, AnswerValue]], None]
    leave: Callable[[], None]
    way_back: str

    @property
    def own(self) -> bool:
        """Whether people test themselves."""
        return not self.whose


def show_flow(flow: TestFlow) -> None:
    """Show the test whose turn it is, or what comes after the last one."""
    order = (*flow.tests.first, *flow.tests.more)
    at = int(st.session_state.get(_AT, {}).get(flow.key, 0))
    show_top(f"{flow.key}_{at}")
    if at < len(order) and not _pausing(flow, at):
        _show_test(flow, order[at], at)
    else:
        _show_end(flow, at)


def forget_flow() -> None:
    """Begin the next round with the first test."""
    st.session_state.pop(_AT, None)


def _pausing(flow: TestFlow, at: int) -> bool:
    """Return whether the first tests are done and nobody has asked for more of them."""
    return at == len(flow.tests.first) and not st.session_state.get(_more_key(flow))


def _show_test(flow: TestFlow, test: TrainerTest, at: int) -> None:
    st.caption(" · ".join(filter(None, (flow.whose, _place(flow, at)))))
    st.title(translated(test.name), anchor=False)
    with st.container(key="po_test"):
        left, right = st.columns([5, 6], gap="large")
        with left:
            st.html(_pictures(test))
        with right:
            steps = (element("li", plain(translated(step))) for step in test.how)
            st.html(element("ol", *steps, css="po-steps"))
            _show_note(flow, test)
            _say_prefilled(flow, test)
            found = _show_fields(flow, test)
            _show_buttons(flow, test, at, found)


def _place(flow: TestFlow, at: int) -> str:
    first = len(flow.tests.first)
    if at < first:
        minutes = flow.tests.minutes
        if minutes < 2:
            return say("test_place_more", number=at + 1, total=first)
        return say("test_place", number=at + 1, total=first, minutes=minutes)
    return say("test_place_more", number=at + 1 - first, total=len(flow.tests.more))


def _show_buttons(
    flow: TestFlow, test: TrainerTest, at: int, found: Mapping[str, AnswerValue]
) -> None:
    with st.container(horizontal=True, gap="small"):
        on = st.button(
            say("test_next"), type="primary", icon=":material/arrow_forward:", key=f"{flow.key}_on"
        )
        skip = st.button(say("test_skip"), key=f"{flow.key}_skip")
        back = at > 0 and st.button(say("test_back"), type="tertiary", key=f"{flow.key}_back")
        stop = st.button(say("test_stop"), type="tertiary", key=f"{flow.key}_stop")
    if on or skip:
        try:
            flow.save(test, found if on else {})
        except PostureError as error:
            st.error(plain_markdown(translated(error.message)), icon=":material/error:")
            return
        _go(flow, at + 1)
    elif back:
        _go(flow, at - 1)
    elif stop:
        flow.leave()


def _show_note(flow: TestFlow, test: TrainerTest) -> None:
    """Show the trainer's note; people who test themselves are told to get somebody to watch."""
    if not flow.own:
        st.caption(translated(test.trainer_note))
        return
    st.caption(say("test_own"))
    if not is_guest():
        with st.expander(say("library_trainer")):
            st.caption(translated(test.trainer_note))


def _show_end(flow: TestFlow, at: int) -> None:
    if not flow.own:
        st.caption(flow.whose)
    st.title(say("test_done"), anchor=False)
    st.write(say("test_done_lead"))
    with st.container(horizontal=True, gap="small"):
        if st.button(
            flow.way_back, type="primary", icon=":material/check:", key=f"{flow.key}_finish"
        ):
            flow.leave()
        more = len(flow.tests.more)
        pausing = at == len(flow.tests.first) and more > 0
        if pausing and st.button(say("test_more", count=more), key=f"{flow.key}_go_on"):
            st.session_state[_more_key(flow)] = True
            st.rerun()
        if at > 0 and st.button(say("test_back"), type="tertiary", key=f"{flow.key}_back"):
            _go(flow, at - 1)


def _go(flow: TestFlow, at: int) -> None:
    st.session_state[_AT] = {**st.session_state.get(_AT, {}), flow.key: at}
    st.rerun()


def _more_key(flow: TestFlow) -> str:
    return f"{flow.key}_more"


def _pictures(test: TrainerTest) -> str:
    shown = zip(pictures_of_test(test), test.poses, strict=True)
    pictures = (
        image(f"data:image/webp;base64,{base64.b64encode(data).decode()}", alt=translated(pose))
        for data, pose in shown
    )
    return element("figure", *pictures, css="po-test-pictures")


def _say_prefilled(flow: TestFlow, test: TrainerTest) -> None:
    paths = [reading_path(test, side, field) for side in sides_of(test) for field in test.fields]
    own = any(flow.known.get(path) is not None for path in paths)
    if not own and any(flow.before.get(path) is not None for path in paths):
        st.caption(say("test_prefilled", day=flow.before_day))


def _show_fields(flow: TestFlow, test: TrainerTest) -> dict[str, AnswerValue]:
    """Show the readings; return those entered under their paths."""
    sides = sides_of(test)
    found: dict[str, AnswerValue] = {}
    for side, column in zip(sides, st.columns(len(sides), gap="medium"), strict=True):
        with column:
            if side:
                st.markdown(f"**{say(f'answer_{side}')}**")
            for field in _asked(flow, test):
                path = reading_path(test, side, field)
                value = _show_field(flow, test, side, field)
                if value is not None:
                    found[path] = value
    return found


def _asked(flow: TestFlow, test: TrainerTest) -> tuple[Question, ...]:
    """Return the readings to ask for."""
    by_eye = tuple(field for field in test.fields if field.unit != "degrees")
    return by_eye or test.fields if flow.own else test.fields


def _show_field(
    flow: TestFlow, test: TrainerTest, side: ReadSide, field: Question
) -> AnswerValue | None:
    path = reading_path(test, side, field)
    own = any(entry.path.startswith(f"tests.{test.id}.") for entry in flow.known.entries)
    known = (flow.known if own else flow.before).get(path)
    key, ask = f"{flow.key}_{path}", translated(field.ask)
    if field.kind == "number":
        unit = number_words(field, 0.0).removeprefix("0").strip()
        return st.number_input(
            f"{ask} ({unit})" if unit else ask,
            min_value=float(field.low),
            max_value=float(field.high),
            value=known if isinstance(known, float) else None,
            step=1.0,
            format="%.0f",
            key=key,
            help=translated(field.help) if field.help else None,
            placeholder="–",
        )
    names = {name: translated(words) for name, words in choices(field).items()}
    return st.pills(
        ask,
        tuple(names),
        default=known if known in names else None,
        format_func=names.__getitem__,
        wrap=True,
        key=key,
        help=translated(field.help) if field.help else None,
    )
