"""Manifests, lists of photos: text with one path per line, CSV, or Parquet."""

from __future__ import annotations

import csv
import io
import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final, cast, get_args

from posture.batch.model import Item
from posture.batch.stores.uri import Place, is_store_uri
from posture.batch.stores.walk import uri_of
from posture.errors import SettingsError
from posture.types import Clothing

if TYPE_CHECKING:
    from posture.types import Facing, Sex

TEXT_ENDINGS: Final = (".txt", ".lst")
TABLE_ENDINGS: Final = (".csv", ".tsv")
MANIFEST_ENDINGS: Final = (*TEXT_ENDINGS, *TABLE_ENDINGS, ".parquet")

PATH_COLUMNS: Final = ("uri", "path", "photo", "file", "filename", "image")
"""Any of these names the photo; the first one present counts."""

CENTIMETRES: Final = {
    "height_cm": "Height",
    "camera_height_cm": "The height of the camera",
    "camera_distance_cm": "The distance of the camera",
}
"""Columns in centimetres, and the beginning of a sentence about each."""

OTHER_COLUMNS: Final = {"height": "height_cm"} | {
    name: name for name in ("id", *CENTIMETRES, "sex", "clothing", "facing")
}

_SEX: Final = {"female": "female", "f": "female", "male": "male", "m": "male"}
_CLOTHING: Final = {name: name for name in get_args(Clothing)}
_FACING: Final = {"left": "left", "l": "left", "right": "right", "r": "right"}
_BATCH_ROWS: Final = 5_000

Cells = Mapping[str, str]


def read_manifest(location: str, unused_columns: list[str]) -> Iterator[Item]:
    """Yield the items of a manifest; a senseless line becomes an item with a ``problem``.

    Parameters
    ----------
    location : str
        Path or URI; relative paths inside are relative to its own folder.
    unused_columns : list of str
        Filled with the names of columns that are not read.

    Raises
    ------
    SettingsError
        ``bad_manifest`` if it cannot be read or has no column of paths.
    """
    name = PurePosixPath(location.partition("?")[0]).name
    ending = PurePosixPath(name).suffix.lower()
    with _plain_errors(name), _opened(location) as stream:
        if ending == ".parquet":
            lines = _parquet_lines(stream, name, unused_columns)
        elif ending in TEXT_ENDINGS:
            lines = _text_lines(stream)
        else:
            lines = _csv_lines(stream, name, unused_columns)
        for number, (line, cells) in enumerate(lines):
            yield _item(number, cells, where=f"line {line} of {name}", manifest=location)


@contextmanager
def _plain_errors(name: str) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{name} is not UTF-8 text: save it again as 'CSV UTF-8'.", code="bad_manifest"
        ) from error
    except csv.Error as error:
        raise SettingsError(f"{name} is not valid CSV: {error}.", code="bad_manifest") from error
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{name} cannot be read: {str(error).splitlines()[0]}.", code="bad_manifest"
        ) from error


@contextmanager
def _opened(location: str) -> Iterator[BinaryIO]:
    if not is_store_uri(location):
        with open(location, "rb") as stream:  # noqa: PTH123 - the path may be no valid text
            yield stream
        return
    from posture.batch.stores.base import open_store

    with open_store(location).open("") as stream:
        yield stream


def _text_lines(stream: BinaryIO) -> Iterator[tuple[int, Cells]]:
    with io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape") as text:
        for number, line in enumerate(text, 1):
            if path := line.rstrip("\r\n").strip():
                yield number, {"path": path}


def _csv_lines(stream: BinaryIO, name: str, unused: list[str]) -> Iterator[tuple[int, Cells]]:
    with io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        head = text.readline()
        separator = max(",;\t", key=head.count)
        titles = next(csv.reader([head], delimiter=separator), [])
        wanted = _wanted(titles, name, unused)
        reader = csv.reader(text, delimiter=separator)
        for cells in reader:
            if cells:
                yield (
                    reader.line_num + 1,
                    {
                        title: cell.strip()
                        for title, cell in itertools.zip_longest(wanted, cells, fillvalue="")
                        if title and cell
                    },
                )


