"""What bad input is given to: each target ends in a result or in an error with one sentence."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from posture.errors import PostureError
from reliability.corpus import DATA, photo_seeds


class BrokenPromiseError(AssertionError):
    """An input ended in something else than a result or one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A reader of the package.

    Parameters
    ----------
    seeds : callable
        Returns sound inputs by name, which are then changed.
    read : callable
        Takes the content of an input and its name.
    by_ending : bool
        Whether the ending of the name says how the content is read.
    """

    seeds: Callable[[], Mapping[str, bytes]]
    read: Callable[[bytes, str], object]
    by_ending: bool = False

    @property
    def endings(self) -> list[str]:
        """Endings under which fuzzed content is read."""
        known = sorted({Path(name).suffix for name in self.seeds()})
        return known if self.by_ending else known[:1]


def outcome_of(target: Target, data: bytes, name: str) -> str:
    """Read an input; return ``result``, or the code of the error.

    Raises
    ------
    BrokenPromiseError
        Any other exception, or an error whose text is not one sentence.
    """
    try:
        target.read(data, name)
    except PostureError as error:
        said = str(error)
        if not said or "Traceback" in said or len(said) > 2000:
            raise BrokenPromiseError(f"{name}: {said!r} is not one sentence") from error
        return error.code
    except Exception as error:
        raise BrokenPromiseError(f"{name}: {type(error).__name__}: {error}") from error
    return "result"


def _read_photo(data: bytes, name: str) -> object:
    from posture.photo.load import load_photo

    return load_photo(data, name=name)


def _read_logo(data: bytes, _name: str) -> object:
    from posture.report.letterhead_store import read_logo

    return read_logo(data)


def _read_answers(data: bytes, name: str) -> object:
    from posture.program import read_answers

    return _from_file(read_answers, data, name)


def _read_list(data: bytes, name: str) -> object:
    from posture.batch.manifest import read_manifest

    return _from_file(lambda path: list(read_manifest(str(path), [])), data, name)


def _read_result(data: bytes, name: str) -> object:
    from posture.analysis.record import read_record

    return _from_file(read_record, data, name)


def _read_archive(data: bytes, _name: str) -> object:
    from posture.clients import ClientStore
    from posture.clients.archive_import import import_client

    with tempfile.TemporaryDirectory() as folder:
        return import_client(ClientStore(Path(folder) / "clients.sqlite"), data)


def _from_file(read: Callable[[Path], object], data: bytes, name: str) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"input{Path(name).suffix}"
        path.write_bytes(data)
        return read(path)


def _answers() -> dict[str, bytes]:
    toml = (
        b'[about]\nminutes = 20\nage = 34\nequipment = ["mat"]\n[signs]\n'
        b'front_hip_stiffness = "yes"\n[tests.modified_thomas.left]\n'
        b'thigh_above_horizontal = "yes"\n'
    )
    table = b'{"about": {"minutes": 20, "goal": "ease"}, "signs": {"sees_arch": "no"}}'
    return {"answers.toml": toml, "answers.json": table}


def _lists() -> dict[str, bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"path": ["a.jpg", "b.jpg"], "height_cm": [170.0, None]})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return {
        "photos.txt": b'a.jpg\n"C:\\Photos\\b.jpg"\n',
        "photos.csv": b"id,path,height_cm,sex\n1,a.jpg,170,f\n2,b.jpg,,male\n",
        "photos.tsv": b"path\tfacing\na.jpg\tleft\n",
        "photos.parquet": sink.getvalue(),
    }


def _results() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(DATA.rglob("*.posture.json"))}


def _archives() -> dict[str, bytes]:
    """Return an archive of version 0.1.0, packed anew."""
    folder, packed = DATA / "version_0_1_0" / "archive", io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
    return {"client.zip": packed.getvalue()}


TARGETS: Final[Mapping[str, Target]] = {
    "photo": Target(seeds=photo_seeds, read=_read_photo),
    "logo": Target(seeds=photo_seeds, read=_read_logo),
    "answers": Target(seeds=_answers, read=_read_answers, by_ending=True),
    "list": Target(seeds=_lists, read=_read_list, by_ending=True),
    "result": Target(seeds=_results, read=_read_result),
    "archive": Target(seeds=_archives, read=_read_archive),
}
"""Every reader of files that people bring, by name."""
