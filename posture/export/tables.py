"""Tables and JSON of results, refused photos included."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from posture.export.entries import Exportable, entries_of
from posture.export.rows import COLUMNS, Row, row_of, table_of

if TYPE_CHECKING:
    import pyarrow as pa

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet compute a cell; some accept the full-width forms too."""


def rows_of(outcomes: Iterable[Exportable]) -> Iterator[Row]:
    """Yield the row of every photo; see :func:`posture.export.rows.row_of`."""
    for entry in entries_of(outcomes):
        yield row_of(entry)


def to_table(outcomes: Iterable[Exportable]) -> pa.Table:
    """Return an Arrow table with one row per photo.

    Parameters
    ----------
    outcomes : iterable of Analysis, Refusal or Entry
        Those from memory get the ids 1, 2, 3 and so on.

    Returns
    -------
    pyarrow.Table
        With the columns of :data:`posture.export.rows.COLUMNS`; ``table.to_pandas()`` or
        ``polars.from_arrow(table)`` makes a data frame of it.
    """
    return table_of(rows_of(outcomes))


def write_parquet(outcomes: Iterable[Exportable], path: Path) -> None:
    """Write the table of :func:`to_table` as Parquet (zstd), which keeps units and meanings."""
    import pyarrow.parquet as pq

    pq.write_table(to_table(outcomes), path, compression="zstd")


def to_json(outcomes: Iterable[Exportable]) -> str:
    """Return a JSON list with one result per line, ending in a line feed."""
    lines = [json.dumps(entry.result, ensure_ascii=False) for entry in entries_of(outcomes)]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def to_csv(outcomes: Iterable[Exportable]) -> str:
    """Return a CSV table (RFC 4180) with one row per photo.

    Parameters
    ----------
    outcomes : iterable of Analysis, Refusal or Entry

    Returns
    -------
    str
        Text cells that a spreadsheet would compute begin with an apostrophe. Items of lists are
        joined with ``"; "``, the fields of an item with ``":"``.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in COLUMNS])
    writer.writerows(csv_cells(row) for row in rows_of(outcomes))
    return buffer.getvalue()


def csv_cells(row: Mapping[str, object]) -> list[str]:
    """Return a row of :func:`posture.export.rows.row_of` as text cells, safe in spreadsheets."""
    # Rows of an earlier run lack the columns added since.
    return [_cell(row.get(column.name)) for column in COLUMNS]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return _safe("; ".join(_item(item) for item in value))
    return _safe(str(value))


def _item(item: object) -> str:
    if not isinstance(item, dict):
        return str(item)
    fields = cast("dict[str, object]", item).values()
    return ":".join("" if field is None else str(field) for field in fields)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
