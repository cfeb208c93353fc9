"""Stored letterhead: name, contact line and logo, in the user's settings folder."""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from posture.codec import FreeText, decode, encode_record, open_ended
from posture.errors import PhotoError, SettingsError
from posture.photo.decode import decoder_errors, open_picture
from posture.photo.kinds import Kind, kind_of
from posture.photo.limits import check_scans, webp_size
from posture.settings import config_dir

NAME_LENGTH: Final = 40
CONTACT_LENGTH: Final = 90
"""Most characters for which the head of a sheet has room in readable type."""

LOGO_BYTES: Final = 8 * 2**20
LOGO_PIXELS: Final = 30_000_000
LOGO_KINDS: Final[tuple[Kind, ...]] = ("jpeg", "png", "webp")
"""Formats of a logo: those whose decoders do not end the process on damaged files."""
LOGO_SIDE_PX: Final = (24, 900)
"""Limits of a logo: bytes and pixels of the file, its shortest side, and its longest side after it
was reduced, which is enough for 4 cm in print."""

SETTINGS_FILE: Final = "studio.json"
LOGO_FILE: Final = "studio-logo.png"
VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterheadDetails:
    """Details of the trainer or studio that hands out sheets.

    Parameters
    ----------
    name : str
        Trainer or studio; empty for a line to write on.
    contact : str
        One line: telephone, address, web page.
    logo : bytes or None
        PNG, see :func:`read_logo`.

    Raises
    ------
    SettingsError
        ``bad_studio`` for texts that are too long or hold more than one line.
    """

    name: str = ""
    contact: str = ""
    logo: bytes | None = None

    def __post_init__(self) -> None:
        check_line(self.name, NAME_LENGTH, "The name of the studio")
        check_line(self.contact, CONTACT_LENGTH, "The contact line")


@open_ended
@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """The file of a letterhead; its logo is a file of its own."""

    version: int
    name: FreeText
    contact: FreeText


def check_line(text: str, most: int, what: str) -> None:
    """Refuse a text that does not fit on one line of the letterhead.

    Raises
    ------
    SettingsError
        ``bad_studio``.
    """
    if len(text) > most:
        raise SettingsError(f"{what} has at most {most} characters.", code="bad_studio")
    if any(not character.isprintable() for character in text):
        raise SettingsError(f"{what} is one line of plain text.", code="bad_studio")


NO_DETAILS: Final = LetterheadDetails()


def read_logo(source: Path | bytes) -> bytes:
    """Check a logo and encode it anew: small, as PNG, with nothing but its pixels.

    Parameters
    ----------
    source : Path or bytes
        JPEG, PNG, WebP and the like.

    Returns
    -------
    bytes
        PNG; transparency is kept.

    Raises
    ------
    SettingsError
        ``bad_logo``, saying what is wrong with it.
    """
    data = source if isinstance(source, bytes) else _read(source)
    if len(data) > LOGO_BYTES:
        raise _bad_logo(f"is larger than {LOGO_BYTES // 2**20} MB: save a smaller one")
    try:
        kind = kind_of(data, "The logo")
        if kind not in LOGO_KINDS:
            raise _bad_logo("is no JPEG, PNG or WebP picture: save it as one")
        if kind == "jpeg":
            check_scans(data, "The logo")
        with decoder_errors("The logo"):
            _check_pixels(webp_size(data) if kind == "webp" else (0, 0))
        with decoder_errors("The logo"), open_picture(data, kind) as picture:
            _check_pixels(picture.size)
            if min(picture.size) < LOGO_SIDE_PX[0]:
                raise _bad_logo(f"needs at least {LOGO_SIDE_PX[0]} pixels on its short side")
            picture.load()
            shown = ImageOps.exif_transpose(picture).convert("RGBA")
    except PhotoError as error:
        raise SettingsError(str(error), code="bad_logo") from error
    shown.thumbnail((LOGO_SIDE_PX[1], LOGO_SIDE_PX[1]), Image.Resampling.LANCZOS)
    bare = Image.new("RGBA", shown.size)
    bare.paste(shown)
    stored = io.BytesIO()
    bare.save(stored, "PNG", optimize=True)
    return stored.getvalue()


def load_letterhead(folder: Path | None = None) -> LetterheadDetails:
    """Return the stored letterhead; an empty one when none was stored.

    Parameters
    ----------
    folder : Path, optional
        The user's settings folder by default.

    Raises
    ------
    SettingsError
        ``bad_studio`` if a stored file is damaged.
    """
    folder = config_dir() if folder is None else folder
    file, logo = folder / SETTINGS_FILE, folder / LOGO_FILE
    try:
        stored = decode(_Stored, json.loads(file.read_text(encoding="utf-8")))
        picture = logo.read_bytes() if logo.is_file() else None
    except FileNotFoundError:
        return NO_DETAILS
    except (OSError, ValueError) as error:
        raise _damaged(file) from error
    if stored.version != VERSION:
        raise _damaged(file)
    return LetterheadDetails(
        name=stored.name,
        contact=stored.contact,
        logo=None if picture is None else read_logo(picture),
    )


def save_letterhead(details: LetterheadDetails, folder: Path | None = None) -> Path:
    """Store a letterhead in place of the present one.

    Parameters
    ----------
    details : LetterheadDetails
    folder : Path, optional
        The user's settings folder by default; created when there is none.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    SettingsError
        ``bad_output`` if it cannot be written.
    """
    folder = config_dir() if folder is None else folder
    stored = _Stored(version=VERSION, name=details.name, contact=details.contact)
    text = json.dumps(encode_record(stored), ensure_ascii=False, indent=2) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if details.logo is None:
            (folder / LOGO_FILE).unlink(missing_ok=True)
        else:
            _replace(folder / LOGO_FILE, details.logo)
        _replace(folder / SETTINGS_FILE, text.encode())
    except OSError as error:
        raise SettingsError(
            f"The letterhead cannot be stored in {folder}: {error.strerror}.", code="bad_output"
        ) from error
    return folder


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LOGO_BYTES:
            raise _bad_logo(f"is larger than {LOGO_BYTES // 2**20} MB: save a smaller one")
        return path.read_bytes()
    except OSError as error:
        raise _bad_logo(f"{path} cannot be read") from error


def _check_pixels(size: tuple[int, int]) -> None:
    if size[0] * size[1] > LOGO_PIXELS:
        raise _bad_logo("has too many pixels: save a smaller one")


def _bad_logo(problem: str) -> SettingsError:
    return SettingsError(f"The logo {problem}.", code="bad_logo")


def _damaged(file: Path) -> SettingsError:
    return SettingsError(
        f"The letterhead {file} is damaged: store it again with posture studio.", code="bad_studio"
    )
