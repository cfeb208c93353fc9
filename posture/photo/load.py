"""Loading of a photo from a path, bytes, a Pillow image or an array, upright and reduced."""

from __future__ import annotations

import errno
import hashlib
import math
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from posture.errors import PhotoError
from posture.messages import message, valid_text
from posture.photo.apart import APART, decode_apart
from posture.photo.decode import (
    Decoded,
    decode,
    decoder_errors,
    open_picture,
    read_captured,
    read_exif,
    upright_copy,
)
from posture.photo.frame import WHOLE, Box, find_photo
from posture.photo.kinds import kind_of
from posture.photo.limits import check_size
from posture.photo.lines import drawn_lines, without_lines
from posture.photo.pixels import SIDEWAYS, reduce, target_size, to_rgb
from posture.photo.strip import Strips, strips
from posture.settings import DEFAULT, Settings

PhotoSource = str | os.PathLike[str] | bytes | Image.Image | NDArray[np.uint8]
"""Everything that :func:`load_photo` reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """Way from the upright source to the picture that is analysed.

    Parameters
    ----------
    scale : float
        Source pixels per pixel of the picture.
    corner : tuple of int
        Column and row of the source at which the picture begins.
    """

    scale: float = 1.0
    corner: tuple[int, int] = (0, 0)

    def reduced(self, point: tuple[float, float]) -> tuple[float, float]:
        """Convert a point (x, y) of the source to pixels of the picture."""
        x, y = (
            (at - start + 0.5) / self.scale - 0.5
            for at, start in zip(point, self.corner, strict=True)
        )
        return x, y


NOT_REDUCED: Final = Reduction()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photo:
    """An upright photo, reduced to working size.

    Attributes
    ----------
    image : ndarray (H, W, 3) uint8
        RGB, C-contiguous, read-only, long side at most ``settings.max_side_px``.
    name : str
        File name, or a stand-in when the source is not a file.
    sha256 : str
        Hash of the source bytes; of the pixel bytes for arrays and Pillow images.
    source_size : tuple of int
        (width, height) in pixels, upright, before reduction and whatever was cut off.
    scale : float
        Source pixels per pixel of ``image``, at least 1.
    focal_35mm : float or None
        35 mm equivalent focal length in millimetres, if EXIF states it.
    format : str
        Pillow's name of the file format; ``"ARRAY"`` or ``"PIL"`` if there was no file.
    captured : str or None
        When it was taken, ISO 8601, if EXIF states it.
    part : Box
        Part of the upright source that ``image`` shows.
    framed : bool
        Whether bars or a blurred border were cut off, as on a screenshot.
    lined : bool
        Whether drawn lines were taken out, as of a posture grid.
    """

    image: NDArray[np.uint8]
    name: str
    sha256: str
    source_size: tuple[int, int]
    scale: float
    focal_35mm: float | None
    format: str
    captured: str | None = None
    part: Box = WHOLE
    framed: bool = False
    lined: bool = False

    @property
    def corner(self) -> tuple[int, int]:
        """Column and row of the upright source at which ``image`` begins."""
        rows, columns = self.part.pixels(self.source_size)
        return columns.start, rows.start

    @property
    def reduction(self) -> Reduction:
        """Where points of the source are in ``image``."""
        return Reduction(scale=self.scale, corner=self.corner)


def load_photo(
    source: PhotoSource,
    *,
    settings: Settings = DEFAULT,
    name: str | None = None,
    part: Box | None = None,
) -> Photo:
    """Read a photo, turn it upright and reduce it.

    Bars and blurred borders around a photo, as on screenshots, are cut off, and lines drawn over
    it, as of a posture grid, are taken out.

    Parameters
    ----------
    source : str, path, bytes, PIL.Image.Image or ndarray (H, W, 3) uint8 RGB
        A file, its content, or pixels. Only the first frame of an animation is read.
    settings : Settings
        Size limits; all are checked before any pixel is decoded.
    name : str, optional
        Name to use in results; the file's own name by default.
    part : Box, optional
        Part of the upright picture to read, in the detail that the source has of it; by default
        all of it without a frame.

    Raises
    ------
    PhotoError
        ``photo_missing``, ``photo_too_large``, ``photo_too_small``, ``photo_too_slow``,
        ``photo_raw``, ``photo_unsupported``, ``photo_truncated`` or ``photo_unreadable``.
    """
    photo = _read_part(source, name, settings, part or WHOLE)
    seen = strips(photo.image)
    cleared = _without_lines(photo, seen)
    # Lines from border to border were drawn on a photo that has no frame.
    inner = find_photo(photo.image, seen) if part is None and not cleared.lined else None
    if inner is None:
        return cleared
    photo = replace(_read_part(source, name, settings, inner), framed=True)
    return _without_lines(photo, strips(photo.image))


def _without_lines(photo: Photo, seen: Strips) -> Photo:
    rows, columns = drawn_lines(*seen)
    if not rows and not columns:
        return photo
    image = without_lines(photo.image, rows, columns)
    image.setflags(write=False)
    return replace(photo, image=image, lined=True)


def _read_part(source: PhotoSource, name: str | None, settings: Settings, part: Box) -> Photo:
    """Read a part of a photo: the whole in as much more detail as the part is smaller, then cut."""
    if part is WHOLE:
        return _read(source, name, settings)
    longest = settings.max_side_px
    share = min(part.right - part.left, part.bottom - part.top)
    whole = _read(source, name, replace(settings, max_side_px=math.ceil(longest / share)))
    shown = np.ascontiguousarray(whole.image[part.pixels(whole.image.shape[1::-1])])
    image = reduce(shown, target_size((shown.shape[1], shown.shape[0]), longest)).copy()
    image.setflags(write=False)
    scale = max(part.sides(whole.source_size)) / max(image.shape[:2])
    return replace(whole, image=image, scale=scale, part=part)


def _read(source: PhotoSource, name: str | None, settings: Settings) -> Photo:
    if isinstance(source, np.ndarray):
        return _from_array(source, name or "array", settings)
    if isinstance(source, Image.Image):
        return _from_pillow(source, name or "image", settings)
    if isinstance(source, bytes):
        return _from_bytes(source, name or "bytes", settings)
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        return _from_bytes(_read_file(path, settings), name or valid_text(path.name), settings)
    raise PhotoError(
        f"A photo cannot be a {type(source).__name__}: give a path, bytes, a Pillow image or "
        "an RGB uint8 array.",
        code="photo_unsupported",
    )


def _from_array(array: NDArray[np.uint8], name: str, settings: Settings) -> Photo:
    if array.dtype != np.uint8:
        raise PhotoError(
            f"The array is {array.dtype}: give uint8 values from 0 to 255, for instance "
            "(255 * image).round().astype(np.uint8).",
            code="photo_unsupported",
        )
    if array.ndim != 3 or array.shape[2] != 3:
        raise PhotoError(
            f"The array has the shape {array.shape}: give RGB of the shape (height, width, 3).",
            code="photo_unsupported",
        )
    height, width = array.shape[:2]
    check_size(width, height, name, settings)
    pixels = np.ascontiguousarray(array)
    size = (width, height)
    decoded = Decoded(
        pixels=upright_copy(pixels, target_size(size, settings.max_side_px), 1),
        source_size=size,
        focal_35mm=None,
        format="ARRAY",
    )
    return _photo(decoded, name, hashlib.sha256(pixels.data).hexdigest())


def _from_pillow(picture: Image.Image, name: str, settings: Settings) -> Photo:
    with decoder_errors(name):
        size = picture.size
        check_size(*size, name, settings)
        picture.load()
        pixels = to_rgb(picture, size)
        orientation, focal = read_exif(picture)
        decoded = Decoded(
            pixels=upright_copy(pixels, target_size(size, settings.max_side_px), orientation),
            source_size=(size[1], size[0]) if orientation in SIDEWAYS else size,
            focal_35mm=focal,
            format=picture.format or "PIL",
            captured=read_captured(picture),
        )
        return _photo(decoded, name, hashlib.sha256(pixels.data).hexdigest())


def _from_bytes(data: bytes, name: str, settings: Settings) -> Photo:
    if len(data) > settings.max_bytes:
        raise _too_many_bytes(name, settings)
    kind = kind_of(data, name)
    decoder = decode_apart if kind in APART else decode
    return _photo(decoder(data, kind, name, settings), name, hashlib.sha256(data).hexdigest())


def _photo(decoded: Decoded, name: str, sha256: str) -> Photo:
    decoded.pixels.setflags(write=False)
    return Photo(
        image=decoded.pixels,
        name=name,
        sha256=sha256,
        source_size=decoded.source_size,
        scale=max(decoded.source_size) / max(decoded.pixels.shape[:2]),
        focal_35mm=decoded.focal_35mm,
        format=decoded.format,
        captured=decoded.captured,
    )


def given_path(source: PhotoSource) -> str | None:
    r"""Return the path of a photo as it was given; ``None`` for one that came from memory.

    Bytes of a name that have no UTF-8 form become such as ``\udcff``.
    """
    if not isinstance(source, str | os.PathLike):
        return None
    return valid_text(os.fsdecode(source))


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFacts:
    """What can be said of a photo without looking at its pixels; ``None`` where it cannot.

    Parameters
    ----------
    sha256 : str or None
    size_px : tuple of int or None
        (width, height), upright.
    captured : str or None
        When it was taken, ISO 8601.
    """

    sha256: str | None = None
    size_px: tuple[int, ...] | None = None
    captured: str | None = None


NO_FACTS = PhotoFacts()


def photo_facts(source: PhotoSource, *, settings: Settings = DEFAULT) -> PhotoFacts:
    """Return what can be said of a photo that was refused; never raises.

    A file above the limits is not read.
    """
    if not isinstance(source, bytes | str | os.PathLike):
        return NO_FACTS
    try:
        data = source if isinstance(source, bytes) else _read_file(Path(source), settings)
    except PhotoError:
        return NO_FACTS
    digest = hashlib.sha256(data).hexdigest()
    try:
        kind = kind_of(data, "photo")
        if kind in APART:  # its decoder may end the process that it runs in
            return PhotoFacts(sha256=digest)
        with decoder_errors("photo"), open_picture(data, kind) as picture:
            size, orientation = picture.size, read_exif(picture)[0]
            return PhotoFacts(
                sha256=digest,
                size_px=(size[1], size[0]) if orientation in SIDEWAYS else size,
                captured=read_captured(picture),
            )
    except PhotoError:
        return PhotoFacts(sha256=digest)


def _read_file(path: Path, settings: Settings) -> bytes:
    name = valid_text(path.name)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise PhotoError(f"{name} is not a file.", code="photo_unsupported")
        if status.st_size > settings.max_bytes:
            raise _too_many_bytes(name, settings)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PhotoError(
            f"There is no file {valid_text(str(path))}.", code="photo_missing"
        ) from error
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ELOOP:
            raise PhotoError(
                f"{name} is a link that leads back to itself: name the photo itself.",
                code="photo_missing",
            ) from error
        raise PhotoError(
            f"{name} cannot be opened: check that you may read it.", code="photo_unreadable"
        ) from error


def _too_many_bytes(name: str, settings: Settings) -> PhotoError:
    return PhotoError(
        message(
            "{name} is larger than {limit} MB: save it as a smaller JPEG.",
            name=name,
            limit=settings.max_bytes // 2**20,
        ),
        code="photo_too_large",
    )
