"""How far repeated readings of one unchanged person lie apart.

Two parts: what all photos of a visit share (*day*: posture of the day, clothes, camera place) and
what differs from photo to photo (*photo*: sway, the network's scatter). The photo part shrinks
with the number of photos, the day part does not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from posture.claims import ChangeClaim
from posture.comparison.model import Errors, Session, quantities
from posture.estimation import SWAY_SD
from posture.record import Record

PRIOR_WEIGHT: Final = 8
"""Own repeats, in degrees of freedom, that count as much as the default: four visits with three
photos each. People's photo variance then spreads by 58 % around the default (scaled inverse
chi-square with 10 degrees of freedom, mean matched to the default)."""

MIN_OWN_REPEATS: Final = 1
MIN_SLOPE: Final = 0.1


def errors_of(
    name: str,
    sessions: Sequence[Session],
    *,
    history: Sequence[Session] = (),
    studio: Mapping[str, Errors] | None = None,
) -> Errors | None:
    """Return the errors of a quantity for the visits in ``sessions``.

    Parameters
    ----------
    name : str
    sessions : sequence of Session
        The visits that are compared; their photos carry the estimator's own claim.
    history : sequence of Session
        All visits of the client whose repeats may be pooled.
    studio : mapping of str to Errors, optional
        What the studio measured of its own set-up, in the place of the defaults.

    Returns
    -------
    Errors or None
        ``None`` when nothing is known about this quantity.
    """
    default = (studio or {}).get(name) or claimed(name, sessions) or DEFAULTS.get(name)
    if default is None:
        return None
    variance, freedom = pooled(name, history)
    if freedom < MIN_OWN_REPEATS:
        return default
    own = variance / default.slope**2
    return replace(
        default,
        photo_sd=shrunk(default.photo_sd, own, freedom),
        photo_source="own_repeats",
        repeats=freedom,
    )


def shrunk(default_sd: float, variance: float, freedom: int) -> float:
    """Pool an observed variance with the default one.

    Parameters
    ----------
    default_sd : float
        SD of people in general.
    variance : float
        Observed, with ``freedom`` degrees of freedom.
    freedom : int

    Returns
    -------
    float
        Root of the posterior mean of the variance, which for a scaled inverse chi-square prior
        is the average weighted by :data:`PRIOR_WEIGHT` and ``freedom`` (Gelman et al., Bayesian
        Data Analysis, 3rd ed., section 2.6).
    """
    total = PRIOR_WEIGHT * default_sd**2 + freedom * variance
    return math.sqrt(total / (PRIOR_WEIGHT + freedom))


def pooled(name: str, sessions: Sequence[Session]) -> tuple[float, int]:
    """Return the pooled variance within visits and its degrees of freedom.

    Visits are told apart by their keys, so that one that is given twice counts once.
    """
    squares, freedom = 0.0, 0
    for session in {session.key: session for session in sessions}.values():
        values = session.values(name)
        if len(values) >= 2:
            mean = math.fsum(values) / len(values)
            squares += math.fsum((value - mean) ** 2 for value in values)
            freedom += len(values) - 1
    return (squares / freedom if freedom else 0.0), freedom


def claimed(name: str, sessions: Sequence[Session]) -> Errors | None:
    """Return what the estimator says about changes of an estimate, averaged over the photos."""
    claims = [
        claim
        for session in sessions
        for record in session.records
        if (claim := _claim(record, name)) is not None
    ]
    if not claims or min(claim.slope for claim in claims) < MIN_SLOPE:
        return None
    count = len(claims)
    return Errors(
        slope=math.fsum(claim.slope for claim in claims) / count,
        day_sd=math.sqrt(math.fsum(claim.day_sd**2 for claim in claims) / count),
        photo_sd=math.sqrt(math.fsum(claim.photo_sd**2 for claim in claims) / count),
        day_source="estimator",
        photo_source="estimator",
    )


def _claim(record: Record, name: str) -> ChangeClaim | None:
    if not quantities(record)[name].present:
        return None
    claims = record.estimates.change
    match name:
        case "pelvic_tilt_deg":
            return claims.pelvic_tilt_deg
        case "lumbar_lordosis_deg":
            return claims.lumbar_lordosis_deg
        case "lumbar_depth_pct":
            return claims.lumbar_depth_pct
        case _:
            return None


def _plain(day_sd: float, photo_sd: float) -> Errors:
    return Errors(
        slope=1.0,
        day_sd=day_sd,
        photo_sd=photo_sd,
        day_source="default",
        photo_source="default",
    )


DEFAULTS: Final[Mapping[str, Errors]] = {
    "arch_apex_level_pct": _plain(4.0, 2.5),
    "thoracic_kyphosis_index_pct": _plain(1.0, 0.7),
    "gluteal_prominence_pct": _plain(1.5, 1.0),
    "lumbosacral_slope_deg": _plain(2.0, SWAY_SD["pelvic_tilt_deg"]),
    "thoracolumbar_slope_deg": _plain(2.0, SWAY_SD["pelvic_tilt_deg"]),
    "abdominal_slope_deg": _plain(2.0, 1.0),
    "trunk_lean_deg": _plain(1.5, 1.0),
    "leg_lean_deg": _plain(1.0, 0.7),
    "hip_extension_deg": _plain(2.0, 1.4),
    "knee_extension_deg": _plain(2.0, 1.4),
    "sway_angle_deg": _plain(2.0, 1.4),
    "sway_trunk_pct": _plain(0.8, 0.6),
    "head_forward_pct": _plain(0.8, 0.6),
    "craniovertebral_deg": _plain(2.5, 2.0),
    "plumb_ear_pct": _plain(1.2, 0.9),
    "plumb_shoulder_pct": _plain(1.0, 0.8),
    "plumb_hip_pct": _plain(0.8, 0.6),
    "plumb_knee_pct": _plain(0.6, 0.5),
}
"""Errors of plain measures for an unchanged person."""
