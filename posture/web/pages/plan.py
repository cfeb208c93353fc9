"""Plan page: questions and tests, their verdict with the photo, and the eight weeks."""

from __future__ import annotations

import streamlit as st

from posture.program import AnswersError
from posture.program.texts import say as phrase
from posture.web import state
from posture.web.components.hints import blur_wanted
from posture.web.components.links import show_link
from posture.web.components.plan_files import show_plan_files
from posture.web.components.programme import show_phases
from posture.web.components.questionnaire import (
    show_plan_questions,
    show_questions,
    show_safety,
    show_tests,
)
from posture.web.components.verdict import show_reasons, show_stop, show_verdict
from posture.web.current import fitted_plan
from posture.web.services.planning import FittedPlan, error_in_words
from posture.web.texts import say


def show() -> None:
    """Draw the page for the current photos and answers."""
    st.title(say("fit_title"), anchor=False)
    st.write(say("fit_lead"))
    asked, beside = st.columns([3, 2], gap="large")
    with asked:
        st.header(say("fit_questions"), anchor=False)
        show_safety()
        place = st.container(key="po_stop_narrow")
        show_questions()
        show_tests()
        show_plan_questions()
        st.button(say("fit_clear"), icon=":material/delete:", on_click=state.forget_answers)
    with beside, st.container(key="po_beside"):
        st.header(say("fit_verdict"), anchor=False)
        try:
            fitted = fitted_plan()
        except AnswersError as error:
            problem = error_in_words(error.message)
            st.error(say("fit_wrong", problem=problem), icon=":material/error:")
            return
        _show_verdict(fitted)
    if fitted.plan.outcome != "programme":
        # On a phone the second column comes far below the questions.
        with place:
            show_stop(fitted.plan)
    _show_plan(fitted)


def _show_verdict(fitted: FittedPlan) -> None:
    """Show the verdict of photo and answers, or that there is no photo yet."""
    if fitted.plan.outcome != "programme":
        show_stop(fitted.plan)
    if fitted.plan.urgent:
        return
    if fitted.case is None:
        st.info(say("fit_no_photo"), icon=":material/photo_camera:")
        show_link("check", say("fit_add_photo"))
        return
    show_verdict(fitted.case)
    st.caption(say("fit_photo"))


def _show_plan(fitted: FittedPlan) -> None:
    plan = fitted.plan
    if fitted.case is not None and not plan.urgent:
        show_reasons(fitted.case)
    if plan.outcome == "programme":
        st.header(say("fit_plan"), anchor=False)
        st.write(plan.headline if fitted.case is not None else say("fit_headline"))
        for notice in plan.notices:
            st.warning(notice.text, icon=":material/health_and_safety:")
        open_safety = phrase("safety_open")
        if open_safety in plan.notes:
            st.warning(open_safety, icon=":material/health_and_safety:")
        show_phases(plan, without=open_safety)
    else:
        # The reason is beside the questions already, in a box that stays in view.
        st.header(say("fit_no_plan"), anchor=False)
    show_plan_files(fitted, blur_face=blur_wanted())
