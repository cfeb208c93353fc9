"""Overlays of photos that have their rows already: drawn when somebody wants them later."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from posture.batch.input_list import read_inputs
from posture.batch.model import Engine, TaskOptions
from posture.batch.parts import (
    INPUTS_KEY,
    iter_parts,
    part_names,
    read_part,
    spans_numbers,
    write_part,
)
from posture.batch.results.pictures import PictureWriter, overlay_name
from posture.batch.stores.base import Store

if TYPE_CHECKING:
    import pyarrow as pa

MARK = "overlay"


def draw_missing(
    store: Store, total: int, engine: Engine, options: TaskOptions, stop: threading.Event
) -> tuple[int, int]:
    """Draw the overlays that analysed photos lack, and name them in their rows.

    The photos are analysed again, as a picture needs; their rows keep what they hold.

    Returns
    -------
    drawn, changed : int
        Overlays drawn, and photos left out because they are no longer those of their rows.

    Raises
    ------
    Interrupted
        ``stop`` was set while parts were read.
    """
    hashes = _without_overlay(store, stop)
    if not hashes:
        return 0, 0
    done = np.ones(total, dtype=bool)
    done[list(hashes)] = False
    names: dict[int, str] = {}
    seen = 0
    items = read_inputs(store, total, done=done)
    wanted = replace(options, overlays=True, thumbnail_every=0)
    with (
        PictureWriter(store) as pictures,
        closing(engine.run(items, wanted, stop=stop)) as outcomes,
    ):
        for outcome in outcomes:
            seen += 1
            same = outcome.row["photo_sha256"] == hashes[outcome.number]
            if outcome.overlay is not None and same:
                name = overlay_name(outcome.number, str(outcome.row["photo"]), total=total)
                pictures.put(name, outcome.overlay)
                names[outcome.number] = name
        pictures.settle()
    for part in part_names(store):
        _name_in(store, part, names)
    return len(names), seen - len(names)


def _without_overlay(store: Store, stop: threading.Event) -> dict[int, str]:
    """Return number and hash of each analysed photo without an overlay."""
    found: dict[int, str] = {}
    for numbers, table in iter_parts(store, stop, ["status", MARK, "photo_sha256"]):
        if MARK not in table.column_names:  # a part of an earlier version
            continue
        for number, row in zip(numbers.tolist(), table.to_pylist(), strict=True):
            if row["status"] != "refused" and row[MARK] is None:
                found[number] = row["photo_sha256"]
    return found


def _name_in(store: Store, part: str, names: dict[int, str]) -> None:
    table: pa.Table = read_part(store, part)
    numbers = spans_numbers(table.schema.metadata[INPUTS_KEY]).tolist()
    if MARK not in table.column_names or not names.keys() & set(numbers):
        return
    import pyarrow as pa

    before = table[MARK].to_pylist()
    cells = [names.get(number, cell) for number, cell in zip(numbers, before, strict=True)]
    place, field = table.column_names.index(MARK), table.schema.field(MARK)
    write_part(store, part, table.set_column(place, field, pa.array(cells, field.type)))
