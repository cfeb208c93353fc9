"""Change error models, from pairs of photos that differ in posture only and from repeats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from calibration.arrays import Floats
from calibration.data.repeats import PHOTOS, SESSIONS
from calibration.data.table import Table
from posture.comparison.repeatability import analyse
from posture.estimator.change_error import ChangeErrorModel, ChangeErrors
from posture.estimator.model import TARGETS, Estimator


def measured_change_errors(
    estimator: Estimator, pairs: Sequence[Table], repeats: Table
) -> ChangeErrors:
    """Return the change error model of each target.

    Parameters
    ----------
    pairs : sequence of Table
        Two photos of each body in different postures, with the same clothes and camera. They give
        the slope: by how much an estimate moves when the truth moves by one (regression through
        the origin).
    repeats : Table
        Unchanged bodies with several photos in each of two sessions
        (:mod:`calibration.data.repeats`). They give the SDs within and between sessions.

    Notes
    -----
    The SDs are those of :func:`posture.comparison.repeatability.analyse`, over the slope.
    """
    read, true = changes(estimator, pairs)
    within, between = variance_components(estimator, repeats)
    errors = {}
    for i, name in enumerate(TARGETS):
        known = np.isfinite(read[:, i]) & np.isfinite(true[:, i])
        slope = float((read[known, i] @ true[known, i]) / (true[known, i] @ true[known, i]))
        errors[name] = ChangeErrorModel(
            slope=slope,
            between_session_sd=float(between[i] / slope),
            within_session_sd=float(within[i] / slope),
        )
    return ChangeErrors(**errors)


def variance_components(estimator: Estimator, repeats: Table) -> tuple[Floats, Floats]:
    """Return the within- and the between-session SD of the estimates, each of shape (T,)."""
    sessions: defaultdict[str, dict[int, list[Floats]]] = defaultdict(lambda: defaultdict(list))
    for features, record in zip(repeats.features, repeats.records, strict=True):
        value = estimator.predict(features).mean
        sessions[record["body"]][record["session"]].append(value)
    whole = [
        np.array([person[key] for key in sorted(person)])
        for person in sessions.values()
        if len(person) == SESSIONS and all(len(photos) == PHOTOS for photos in person.values())
    ]
    values = np.array(whole)  # people, sessions, photos, targets
    found = [
        analyse(values[..., i].tolist(), name=name, unit=unit)
        for i, (name, unit) in enumerate(TARGETS.items())
    ]
    return np.array([f.within_session_sd for f in found]), np.array(
        [f.between_session_sd for f in found]
    )


def changes(estimator: Estimator, pairs: Sequence[Table]) -> tuple[Floats, Floats]:
    """Return the read and the true change of each pair, both of shape (P, T)."""
    read, true = [], []
    for table in pairs:
        for first, second in _pairs(table):
            values = [estimator.predict(table.features[at]).mean for at in (first, second)]
            read.append(values[1] - values[0])
            true.append(table.truth[second] - table.truth[first])
    return np.array(read), np.array(true)


def _pairs(table: Table) -> list[tuple[int, int]]:
    """Return the rows of the first two photos of each body."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for at, record in enumerate(table.records):
        rows[record["body"]].append(at)
    return [(found[0], found[1]) for found in rows.values() if len(found) > 1]
