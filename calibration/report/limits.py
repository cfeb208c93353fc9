"""Limits page of the documentation: the error added by each obstacle between body and estimate.

Models of the same kind are fitted to the same bodies: first to their nude outline with exact
joints, then with the joints as the network places them, with clothes, with arms, and finally to the
product's features of a simulated mask. The loss from row to row is the cost of that obstacle; no
photo of these bodies can beat the first row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from calibration.arrays import Floats
from calibration.data.reading_errors import shipped_errors
from calibration.data.readings import is_good, traits_of
from calibration.data.simulate import simulated_frame, simulated_landmarks
from calibration.data.table import (
    Table,
    joined,
    records_of,
    simulated_table,
)
from calibration.data.true_body import outline_row, true_row
from calibration.fit.ensemble import Recipe, train_ensemble
from calibration.fit.fit import fitted, predicted, weights_of
from calibration.report.accuracy import ratio_to_guessing

OUTLINES: Final = {
    "bare outline, joints and roll exact": ("nude", True),
    "joints and roll as the product reads them": ("nude", False),
    "and clothes": ("clothed", False),
    "and arms, taken for the trunk": ("seen", False),
}
PRODUCT: Final = "the product's features, from a simulated mask"

RIDGE: Final = 30.0
"""Ridge penalty on each linear weight, in rows."""

_PAGE: Final = """\
# What a body can show

This table is the output of one command, `python -m calibration limits`, on {count:,} simulated
bodies. Models of the same kind are fitted to the same bodies, with one more obstacle between body
and estimate in each row. Each cell is the mean absolute error over that of guessing, for all photos
and for good ones (tight clothes, arms clear of the back, a turn of at most 10°), on held-out bodies
of the wide set.

| input | tilt | lordosis | depth |
|---|---|---|---|
{rows}

No photo of these bodies can beat the first row. Tilt is the position of the pelvis. The line
between the bones differs from it by 4.3° (SD) of bone shape that does not show on the surface; with
the part that does, the line lies at 13 ± 5° in people whose pelvis is in the same position (Preece
2008).
"""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Held-out bodies: true targets, and which photos are good."""

    truth: Floats
    good: Floats

    @classmethod
    def of(cls, table: Table) -> HeldOut:
        """Return the held-out bodies of a table."""
        good = [is_good(traits_of(record)) for record in table.records]
        return cls(table.truth, np.array(good))

    def row(self, text: str, read: Floats) -> str:
        """Return a Markdown row of error over guessing, all and good photos."""
        every = ratio_to_guessing(read, self.truth)
        good = ratio_to_guessing(read[self.good], self.truth[self.good])
        cells = [
            f"{all_photos:.2f} / {best:.2f}" for all_photos, best in zip(every, good, strict=True)
        ]
        return f"| {text} | " + " | ".join(cells) + " |"


def limits_page(folders: Sequence[Path], *, seed: int) -> str:
    """Return the page: error over that of guessing after each obstacle.

    Parameters
    ----------
    folders : sequence of Path
        Masks-only data sets. The models are fitted to all splits but ``calibrate``; the bodies of
        that split in the population ``wide`` are held out.
    """
    tables = [simulated_table(folder, seed=seed) for folder in folders]
    records = [record for folder in folders for _, record in records_of(folder)]
    training = np.array([record["split"] != "calibrate" for record in records])
    chosen = ~training & np.array([record["population"] == "wide" for record in records])
    target, weights = joined(tables).truth, np.where(training, weights_of(tables), 0.0)
    table = joined(tables).where([int(row) for row in np.flatnonzero(chosen)])
    held_out = HeldOut.of(table)
    lines = []
    for text, (outline, exact) in OUTLINES.items():
        rows = [_outline_row(record, outline, exact=exact, seed=seed) for record in records]
        read = _fit_predict(np.array(rows), target, weights, seed=seed)
        lines.append(held_out.row(text, read[chosen]))
    estimator = fitted(
        [table.of_split("fit", "test") for table in tables],
        seed=seed,
        name="limits",
        recipe=Recipe(),
    )
    read, _, _ = predicted(estimator, table.features)
    lines.append(held_out.row(PRODUCT, read))
    return _PAGE.format(rows="\n".join(lines), count=len(records))


def _outline_row(record: dict[str, Any], outline: str, *, exact: bool, seed: int) -> Floats:
    """Return the inputs of one photo: both edges at the levels, joints and yaw."""
    rng = np.random.default_rng([seed, *record["seed"]])
    errors = shipped_errors().draw(rng, row=true_row(record), arms=record["posture"]["arms"])
    landmarks = simulated_landmarks(record, None if exact else errors.joints)
    roll_error = 0.0 if exact else errors.roll_deg
    frame = simulated_frame(record["camera"], landmarks, roll_error_deg=roll_error)
    return outline_row(record, outline, landmarks, frame)


def _fit_predict(rows: Floats, target: Floats, weights: Floats, *, seed: int) -> Floats:
    """Fit a linear model, and an ensemble to its residuals; return the predictions of all rows."""
    used = weights > 0
    inputs = _standard(rows, used)
    centre, unit = np.nanmean(target[used], axis=0), np.nanstd(target[used], axis=0)
    scores = (target - centre) / unit
    known = used & np.isfinite(scores).all(axis=1)
    design = np.column_stack([inputs, np.ones(len(inputs))])
    heavy = design[known] * weights[known, None]
    normal = heavy.T @ design[known] + RIDGE * np.eye(design.shape[1])
    linear = design @ np.linalg.solve(normal, heavy.T @ scores[known])
    ensemble = train_ensemble(
        inputs[used], (scores - linear)[used], weights[used], recipe=Recipe(), seed=seed
    )
    predictions = np.array([ensemble.predict(row).mean(axis=0) for row in inputs])
    read: Floats = centre + unit * (linear + predictions)
    return read


def _standard(rows: Floats, used: Floats) -> Floats:
    scores = (rows - np.nanmean(rows[used], axis=0)) / np.nanstd(rows[used], axis=0)
    standard: Floats = np.nan_to_num(np.clip(scores, -5.0, 5.0))
    return standard
