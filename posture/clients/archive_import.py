"""Import of a client from an export; nothing in it is trusted or unpacked onto the disk."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from posture.clients import people, pictures, visits
from posture.clients.archive import MANIFEST, SHEET, VALUES, picture_name
from posture.clients.archive_content import Exported, ExportedShot, read_exported, refusal
from posture.clients.errors import ClientsError
from posture.clients.model import Capture, Client
from posture.clients.passphrase import Passphrase
from posture.clients.sealed import is_sealed, unseal
from posture.clients.store import ClientStore
from posture.messages import message

MAX_ARCHIVE_BYTES: Final = 512 * 2**20
MAX_MANIFEST_BYTES: Final = 64 * 2**20
"""A visit of three photos takes 0.2 MB of it: room for several hundred visits."""

MAX_PICTURE_BYTES: Final = 16 * 2**20
"""Stored photos are at most 1280 pixels on their long side: about one megabyte."""

MAX_ENTRIES: Final = 10_000

_KNOWN: Final = frozenset({MANIFEST, VALUES, SHEET})
_PICTURE: Final = re.compile(r"pictures/\d{1,6}-\d{1,3}-(thumbnail|photo)\.jpg", re.ASCII)


def import_client(
    store: ClientStore,
    data: bytes,
    *,
    as_copy: bool = False,
    passphrase: Passphrase | None = None,
) -> Client:
    """Store the client of an export, all or nothing.

    Parameters
    ----------
    data : bytes
        From :func:`posture.clients.archive.export_client`.
    as_copy : bool
        Store a second client if this one is already in the file.
    passphrase : Passphrase, optional
        That of an encrypted export, if it is not that of the store.

    Raises
    ------
    ClientsError
        ``bad_archive``, ``newer_archive``, or ``already_there``; ``passphrase_needed`` or
        ``wrong_passphrase`` for the export.
    """
    if is_sealed(data):
        data = unseal(data, passphrase or store.passphrase, beside=store.path)
    with _opened(data) as archive:
        exported = read_exported(_entry(archive, MANIFEST, MAX_MANIFEST_BYTES))
        captures = _captures(archive, exported)
    with store.transaction() as db:
        client_id = _insert_client(db, store.owner, exported, as_copy=as_copy)
        client = people.get(db, store.owner, client_id)
        for visit, shots in zip(exported.visits, captures, strict=True):
            visits.insert(
                db,
                client,
                shots,
                day=visit.day,
                protocol=visit.protocol,
                notes=visit.notes,
                saved_at=visit.saved_at,
                answers=visit.answers,
            )
        people.save_answers(db, client, exported.answers)
        return client


def import_from(
    store: ClientStore,
    source: Path,
    *,
    as_copy: bool = False,
    passphrase: Passphrase | None = None,
) -> Client:
    """Store the client of an export file; see :func:`import_client`."""
    try:
        if source.stat().st_size > MAX_ARCHIVE_BYTES:
            raise refusal(f"it is larger than {MAX_ARCHIVE_BYTES // 2**20} MB")
        data = source.read_bytes()
    except OSError as error:
        raise ClientsError(
            f"{source} cannot be read: {error.strerror}.", code="bad_archive"
        ) from error
    return import_client(store, data, as_copy=as_copy, passphrase=passphrase)


def _insert_client(db: sqlite3.Connection, owner: str, exported: Exported, *, as_copy: bool) -> str:
    holder = people.owner_of(db, exported.id)
    if holder == owner and not as_copy:
        raise ClientsError(
            message(
                "{name} is in the client file already: delete that client first, or import as a "
                "copy.",
                name=exported.details.name,
            ),
            code="already_there",
        )
    # Whether another owner has this client stays private: the import then gets a new id.
    client_id = people.insert(
        db,
        owner,
        exported.details,
        client_id=exported.id if holder is None else None,
        created_at=exported.created_at,
    )
    people.restore_consents(db, client_id, exported.consents)
    if exported.archived_at is not None:
        people.set_archived(db, owner, client_id, exported.archived_at.isoformat())
    return client_id


def _captures(archive: zipfile.ZipFile, exported: Exported) -> list[list[Capture]]:
    found = [
        [_capture(archive, shot, (number, place)) for place, shot in enumerate(visit.shots, 1)]
        for number, visit in enumerate(exported.visits, 1)
    ]
    for captures in found:
        try:
            visits.check_different(captures)
        except ClientsError as error:
            raise refusal("a visit holds one photo twice") from error
    return found


def _capture(archive: zipfile.ZipFile, shot: ExportedShot, at: tuple[int, int]) -> Capture:
    thumbnail = _picture(archive, picture_name(*at, "thumbnail"))
    photo = _picture(archive, picture_name(*at, "photo")) if shot.photo else None
    return Capture(result=shot.result, outline=shot.outline, thumbnail=thumbnail, photo=photo)


def _picture(archive: zipfile.ZipFile, name: str) -> bytes:
    data = _entry(archive, name, MAX_PICTURE_BYTES)
    try:
        return pictures.bare(data)
    except ValueError as error:
        raise refusal(f"{name} {error}") from error


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    if len(data) > MAX_ARCHIVE_BYTES:
        raise refusal(f"it is larger than {MAX_ARCHIVE_BYTES // 2**20} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_names(archive.infolist())
            yield archive
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as error:
        # A directory that states places before the beginning of the file is a ValueError.
        raise refusal("it is not a ZIP file, or damaged") from error
    except RuntimeError as error:
        # zipfile raises this for encrypted entries.
        raise refusal("it asks for a password") from error


def _check_names(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise refusal(f"it holds more than {MAX_ENTRIES:,} files")
    names = [entry.filename for entry in entries]
    foreign = [name for name in names if name not in _KNOWN and not _PICTURE.fullmatch(name)]
    if foreign:
        raise refusal(f"it holds a file that no export has ({foreign[0][:80]!r})")
    if len(set(names)) < len(names):
        raise refusal("it holds two files of one name")
    if sum(entry.file_size for entry in entries) > 2 * MAX_ARCHIVE_BYTES:
        raise refusal("it unpacks to more than any export holds")


def _entry(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Read one file of the archive, without trusting the length in its header."""
    try:
        with archive.open(name) as entry:
            data = entry.read(limit + 1)
    except KeyError as error:
        raise refusal(f"{name} is missing") from error
    if len(data) > limit:
        raise refusal(f"{name} is larger than {limit // 2**20} MB")
    return data
