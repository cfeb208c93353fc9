"""Error of a change between two visits, which is not the error of a value.

Hidden bone shape, clothes and build make the absolute value uncertain, but they are the same in
March and in May. A change between two photos of one person is therefore known better than either
value, and has an error of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posture.codec import left_out_if_none, stored_as


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeErrorModel:
    """Error of a change of one quantity between two visits of one person.

    Parameters
    ----------
    slope : float
        Change of the estimate per unit of true change. Estimates are drawn towards the mean, so
        dividing a change of estimates by the slope gives the true change.
    between_session_sd : float
        Standard deviation of the error that all photos of one visit share, in units of true
        change.
    within_session_sd : float
        Standard deviation of the error of each single photo, in the same units; for the mean of k
        photos, divide it by the root of k.

    Raises
    ------
    ValueError
        If the slope is not positive or a standard deviation is negative.
    """

    slope: float
    between_session_sd: float = stored_as("day_sd")
    within_session_sd: float = stored_as("photo_sd")

    def __post_init__(self) -> None:
        if not self.slope > 0:
            raise ValueError("the slope must be positive")
        if min(self.between_session_sd, self.within_session_sd) < 0:
            raise ValueError("a standard deviation must not be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeErrors:
    """Error models of all estimated quantities; ``None`` where no change can be stated.

    That of the position is of the position as the outline alone has it. ``asis_psis_deg`` is that
    of a placed line, ``bone_line_estimate_deg`` that of the estimates of version 0.1.
    """

    pelvic_tilt_deg: ChangeErrorModel | None = None
    lumbar_lordosis_deg: ChangeErrorModel | None = None
    lumbar_depth_pct: ChangeErrorModel | None = None
    asis_psis_deg: ChangeErrorModel | None = left_out_if_none()
    bone_line_estimate_deg: ChangeErrorModel | None = left_out_if_none()


NO_CHANGE_ERRORS: Final = ChangeErrors()
"""No change can be stated: the estimator has no measured changes, or the result is an old one."""
