"""Evaluation report of readings: Markdown tables and plots.

Every error is compared with that of guessing; nothing is left out because it looks bad.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from calibration.arrays import Floats
from calibration.data.localisation import JOINTS
from calibration.data.readings import Reading
from calibration.report.accuracy import Accuracy, accuracy
from calibration.report.plots import draw_plots

ESTIMATES = {
    "pelvic_tilt_deg": "Pelvic tilt (°)",
    "lumbar_lordosis_deg": "Surface lordosis (°)",
    "lumbar_depth_pct": "Lumbar depth (% trunk)",
}
MEASURES = {
    "lumbar_lordosis_deg": "Surface lordosis, from the outline (°)",
    "lumbar_depth_pct": "Lumbar depth, from the outline (% trunk)",
    "thoracic_kyphosis_index_pct": "Kyphosis index (% chord)",
    "trunk_lean_deg": "Trunk lean (°)",
    "hip_extension_deg": "Hip extension (°)",
    "knee_extension_deg": "Knee extension (°)",
    "plumb_ear_pct": "Ear in front of ankle (% height)",
    "plumb_shoulder_pct": "Shoulder in front of ankle (% height)",
    "plumb_hip_pct": "Hip in front of ankle (% height)",
    "plumb_knee_pct": "Knee in front of ankle (% height)",
}
GROUPS: dict[str, tuple[float, ...] | None] = {
    "sex": None,
    "bmi": (22, 25, 30),
    "skin": (2, 4, 6),
    "clothing": None,
    "arms": None,
    "back": None,
    "posture": None,
    "facing": None,
    "yaw": (5, 10, 15),
    "roll": (1, 2, 4),
    "camera_height": (0.9, 1.1, 1.3),
    "head": None,
    "photo": None,
}
"""Traits by which errors are broken down; numeric traits are binned at these edges."""
HEADER = (
    "| | n | abstains | MAE | guess | ratio | bias | r | R² | slope | in 90 % | width |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
)


def write_report(readings: list[Reading], folder: Path, *, title: str) -> Path:
    """Write ``report.md``, ``report.json`` and the plots.

    Parameters
    ----------
    readings : list of Reading
        From :mod:`calibration.data.readings`.
    folder : Path
        Created if needed.
    title : str
        Heading of the report.

    Returns
    -------
    Path
        The Markdown file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = draw_plots(readings, ESTIMATES, folder)
    lines = [f"# {title}", "", *detection(readings), "", *tables_of(readings)]
    lines += ["", *landmarks(readings), "", *groups(readings), ""]
    lines += [f"![{name}]({name})" for name in names]
    path = folder / "report.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "report.json").write_text(json.dumps(_numbers(readings), indent=1) + "\n")
    return path


def pairs(readings: Iterable[Reading], truth: str, read: str) -> tuple[Floats, ...]:
    """Return truth, value, low and high of one quantity over readable photos, each (N,)."""
    rows = [
        (_number(r.truth.get(truth)), *r.values.get(read, (np.nan,) * 3))
        for r in readings
        if r.read
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3]


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def detection(readings: list[Reading]) -> list[str]:
    """Return how many photos were read, and why the others were refused."""
    refused = Counter(r.status for r in readings if not r.read)
    read = [r for r in readings if r.read]
    facing = [r.traits["read_facing"] == r.traits["facing"] for r in read if "facing" in r.traits]
    lines = [
        f"{len(readings)} photos, {len(read)} read ({len(read) / len(readings):.1%}), "
        f"{sum(r.status == 'poor' for r in read)} of them rated poor."
    ]
    if facing:
        lines.append(f"Facing correct in {np.mean(facing):.1%} of them.")
    if refused:
        reasons = ", ".join(f"{code} {count}" for code, count in refused.most_common())
        lines.append(f"Refused: {reasons}.")
    return lines


def tables_of(readings: list[Reading], *, level: int = 2) -> list[str]:
    """Return the tables of estimates and plain measures."""
    mark = "#" * level
    lines = [f"{mark} Calibrated estimates", "", *HEADER]
    lines += [
        row
        for name, text in ESTIMATES.items()
        if (row := row_of(text, accuracy(*pairs(readings, name, name))))
    ]
    lines += ["", f"{mark} Plain measures", "", *HEADER]
    lines += [
        row
        for name, text in MEASURES.items()
        if (row := row_of(text, accuracy(*pairs(readings, name, f"measured_{name}"))))
    ]
    lines += [
        "",
        "`guess` is the mean absolute error of always stating the median; `ratio` is MAE over "
        "guess; `abstains` is the share of readable photos without a number.",
    ]
    return lines


