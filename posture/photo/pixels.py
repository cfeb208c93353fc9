"""Conversion of decoded pictures of any mode to upright RGB arrays of working size."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from posture.errors import PhotoError

NEUTRAL_GREY: Final = 128
"""Behind transparent pixels: it fakes neither a bright nor a dark outline."""

LEAST_KEPT: Final = 0.75
"""A reduction by 2, 4 or 8 is good enough if it keeps this share of the allowed side."""

HUGE_PIXELS: Final = 40_000_000
"""Pictures with more pixels are copied only after they were reduced."""


def target_size(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    """Return ``size`` (width, height) reduced to at most ``max_side`` pixels; never enlarged.

    A half, quarter or eighth is preferred when it keeps at least three quarters of
    ``max_side``: the JPEG decoder makes these itself, and no resizing is needed afterwards.
    """
    for step in (2, 4, 8):
        if LEAST_KEPT * max_side <= max(size) / step <= max_side < max(size):
            return -(-size[0] // step), -(-size[1] // step)
    ratio = max(1.0, max(size) / max_side)
    return max(1, round(size[0] / ratio)), max(1, round(size[1] / ratio))


def to_rgb(picture: Image.Image, target: tuple[int, int]) -> NDArray[np.uint8]:
    """Convert a loaded picture of any mode to RGB.

    Parameters
    ----------
    picture : PIL.Image.Image
        Already loaded; not changed.
    target : tuple of int
        Final (width, height). Costly conversions reduce the picture to it first.

    Returns
    -------
    ndarray (H, W, 3) uint8
        At the picture's own size or reduced. Colour profiles of RGB pictures are not applied:
        that would not move an outline, but would take a third of the decoding time.

    Raises
    ------
    PhotoError
        ``photo_unsupported`` for floating-point pixels.
    """
    if picture.mode == "F":
        raise PhotoError(
            "The photo has floating-point pixels: save it as JPEG or PNG.",
            code="photo_unsupported",
        )
    if picture.mode.startswith("I"):
        return _grey(_upper_byte(_deep_grey(picture, target)))
    if picture.has_transparency_data:
        return _flattened(picture, target)
    if picture.mode in ("1", "L"):
        return _grey(np.asarray(_no_longer_huge(picture.convert("L"), target)))
    if picture.mode == "CMYK":
        return _from_inks(picture, target)
    rgb = picture if picture.mode == "RGB" else picture.convert("RGB")
    return np.asarray(_no_longer_huge(rgb, target))


def _no_longer_huge(picture: Image.Image, target: tuple[int, int]) -> Image.Image:
    """Reduce a huge picture before its pixels are copied: 100 megapixels take 300 MB again."""
    step = picture.height // target[1]
    if step < 2 or picture.width * picture.height <= HUGE_PIXELS:
        return picture
    whole = (picture.width // step * step, picture.height // step * step)
    return picture.reduce(step, (0, 0, *whole))


def _grey(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(values[..., None], 3, axis=2)


def _deep_grey(picture: Image.Image, target: tuple[int, int]) -> NDArray[np.integer]:
    values = np.asarray(picture)
    step = picture.height // target[1]
    if values.dtype != np.uint16 or step < 2 or values.size <= HUGE_PIXELS:
        return values
    whole = (picture.width // step, picture.height // step)
    return np.asarray(cv2.resize(values, whole, interpolation=cv2.INTER_AREA), np.uint16)


def _upper_byte(values: NDArray[np.integer]) -> NDArray[np.uint8]:
    # Mode "I" has room for 32 bits, but the files that come in it hold 16.
    high = values >> 8
    fits = values.dtype == np.uint16
    upper: NDArray[np.uint8] = (high if fits else np.clip(high, 0, 255)).astype(np.uint8)
    return upper


def _flattened(picture: Image.Image, target: tuple[int, int]) -> NDArray[np.uint8]:
    rgba = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    step = rgba.height // target[1]
    if step >= 2:
        rgba = rgba.reduce(step)  # weights colours by their alpha
    card = Image.new("RGBA", rgba.size, (NEUTRAL_GREY, NEUTRAL_GREY, NEUTRAL_GREY, 255))
    return np.asarray(Image.alpha_composite(card, rgba).convert("RGB"))


def _from_inks(picture: Image.Image, target: tuple[int, int]) -> NDArray[np.uint8]:
    small = picture.resize(target, Image.Resampling.BOX)
    profile = picture.info.get("icc_profile")
    # Programs leave the profile of the RGB original in such files; the inks are read without it.
    with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
        if profile:
            small = _by_profile(small, profile)
    return np.asarray(small.convert("RGB"))


def _by_profile(inks: Image.Image, profile: bytes) -> Image.Image:
    of_inks, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(inks, of_inks, srgb, outputMode="RGB")
    return inks if converted is None else converted


def reduce(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Reduce (H, W, 3) pixels to ``size`` (width, height) without aliasing.

    The whole-number part of the ratio uses a box filter, which is fast at that. The rest (a ratio
    below 2) uses a binomial blur and linear interpolation, which lets through less aliasing than a
    fractional box filter and takes half the time.
    """
    height, width = pixels.shape[:2]
    step = height // size[1]
    if step >= 2:
        whole = (width // step, height // step)
        pixels = np.asarray(cv2.resize(pixels, whole, interpolation=cv2.INTER_AREA), np.uint8)
    if pixels.shape[1::-1] != size:
        soft = cv2.GaussianBlur(pixels, (3, 3), 0)
        pixels = np.asarray(cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return pixels


# EXIF orientation -> (mirror left to right first, then turn).
_TURNS = {
    1: (False, None),
    2: (True, None),
    3: (False, cv2.ROTATE_180),
    4: (True, cv2.ROTATE_180),
    5: (True, cv2.ROTATE_90_COUNTERCLOCKWISE),
    6: (False, cv2.ROTATE_90_CLOCKWISE),
    7: (True, cv2.ROTATE_90_CLOCKWISE),
    8: (False, cv2.ROTATE_90_COUNTERCLOCKWISE),
}
ORIENTATIONS = tuple(_TURNS)
SIDEWAYS = (5, 6, 7, 8)


def upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Apply an EXIF ``orientation`` (1 to 8) to (H, W, 3) pixels."""
    mirror, turn = _TURNS[orientation]
    if mirror:
        pixels = np.asarray(cv2.flip(pixels, 1), np.uint8)
    if turn is not None:
        pixels = np.asarray(cv2.rotate(pixels, turn), np.uint8)
    return pixels
