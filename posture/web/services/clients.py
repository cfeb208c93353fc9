"""The client file as the pages see it: always that of the present visitor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from posture.analysis.correct import correct, reestimated
from posture.analysis.result import Analysis
from posture.clients import Capture, ClientStore, Details, Listed, Visit
from posture.clients.capture import capture, hints_of
from posture.errors import PostureError
from posture.inputs.protocol import Protocol
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


def captures(analyses: Sequence[Analysis], details: Details, protocol: Protocol) -> list[Capture]:
    """Return what is kept of the photos of one visit.

    Parameters
    ----------
    analyses : sequence of Analysis
        With corrections in them.
    details, protocol
        What the client file says. It goes before what was said beside the photo, so that a visit
        holds what measuring its photos again would give.
    """
    return [capture(_told(analysis, details, protocol)) for analysis in analyses]


def _told(analysis: Analysis, details: Details, protocol: Protocol) -> Analysis:
    hints = hints_of(details, protocol, given=analysis.hints)
    if hints == analysis.hints:
        return analysis
    return correct(reestimated(analysis, hints), analysis.corrections)


def renew_visit(store: ClientStore, visit_id: str, analyses: Sequence[Analysis]) -> Visit:
    """Put corrected values in the place of those that a visit was saved with.

    Clothes and camera that were said beside the photo since then are written down, too.
    """
    visit = store.visit(visit_id)
    details = store.get(visit.client_id).details
    told_now = analyses[0].hints.setup()
    found = captures(analyses, details, told_now.filled_from(visit.protocol))
    return store.replace_shots(visit_id, found, setup=told_now)


def fingerprint(analyses: Sequence[Analysis]) -> tuple[object, ...]:
    """Return what photos were measured with and gave, to tell whether it changed since a save."""
    return tuple(
        part
        for analysis in analyses
        for part in (
            analysis.hints,
            analysis.estimates.pelvic_tilt_deg,
            analysis.estimates.lumbar_lordosis_deg,
            analysis.estimates.lumbar_depth_pct,
            *analysis.measures.values(),
        )
    )
