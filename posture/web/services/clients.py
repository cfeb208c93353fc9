"""The client file behind the pages: always that of the current visitor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from posture.analysis.correct import correct, reestimated
from posture.analysis.result import Analysis
from posture.clients import Capture, ClientStore, Details, Listed, Passphrase, Visit
from posture.clients.capture import capture, hints_of
from posture.errors import PostureError, SettingsError
from posture.inputs.protocol import Protocol
from posture.report.letterhead_store import NO_DETAILS, LetterheadDetails, load_letterhead
from posture.web.access import current_owner

LAST_CLIENT: Final = "clients_last"
"""Key of the client that the visitor last opened or saved to."""

_PHRASE: Final = "clients_phrase"


def own_store() -> ClientStore:
    """Return the clients of the current visitor.

    Raises
    ------
    SettingsError
        ``owner_unknown`` for guests and for anyone who has not signed in.
    """
    return ClientStore(owner=current_owner(), passphrase=st.session_state.get(_PHRASE))


def remember_passphrase(passphrase: Passphrase | None) -> None:
    """Keep the passphrase of the client file in the memory of this session."""
    st.session_state[_PHRASE] = passphrase


def listed(store: ClientStore) -> dict[str, Listed]:
    """Return all clients that are not archived, by id.

    Looking for clients makes no client file: it is made with the first client.
    """
    if not store.path.exists():
        return {}
    return {found.client.id: found for found in store.find()}


def studio_details() -> LetterheadDetails:
    """Return the letterhead of the studio; without one, or with one that does not fit, nothing."""
    try:
        return load_letterhead()
    except SettingsError:
        return NO_DETAILS


def attempt(work: Callable[[], object]) -> str | None:
    """Do some work on the client file; return the error as a sentence, or ``None``."""
    try:
        work()
    except PostureError as error:
        return error.message
    return None


def captures(analyses: Sequence[Analysis], details: Details, protocol: Protocol) -> list[Capture]:
    """Return what is kept of the photos of one visit.

    Parameters
    ----------
    analyses : sequence of Analysis
        Corrections included.
    details, protocol
        As recorded in the client file. They take precedence over what was entered with the photo,
        so that measuring the photos again gives the same values.
    """
    return [capture(_with_recorded(analysis, details, protocol)) for analysis in analyses]


def _with_recorded(analysis: Analysis, details: Details, protocol: Protocol) -> Analysis:
    hints = hints_of(details, protocol, given=analysis.hints)
    if hints == analysis.hints:
        return analysis
    return correct(reestimated(analysis, hints), analysis.corrections)


def renew_visit(store: ClientStore, visit_id: str, analyses: Sequence[Analysis]) -> Visit:
    """Replace the values that a visit was saved with by corrected ones.

    Clothing and camera entered with the photo since then are recorded, too.
    """
    visit = store.visit(visit_id)
    details = store.get(visit.client_id).details
    entered = analyses[0].hints.setup()
    found = captures(analyses, details, entered.filled_from(visit.protocol))
    return store.replace_shots(visit_id, found, setup=entered)


def fingerprint(analyses: Sequence[Analysis]) -> tuple[object, ...]:
    """Return hints and values of photos, which show whether any changed since they were saved."""
    return tuple(
        part
        for analysis in analyses
        for part in (
            analysis.hints,
            *analysis.estimates.shown().values(),
            *analysis.measures.values(),
        )
    )
