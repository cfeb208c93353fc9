"""Loading of a photo from a path, bytes, a Pillow image or an array, upright and reduced."""

from __future__ import annotations

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
from posture.messages import message
from posture.photo.decode import decoder_errors, load_small, open_picture, read_exif
from posture.photo.frame import WHOLE, Box, find_photo
from posture.photo.lines import drawn_lines, without_lines
from posture.photo.pixels import SIDEWAYS, reduce, target_size, to_rgb, upright
from posture.photo.strip import Strips, strips
from posture.settings import DEFAULT, Settings

PhotoSource = str | os.PathLike[str] | bytes | Image.Image | NDArray[np.uint8]
"""Everything that :func:`load_photo` reads."""


SLIMMEST_PX: Final = 16
"""A narrower strip holds no body, however long it is."""


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
    part: Box = WHOLE
    framed: bool = False
    lined: bool = False

    @property
    def corner(self) -> tuple[int, int]:
        """Column and row of the upright source at which ``image`` begins."""
        rows, columns = self.part.pixels(self.source_size)
        return columns.start, rows.start

    def reduced(self, point: tuple[float, float]) -> tuple[float, float]:
        """Convert a point (x, y) of the upright source to pixels of ``image``."""
        x, y = (
            (at - start + 0.5) / self.scale - 0.5
            for at, start in zip(point, self.corner, strict=True)
        )
        return x, y


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
        ``photo_missing``, ``photo_too_large``, ``photo_too_small``, ``photo_unsupported``,
        ``photo_truncated`` or ``photo_unreadable``.
    """
    photo = _read(source, name, settings, part or WHOLE)
    seen = strips(photo.image)
    cleared = _without_lines(photo, seen)
    # Lines from border to border were drawn on a photo that has no frame.
    inner = find_photo(photo.image, seen) if part is None and not cleared.lined else None
    if inner is None:
        return cleared
    photo = replace(_read(source, name, settings, inner), framed=True)
    return _without_lines(photo, strips(photo.image))


def _without_lines(photo: Photo, seen: Strips) -> Photo:
    rows, columns = drawn_lines(*seen)
    if not rows and not columns:
        return photo
    image = without_lines(photo.image, rows, columns)
    image.setflags(write=False)
    return replace(photo, image=image, lined=True)


def _read(source: PhotoSource, name: str | None, settings: Settings, part: Box) -> Photo:
    if isinstance(source, np.ndarray):
        return _from_array(source, name or "array", settings, part)
    if isinstance(source, Image.Image):
        return _from_pillow(source, name or "image", settings, part)
    if isinstance(source, bytes):
        return _from_bytes(source, name or "bytes", settings, part)
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        return _from_bytes(_read_file(path, settings), name or path.name, settings, part)
    raise PhotoError(
        f"A photo cannot be a {type(source).__name__}: give a path, bytes, a Pillow image or "
        "an RGB uint8 array.",
        code="photo_unsupported",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """Everything known about a photo besides its pixels."""

    name: str
    sha256: str
    format: str
    orientation: int = 1
    focal_35mm: float | None = None


def _from_array(array: NDArray[np.uint8], name: str, settings: Settings, part: Box) -> Photo:
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
    _check_size(width, height, name, settings)
    pixels = np.ascontiguousarray(array)
    digest = hashlib.sha256(pixels.data).hexdigest()
    origin = _Origin(name=name, sha256=digest, format="ARRAY")
    return _finish(pixels, (width, height), origin, settings, part)


def _from_pillow(picture: Image.Image, name: str, settings: Settings, part: Box) -> Photo:
    with decoder_errors(name):
        _check_size(*picture.size, name, settings)
        picture.load()
        pixels = to_rgb(picture, picture.size)
        orientation, focal = read_exif(picture)
        origin = _Origin(
            name=name,
            sha256=hashlib.sha256(pixels.data).hexdigest(),
            format=picture.format or "PIL",
            orientation=orientation,
            focal_35mm=focal,
        )
        return _finish(pixels, picture.size, origin, settings, part)


def _from_bytes(data: bytes, name: str, settings: Settings, part: Box) -> Photo:
    if len(data) > settings.max_bytes:
        raise _too_many_bytes(name, settings)
    with decoder_errors(name), open_picture(data, name) as picture:
        size = picture.size
        _check_size(*size, name, settings)
        target = _decoded_size(size, settings.max_side_px, part)
        load_small(picture, target)
        # After loading: PNG may store EXIF behind the pixels, and TIFF turns itself upright.
        orientation, focal = read_exif(picture)
        origin = _Origin(
            name=name,
            sha256=hashlib.sha256(data).hexdigest(),
            format=picture.format or "unknown",
            orientation=orientation,
            focal_35mm=focal,
        )
        return _finish(to_rgb(picture, target), size, origin, settings, part)


def _decoded_size(size: tuple[int, int], max_side: int, part: Box) -> tuple[int, int]:
    """Return the least (width, height) at which a photo is decoded to read a part of it."""
    if part is WHOLE:
        return target_size(size, max_side)
    # The part is that of the upright picture, so either side may be the one that it shortens.
    share = min(part.right - part.left, part.bottom - part.top)
    ratio = min(1.0, max_side / (share * max(size)))
    return math.ceil(size[0] * ratio), math.ceil(size[1] * ratio)


def _finish(
    pixels: NDArray[np.uint8],
    size: tuple[int, int],
    origin: _Origin,
    settings: Settings,
    part: Box,
) -> Photo:
    """Reduce the pixels and turn them upright; ``size`` (width, height) is that of the file."""
    source_size = (size[1], size[0]) if origin.orientation in SIDEWAYS else size
    if part is WHOLE:
        image = upright(reduce(pixels, target_size(size, settings.max_side_px)), origin.orientation)
    else:
        turned = upright(pixels, origin.orientation)
        shown = turned[part.pixels((turned.shape[1], turned.shape[0]))]
        least = target_size((shown.shape[1], shown.shape[0]), settings.max_side_px)
        image = reduce(np.ascontiguousarray(shown), least)
    if image is pixels or image.base is not None or not image.flags.owndata:
        image = image.copy()  # never lock or share memory that belongs to the caller
    image.setflags(write=False)
    return Photo(
        image=image,
        name=origin.name,
        sha256=origin.sha256,
        source_size=source_size,
        scale=max(part.sides(source_size)) / max(image.shape[:2]),
        focal_35mm=origin.focal_35mm,
        format=origin.format,
        part=part,
    )


def _read_file(path: Path, settings: Settings) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise PhotoError(f"{path.name} is not a file.", code="photo_unsupported")
        if status.st_size > settings.max_bytes:
            raise _too_many_bytes(path.name, settings)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PhotoError(f"There is no file {path}.", code="photo_missing") from error
    except (OSError, ValueError) as error:
        raise PhotoError(
            f"{path.name} cannot be opened: check that you may read it.", code="photo_unreadable"
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


def _check_size(width: int, height: int, name: str, settings: Settings) -> None:
    if width * height > settings.max_pixels:
        raise PhotoError(
            message(
                "{name} has {width} x {height} pixels, more than {limit} million: reduce it first.",
                name=name,
                width=width,
                height=height,
                limit=f"{settings.max_pixels / 1e6:.0f}",
            ),
            code="photo_too_large",
        )
    short = min(target_size((width, height), settings.max_side_px))
    if max(width, height) < settings.min_side_px or short < SLIMMEST_PX:
        raise PhotoError(
            message(
                "{name} has {width} x {height} pixels, too few to see a body: send the photo in "
                "its full size.",
                name=name,
                width=width,
                height=height,
            ),
            code="photo_too_small",
        )
