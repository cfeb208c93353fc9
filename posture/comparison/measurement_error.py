"""Measurement error of a quantity: its within- and between-session SD.

The between-session SD is that of what all photos of a visit share: posture of the day, clothes,
place of the camera. The within-session SD is that of what differs from photo to photo: sway and
scatter of the network. Only the within-session part shrinks with the number of photos.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from posture.analysis.record import Record
from posture.codec import stored_as
from posture.comparison.visit_data import VisitData, quantities
from posture.estimator.change_error import ChangeErrorModel

ErrorSource = Literal["estimator", "default", "studio", "own_repeats"]

PRIOR_WEIGHT: Final = 8
"""Degrees of freedom of the client's own repeats that count as much as the default: four visits
with three photos each. The within-session variances of people then differ by 58 % (SD) around the
default (scaled inverse chi-square with 10 degrees of freedom, mean matched to the default)."""

MIN_OWN_REPEATS: Final = 1
MIN_SLOPE: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Measurement error of one quantity in an unchanged person.

    Parameters
    ----------
    slope : float
        Share of a true change that an estimate shows; 1 for plain measures.
    between_session_sd : float
        SD of what all photos of one visit share, in units of true change.
    within_session_sd : float
        SD of what differs from photo to photo, in units of true change.
    between_source, within_source : {"estimator", "default", "studio", "own_repeats"}
        Where the two come from. ``own_repeats``: pooled with the client's own photos.
    repeats : int
        Degrees of freedom of the client's own repeats in ``within_session_sd``.
    """

    slope: float
    between_session_sd: float = stored_as("day_sd")
    within_session_sd: float = stored_as("photo_sd")
    between_source: ErrorSource = stored_as("day_source")
    within_source: ErrorSource = stored_as("photo_source")
    repeats: int = 0


def errors_of(
    name: str,
    visits: Sequence[VisitData],
    *,
    history: Sequence[VisitData] = (),
    studio: Mapping[str, Errors] | None = None,
) -> Errors | None:
    """Return the errors of a quantity at the given visits.

    Parameters
    ----------
    name : str
    visits : sequence of VisitData
        Visits to compare; their photos carry the change error model of the estimator.
    history : sequence of VisitData
        All visits of the client whose repeats may be pooled.
    studio : mapping of str to Errors, optional
        Errors that the studio measured with its own set-up, in place of the defaults.

    Returns
    -------
    Errors or None
        ``None`` when nothing is known about this quantity.
    """
    default = (studio or {}).get(name) or estimator_errors(name, visits) or DEFAULT_ERRORS.get(name)
    if default is None:
        return None
    variance, freedom = pooled_variance(name, history)
    if freedom < MIN_OWN_REPEATS:
        return default
    # An estimate scatters by slope times as much as the truth would.
    own = variance / default.slope**2
    return replace(
        default,
        within_session_sd=shrunk_sd(default.within_session_sd, own, freedom),
        within_source="own_repeats",
        repeats=freedom,
    )


def shrunk_sd(default_sd: float, variance: float, freedom: int) -> float:
    """Return an observed SD, shrunk towards the default one.

    Parameters
    ----------
    default_sd : float
        SD of people in general.
    variance : float
        Observed variance.
    freedom : int
        Its degrees of freedom.

    Returns
    -------
    float
        Root of the posterior mean of the variance. With a scaled inverse chi-square prior that is
        the average weighted by :data:`PRIOR_WEIGHT` and ``freedom`` (Gelman et al., Bayesian Data
        Analysis, 3rd ed., section 2.6).
    """
    total = PRIOR_WEIGHT * default_sd**2 + freedom * variance
    return math.sqrt(total / (PRIOR_WEIGHT + freedom))


def pooled_variance(name: str, visits: Sequence[VisitData]) -> tuple[float, int]:
    """Return the pooled variance within visits and its degrees of freedom.

    A visit given twice (the same key) counts once.
    """
    squares, freedom = 0.0, 0
    for visit in {visit.key: visit for visit in visits}.values():
        values = visit.readings(name)
        if len(values) >= 2:
            mean = math.fsum(values) / len(values)
            squares += math.fsum((value - mean) ** 2 for value in values)
            freedom += len(values) - 1
    return (squares / freedom if freedom else 0.0), freedom


def estimator_errors(name: str, visits: Sequence[VisitData]) -> Errors | None:
    """Return the estimator's own errors of a change, averaged over the photos."""
    models = [
        model
        for visit in visits
        for record in visit.records
        if (model := _error_model(record, name)) is not None
    ]
    if not models or min(model.slope for model in models) < MIN_SLOPE:
        return None
    return mean_errors(models)


def mean_errors(models: Sequence[ChangeErrorModel]) -> Errors:
    """Return the errors of a change over photos with these models."""
    # Errors of photos add up as variances, so it is variances that are averaged.
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
    found = quantities(record).get(name)
    if found is None or not found.present:
        return None
    models = record.estimates.change
    match name:
        case "pelvic_tilt_deg":
            return models.pelvic_tilt_deg
        case "lumbar_lordosis_deg":
            return models.lumbar_lordosis_deg
        case "lumbar_depth_pct":
            return models.lumbar_depth_pct
        case "asis_psis_deg":
            return models.asis_psis_deg
        case "bone_line_estimate_deg":
            return models.bone_line_estimate_deg
        case _:
            return None


def _default_errors(within_session_sd: float, between_session_sd: float) -> Errors:
    return Errors(
        slope=1.0,
        between_session_sd=max(between_session_sd, MIN_BETWEEN_SHARE * within_session_sd),
        within_session_sd=within_session_sd,
        between_source="default",
        within_source="default",
    )


MIN_BETWEEN_SHARE: Final = 0.5
"""Least ratio of the between-session to the within-session SD. Rendered people find their balance
in the same way each time, living ones do not. An assumption, not a measurement."""

RENDERED_SDS: Final[Mapping[str, tuple[float, float]]] = {
    "arch_apex_level_pct": (3.71, 3.35),
    "thoracic_kyphosis_index_pct": (0.83, 0.28),
    "gluteal_prominence_pct": (1.13, 0.76),
    "lumbosacral_slope_deg": (1.93, 0.86),
    "thoracolumbar_slope_deg": (4.12, 0.00),
    "abdominal_slope_deg": (2.39, 0.75),
    "trunk_lean_deg": (0.96, 0.71),
    "chest_lean_deg": (0.96, 0.71),
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
"""Within-session and between-session SD of 30 rendered people who came twice for three photos by
the book (``python -m calibration repeats``, see docs/clients.md)."""

DEFAULT_ERRORS: Final[Mapping[str, Errors]] = {
    name: _default_errors(*sds) for name, sds in RENDERED_SDS.items()
}
"""Errors of the plain measures, until own repeats or a study of the studio give better ones."""
