"""Plan page: the session to do first, then the questions that make the plan fit, and its files."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from posture.case.case import Case
from posture.program import AnswersError, Plan
from posture.program.log import next_session, session_key
from posture.web import state
from posture.web.components.clients.save import keep_answers
from posture.web.components.hints import blur_wanted
from posture.web.components.links import show_link
from posture.web.components.next_step import BEGUN
from posture.web.components.plan_files import show_plan_files
from posture.web.components.questionnaire import (
    show_plan_questions,
    show_questions,
    show_safety,
    show_tests,
)
from posture.web.components.safety import show_gate
from posture.web.components.story import show_story
from posture.web.components.training.weeks import show_weeks
from posture.web.components.verdict import show_reasons, show_verdict
from posture.web.current import fitted_plan
from posture.web.language import translated
from posture.web.services.planning import FittedPlan, error_in_words
from posture.web.texts import say


def show() -> None:
    """Draw the page for the current photos and answers, once it is known to be safe to train."""
    keep_answers()
    if not show_gate():
        return
    st.title(say("fit_title"), anchor=False)
    # Drawn above the questions, made from their answers.
    place = st.container(key="po_plan")
    st.header(say("fit_questions"), anchor=False)
    st.write(say("fit_lead"))
    asked, beside = st.columns([3, 2], gap="large")
    with asked:
        show_safety()
        show_questions()
        show_tests()
        show_plan_questions()
        st.button(say("fit_clear"), icon=":material/delete:", on_click=state.forget_answers)
    try:
        fitted = fitted_plan()
    except AnswersError as error:
        with place:
            problem = error_in_words(translated(error.message))
            st.error(say("fit_wrong", problem=problem), icon=":material/error:")
        return
    if fitted.case is not None:
        with beside, st.container(key="po_beside"):
            _show_verdict(fitted.case)
    if state.led_to() == BEGUN:
        _begin(fitted.plan)
    _show_plan(fitted, place)


def _begin(plan: Plan) -> None:
    """Open the session that the visitor asked for on the page before."""
    state.lead_to("")
    if plan.outcome == "programme":
        state.train(session_key(next_session(plan, state.plan_log())))


def _show_verdict(case: Case) -> None:
    """Show the verdict of photo and answers with its reasons."""
    st.header(say("fit_verdict"), anchor=False)
    show_verdict(case)
    show_reasons(case)


def _show_plan(fitted: FittedPlan, place: DeltaGenerator) -> None:
    plan = fitted.plan
    with place:
        if fitted.case is not None:
            st.write(translated(plan.headline))
        else:
            st.write(say("fit_no_photo"))
            show_link("check", say("fit_add_photo"))
        for notice in plan.notices:
            st.warning(translated(notice.text), icon=":material/health_and_safety:")
        show_weeks(plan)
        show_story(folded=True)
    show_plan_files(fitted, blur_face=blur_wanted())
