"""Left and right side of one visit, and whether they differ by more than photos do by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from posture.analysis.record import Record
from posture.analysis.result import Analysis
from posture.comparison.average import unsaved_visit
from posture.comparison.change import change_of, obstacle
from posture.comparison.measurement_error import errors_of
from posture.comparison.visit_data import LEADING, PhotoView, VisitData


@dataclass(frozen=True, slots=True, kw_only=True)
class SideDifference:
    """One quantity of both sides.

    Parameters
    ----------
    name, unit : str
    left, right : float
        Means over the photos of each side, in the unit.
    detectable : float
        Smallest difference of the two values that is not due to chance (95 %), in the unit: that
        of two visits, an upper bound, since place of the camera and posture of the day are the
        same for both sides.
    """

    name: str
    unit: str
    left: float
    right: float
    detectable: float

    @property
    def size(self) -> float:
        """Difference of the two values."""
        return abs(self.left - self.right)

    @property
    def is_real(self) -> bool:
        """Whether chance alone hardly makes such a difference."""
        return self.size > self.detectable


def visit_of_photos(analyses: Sequence[Analysis]) -> VisitData:
    """Return unsaved photos as a visit of today, with the side that each one shows."""
    visit = unsaved_visit([Record.of(analysis) for analysis in analyses])
    views = (analysis.view for analysis in analyses)
    return replace(
        visit,
        views=tuple(
            PhotoView(facing=view.facing, yaw_deg=view.yaw_deg, roll_deg=view.roll.deg)
            for view in views
        ),
    )


def side_differences(visit: VisitData) -> tuple[SideDifference, ...]:
    """Compare the left side with the right one.

    Parameters
    ----------
    visit : VisitData

    Returns
    -------
    tuple of SideDifference
        Position of the pelvis and arch, where photos of both sides show them in the same way;
        empty for a visit of one side.

    Notes
    -----
    Whoever looks to the left in the picture shows the left side.
    """
    left, right = (_side(visit, facing) for facing in ("left", "right"))
    if not left.records or not right.records:
        return ()
    found = (_difference(name, left, right) for name in LEADING)
    return tuple(each for each in found if each is not None)


def _side(visit: VisitData, facing: str) -> VisitData:
    pairs = [
        (record, view)
        for record, view in zip(visit.records, visit.views, strict=False)
        if view.facing == facing
    ]
    return replace(
        visit,
        key=f"{visit.key} {facing}",
        records=tuple(record for record, _ in pairs),
        views=tuple(view for _, view in pairs),
    )


def _difference(name: str, left: VisitData, right: VisitData) -> SideDifference | None:
    pair = (left, right)
    if obstacle(name, pair) is not None:
        return None
    found = change_of(name, left, right, errors_of(name, pair, history=pair))
    if found.mdc95 is None or found.errors is None or found.before is None or found.after is None:
        return None
    return SideDifference(
        name=name,
        unit=found.unit,
        left=found.before,
        right=found.after,
        # The values show only a share of a true difference.
        detectable=found.mdc95 * found.errors.slope,
    )
