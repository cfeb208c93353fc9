"""Perturbations of a photo: sensitivity of a reading to crop, size, compression and light."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image

from calibration.arrays import Bytes, Floats
from posture.analysis.analyzer import Analyzer
from posture.errors import PostureError
from posture.estimator.model import TARGETS
from posture.inputs.hints import Hints
from posture.photo.load import load_photo

Change = Callable[[Bytes], Bytes | bytes]

LEVEL: Final = Hints(roll_deg=0.0)
"""Roll is fixed at zero, so that only the reading itself is compared."""


def perturbations() -> dict[str, Change]:
    """Return thirty changes after which anybody would still call it the same photo."""
    changes: dict[str, Change] = {"mirrored": _mirrored}
    for factor in (0.5, 0.6, 0.7, 0.8, 0.9, 1.2, 1.5, 1.75, 2.0):
        changes[f"size × {factor:g}"] = _scaled(factor)
    for quality in (50, 60, 70, 80, 85, 90, 95):
        changes[f"JPEG {quality}"] = _compressed(quality)
    for factor in (0.7, 0.8, 0.9, 1.1, 1.2, 1.3):
        changes[f"light × {factor:g}"] = _lit(factor)
    for share in (0.02, 0.04, 0.06):
        changes[f"sides cropped by {100 * share:g} %"] = _cropped(share, share, 0.0)
    changes["left cropped by 6 %"] = _cropped(0.06, 0.0, 0.0)
    changes["right cropped by 6 %"] = _cropped(0.0, 0.06, 0.0)
    changes["top cropped by 1 %"] = _cropped(0.0, 0.0, 0.01)
    changes["top cropped by 2 %"] = _cropped(0.0, 0.0, 0.02)
    return changes


def spread_table(photos: Iterable[Path]) -> tuple[str, Floats]:
    """Read each photo under all changes.

    Returns
    -------
    str
        Markdown: median and greatest absolute difference per change and target.
    ndarray, shape (P, T)
        Standard deviation over the changes, per photo and target.
    """
    with Analyzer() as analyzer:
        rows = [_readings(analyzer, path) for path in photos]
    known = [row for row in rows if row is not None]
    lines = [
        "| change | tilt, ° | lordosis, ° | depth, % |",
        "|---|---|---|---|",
        *(_line(name, known) for name in perturbations()),
    ]
    deviations = [np.nanstd(np.array([row[name] for name in row]), axis=0, ddof=1) for row in known]
    return "\n".join(lines), np.array(deviations)


def _readings(analyzer: Analyzer, path: Path) -> Mapping[str, Floats] | None:
    image = load_photo(path).image
    try:
        plain = analyzer.analyze(image, hints=LEVEL)
    except PostureError:
        return None
    found = {"plain": _values(plain.estimates)}
    if not np.isfinite(found["plain"]).any():
        return None
    for name, change in perturbations().items():
        found[name] = _values(analyzer.analyze(change(image), hints=LEVEL).estimates)
    return found


def _values(estimates: object) -> Floats:
    values = (getattr(estimates, name).value for name in TARGETS)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _line(name: str, rows: list[Mapping[str, Floats]]) -> str:
    apart = np.abs(np.array([row[name] - row["plain"] for row in rows]))
    cells = [f"{np.nanmedian(column):.2f} / {np.nanmax(column):.1f}" for column in apart.T]
    return f"| {name} | " + " | ".join(cells) + " |"


def _mirrored(image: Bytes) -> Bytes:
    return np.ascontiguousarray(image[:, ::-1])


def _scaled(factor: float) -> Change:
    kind = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return lambda image: np.asarray(
        cv2.resize(image, None, fx=factor, fy=factor, interpolation=kind), np.uint8
    )


def _compressed(quality: int) -> Change:
    def change(image: Bytes) -> bytes:
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "JPEG", quality=quality)
        return buffer.getvalue()

    return change


def _lit(factor: float) -> Change:
    return lambda image: np.clip(image * factor, 0, 255).round().astype(np.uint8)


def _cropped(left: float, right: float, top: float) -> Change:
    def change(image: Bytes) -> Bytes:
        height, width = image.shape[:2]
        columns = slice(round(left * width), width - round(right * width))
        return np.ascontiguousarray(image[round(top * height) :, columns])

    return change
