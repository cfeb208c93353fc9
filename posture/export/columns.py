"""The columns of the table of photos: name, kind, unit and meaning of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from posture.estimator.model import TARGETS
from posture.measures.catalogue import iter_meanings
from posture.quantity import INTERVAL_LEVEL

Kind = Literal["text", "number", "texts", "findings", "evidence", "flags"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the table.

    Parameters
    ----------
    name : str
    kind : {"text", "number", "texts", "findings", "evidence", "flags"}
        What a cell holds; the last four are lists.
    meaning : str
        One line for people.
    unit : str
        Unit of a number, else empty.
    required : bool
        Whether the cell is never null.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = False


_ESTIMATED: Final[dict[str, str]] = {
    "pelvic_tilt_deg": "Line from front to back hip bone against the horizontal; positive forward",
    "lumbar_lordosis_deg": "Estimated surface angle between the back's tangents at the hollow",
    "lumbar_depth_pct": "Estimated depth of the hollow of the low back",
}

_IDENTITY: Final = (
    Column(name="id", kind="text", meaning="Identifier of the photo in this run", required=True),
    Column(name="uri", kind="text", meaning="Where the photo lies", required=True),
    Column(name="photo", kind="text", meaning="File name of the photo", required=True),
    Column(
        name="status",
        kind="text",
        meaning="ok, poor (take it again) or refused",
        required=True,
    ),
    Column(name="error_code", kind="text", meaning="Machine-readable reason of a refusal"),
    Column(name="error_message", kind="text", meaning="The refusal in one sentence"),
)

_VIEW: Final = (
    Column(name="facing", kind="text", meaning="Where the person looks: left or right"),
    Column(name="yaw_deg", kind="number", unit="deg", meaning="Turn out of the exact side view"),
    Column(name="roll_deg", kind="number", unit="deg", meaning="Camera roll, clockwise positive"),
    Column(
        name="roll_sd_deg", kind="number", unit="deg", meaning="Standard deviation of its error"
    ),
    Column(name="roll_source", kind="text", meaning="given, lines or unknown"),
    Column(name="parts", kind="texts", meaning="Parts of the body in the picture"),
    Column(
        name="findings",
        kind="findings",
        meaning="What the photo costs: code, and degrees where it costs degrees",
        required=True,
    ),
    Column(
        name="flags",
        kind="flags",
        meaning="Remarks on single quantities: column and flag",
        required=True,
    ),
)

_SCREENING: Final = (
    Column(name="screening_grade", kind="text", meaning="How far the photo suggests a pattern"),
    Column(name="screening_pattern", kind="text", meaning="type_a or type_b when suggested"),
    Column(
        name="screening_probability",
        kind="number",
        unit="1",
        meaning="Probability that all core signs of the leading pattern are present",
    ),
    Column(
        name="screening_evidence",
        kind="evidence",
        meaning="Every sign: pattern, role, direction and probability",
        required=True,
    ),
    Column(
        name="screening_missing",
        kind="texts",
        meaning="Signs that would have to be seen for a verdict",
        required=True,
    ),
)

PROVENANCE: Final = (
    Column(name="package_version", kind="text", meaning="Version of posture"),
    Column(name="model_sha256", kind="text", meaning="Hash of the pose model"),
    Column(name="estimator", kind="text", meaning="Name and version of the estimator"),
    Column(name="settings_sha256", kind="text", meaning="Hash of the settings"),
    Column(name="photo_sha256", kind="text", meaning="Hash of the photo's bytes"),
    Column(name="sex", kind="text", meaning="Sex, when it was told"),
    Column(name="clothing", kind="text", meaning="Clothing, when it was told"),
    Column(name="height_cm", kind="number", unit="cm", meaning="Body height, when it was told"),
    Column(
        name="camera_height_cm",
        kind="number",
        unit="cm",
        meaning="Lens above the floor, when it was told",
    ),
    Column(
        name="camera_distance_cm",
        kind="number",
        unit="cm",
        meaning="Lens to person, when it was told",
    ),
)


def _quantity_columns(name: str, unit: str, meaning: str) -> Iterator[Column]:
    level = f"{INTERVAL_LEVEL:.0%} interval".replace("%", " %")
    yield Column(name=name, kind="number", unit=unit, meaning=meaning)
    yield Column(name=f"{name}_low", kind="number", unit=unit, meaning=f"Lower end of its {level}")
    yield Column(name=f"{name}_high", kind="number", unit=unit, meaning=f"Upper end of its {level}")
    yield Column(name=f"{name}_reason", kind="text", meaning="Why it is absent; null when present")


def _columns() -> Iterator[Column]:
    yield from _IDENTITY
    for name, unit in TARGETS.items():
        yield from _quantity_columns(name, unit, _ESTIMATED[name])
    for name, unit, meaning in iter_meanings():
        yield from _quantity_columns(measured(name), unit, meaning)
    yield from _VIEW
    yield from _SCREENING
    yield from PROVENANCE


def measured(name: str) -> str:
    """Return the column name of a measure."""
    return f"measured_{name}"


COLUMNS: Final[tuple[Column, ...]] = tuple(_columns())
"""Every column, in the order of the table."""
