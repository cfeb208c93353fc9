"""Questionnaire and trainer's tests; no answer is required."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import streamlit as st

from posture.program import (
    AnswersError,
    TrainerTest,
    answer_fields,
    load_library,
    parse_answers,
)
from posture.program.answers import AnswerValue
from posture.program.model import Question, Section
from posture.web import state
from posture.web.components.clients.visit_tests import open_own_tests
from posture.web.language import current_language
from posture.web.services.browse import extra_kit
from posture.web.services.planning import RawAnswers, choices, next_monday
from posture.web.services.safety import CONDITIONS, SECTION
from posture.web.texts import say
from posture.web.visit import START, answer_name

SAFETY: Final = "health"
PLAN_QUESTIONS: Final = ("about.minutes", "about.equipment", "about.level")
"""Questions about the plan rather than the person; they have a section of their own."""

_DEFAULTS: Final = {"about.minutes": "20"}


def show_safety() -> None:
    """Show the questions that decide whether a clinician comes first, one by one."""
    _show_section(load_library(current_language()).sections[SAFETY])


def show_conditions() -> None:
    """Show the conditions that leave out exercises; answers are kept with all others."""
    question = answer_fields(load_library(current_language()))[CONDITIONS].question
    options = tuple(option for option in question.options if option.id != "none")
    _ask(CONDITIONS, replace(question, options=options))


def show_questions() -> RawAnswers:
    """Show all other sections; return the answers."""
    answers: RawAnswers = {}
    for name, section in load_library(current_language()).sections.items():
        if name not in (SECTION, SAFETY):
            answers |= _show_section(section)
    return answers


def show_tests() -> RawAnswers:
    """Show the trainer's tests; return the readings entered."""
    answers: RawAnswers = {}
    with st.expander(say("fit_tests"), icon=":material/fact_check:"):
        st.caption(say("fit_tests_intro"))
        if st.button(say("test_one_by_one"), icon=":material/fact_check:", key="test_one_by_one"):
            open_own_tests()
        for test in load_library(current_language()).tests.values():
            answers |= _show_test(test)
    return answers


def show_plan_questions() -> tuple[RawAnswers, date]:
    """Show the questions about the plan; return the answers and the first day."""
    about = load_library(current_language()).sections["about"]
    answers: RawAnswers = {}
    first = next_monday(date.today())
    with st.expander(say("fit_time"), icon=":material/schedule:"):
        st.caption(say("fit_time_intro"))
        for question in about.questions:
            if f"about.{question.id}" in PLAN_QUESTIONS:
                answers |= _ask(f"about.{question.id}", question)
        start = st.date_input(
            say("fit_start"),
            value=None,
            key=state.field_key(state.answer_key("start"), START, empty=first),
            width=220,
            persist_state="session",
        )
    return answers, start or first


def _show_section(section: Section) -> RawAnswers:
    answers: RawAnswers = {}
    with st.expander(section.title):
        st.caption(section.intro)
        for question in section.questions:
            path = f"{section.id}.{question.id}"
            if path not in PLAN_QUESTIONS:
                answers |= _ask(path, question)
    return answers


def _show_test(test: TrainerTest) -> RawAnswers:
    answers: RawAnswers = {}
    st.subheader(test.name, anchor=False)
    st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(test.how, 1)))
    st.caption(test.trainer_note)
    for field in test.fields:
        path = f"tests.{test.id}"
        if test.sides == "together":
            answers |= _ask(f"{path}.{field.id}", field)
            continue
        for side in ("left", "right"):
            lead = f"{say(f'answer_{side}')}: "
            answers |= _ask(f"{path}.{side}.{field.id}", field, lead=lead)
    return answers


def _ask(path: str, question: Question, lead: str = "") -> RawAnswers:
    """Show one question; return its answer under its path, empty without an answer."""
    label = lead + question.ask
    value = _number(path, question, label) if question.kind == "number" else None
    if question.kind == "many":
        value = _many(path, question, label) or None
    elif question.kind != "number":
        value = _one(path, question, label)
    return {} if value is None else {path: value}


def _number(path: str, question: Question, label: str) -> AnswerValue | None:
    return st.number_input(
        f"{label} ({question.unit})" if question.unit else label,
        min_value=float(question.low),
        max_value=float(question.high),
        value=None,
        step=1.0,
        format="%.0f",
        key=_field(path, state.answer_key(path)),
        help=question.help or None,
        placeholder=_DEFAULTS.get(path, "–"),
        persist_state="session",
    )


def _many(path: str, question: Question, label: str) -> AnswerValue:
    names = choices(question)
    if path == "about.equipment":
        names = {name: names[name] for name in names if name == "none" or name in extra_kit()}
    chosen = st.pills(
        label,
        tuple(names),
        selection_mode="multi",
        format_func=names.__getitem__,
        wrap=True,
        key=_field(path, state.answer_key(path), empty=[]),
        help=question.help or None,
        persist_state="session",
    )
    return tuple(chosen)


def _one(path: str, question: Question, label: str) -> AnswerValue | None:
    names = choices(question)
    short = question.kind == "yes_no"
    return st.pills(
        label,
        tuple(names),
        format_func=names.__getitem__,
        wrap=not short,
        # The style sheet puts short answers beside their question.
        key=_field(path, state.answer_key(f"short.{path}" if short else path)),
        help=question.help or None,
        width="stretch",
        persist_state="session",
    )


def _field(path: str, key: str, *, empty: object = None) -> str:
    """Bind a field to its answer in the visit; return the key of the field."""

    def accepts(value: object) -> bool:
        # Kept by a browser, perhaps since a version with other options.
        try:
            parse_answers({path: value})
        except AnswersError:
            return False
        return True

    return state.field_key(key, answer_name(path), empty=empty, accepts=accepts)
