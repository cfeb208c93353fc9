"""Statistics of a sampled population: means, SDs, and correlations with position and lordosis."""

from __future__ import annotations

import numpy as np

from calibration.arrays import Bools, Floats
from calibration.data.records import Recorder, true_quantities
from calibration.render.scene import scene_builder

QUANTITIES = (
    "pelvic_tilt_deg",
    "lumbar_lordosis_deg",
    "asis_psis_deg",
    "pelvic_rotation_deg",
    "lumbar_depth_pct",
    "thoracic_kyphosis_index_pct",
    "trunk_lean_deg",
    "hip_extension_deg",
    "knee_extension_deg",
    "plumb_ear_pct",
    "plumb_shoulder_pct",
    "plumb_hip_pct",
    "plumb_knee_pct",
    "bmi",
)


def describe_population(population: str, people: int, seed: int) -> str:
    """Return a Markdown table over sampled people, one photo each; correlations within either sex.

    Parameters
    ----------
    population : str
        ``wide`` or ``population``.
    people : int
        Number of people.
    """
    builder = scene_builder(fine=False)
    recorder = Recorder(builder)
    rows, female = [], []
    for number in range(people):
        person = builder.person(seed, number)
        truth = recorder.truth(builder.scene(person, 0, size=(384, 512), population=population))
        record = {"truth": truth.to_dict(), "traits": person.traits.to_dict()}
        found = true_quantities(record)
        rows.append([found[name] for name in QUANTITIES])
        female.append(person.traits.sex == "female")
    table = np.array(rows, dtype=float)
    centred = _within_sex(table, np.array(female))
    lines = [f"{people} people, population `{population}`, seed {seed}", ""]
    lines += ["| | mean | SD | 5 % | 95 % | r with position | r with lordosis |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for column, name in enumerate(QUANTITIES):
        low, high = np.nanpercentile(table[:, column], [5, 95])
        ties = [_correlation(centred[:, column], centred[:, other]) for other in (0, 1)]
        lines.append(
            f"| {name} | {np.nanmean(table[:, column]):.1f} | {np.nanstd(table[:, column]):.1f} "
            f"| {low:.1f} | {high:.1f} | {ties[0]:.2f} | {ties[1]:.2f} |"
        )
    return "\n".join(lines)


def _within_sex(table: Floats, female: Bools) -> Floats:
    """Return the table less the means of either sex, whose bodies differ by more than posture."""
    centred = table.copy()
    for rows in (female, ~female):
        centred[rows] -= np.nanmean(table[rows], axis=0)
    return centred


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    known = np.isfinite(a) & np.isfinite(b)
    return float(np.corrcoef(a[known], b[known])[0, 1])
