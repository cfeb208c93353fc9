"""How often the same person is taken for another, and another for the same."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import fmean, variance

from calibration.data.table import Table
from posture.comparison.likeness import PHOTO_SD, built_differently
from posture.estimator.features import FEATURE_NAMES, JOINT_NAMES
from posture.geometry.frame import BodyFrame
from posture.geometry.proportions import proportions
from posture.geometry.stored_outline import Outline, Placing

_PLACING = Placing(
    frame=BodyFrame(origin_px=(0.0, 0.0), unit_px=1.0, facing="right", roll_deg=0.0), size=(1, 1)
)

Sessions = dict[tuple[str, int], list[Outline]]


def likeness_table(table: Table) -> str:
    """Return the spread of the ratios and the rates of the question, as Markdown."""
    sessions: Sessions = defaultdict(list)
    for row, record in zip(table.features, table.records, strict=True):
        sessions[record["body"], record["session"]].append(_outline(row))
    people = sorted({body for body, _ in sessions})
    both = [body for body in people if {(body, 0), (body, 1)} <= sessions.keys()]
    lines = [
        "| ratio | SD between photos | SD between sessions |",
        "|---|---|---|",
        *(_spread(name, sessions, both) for name in PHOTO_SD),
        "",
        "| photos at each visit | same person, asked | another person, asked |",
        "|---|---|---|",
        *(_rates(count, sessions, both) for count in (3, 1)),
    ]
    return "\n".join(lines)


def _spread(name: str, sessions: Sessions, people: Sequence[str]) -> str:
    values = {
        key: [found[name] for found in map(proportions, photos) if name in found]
        for key, photos in sessions.items()
    }
    photo = fmean(variance(each) for each in values.values() if len(each) > 1)
    steps = [
        fmean(values[body, 0]) - fmean(values[body, 1])
        for body in people
        if values[body, 0] and values[body, 1]
    ]
    session = max(fmean(step**2 for step in steps) / 2 - photo / 3, 0.0)
    return f"| {name} | {photo**0.5:.3f} | {session**0.5:.3f} |"


def _rates(count: int, sessions: Sessions, people: Sequence[str]) -> str:
    def asked(wanted: Callable[[str, str], bool]) -> str:
        found = [
            built_differently(
                *(
                    [proportions(outline) for outline in sessions[key][:count]]
                    for key in ((one, 0), (other, 1))
                )
            )
            for one in people
            for other in people
            if wanted(one, other)
        ]
        return f"{sum(found)} of {len(found)}"

    same = asked(lambda one, other: one == other)
    return f"| {count} | {same} | {asked(lambda one, other: one != other)} |"


def _outline(row: Sequence[float]) -> Outline:
    """Return the points of one row of features as the stored outline of a photo has them."""
    found = dict(zip(FEATURE_NAMES, (float(value) for value in row), strict=True))
    points = {name: (found[f"{name}_x"], found[f"{name}_y"]) for name in JOINT_NAMES}
    seen = {name: at for name, at in points.items() if not any(map(math.isnan, at))}
    stature = found["stature"]
    return Outline(
        back=(),
        front=(),
        contour=(),
        joints=seen,
        stature=None if math.isnan(stature) else stature,
        in_photo=_PLACING,
        in_thumbnail=_PLACING,
    )
