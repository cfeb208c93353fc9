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

from posture.analysis.record import Record
from posture.comparison.model import Errors, VisitData, quantities
from posture.estimator.change_error import ChangeErrorModel

PRIOR_WEIGHT: Final = 8
"""Own repeats, in degrees of freedom, that count as much as the default: four visits with three
photos each. People's photo variance then spreads by 58 % around the default (scaled inverse
chi-square with 10 degrees of freedom, mean matched to the default)."""

MIN_OWN_REPEATS: Final = 1
MIN_SLOPE: Final = 0.1


def errors_of(
    name: str,
    sessions: Sequence[VisitData],
    *,
    history: Sequence[VisitData] = (),
    studio: Mapping[str, Errors] | None = None,
) -> Errors | None:
    """Return the errors of a quantity for the visits in ``sessions``.

    Parameters
    ----------
    name : str
    sessions : sequence of VisitData
        The visits that are compared; their photos carry the estimator's own model.
    history : sequence of VisitData
        All visits of the client whose repeats may be pooled.
    studio : mapping of str to Errors, optional
        What the studio measured of its own set-up, in the place of the defaults.

    Returns
    -------
    Errors or None
        ``None`` when nothing is known about this quantity.
    """
    default = (studio or {}).get(name) or stated_errors(name, sessions) or DEFAULTS.get(name)
    if default is None:
        return None
    variance, freedom = pooled(name, history)
    if freedom < MIN_OWN_REPEATS:
        return default
    # Values scatter by slope times what the person's truth would have to.
    own = variance / default.slope**2
    return replace(
        default,
        within_session_sd=shrunk(default.within_session_sd, own, freedom),
        within_source="own_repeats",
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


def pooled(name: str, sessions: Sequence[VisitData]) -> tuple[float, int]:
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


def stated_errors(name: str, sessions: Sequence[VisitData]) -> Errors | None:
    """Return what the estimator says about changes of an estimate, averaged over the photos."""
    models = [
        model
        for session in sessions
        for record in session.records
        if (model := _error_model(record, name)) is not None
    ]
    if not models or min(model.slope for model in models) < MIN_SLOPE:
        return None
    # Variances are averaged, not SDs: errors of photos add up as variances.
    count = len(models)
    return Errors(
        slope=math.fsum(model.slope for model in models) / count,
        between_session_sd=math.sqrt(
            math.fsum(model.between_session_sd**2 for model in models) / count
        ),
        within_session_sd=math.sqrt(
            math.fsum(model.within_session_sd**2 for model in models) / count
        ),
        between_source="estimator",
        within_source="estimator",
    )


def _error_model(record: Record, name: str) -> ChangeErrorModel | None:
    if not quantities(record)[name].present:
        return None
    models = record.estimates.change
    match name:
        case "pelvic_tilt_deg":
            return models.pelvic_tilt_deg
        case "lumbar_lordosis_deg":
            return models.lumbar_lordosis_deg
        case "lumbar_depth_pct":
            return models.lumbar_depth_pct
        case _:
            return None


def _plain(within_session_sd: float, between_session_sd: float) -> Errors:
    return Errors(
        slope=1.0,
        between_session_sd=max(between_session_sd, LEAST_DAY_SHARE * within_session_sd),
        within_session_sd=within_session_sd,
        between_source="default",
        within_source="default",
    )


LEAST_DAY_SHARE: Final = 0.5
"""Rendered people find their balance in the same way each time, living ones do not: the day part
is taken as at least this share of the photo part. An assumption, not a measurement."""

MEASURED: Final[Mapping[str, tuple[float, float]]] = {
    "arch_apex_level_pct": (3.71, 3.35),
    "thoracic_kyphosis_index_pct": (0.83, 0.28),
    "gluteal_prominence_pct": (1.13, 0.76),
    "lumbosacral_slope_deg": (1.93, 0.86),
    "thoracolumbar_slope_deg": (4.12, 0.00),
    "abdominal_slope_deg": (2.39, 0.75),
    "trunk_lean_deg": (0.96, 0.71),
    "leg_lean_deg": (0.51, 0.24),
    "hip_extension_deg": (1.44, 1.47),
    "knee_extension_deg": (1.35, 1.34),
    "sway_angle_deg": (1.01, 0.95),
    "sway_trunk_pct": (0.42, 0.31),
    "head_forward_pct": (0.25, 0.14),
    "craniovertebral_deg": (1.85, 0.71),
    "plumb_ear_pct": (0.59, 0.00),
    "plumb_shoulder_pct": (0.54, 0.00),
    "plumb_hip_pct": (0.42, 0.19),
    "plumb_knee_pct": (0.29, 0.18),
}
"""SD from photo to photo and from session to session of 30 rendered people who came twice for
three photos by the book (``python -m calibration repeats``, see docs/clients.md)."""

DEFAULTS: Final[Mapping[str, Errors]] = {name: _plain(*sds) for name, sds in MEASURED.items()}
"""Errors of plain measures of an unchanged person, where neither own repeats nor a study of the
studio say better."""
