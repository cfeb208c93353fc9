"""Whether new photos look like somebody else than a client's last visit."""

from __future__ import annotations

from collections.abc import Sequence

from posture.analysis.result import Analysis
from posture.clients.capture import JOINTS
from posture.clients.model import Capture
from posture.clients.store import ClientStore
from posture.comparison.likeness import Build, built_differently, proportions, ratios


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


def build_of(analysis: Analysis) -> Build:
    """Return the proportions of the body in an analysed photo."""
    geometry = analysis.geometry
    found = {name: geometry.joints.get(name) for name in JOINTS}
    joints = {
        name: (float(point[0]), float(point[1]))
        for name, point in found.items()
        if point is not None
    }
    return ratios(joints, geometry.silhouette.stature(analysis.view.parts))


def unlike_the_first(builds: Sequence[Build]) -> tuple[int, ...]:
    """Return the places, from 0, of photos that look like somebody else than the first."""
    return tuple(
        place
        for place, build in enumerate(builds)
        if place and built_differently([builds[0]], [build])
    )
