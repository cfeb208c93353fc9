"""Whether new photos look like somebody else than a client's last visit."""

from __future__ import annotations

from collections.abc import Sequence

from posture.clients.model import Capture
from posture.clients.store import ClientStore
from posture.comparison.likeness import built_differently
from posture.geometry.proportions import proportions


def looks_like_another(store: ClientStore, client_id: str, captures: Sequence[Capture]) -> bool:
    """Return whether the proportions of the body differ from those of the last visit.

    At most one visit in a hundred of the same person is asked about; see
    :mod:`posture.comparison.likeness`.
    """
    visits = store.visits(client_id)
    if not visits:
        return False
    before = [proportions(shot.outline) for shot in visits[-1].shots]
    return built_differently(before, [proportions(capture.outline) for capture in captures])
