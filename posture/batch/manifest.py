"""Manifests, lists of photos: text with one path per line, CSV, or Parquet."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final, cast, get_args

from posture.batch.model import Item
from posture.batch.stores.uri import Place, is_store_uri
from posture.batch.stores.walk import uri_of
from posture.errors import SettingsError
from posture.inputs.hints import HEIGHT_RANGE_CM
from posture.inputs.protocol import CAMERA_DISTANCE_RANGE_CM, CAMERA_HEIGHT_RANGE_CM
from posture.types import Clothing

if TYPE_CHECKING:
    from posture.types import Facing, Sex

TEXT_ENDINGS: Final = (".txt", ".lst")
TABLE_ENDINGS: Final = (".csv", ".tsv")
MANIFEST_ENDINGS: Final = (*TEXT_ENDINGS, *TABLE_ENDINGS, ".parquet")

PATH_COLUMNS: Final = ("uri", "path", "photo", "file", "filename", "image")
"""Any of these names the photo; the first one present counts."""

CENTIMETRES: Final = {
    "height_cm": ("Height", HEIGHT_RANGE_CM),
    "camera_height_cm": ("The height of the camera", CAMERA_HEIGHT_RANGE_CM),
    "camera_distance_cm": ("The distance of the camera", CAMERA_DISTANCE_RANGE_CM),
}
"""Columns in centimetres: the beginning of a sentence about each, and its range."""

OTHER_COLUMNS: Final = {"height": "height_cm"} | {
    name: name for name in ("id", *CENTIMETRES, "sex", "clothing", "facing", "subject", "visit")
}

NOT_TOLD: Final = frozenset({"na", "n/a", "nan", "null", "none", "unknown"})
"""Words by which tables say that nothing is known."""

_SEX: Final = {"female": "female", "f": "female", "male": "male", "m": "male"}
_CLOTHING: Final = {name: name for name in get_args(Clothing)}
_FACING: Final = {"left": "left", "l": "left", "right": "right", "r": "right"}
_CHOICES: Final[Mapping[str, tuple[Mapping[str, str], str]]] = {
    "sex": (_SEX, "Sex is either female or male"),
    "clothing": (_CLOTHING, "Clothing is minimal, tight or loose"),
    "facing": (_FACING, "Facing is either left or right"),
}
"""Columns with words of the program: what each word means, and the rule in words."""

_BATCH_ROWS: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """Titles of a table's columns, and what they mean.

    Parameters
    ----------
    meanings : tuple of str
        Name of :class:`posture.batch.model.Item` for each column, "" for a further one.
    titles : tuple of str
        As the table has them.
    """

    meanings: tuple[str, ...]
    titles: tuple[str, ...]

    def cells(self, values: Iterable[str | None]) -> Cells:
        """Return the cells of one line that are not empty."""
        known: dict[str, str] = {}
        further: dict[str, str] = {}
        for meaning, title, value in zip(self.meanings, self.titles, values, strict=False):
            if value and title:  # the index of a data frame has no title
                (known if meaning else further)[meaning or title] = value
        return Cells(known=known, further=further, titles=self)

    def title_of(self, meaning: str) -> str:
        """Return the title of a known column."""
        return self.titles[self.meanings.index(meaning)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Cells of one line: those this program reads, and the further ones by their title."""

    known: Mapping[str, str]
    further: Mapping[str, str]
    titles: Titles

    def told(self, meaning: str) -> str | None:
        """Return a cell, ``None`` if it says that nothing is known."""
        text = self.known.get(meaning)
        return None if text is None or text.lower() in NOT_TOLD else text


_PATHS_ONLY: Final = Titles(meanings=("path",), titles=("path",))


def read_manifest(location: str, further_columns: list[str]) -> Iterator[Item]:
    """Yield the items of a manifest; a senseless line becomes an item with a ``problem``.

    Parameters
    ----------
    location : str
        Path or URI; relative paths inside are relative to its own folder.
    further_columns : list of str
        Filled with the names of columns that mean nothing to this program, and are kept.

    Raises
    ------
    SettingsError
        ``bad_manifest`` if it cannot be read or has no column of paths.
    """
    name = PurePosixPath(location.partition("?")[0]).name
    ending = PurePosixPath(name).suffix.lower()
    with _plain_errors(name), _opened(location) as stream:
        if ending == ".parquet":
            lines = _parquet_lines(stream, name, further_columns)
        elif ending in TEXT_ENDINGS:
            lines = _text_lines(stream)
        else:
            lines = _csv_lines(stream, name, further_columns)
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
                yield number, _PATHS_ONLY.cells([path])


