"""Folder of a batch, read back: its rows, and the complete results beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from posture.errors import SettingsError

INFO_FILE: Final = "batch.json"
ROWS: Final = "rows"
OVERLAYS: Final = "overlays"
ANALYSES: Final = "analyses"
"""Parts with the JSON form of each result; its keypoints stand in the row of the same input."""

_COLUMNS: Final = ("input_number", "id", "uri", "overlay", "copy_of", "keypoints")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """One result of a batch.

    Parameters
    ----------
    number : int
        Number of the input, from 0.
    result : mapping
        JSON form of the analysis or refusal.
    id, uri, overlay, copy_of
        Cells of its row.
    """

    number: int
    result: Mapping[str, object]
    id: str
    uri: str
    overlay: str | None
    copy_of: str | None


def is_batch(folder: Path) -> bool:
    """Return whether a folder holds a batch."""
    return (folder / INFO_FILE).is_file() and (folder / ROWS).is_dir()


def read_batch(folder: Path) -> list[BatchResult]:
    """Return the results of a batch in the order of its inputs.

    Raises
    ------
    SettingsError
        ``bad_batch`` if a part is missing or damaged, ``no_analyses`` if an earlier version made
        the batch.
    """
    found = [
        result for part in sorted((folder / ROWS).glob("part-*.parquet")) for result in _part(part)
    ]
    return sorted(found, key=lambda result: result.number)


def stored_text(result: Mapping[str, object]) -> str:
    """Return the JSON text of a result as a part holds it: without the points of the row."""
    keypoints = result.get("keypoints")
    if isinstance(keypoints, Mapping):
        result = {**result, "keypoints": {**keypoints, "points": []}}
    return json.dumps(result)


def _part(rows: Path) -> Iterator[BatchResult]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    analyses = rows.parent.parent / ANALYSES / rows.name
    try:
        known = pq.read_schema(rows).names
        if not set(_COLUMNS) <= set(known):
            raise SettingsError(
                f"The batch in {rows.parent.parent} is of an earlier version, which kept tables "
                "only: read its rows as Parquet, or analyse the photos again in a new folder.",
                code="no_analyses",
            )
        cells = pq.read_table(rows, columns=list(_COLUMNS)).to_pylist()
        texts = pq.read_table(analyses).to_pydict()
        by_number = dict(zip(texts["number"], texts["result"], strict=True))
        for row in cells:
            number = row["input_number"]
            yield BatchResult(
                number=number,
                result=_with_points(json.loads(by_number[number]), row["keypoints"]),
                **{name: row[name] for name in ("id", "uri", "overlay", "copy_of")},
            )
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise SettingsError(
            f"A part of the batch in {rows.parent.parent} is missing or damaged ({rows.name}): "
            "remove it from the folder rows and run the batch again with --resume.",
            code="bad_batch",
        ) from error


def _with_points(result: dict[str, object], points: object) -> Mapping[str, object]:
    keypoints = result.get("keypoints")
    if not isinstance(keypoints, dict):
        return result
    return {**result, "keypoints": {**cast("dict[str, object]", keypoints), "points": points}}
