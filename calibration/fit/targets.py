"""Targets of the fit: ground truth with tilt replaced by its expectation given pelvic position.

At one and the same position of the pelvis, the shape of its bones moves ASIS and PSIS, and most of
that does not show on the surface (:mod:`calibration.bodies.bodies`). No estimator can learn it; to
the fit it is noise. So the tilt of a fitted body is replaced by the mean tilt of all bodies whose
pelvis is in the same position. Given whatever is seen of a body, both have the same expectation:
only the noise is removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from calibration.arrays import Floats
from calibration.data.table import Table, joined
from posture.estimator.model import TARGETS

TILT: Final = list(TARGETS).index("pelvic_tilt_deg")


def learnable_targets(tables: Sequence[Table]) -> Floats:
    """Return the targets of all rows, shape (N, T), with tilt as far as a body can show it."""
    whole = joined(tables)
    whole.truth[:, TILT] = expected_tilt(whole.truth[:, TILT], whole.records)
    return whole.truth


def expected_tilt(tilt_deg: Floats, records: Sequence[dict[str, Any]]) -> Floats:
    """Return the mean tilt given each body's position of the pelvis, shape (N,), degrees.

    Parameters
    ----------
    tilt_deg : ndarray, shape (N,)
        True tilt.
    records : sequence of dict
        Records of the photos, with population and hidden bone shape.

    Notes
    -----
    A straight line for each population: how far the position of the pelvis compensates for
    deviating bones differs between them.
    """
    position = tilt_deg - np.array([record["traits"]["pelvis_shape_deg"] for record in records])
    population = np.array([record["population"] for record in records])
    expected = np.empty_like(tilt_deg)
    for name in np.unique(population):
        rows = population == name
        line = np.polynomial.Polynomial.fit(position[rows], tilt_deg[rows], 1)
        expected[rows] = line(position[rows])
    return expected
