"""Error of a change between two visits: a different question from the error of a value.

A body's hidden bone shape, its clothes and its build make the absolute value unsure, but they
are the same in March and in May. A change between two photos of one person is therefore known
better than either value, and it has an error of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posture.codec import stored_as


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeErrorModel:
    """Error of a change of one quantity between two visits of one person.

    Parameters
    ----------
    slope : float
        By how much the estimate moves when the truth moves by one: estimates are drawn towards
        the mean, so a change of estimates is divided by this to become a change of the truth.
    between_session_sd : float
        Error that all photos of one visit share, as a standard deviation in units of true
        change.
    within_session_sd : float
        Error of each photo alone, in the same units; the mean of k photos has it over the root
        of k.

    Raises
    ------
    ValueError
        If the slope is not positive or a spread is negative.
    """

    slope: float
    between_session_sd: float = stored_as("day_sd")
    within_session_sd: float = stored_as("photo_sd")

    def __post_init__(self) -> None:
        if not self.slope > 0:
            raise ValueError("the slope must be positive")
        if min(self.between_session_sd, self.within_session_sd) < 0:
            raise ValueError("a spread must not be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeErrors:
    """Error models of all estimated quantities; ``None`` where no change can be stated.

    Parameters
    ----------
    pelvic_tilt_deg, lumbar_lordosis_deg, lumbar_depth_pct : ChangeErrorModel or None
    """

    pelvic_tilt_deg: ChangeErrorModel | None = None
    lumbar_lordosis_deg: ChangeErrorModel | None = None
    lumbar_depth_pct: ChangeErrorModel | None = None


NO_CHANGE_ERRORS: Final = ChangeErrors()
"""No change can be stated: an estimator without measured changes, or a result of an old version."""
