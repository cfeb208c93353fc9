"""One button each for what a visit gives: report, picture, plan, tests, before and after."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from posture.clients import ClientStore, Visit
from posture.clients.archive import file_stem
from posture.clients.documents import change_pdf as change_document
from posture.clients.documents import visit_picture, visit_plan, visit_sheet
from posture.clients.pairs import pair_of
from posture.clients.visit_data import visit_data
from posture.report.pdf import render_pdf
from posture.web.components.clients.share import show_share
from posture.web.components.clients.visit_tests import open_tests
from posture.web.components.words import day_words
from posture.web.language import current_language
from posture.web.services.clients import studio_details
from posture.web.services.studio import repeatability_of
from posture.web.texts import say

EDITING: Final = "visit_open"
"""Key of the visit whose form is open."""

_SENDING: Final = "visit_sending"
_PDF: Final = "application/pdf"


def show_documents(store: ClientStore, visits: tuple[Visit, ...], visit: Visit) -> None:
    """Show the buttons of one visit.

    Parameters
    ----------
    store : ClientStore
    visits : tuple of Visit
        All visits of the client, oldest first.
    visit : Visit
    """
    language = current_language()
    stem = f"{file_stem(store.get(visit.client_id))}-{visit.day}"
    newest = visit.id == visits[-1].id
    with st.container(horizontal=True, gap="small", key=f"po_do_{visit.id}"):
        if visit_data(visit).records:
            report = partial(_report, store, visit, language)
            _file("report", visit, report, f"{stem}.pdf", primary=newest)
            _file(
                "plan",
                visit,
                partial(_plan, store, visit, language),
                f"{stem}-plan.pdf",
            )
        _file(
            "picture",
            visit,
            partial(_picture, store, visit, language),
            f"{stem}.jpg",
            mime="image/jpeg",
        )
        if st.button(
            say("visit_tests"), icon=":material/fact_check:", key=f"visit_tests_{visit.id}"
        ):
            open_tests(visit)
        if visit.id != visits[0].id:
            words = say("file_stem_change")
            change = partial(change_pdf, store, visits, visits[0], visit, language)
            _file(
                "change",
                visit,
                change,
                f"{stem}-{words}.pdf",
                hint=_since(visits[0]),
            )
        _toggle("send", _SENDING, visit, ":material/send:")
        _toggle("edit", EDITING, visit, ":material/edit:")
    if st.session_state.get(_SENDING) == visit.id:
        show_share(_report(store, visit, language), f"{stem}.pdf", day=day_words(visit.day))


def show_report(store: ClientStore, visit: Visit) -> None:
    """Show the button of the report alone."""
    language = current_language()
    stem = f"{file_stem(store.get(visit.client_id))}-{visit.day}"
    _file("report", visit, partial(_report, store, visit, language), f"{stem}.pdf", primary=True)


def change_pdf(
    store: ClientStore,
    visits: tuple[Visit, ...],
    before: Visit,
    after: Visit,
    language: str,
) -> bytes:
    """Return the before/after sheet of two visits."""
    studio = repeatability_of(store, visits)
    pair = pair_of(visits, before.id, after.id, studio=studio.errors if studio else None)
    return change_document(store, pair, details=studio_details(), language=language)


def _since(first: Visit) -> str:
    return say("visit_change_help", day=day_words(first.day))


def _report(store: ClientStore, visit: Visit, language: str) -> bytes:
    return render_pdf(visit_sheet(store, visit, details=studio_details(), language=language))


def _plan(store: ClientStore, visit: Visit, language: str) -> bytes:
    return render_pdf(visit_plan(store, visit, details=studio_details(), language=language))


def _picture(store: ClientStore, visit: Visit, language: str) -> bytes:
    return visit_picture(store, visit, details=studio_details(), language=language) or b""


def _file(
    name: str,
    visit: Visit,
    write: Callable[[], bytes],
    file_name: str,
    *,
    mime: str = _PDF,
    hint: str | None = None,
    primary: bool = False,
) -> None:
    """Show the button of a file, which is written only on request."""
    st.download_button(
        say(f"visit_{name}"),
        write,
        file_name=file_name,
        mime=mime,
        key=f"visit_{name}_{visit.id}",
        help=hint,
        icon=":material/download:",
        type="primary" if primary else "secondary",
        on_click="ignore",
    )


def _toggle(name: str, state_key: str, visit: Visit, icon: str) -> None:
    st.button(
        say(f"visit_{name}", day=day_words(visit.day)),
        icon=icon,
        type="tertiary" if name == "edit" else "secondary",
        key=f"{name}_visit_{visit.id}",
        on_click=partial(_switch, state_key, visit.id),
    )


def _switch(state_key: str, visit_id: str) -> None:
    """Open a part of one visit, or close it if it is open."""
    if st.session_state.get(state_key) == visit_id:
        st.session_state.pop(state_key)
    else:
        st.session_state[state_key] = visit_id
