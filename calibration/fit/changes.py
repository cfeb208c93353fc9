"""Errors of a change between two visits, from pairs that differ in posture only."""

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
    """Return the errors of a change that photos of the same bodies support.

    Parameters
    ----------
    estimator : Estimator
    pairs : sequence of Table
        Two photos a body, in the same clothes and camera, standing differently: they tell by
        how much an estimate moves when the truth moves by one (slope through the origin).
    repeats : Table
        Bodies that come twice for several photos and have not changed
        (:mod:`calibration.data.repeats`): they tell how far readings of one posture lie apart.

    Returns
    -------
    ChangeErrors

    Notes
    -----
    Photo and day part are those of :func:`posture.comparison.repeatability.analyse`.
    """
    read, true = changes(estimator, pairs)
    photo, day = components(estimator, repeats)
    errors = {}
    for i, name in enumerate(TARGETS):
        known = np.isfinite(read[:, i]) & np.isfinite(true[:, i])
        slope = float((read[known, i] @ true[known, i]) / (true[known, i] @ true[known, i]))
        errors[name] = ChangeErrorModel(
            slope=slope,
            between_session_sd=float(day[i] / slope),
            within_session_sd=float(photo[i] / slope),
        )
    return ChangeErrors(**errors)


def components(estimator: Estimator, repeats: Table) -> tuple[Floats, Floats]:
    """Return the photo and the day SD of the estimates, each of shape (T,)."""
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
    """Return read and true changes of each pair, both of shape (P, T)."""
    read, true = [], []
    for table in pairs:
        for first, second in _couples(table):
            values = [estimator.predict(table.features[at]).mean for at in (first, second)]
            read.append(values[1] - values[0])
            true.append(table.truth[second] - table.truth[first])
    return np.array(read), np.array(true)


def _couples(table: Table) -> list[tuple[int, int]]:
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for at, record in enumerate(table.records):
        rows[record["body"]].append(at)
    return [(found[0], found[1]) for found in rows.values() if len(found) > 1]
