"""Line between the bones among adults at a known position of the pelvis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calibration.data.records import true_quantities
from calibration.data.table import Table, joined
from posture.estimator.bone_line import BoneLine


def fitted_bone_line(tables: Sequence[Table]) -> BoneLine:
    """Return the regression of the ASIS-PSIS line on the position, over adults.

    Parameters
    ----------
    tables : sequence of Table
        Only rows of the population ``population`` count: what a line tells of the position depends
        on how positions spread among adults.
    """
    adults = [r for r in joined(tables).records if r["population"] == "population"]
    truth = [true_quantities(record) for record in adults]
    line, position = (
        np.array([found[name] for found in truth], dtype=np.float64)
        for name in ("asis_psis_deg", "pelvic_tilt_deg")
    )
    slope, intercept = np.polyfit(position, line, 1)
    return BoneLine(
        intercept_deg=float(intercept),
        slope=float(slope),
        sd_deg=float(np.std(line - intercept - slope * position)),
    )
