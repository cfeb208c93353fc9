"""The values of a client as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from posture.clients.model import Client, Visit
from posture.comparison.visit_data import quantities
from posture.errors import SettingsError
from posture.quantity import Quantity

COLUMNS: Final = (
    "client",
    "visit",
    "day",
    "photo",
    "quantity",
    "value",
    "unit",
    "low",
    "high",
    "level",
    "reason",
    "flags",
)

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Text that begins so is run as a formula by spreadsheets (OWASP, CSV injection)."""


def values_csv(client: Client, visits: Sequence[Visit]) -> str:
    """Return one row per visit, photo and quantity.

    Parameters
    ----------
    client : Client
    visits : sequence of Visit

    Returns
    -------
    str
        With a header; photos whose results belong to another version have no rows.
    """
    buffer = io.StringIO()
    table = csv.writer(buffer)
    table.writerow(COLUMNS)
    for number, visit in enumerate(visits, start=1):
        for place, shot in enumerate(visit.shots, start=1):
            try:
                found: Mapping[str, Quantity] = quantities(shot.record())
            except SettingsError:
                # Another version's result: client.json has it as it is.
                continue
            for cells in _rows(found):
                head = (plain_cell(client.name), number, visit.day.isoformat(), place)
                table.writerow((*head, *cells))
    return buffer.getvalue()


def plain_cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _rows(found: Mapping[str, Quantity]) -> Iterator[tuple[str | float | None, ...]]:
    for name, item in found.items():
        yield (
            plain_cell(name),
            item.value,
            plain_cell(item.unit),
            item.low,
            item.high,
            item.level if item.present else None,
            plain_cell(item.reason or ""),
            plain_cell(" ".join(item.flags)),
        )
