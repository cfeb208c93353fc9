"""Results of version 0.1, read by the names that their numbers have today.

Version 0.1 called the ASIS-PSIS line "pelvic tilt", whether it estimated the line or a person
placed it. Since schema 2 the tilt is the position of the pelvis, which an old result does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from posture.codec import Table, encode_record
from posture.estimator.model import LINE, OLD_LINE, POSITION
from posture.quantity import Quantity

FIRST_SCHEMA: Final = 1
"""Schema of the results of version 0.1."""

NOT_ESTIMATED: Final = "position_not_estimated"
"""Reason why an old result has no position."""

NO_POSITION: Final = Quantity.absent(NOT_ESTIMATED, unit="deg")

PLACED: Final = "manual_points"
"""Flag by which version 0.1 told placed lines from estimates."""


def upgraded(table: Mapping[str, object]) -> Mapping[str, object]:
    """Return a stored result in the present schema; results of other schemas as they are.

    Parameters
    ----------
    table : mapping
        JSON form of an analysis or a refusal; it is not changed.

    Returns
    -------
    mapping
        An estimated line of version 0.1 is ``bone_line_estimate_deg``, a placed one is
        ``asis_psis_deg``; ``pelvic_tilt_deg`` is absent. The grade stays what it was.
    """
    if table.get("schema_version") != FIRST_SCHEMA:
        return table
    found = {**table, "schema_version": FIRST_SCHEMA + 1}
    if isinstance(estimates := table.get("estimates"), Mapping):
        found["estimates"] = _renamed_estimates(estimates)
    if isinstance(standing := table.get("standing"), Mapping):
        # The line stood beside a norm of lines; the position has no place beside it.
        found["standing"] = {**standing, POSITION: None}
    return found


def _renamed_estimates(estimates: Mapping[str, Any]) -> Mapping[str, Any]:
    line = estimates.get(POSITION)
    if not isinstance(line, Mapping):
        # Damaged: whoever reads the estimates says what is wrong with them.
        return estimates
    name = LINE if PLACED in (line.get("flags") or ()) else OLD_LINE
    found = {**estimates, POSITION: encode_record(NO_POSITION), name: line}
    if isinstance(change := estimates.get("change"), Mapping):
        found["change"] = _renamed_change(change, name)
    return found


def _renamed_change(change: Mapping[str, Any], name: str) -> Table:
    error = change.get(POSITION)
    return {**change, POSITION: None} | ({} if error is None else {name: error})