def _csv_lines(stream: BinaryIO, name: str, further: list[str]) -> Iterator[tuple[int, Cells]]:
    with io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        head = text.readline()
        separator = max(",;\t", key=head.count)
        titles = _titles(next(csv.reader([head], delimiter=separator), []), name, further)
        reader = csv.reader(text, delimiter=separator)
        for cells in reader:
            if cells:
                yield reader.line_num + 1, titles.cells(cell.strip() for cell in cells)


def _parquet_lines(stream: BinaryIO, name: str, further: list[str]) -> Iterator[tuple[int, Cells]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(stream)
    texts = [field.name for field in file.schema_arrow if not pa.types.is_binary(field.type)]
    titles = _titles(texts, name, further)
    line = 0
    for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=texts):
        for cells in batch.to_pylist():
            line += 1
            yield (
                line,
                titles.cells(
                    None if (value := cells[title]) is None else str(value).strip()
                    for title in titles.titles
                ),
            )


def _titles(found: list[str], name: str, further: list[str]) -> Titles:
    """Return the meaning of each column, "" for a further one."""
    plain = [title.strip().lower() for title in found]
    path = next((column for column in PATH_COLUMNS if column in plain), None)
    if path is None:
        raise SettingsError(
            f"{name} has no column that names the photos: call it one of "
            f"{', '.join(PATH_COLUMNS)}.",
            code="bad_manifest",
        )
    known = {**OTHER_COLUMNS, path: "path"}
    meanings: list[str] = []
    for column in plain:
        meaning = known.get(column, "")
        if meaning and meaning in meanings:
            before = found[meanings.index(meaning)]
            raise SettingsError(
                f"{name} has two columns for the same, {before} and {found[len(meanings)]}: keep "
                "one.",
                code="bad_manifest",
            )
        meanings.append(meaning)
    pairs = zip(found, meanings, strict=True)
    further.extend(title for title, meaning in pairs if title and not meaning)
    return Titles(meanings=tuple(meanings), titles=tuple(found))


def _item(number: int, cells: Cells, *, where: str, manifest: str) -> Item:
    path = _unquoted(cells.known.get("path", ""))
    lengths = {name: _centimetres(cells, name) for name in CENTIMETRES}
    choices = {name: _choice(cells, name) for name in _CHOICES}
    readings = (*lengths.values(), *choices.values())
    trouble = next((found for _, found in readings if found is not None), None)
    problem = trouble and f"{trouble} {where})."
    return Item(
        number=number,
        id=cells.known.get("id") or path or where,
        uri=_absolute(path, manifest) if path else "",
        path=path or None,
        facing=cast("Facing | None", choices["facing"][0]),
        sex=cast("Sex | None", choices["sex"][0]),
        clothing=cast("Clothing | None", choices["clothing"][0]),
        height_cm=lengths["height_cm"][0],
        camera_height_cm=lengths["camera_height_cm"][0],
        camera_distance_cm=lengths["camera_distance_cm"][0],
        subject=cells.told("subject"),
        visit=cells.told("visit"),
        further=dict(cells.further),
        problem=problem if path else f"There is no photo named in {where}.",
    )


def _unquoted(path: str) -> str:
    """Return a path without the quotes in which file managers copy it."""
    return path[1:-1].strip() if path[:1] == path[-1:] == '"' and path != '"' else path


def _centimetres(cells: Cells, name: str) -> tuple[float | None, str | None]:
    """Return a length and the beginning of a sentence about what is wrong with it."""
    text = cells.told(name)
    if text is None:
        return None, None
    what, (low, high) = CENTIMETRES[name]
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if low <= value <= high:
        return value, None
    rule = "is a number of centimetres"
    if not math.isnan(value):
        rule += f" between {low:.0f} and {high:.0f}"
    return None, f"{what} {rule}, not {text!r}, or left out ({_column(cells, name)}"


def _choice(cells: Cells, name: str) -> tuple[str | None, str | None]:
    """Return a word of the program and the beginning of a sentence about what is wrong with it."""
    text = cells.told(name)
    if text is None:
        return None, None
    known, rule = _CHOICES[name]
    meant = known.get(text.lower())
    if meant is not None:
        return meant, None
    return None, f"{rule}, not {text!r}, or left out ({_column(cells, name)}"


def _column(cells: Cells, name: str) -> str:
    return f"column {cells.titles.title_of(name)},"


def _absolute(path: str, manifest: str) -> str:
    """Return a URI as it is, and a relative path below the manifest's own folder."""
    if "://" in path:
        return path
    if is_store_uri(manifest):
        place = Place.parse(manifest)
        return place.at(f"{place.path.rpartition('/')[0]}/{path}").uri
    return uri_of(os.path.abspath(os.path.join(os.path.dirname(manifest), path)))  # noqa: PTH100, PTH118, PTH120