def row_of(text: str, found: Accuracy | None) -> str:
    """Return one line of a table; empty if there are too few pairs."""
    if found is None:
        return ""
    coverage = "–" if found.coverage is None else f"{found.coverage:.0%}"
    width = "–" if found.width is None else f"{found.width:.1f}"
    return (
        f"| {text} | {found.count} | {found.abstained:.0%} | {found.mae:.2f} | "
        f"{found.guess_mae:.2f} | {found.ratio:.2f} | {found.bias:+.2f} | {found.r:.2f} | "
        f"{found.r_squared:.2f} | {found.slope:.2f} | {coverage} | {width} |"
    )


def landmarks(readings: list[Reading], *, level: int = 2) -> list[str]:
    """Return the table of landmark errors, and lines on the errors of the outline."""
    lines = [f"{'#' * level} Landmarks and outline, in percent of height", ""]
    lines += [
        "| | mean forwards | mean down | SD forwards | SD down | distance |",
        "|---|---|---|---|---|---|",
    ]
    for joint in JOINTS:
        errors = [r.landmark_errors[joint] for r in readings if joint in r.landmark_errors]
        if errors:
            table = np.array(errors)
            mean, sd = table.mean(0), table.std(0)
            distance = np.hypot(*table.T).mean()
            lines.append(
                f"| {joint} | {mean[0]:+.2f} | {mean[1]:+.2f} | {sd[0]:.2f} | {sd[1]:.2f} | "
                f"{distance:.2f} |"
            )
    for side in ("back", "belly"):
        gaps = [r.outline_errors[side] for r in readings if side in r.outline_errors]
        if gaps:
            lines += [
                "",
                f"Outline of the {side}: mean {np.mean(gaps):.2f}, median "
                f"{np.median(gaps):.2f}, 95th percentile {np.percentile(gaps, 95):.2f}.",
            ]
    return lines


def groups(readings: list[Reading], *, level: int = 2) -> list[str]:
    """Return one table per estimate, broken down by traits of person and photo."""
    lines = []
    for name, text in ESTIMATES.items():
        rows = [
            row
            for trait, borders in GROUPS.items()
            for label, chosen in split_by(readings, trait, borders)
            if (row := row_of(f"{trait} {label}", accuracy(*pairs(chosen, name, name))))
        ]
        if rows:
            lines += [f"{'#' * level} {text} by group", "", *HEADER, *rows, ""]
    return lines


def split_by(
    readings: list[Reading], trait: str, borders: tuple[float, ...] | None
) -> Iterator[tuple[str, list[Reading]]]:
    """Yield the label and the readings of each group of a trait."""
    known = [r for r in readings if r.traits.get(trait) is not None]
    if borders is None:
        for label in sorted({str(r.traits[trait]) for r in known}):
            yield label, [r for r in known if str(r.traits[trait]) == label]
        return
    edges = (-np.inf, *borders, np.inf)
    for low, high in pairwise(edges):
        label = f"< {high:g}" if low == -np.inf else f"≥ {low:g}"
        label = label if np.inf in (-low, high) else f"{low:g}–{high:g}"
        yield label, [r for r in known if low <= float(r.traits[trait]) < high]


def _numbers(readings: list[Reading]) -> dict[str, Any]:
    """Return the main tables in JSON types."""
    named: dict[str, Callable[[str], str]] = {
        "estimates": lambda name: name,
        "measures": lambda name: f"measured_{name}",
    }
    tables = {"estimates": ESTIMATES, "measures": MEASURES}
    result: dict[str, Any] = {
        "photos": len(readings),
        "read": sum(r.read for r in readings),
        "refused": dict(Counter(r.status for r in readings if not r.read)),
    }
    for kind, table in tables.items():
        found = {name: accuracy(*pairs(readings, name, named[kind](name))) for name in table}
        result[kind] = {name: asdict(value) for name, value in found.items() if value}
    return result
