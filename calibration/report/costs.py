"""Cost of a poor photo to the tilt estimate, in degrees, as measured.

Defects that can be applied to a finished photo (blur, small size, cropping, unnoticed roll) are
applied to it, and the reading is compared with that of the original. The others (turn, camera
height, arms, clothes) are measured on held-out people: by how much the error in a group of photos
exceeds that of photos without the defect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from calibration.arrays import Bytes, Floats
from calibration.bodies.appearance import CLOTHING_OF
from calibration.data.table import Table, joined
from calibration.errors import DatasetError
from calibration.fit.fit import predicted
from posture.analysis.analyzer import Analyzer
from posture.analysis.result import Analysis
from posture.errors import PostureError
from posture.estimator.file import shipped_estimator
from posture.photo.load import load_photo

Change = Callable[[Bytes, Analysis], Bytes]

BLUR: Final = (0.01, 0.02, 0.04)
"""Gaussian blur in trunk lengths."""

TRUNKS_PX: Final = (110.0, 80.0, 60.0, 40.0)
ROLLS_DEG: Final = (2.0, 4.0)

GROUPS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "turned": lambda r: _bin(abs(r["camera"]["yaw_deg"]), (5, 10, 15), "°"),
    "lens above or below the hip": lambda r: _bin(
        abs(r["camera"]["eye"][2] - 0.53 * r["truth"]["height_m"]), (0.1, 0.25, 0.45), " m"
    ),
    "arms": lambda r: str(r["posture"]["arms"]),
    "clothes": lambda r: CLOTHING_OF[r["look"]["fit"]],
    "on the back": lambda r: _hidden(r["read"]["flags"]),
}
"""Grouping of photos by kind of defect."""

WITHOUT: Final = {
    "turned": "up to 5°",
    "lens above or below the hip": "up to 0.1 m",
    "arms": "crossed",
    "clothes": "minimal",
    "on the back": "nothing",
}
"""The group of each kind that has no defect."""

MIN_GROUP: Final = 25
"""Groups with fewer photos are left out."""


def cost_table(photos: Sequence[Path], tables: Sequence[Table]) -> str:
    """Return the measured costs as Markdown.

    Parameters
    ----------
    photos : sequence of Path
        Photos to which defects are applied.
    tables : sequence of Table
        Photographed people that the estimator was not fitted to.
    """
    lines = ["| what | photos | cost (SD, degrees of tilt) |", "|---|---|---|"]
    lines += [f"| {text} | {count} | {cost:.1f} |" for text, count, cost in _changed(photos)]
    lines += [f"| {text} | {count} | {cost:.1f} |" for text, count, cost in _grouped(tables)]
    return "\n".join(lines)


def held_out(table: Table) -> Table:
    """Return the people of a table that the estimator was not fitted to.

    Raises
    ------
    DatasetError
        If the bodies are simulated: costs are measured on photos.
    """
    if not table.photographed:
        raise DatasetError("Costs are measured on photos: name only tables of photos.")
    return table.of_split("calibrate", "test")


def _changes() -> Iterator[tuple[str, Change]]:
    for share in BLUR:
        yield f"blur over {100 * share:g} % of the trunk", _blurred(share)
    for pixels in TRUNKS_PX:
        yield f"trunk of {pixels:g} pixels", _small(pixels)
    for deg in ROLLS_DEG:
        yield f"camera turned by {deg:g}°, read from the room", _turned(deg)
    yield "head cut off", _without_head
    yield "feet cut off", _without_feet


def _changed(photos: Sequence[Path]) -> Iterator[tuple[str, int, float]]:
    with Analyzer() as analyzer:
        plain = [
            (image, found)
            for path in photos
            if (found := _read(analyzer, image := load_photo(path).image))
        ]
        for text, change in _changes():
            apart = []
            for image, found in plain:
                again = _read(analyzer, change(image, found))
                value = None if again is None else again.estimates.pelvic_tilt_deg.value
                if value is not None:
                    apart.append(value - found.estimates.pelvic_tilt_deg.value)
            yield text, len(apart), float(np.sqrt(np.mean(np.square(apart)))) if apart else np.nan


def _read(analyzer: Analyzer, image: Bytes) -> Any:
    try:
        found = analyzer.analyze(image)
    except PostureError:
        return None
    return found if found.estimates.pelvic_tilt_deg.present else None


def _grouped(tables: Sequence[Table]) -> Iterator[tuple[str, int, float]]:
    """Yield the excess error of each group over the group without a defect."""
    estimator = shipped_estimator()
    whole = joined(tables)
    error = predicted(estimator, whole.features)[0][:, 0] - whole.truth[:, 0]
    for kind, of in GROUPS.items():
        labels = np.array([of(record) for record in whole.records])
        spread = {
            label: (int((labels == label).sum()), _rms(error[labels == label]))
            for label in sorted(set(labels))
            if (labels == label).sum() >= MIN_GROUP
        }
        _, usual = spread[WITHOUT[kind]]
        for label, (count, rms) in spread.items():
            yield f"{kind}: {label}", count, float(np.sqrt(max(0.0, rms**2 - usual**2)))


def _rms(values: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


def _hidden(flags: Sequence[str]) -> str:
    """Return what breaks the outline of the back; of several, the most costly."""
    order = ("back_step", "arm_on_back", "hair_on_back")
    return next((flag for flag in order if flag in flags), "nothing")


def _bin(value: float, borders: tuple[float, ...], unit: str) -> str:
    at = int(np.searchsorted(borders, value))
    if at == 0:
        return f"up to {borders[0]:g}{unit}"
    if at == len(borders):
        return f"more than {borders[-1]:g}{unit}"
    return f"{borders[at - 1]:g} to {borders[at]:g}{unit}"


def _blurred(share: float) -> Change:
    return lambda image, found: np.asarray(
        cv2.GaussianBlur(image, (0, 0), share * found.geometry.frame.unit_px), np.uint8
    )


def _small(pixels: float) -> Change:
    def change(image: Bytes, found: Analysis) -> Bytes:
        factor = min(1.0, pixels / found.geometry.frame.unit_px)
        small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)

    return change


def _turned(deg: float) -> Change:
    def change(image: Bytes, _found: Analysis) -> Bytes:
        height, width = image.shape[:2]
        turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -deg, 1.0)
        border = cv2.BORDER_REPLICATE
        return np.asarray(cv2.warpAffine(image, turn, (width, height), borderMode=border), np.uint8)

    return change


def _without_head(image: Bytes, found: Analysis) -> Bytes:
    frame = found.geometry.frame
    row = frame.to_image(np.array([[0.0, 1.22]]))[0, 1]
    return np.ascontiguousarray(image[max(0, int(row)) :])


def _without_feet(image: Bytes, found: Analysis) -> Bytes:
    frame = found.geometry.frame
    row = frame.to_image(np.array([[0.0, -1.25]]))[0, 1]
    return np.ascontiguousarray(image[: int(row)])
