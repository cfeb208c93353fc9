"""All rows as one CSV file that is safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import os
import threading
from pathlib import Path
from typing import Final

from posture.batch.parts import iter_parts
from posture.batch.stores.base import Store
from posture.batch.stores.errors import plain_errors
from posture.export.rows import COLUMNS
from posture.export.tables import csv_cells

NAME: Final = "rows.csv"
_ROWS: Final = 500


def write_csv(store: Store, stop: threading.Event) -> None:
    """Write the rows of all parts to ``rows.csv`` in a folder of this computer.

    Raises
    ------
    SettingsError
        ``bad_output`` when it cannot be written.
    Interrupted
        ``stop`` was set.
    """
    path = Path(store.place.path) / NAME
    temporary = path.with_name(f".{NAME}")
    with plain_errors(str(path), fallback="bad_output", doing="written"):
        try:
            with temporary.open("w", encoding="utf-8", newline="") as stream:
                _write(csv.writer(stream), store, stop)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def _write(writer: csv._writer, store: Store, stop: threading.Event) -> None:  # type: ignore[name-defined]
    names = [column.name for column in COLUMNS]
    writer.writerow(names)
    for _, table in iter_parts(store, stop, names):
        for batch in table.to_batches(max_chunksize=_ROWS):
            for row in batch.to_pylist():
                writer.writerow(csv_cells(row))
