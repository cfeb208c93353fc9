"""The client file behind the pages: always that of the current visitor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from posture.analysis.correct import correct, with_hints
from posture.analysis.result import Analysis
from posture.clients import Capture, ClientStore, Listed, Visit
from posture.clients.capture import capture
from posture.errors import PostureError
from posture.types import Clothing, Sex
from posture.web.access import current_owner

LAST_CLIENT: Final = "clients_last"
"""Key of the client that the visitor last opened or saved to."""


def own_store() -> ClientStore:
    """Return the clients of the current visitor.

    Raises
    ------
    SettingsError
        ``owner_unknown`` for guests and for anyone who has not signed in.
    """
    return ClientStore(owner=current_owner())


def listed(store: ClientStore) -> dict[str, Listed]:
    """Return all clients that are not archived, by id.

    Looking for clients makes no client file: it is made with the first client.
    """
    if not store.path.exists():
        return {}
    return {found.client.id: found for found in store.find()}


def attempt(work: Callable[[], object]) -> str | None:
    """Do some work on the client file; return the error as a sentence, or ``None``."""
    try:
        work()
    except PostureError as error:
        return error.message
    return None


def captures(
    analyses: Sequence[Analysis], *, sex: Sex | None = None, clothing: Clothing | None = None
) -> list[Capture]:
    """Return what is kept of the photos of one visit.

    Parameters
    ----------
    analyses : sequence of Analysis
        Corrections included.
    sex, clothing : optional
        As recorded in the client file. They take precedence over what was entered with the photo,
        so that measuring the photos again gives the same values.
    """
    return [capture(_with_recorded(analysis, sex, clothing)) for analysis in analyses]


def _with_recorded(analysis: Analysis, sex: Sex | None, clothing: Clothing | None) -> Analysis:
    entered = analysis.hints
    hints = replace(entered, sex=sex or entered.sex, clothing=clothing or entered.clothing)
    if hints == entered:
        return analysis
    return correct(with_hints(analysis, hints), analysis.corrections)


def renew_visit(store: ClientStore, visit_id: str, analyses: Sequence[Analysis]) -> Visit:
    """Replace the values that a visit was saved with by corrected ones.

    Clothing entered with the photo since then is recorded, too.
    """
    visit = store.visit(visit_id)
    sex = store.get(visit.client_id).details.sex
    entered = analyses[0].hints.clothing
    found = captures(analyses, sex=sex, clothing=entered or visit.protocol.clothing)
    return store.replace_shots(visit_id, found, clothing=entered)


def fingerprint(analyses: Sequence[Analysis]) -> tuple[float | None, ...]:
    """Return the values of photos, which show whether one was corrected since it was saved."""
    return tuple(
        quantity.value
        for analysis in analyses
        for quantity in (
            analysis.estimates.pelvic_tilt_deg,
            analysis.estimates.lumbar_lordosis_deg,
            analysis.estimates.lumbar_depth_pct,
            *analysis.measures.values(),
        )
    )
