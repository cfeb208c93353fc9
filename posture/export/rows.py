"""One photo, one row: the flat form in which results of many photos are stored.

The Arrow schema is explicit and versioned, so that parts written years apart can be read as one
table. Estimates keep their names; measures are called ``measured_...``, because hollow and
lordosis exist as both: read off the outline, and estimated.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from posture.analysis.result import AnalysisDict
from posture.export.columns import COLUMNS, PROVENANCE, Column, Kind, measured
from posture.measures.catalogue import iter_meanings
from posture.quantity import INTERVAL_LEVEL, QuantityDict

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["COLUMNS", "ROW_SCHEMA_VERSION", "Column", "Row", "row_of", "schema", "table_of"]

ROW_SCHEMA_VERSION: Final = 1
"""Rises when a column changes its meaning or type, or disappears; new columns come at the end."""

VERSION_KEY: Final = "posture.row_schema"
LEVEL_KEY: Final = "posture.interval_level"

REFUSED: Final = "photo_refused"
"""Reason why a refused photo has no quantities; ``error_code`` says why it was refused."""

Row = dict[str, object]


@functools.cache
def schema() -> pa.Schema:
    """Return the Arrow schema of the table.

    Returns
    -------
    pyarrow.Schema
        Units and meanings are in the metadata of the fields; version and level of the
        intervals in that of the schema.
    """
    import pyarrow as pa

    text, number = pa.string(), pa.float64()
    finding = pa.struct([("code", text), ("cost_deg", number)])
    flag = pa.struct([("quantity", text), ("flag", text)])
    names = [(name, text) for name in ("sign", "pattern", "role", "direction")]
    types: dict[Kind, pa.DataType] = {
        "text": text,
        "number": number,
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
    """Return a list type whose items are called as in Parquet, so that schemas stay equal."""
    import pyarrow as pa

    return pa.list_(pa.field("element", kind))


def row_of(result: AnalysisDict, *, id: str, uri: str) -> Row:  # noqa: A002
    """Return the row of one photo, analysed or refused.

    Parameters
    ----------
    result : AnalysisDict
        JSON form of an analysis or a refusal; more keys do no harm.
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
            column.name: None if provenance is None else _told(provenance, column)
            for column in PROVENANCE
        },
    }


def table_of(rows: Iterable[Mapping[str, object]]) -> pa.Table:
    """Return the Arrow table of rows.

    Parameters
    ----------
    rows : iterable of mapping
        From :func:`row_of`.

    Returns
    -------
    pyarrow.Table
        With :func:`schema`; without any row it has columns all the same.

    Raises
    ------
    ValueError
        If a row has other columns than the schema.
    """
    import pyarrow as pa

    known = {column.name for column in COLUMNS}
    listed = [dict(row) for row in rows]
    for row in listed:
        if row.keys() != known:
            # Arrow would drop what it does not know and fill up what is missing.
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


def _told(table: Mapping[str, object], column: Column) -> str | float | None:
    value = table.get(column.name)
    if column.kind == "number":
        return float(value) if isinstance(value, int | float) else None
    return None if value is None else str(value)
