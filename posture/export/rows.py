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

from posture.analysis.result import FIRST_ALGORITHM, AnalysisDict
from posture.estimator.model import TARGETS
from posture.measures.catalogue import iter_meanings
from posture.quantity import INTERVAL_LEVEL, QuantityDict

if TYPE_CHECKING:
    import pyarrow as pa

ROW_SCHEMA_VERSION: Final = 1
"""Rises when a column changes its meaning or type, or disappears; new columns come at the end."""

VERSION_KEY: Final = "posture.row_schema"
LEVEL_KEY: Final = "posture.interval_level"

REFUSED: Final = "photo_refused"
"""Reason why a refused photo has no quantities; ``error_code`` says why it was refused."""

Kind = Literal["text", "number", "integer", "texts", "findings", "evidence", "flags"]

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the table.

    Parameters
    ----------
    name : str
    kind : {"text", "number", "integer", "texts", "findings", "evidence", "flags"}
        Content of a cell; the last four are lists.
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
    names = [(name, text) for name in ("sign", "pattern", "role", "direction")]
    types: dict[Kind, pa.DataType] = {
        "text": text,
        "number": number,
        "integer": pa.int64(),
        "texts": _list_of(text),
        "findings": _list_of(finding),
        "flags": _list_of(flag),
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


def row_of(result: AnalysisDict, *, id: str, uri: str) -> Row:  # noqa: A002
    """Return the row of one photo, analysed or refused.

    Parameters
    ----------
    result : AnalysisDict
        JSON form of an analysis or a refusal; further keys are ignored.
    id : str
        Identifier of the photo in this run.
    uri : str
        Where the photo lies.

    Returns
    -------
    dict of str to object
        One cell for every column of :data:`COLUMNS`, in that order.
    """
    error, provenance = result["error"], result["provenance"]
    return {
        "id": id,
        "uri": uri,
        "photo": result["photo"],
        "status": result["status"],
        "error_code": None if error is None else error["code"],
        "error_message": None if error is None else error["message"],
        **_quantity_cells(result),
        **_view_cells(result),
        **_screening_cells(result),
        **{
            column.name: None if provenance is None else _provenance_cell(provenance, column)
            for column in PROVENANCE
        },
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


def _quantities(result: AnalysisDict) -> Iterator[tuple[str, QuantityDict | None]]:
    """Yield column name and quantity of estimates and measures; ``None`` when refused."""
    estimates = result["estimates"]
    yield "pelvic_tilt_deg", None if estimates is None else estimates["pelvic_tilt_deg"]
    yield "lumbar_lordosis_deg", None if estimates is None else estimates["lumbar_lordosis_deg"]
    yield "lumbar_depth_pct", None if estimates is None else estimates["lumbar_depth_pct"]
    for name, _, _ in iter_meanings():
        yield measured(name), None if estimates is None else result["measures"][name]


def _quantity_cells(result: AnalysisDict) -> Row:
    cells: Row = {}
    for name, quantity in _quantities(result):
        cells[name] = None if quantity is None else quantity["value"]
        cells[f"{name}_low"] = None if quantity is None else quantity["low"]
        cells[f"{name}_high"] = None if quantity is None else quantity["high"]
        cells[f"{name}_reason"] = REFUSED if quantity is None else quantity["reason"]
    return cells


def _view_cells(result: AnalysisDict) -> Row:
    view = result["view"]
    found = [] if view is None else view["findings"]
    return {
        "facing": None if view is None else view["facing"],
        "yaw_deg": None if view is None else view["yaw_deg"],
        "roll_deg": None if view is None else view["roll_deg"],
        "roll_sd_deg": None if view is None else view["roll_sd_deg"],
        "roll_source": None if view is None else view["roll_source"],
        "parts": None if view is None else view["parts"],
        "findings": [{"code": item["code"], "cost_deg": item["cost_deg"]} for item in found],
        "flags": [
            {"quantity": name, "flag": flag}
            for name, quantity in _quantities(result)
            if quantity is not None
            for flag in quantity["flags"]
        ],
    }


def _screening_cells(result: AnalysisDict) -> Row:
    screening = result["screening"]
    evidence = [] if screening is None else screening["evidence"]
    return {
        "screening_grade": None if screening is None else screening["grade"],
        "screening_pattern": None if screening is None else screening["pattern"],
        "screening_probability": None if screening is None else screening["probability"],
        "screening_evidence": [
            {
                "sign": item["sign"],
                "pattern": item["pattern"],
                "role": item["role"],
                "direction": item["direction"],
                "probability": item["probability"],
            }
            for item in evidence
        ],
        "screening_missing": [] if screening is None else screening["missing"],
    }


def _provenance_cell(provenance: Mapping[str, object], column: Column) -> object:
    if column.name == "algorithm":
        return provenance.get("algorithm", FIRST_ALGORITHM)
    value = provenance.get(column.name)
    if column.kind == "number":
        return float(value) if isinstance(value, int | float) else None
    return None if value is None else str(value)
