"""Rows of the flat table in which results of many photos are stored, one per photo.

The Arrow schema is explicit and versioned, so that parts written years apart can be read as one
table. Estimates keep their names; measures are called ``measured_...``, because lordosis and depth
exist as both: read off the outline, and estimated.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from posture.analysis.record import Record
from posture.estimator.model import LINE, OLD_LINE, TARGETS
from posture.export.entries import Entry
from posture.measures.catalogue import iter_meanings
from posture.quantity import INTERVAL_LEVEL, Quantity
from posture.screening.grade import Screening
from posture.view.gate import StoredView

if TYPE_CHECKING:
    import pyarrow as pa

ROW_SCHEMA_VERSION: Final = 2
"""Rises when a column changes its meaning or type, or disappears; new columns come at the end. 2:
``pelvic_tilt_deg`` is the position of the pelvis, not the bone line."""

VERSION_KEY: Final = "posture.row_schema"
LEVEL_KEY: Final = "posture.interval_level"

REFUSED: Final = "photo_refused"
"""Reason why a refused photo has no quantities; ``error_code`` says why it was refused."""

Kind = Literal[
    "text",
    "number",
    "integer",
    "texts",
    "findings",
    "evidence",
    "flags",
    "told",
    "keypoints",
]

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the table.

    Parameters
    ----------
    name : str
    kind : {"text", "number", "integer", "texts", "findings", "evidence", "flags", "told", \
"keypoints"}
        Content of a cell; from the fourth on they are lists.
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


_ESTIMATE_MEANINGS: Final[dict[str, str]] = {
    "pelvic_tilt_deg": "Estimated position of the pelvis, on the scale of the ASIS-PSIS angle; "
    "positive forward",
    "lumbar_lordosis_deg": "Estimated surface angle between the back's tangents at the hollow",
    "lumbar_depth_pct": "Estimated depth of the hollow of the low back",
}

_BONE_LINES: Final[dict[str, str]] = {
    LINE: "Line between ASIS and PSIS, placed or marked, against the horizontal; positive forward",
    OLD_LINE: "The same line as version 0.1 estimated it; only in its results",
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
        meaning="What the photo costs: code, and degrees (standard deviation) where it costs "
        "degrees",
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
        meaning="Probability of the likelier pattern, by the photo alone",
    ),
    Column(
        name="type_a_probability",
        kind="number",
        unit="1",
        meaning="Probability of a type A posture (definition in docs/screening.md)",
    ),
    Column(
        name="type_b_probability",
        kind="number",
        unit="1",
        meaning="Probability of a type B posture (definition in docs/screening.md)",
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
    Column(name="settings_sha256", kind="text", meaning="Hash of the limits on photos"),
    Column(name="photo_sha256", kind="text", meaning="Hash of the photo's bytes"),
    Column(name="sex", kind="text", meaning="Sex, if given"),
    Column(name="clothing", kind="text", meaning="Clothing, if given"),
    Column(
        name="algorithm",
        kind="integer",
        meaning="Number of the algorithm; rows with the same one are comparable",
    ),
    Column(name="height_cm", kind="number", unit="cm", meaning="Body height, if given"),
    Column(
        name="camera_height_cm", kind="number", unit="cm", meaning="Lens above the floor, if given"
    ),
    Column(name="camera_distance_cm", kind="number", unit="cm", meaning="Lens to person, if given"),
)


SOURCE: Final = (
    Column(name="path", kind="text", meaning="Path of the photo as it was given"),
    Column(name="input_number", kind="integer", meaning="Number of the input in its batch, from 0"),
    Column(name="captured", kind="text", meaning="When it was taken (EXIF), ISO 8601"),
    Column(name="width_px", kind="integer", meaning="Pixels of the photo held upright, across"),
    Column(name="height_px", kind="integer", meaning="Pixels of the photo held upright, down"),
    Column(name="copy_of", kind="text", meaning="id of the first photo with the very same bytes"),
    Column(
        name="overlay", kind="text", meaning="Picture with lines, below the folder of the batch"
    ),
    Column(name="subject", kind="text", meaning="Whom the photo shows, if given"),
    Column(name="visit", kind="text", meaning="At which of several visits, if given"),
    Column(
        name="further",
        kind="told",
        meaning="Every other column of the list of photos: name and value",
        required=True,
    ),
    Column(
        name="keypoints",
        kind="keypoints",
        meaning="33 landmarks in pixels of the photo held upright, x right, y down: name, x, y, "
        "visibility, and whether the photo shows them",
        required=True,
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
        yield from _quantity_columns(name, unit, _ESTIMATE_MEANINGS[name])
    for name, unit, meaning in iter_meanings():
        yield from _quantity_columns(measured(name), unit, meaning)
    yield from _VIEW
    yield from _SCREENING
    yield from PROVENANCE
    for name, meaning in _BONE_LINES.items():
        yield from _quantity_columns(name, "deg", meaning)
    yield from SOURCE


def measured(name: str) -> str:
    """Return the column name of a measure."""
    return f"measured_{name}"


COLUMNS: Final[tuple[Column, ...]] = tuple(_columns())
"""Every column, in the order of the table."""


@functools.cache
def schema() -> pa.Schema:
    """Return the Arrow schema of the table.

    Returns
    -------
    pyarrow.Schema
        The metadata of each field states its unit and meaning; that of the schema states its
        version and the level of the intervals.
    """
    import pyarrow as pa

    text, number = pa.string(), pa.float64()
    finding = pa.struct([("code", text), ("cost_deg", number)])
    flag = pa.struct([("quantity", text), ("flag", text)])
    told = pa.struct([("name", text), ("value", text)])
    place = [(name, number) for name in ("x", "y", "visibility")]
    point = pa.struct([("name", text), *place, ("shown", pa.bool_())])
    names = [(name, text) for name in ("sign", "pattern", "role", "direction")]
    types: dict[Kind, pa.DataType] = {
        "text": text,
        "number": number,
        "integer": pa.int64(),
        "texts": _list_of(text),
        "findings": _list_of(finding),
        "flags": _list_of(flag),
        "told": _list_of(told),
        "keypoints": _list_of(point),
        "evidence": _list_of(pa.struct([*names, ("probability", number)])),
    }
    return pa.schema(
        [
            pa.field(
                column.name,
                types[column.kind],
                nullable=not column.required,
                metadata={"unit": column.unit, "meaning": column.meaning},
            )
            for column in COLUMNS
        ],
        metadata={VERSION_KEY: str(ROW_SCHEMA_VERSION), LEVEL_KEY: str(INTERVAL_LEVEL)},
    )


def _list_of(kind: pa.DataType) -> pa.DataType:
    """Return a list type whose items have their Parquet name, so that schemas stay equal."""
    import pyarrow as pa

    return pa.list_(pa.field("element", kind))


def row_of(entry: Entry) -> Row:
    """Return the row of one photo, analysed or refused.

    Returns
    -------
    dict of str to object
        One cell for every column of :data:`COLUMNS`, in that order.
    """
    error = entry.result["error"] or {}
    row = {column.name: _empty_cell(column) for column in COLUMNS} | {
        "id": entry.id,
        "uri": entry.uri,
        "photo": entry.photo,
        "status": entry.result["status"],
        "error_code": error.get("code"),
        "error_message": error.get("message"),
    }
    row |= _source_cells(entry)
    if entry.record is not None and entry.view is not None:
        row |= _quantity_cells(entry.record) | _view_cells(entry.view)
        row |= _screening_cells(entry.record.screening)
        row |= {column.name: getattr(entry.record.provenance, column.name) for column in PROVENANCE}
    return row


_TOLD: Final = ("sex", "clothing", "height_cm", "camera_height_cm", "camera_distance_cm")


def _source_cells(entry: Entry) -> Row:
    told, source = entry.told, entry.source
    width, height = source.size_px or (None, None)
    points = () if entry.keypoints is None else entry.keypoints.points
    return {
        **{name: getattr(told, name) for name in (*_TOLD, "subject", "visit")},
        "path": entry.path,
        "input_number": entry.number,
        "photo_sha256": source.sha256,
        "captured": source.captured,
        "width_px": width,
        "height_px": height,
        "copy_of": entry.copy_of,
        "overlay": entry.overlay,
        "further": [{"name": name, "value": value} for name, value in (told.further or {}).items()],
        "keypoints": [point.to_dict() for point in points],
    }


def table_of(rows: Iterable[Mapping[str, object]]) -> pa.Table:
    """Return rows as an Arrow table.

    Parameters
    ----------
    rows : iterable of mapping
        From :func:`row_of`.

    Returns
    -------
    pyarrow.Table
        In :func:`schema`; without rows it still has all columns.

    Raises
    ------
    ValueError
        If the columns of a row are not those of the schema.
    """
    import pyarrow as pa

    known = {column.name for column in COLUMNS}
    listed = [dict(row) for row in rows]
    for row in listed:
        if row.keys() != known:
            # Arrow would drop unknown columns and fill missing ones with nulls.
            raise ValueError(f"a row differs in {', '.join(sorted(row.keys() ^ known))}")
    return pa.Table.from_pylist(listed, schema=schema())


def _empty_cell(column: Column) -> object:
    """Return the cell of a photo that was refused."""
    if column.name.endswith("_reason"):
        return REFUSED
    return [] if column.required else None


_NOT_ESTIMATED: Final = Quantity.absent("not_measured", unit="deg")
"""The line as version 0.1 estimated it, in results of this version."""


def _quantity_cells(record: Record) -> Row:
    quantities: dict[str, Quantity] = {name: getattr(record.estimates, name) for name in TARGETS}
    quantities |= {name: getattr(record.estimates, name) or _NOT_ESTIMATED for name in _BONE_LINES}
    quantities |= {measured(name): record.measures[name] for name, _, _ in iter_meanings()}
    cells: Row = {}
    for name, quantity in quantities.items():
        cells[name] = quantity.value
        cells[f"{name}_low"] = quantity.low
        cells[f"{name}_high"] = quantity.high
        cells[f"{name}_reason"] = quantity.reason
    cells["flags"] = [
        {"quantity": name, "flag": flag}
        for name, quantity in quantities.items()
        for flag in quantity.flags
    ]
    return cells


def _view_cells(view: StoredView) -> Row:
    return {
        "facing": view.facing,
        "yaw_deg": view.yaw_deg,
        "roll_deg": view.roll_deg,
        "roll_sd_deg": view.roll_sd_deg,
        "roll_source": view.roll_source,
        "parts": sorted(view.parts),
        "findings": [{"code": item.code, "cost_deg": item.cost_deg} for item in view.findings],
    }


def _screening_cells(screening: Screening) -> Row:
    return {
        "screening_grade": screening.grade,
        "screening_pattern": screening.pattern,
        "screening_probability": screening.probability,
        "type_a_probability": screening.probabilities.get("type_a"),
        "type_b_probability": screening.probabilities.get("type_b"),
        "screening_evidence": [
            {
                "sign": item.sign,
                "pattern": item.pattern,
                "role": item.role,
                "direction": item.direction,
                "probability": item.probability,
            }
            for item in screening.evidence
        ],
        "screening_missing": list(screening.missing),
    }
