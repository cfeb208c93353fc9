"""What the position of the pelvis lets expect of its tilt.

The shape of the pelvic bones moves ASIS and PSIS at one and the same position of the pelvis, and
most of that does not show on the surface (:mod:`calibration.bodies.bodies`). No estimator can
learn it; it only makes learning noisier. So the tilt of a fitted body is replaced by the mean tilt
of all bodies whose pelvis stands as its own does. Whatever is seen of a body, both have the same
expectation, and nothing but the noise is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from calibration.arrays import Floats
from calibration.data.table import Table, joined
from posture.estimator.model import TARGETS

TILT: Final = list(TARGETS).index("pelvic_tilt_deg")


def learnable(tables: Sequence[Table]) -> Floats:
    """Return the true targets of all rows, (N, T), with tilt as far as a body can show it."""
    whole = joined(tables)
    whole.truth[:, TILT] = expected_tilt(whole.truth[:, TILT], whole.records)
    return whole.truth


def expected_tilt(tilt_deg: Floats, records: Sequence[dict[str, Any]]) -> Floats:
    """Return the mean tilt at each body's position of the pelvis, shape (N,), in degrees.

    Parameters
    ----------
    tilt_deg : ndarray, shape (N,)
        True tilt.
    records : sequence of dict
        Of the photos: population, and how far the bones' hidden shape turns the tilt.

    Notes
    -----
    A straight line for each population, in which deviating bones are partly taken back by how
    the pelvis is held.
    """
    position = tilt_deg - np.array([record["traits"]["pelvis_shape_deg"] for record in records])
    population = np.array([record["population"] for record in records])
    expected = np.empty_like(tilt_deg)
    for name in np.unique(population):
        rows = population == name
        line = np.polynomial.Polynomial.fit(position[rows], tilt_deg[rows], 1)
        expected[rows] = line(position[rows])
    return expected