def _parquet_lines(stream: BinaryIO, name: str, unused: list[str]) -> Iterator[tuple[int, Cells]]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(stream)
    titles = file.schema_arrow.names
    wanted = _wanted(titles, name, unused)
    columns = [title for title, known in zip(titles, wanted, strict=True) if known]
    names = [known for known in wanted if known]
    line = 0
    for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
        for cells in batch.select(columns).to_pylist():
            line += 1
            values = [cells[title] for title in columns]
            yield (
                line,
                {
                    known: str(value).strip()
                    for known, value in zip(names, values, strict=True)
                    if value is not None
                },
            )


def _wanted(titles: list[str], name: str, unused: list[str]) -> list[str]:
    """Return the meaning of each column, "" for one that is not read."""
    plain = [title.strip().lower() for title in titles]
    path = next((column for column in PATH_COLUMNS if column in plain), None)
    if path is None:
        raise SettingsError(
            f"{name} has no column that names the photos: call it one of "
            f"{', '.join(PATH_COLUMNS)}.",
            code="bad_manifest",
        )
    known = {**OTHER_COLUMNS, path: "path"}
    wanted: list[str] = []
    for column in plain:
        meaning = known.get(column, "")
        wanted.append("" if meaning in wanted else meaning)
    unused.extend(title for title, meaning in zip(titles, wanted, strict=True) if not meaning)
    return wanted


def _item(number: int, cells: Cells, *, where: str, manifest: str) -> Item:
    path = _unquoted(cells.get("path", ""))
    if not path:
        return Item(
            number=number,
            id=cells.get("id") or where,
            uri="",
            problem=f"There is no photo named in {where}.",
        )
    lengths, troubles = {}, []
    for name, what in CENTIMETRES.items():
        lengths[name], trouble = _centimetres(cells.get(name), what)
        troubles.append(trouble)
    sex, sex_trouble = _choice(cells.get("sex"), _SEX, "Sex is either female or male")
    clothing, clothing_trouble = _choice(
        cells.get("clothing"), _CLOTHING, "Clothing is minimal, tight or loose"
    )
    facing, facing_trouble = _choice(cells.get("facing"), _FACING, "Facing is either left or right")
    troubles += [sex_trouble, clothing_trouble, facing_trouble]
    trouble = next((found for found in troubles if found), None)
    return Item(
        number=number,
        id=cells.get("id") or path,
        uri=_absolute(path, manifest),
        facing=cast("Facing | None", facing),
        sex=cast("Sex | None", sex),
        clothing=cast("Clothing | None", clothing),
        **lengths,
        problem=trouble and f"{trouble}, or left out ({where}).",
    )


def _unquoted(path: str) -> str:
    """Return a path without the quotes in which file managers copy it."""
    return path[1:-1].strip() if path[:1] == path[-1:] == '"' and path != '"' else path


def _centimetres(text: str | None, what: str) -> tuple[float | None, str | None]:
    if not text:
        return None, None
    try:
        return float(text.replace(",", ".")), None
    except ValueError:
        return None, f"{what} is a number of centimetres, not {text!r}"


def _choice(text: str | None, known: Mapping[str, str], rule: str) -> tuple[str | None, str | None]:
    if not text:
        return None, None
    meant = known.get(text.lower())
    return meant, None if meant else f"{rule}, not {text!r}"


def _absolute(path: str, manifest: str) -> str:
    """Return a URI as it is, and a relative path below the manifest's own folder."""
    if "://" in path:
        return path
    if is_store_uri(manifest):
        place = Place.parse(manifest)
        return place.at(f"{place.path.rpartition('/')[0]}/{path}").uri
    return uri_of(os.path.abspath(os.path.join(os.path.dirname(manifest), path)))  # noqa: PTH100, PTH118, PTH120
