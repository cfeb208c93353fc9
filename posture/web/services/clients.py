"""The client file as the pages see it: always that of the present visitor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from posture.analysis.correct import correct, reestimated
from posture.analysis.result import Analysis
from posture.clients import Capture, ClientStore, Listed, Visit
from posture.clients.capture import capture
from posture.errors import PostureError
from posture.types import Clothing, Sex
from posture.web.access import current_owner

LAST_CLIENT: Final = "clients_last"
"""Key of the client whom the visitor last opened or saved to."""


def own_store() -> ClientStore:
    """Return the clients of the present visitor.

    Raises
    ------
    SettingsError
        ``owner_unknown`` for guests and for who has not signed in.
    """
    return ClientStore(owner=current_owner())


def listed(store: ClientStore) -> dict[str, Listed]:
    """Return all clients that are not archived, by id.

    Who only checks a photo gets no client file: it is made with the first client.
    """
    if not store.path.exists():
        return {}
    return {found.client.id: found for found in store.find()}


def attempt(work: Callable[[], object]) -> str | None:
    """Do something with the client file; return the sentence when it did not work."""
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
        With corrections in them.
    sex, clothing : optional
        What the client file says. It goes before what was said beside the photo, so that a visit
        holds what measuring its photos again would give.
    """
    return [capture(_told(analysis, sex, clothing)) for analysis in analyses]


def _told(analysis: Analysis, sex: Sex | None, clothing: Clothing | None) -> Analysis:
    said = analysis.hints
    hints = replace(said, sex=sex or said.sex, clothing=clothing or said.clothing)
    if hints == said:
        return analysis
    return correct(reestimated(analysis, hints), analysis.corrections)


def renew_visit(store: ClientStore, visit_id: str, analyses: Sequence[Analysis]) -> Visit:
    """Put corrected values in the place of those that a visit was saved with.

    Clothes that were said beside the photo since then are written down, too.
    """
    visit = store.visit(visit_id)
    sex = store.get(visit.client_id).details.sex
    told_now = analyses[0].hints.clothing
    found = captures(analyses, sex=sex, clothing=told_now or visit.protocol.clothing)
    return store.replace_shots(visit_id, found, clothing=told_now)


def fingerprint(analyses: Sequence[Analysis]) -> tuple[float | None, ...]:
    """Return the values of photos, to tell whether one was corrected since it was saved."""
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
