"""Plots of the evaluation: readings against ground truth, and errors against nuisance traits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from calibration.data.readings import Reading
from calibration.errors import MissingExtraError

NUISANCES = {
    "yaw": "yaw (°)",
    "roll": "roll (°)",
    "bmi": "BMI",
    "skin": "skin shade",
    "camera_height": "camera height (m)",
}


def pyplot() -> Any:
    """Return matplotlib's drawing functions, without a window.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    try:
        import matplotlib as mpl

        mpl.use("Agg")
        from matplotlib import pyplot as plt
    except ImportError as missing:
        raise MissingExtraError("matplotlib") from missing
    return plt


def draw_plots(readings: list[Reading], quantities: Mapping[str, str], folder: Path) -> list[str]:
    """Draw one PNG per quantity with pairs; return the file names.

    Parameters
    ----------
    readings : list of Reading
        Of photos with ground truth.
    quantities : mapping
        Name to axis label.
    folder : Path
        Of the PNG files.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    plt = pyplot()
    names = []
    for name, text in quantities.items():
        chosen = [r for r in readings if r.truth.get(name) is not None and name in r.values]
        chosen = [r for r in chosen if np.isfinite(r.values[name][0])]
        if chosen:
            figure = _figure(plt, chosen, name, text)
            figure.savefig(folder / f"{name}.png", dpi=110)
            plt.close(figure)
            names.append(f"{name}.png")
    return names


def _figure(pyplot: Any, readings: list[Reading], name: str, text: str) -> Any:
    truth = np.array([r.truth[name] for r in readings], dtype=float)
    value, low, high = np.array([r.values[name] for r in readings]).T
    figure, axes = pyplot.subplots(2, 3, figsize=(12, 7.5), layout="constrained")
    first = axes.flat[0]
    spread = np.nan_to_num(np.abs(np.stack([value - low, high - value])))
    first.errorbar(truth, value, yerr=spread, fmt="o", ms=3, lw=0.4, alpha=0.6)
    ends = [float(truth.min()), float(truth.max())]
    first.plot(ends, ends, color="black", lw=1)
    first.set(xlabel=f"true: {text}", ylabel="read")
    for axis, (trait, label) in zip(axes.flat[1:], NUISANCES.items(), strict=True):
        at = np.array([float(r.traits.get(trait) or np.nan) for r in readings])
        axis.scatter(at, value - truth, s=8, alpha=0.6)
        axis.axhline(0.0, color="black", lw=1)
        axis.set(xlabel=label, ylabel="read − true")
    return figure
