"""What one photo lets us claim about a change: a different question from the value itself.

A body's hidden bone shape, its clothes and its build make the absolute value unsure, but they
are the same in March and in May. A change between two photos of one person is therefore known
better than either value, and it has an error of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeClaim:
    """Error of a change of one quantity between two visits of one person.

    Parameters
    ----------
    slope : float
        By how much the estimate moves when the truth moves by one: estimates are drawn towards
        the mean, so a change of estimates is divided by this to become a change of the truth.
    day_sd : float
        Error that all photos of one visit share, as a standard deviation in units of true
        change.
    photo_sd : float
        Error of each photo alone, in the same units; the mean of k photos has it over the root
        of k.

    Raises
    ------
    ValueError
        If the slope is not positive or a spread is negative.
    """

    slope: float
    day_sd: float
    photo_sd: float

    def __post_init__(self) -> None:
        if not self.slope > 0:
            raise ValueError("the slope must be positive")
        if min(self.day_sd, self.photo_sd) < 0:
            raise ValueError("a spread must not be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeClaims:
    """The claims of all estimated quantities; ``None`` where no change can be claimed.

    Parameters
    ----------
    pelvic_tilt_deg, lumbar_lordosis_deg, lumbar_depth_pct : ChangeClaim or None
    """

    pelvic_tilt_deg: ChangeClaim | None = None
    lumbar_lordosis_deg: ChangeClaim | None = None
    lumbar_depth_pct: ChangeClaim | None = None


NO_CLAIMS: Final = ChangeClaims()
"""Nothing can be claimed: an estimator without measured changes, or a result of an old version."""
