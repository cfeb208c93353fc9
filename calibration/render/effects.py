"""Image pipeline of a phone: exposure, tone curve, lens, sensor noise, blur."""

from __future__ import annotations

import cv2
import numpy as np

from calibration.arrays import Bytes, Floats


def develop(
    image: Floats, rng: np.random.Generator, *, clean: bool = False, poor: bool = False
) -> Bytes:
    """Develop linear light into an 8-bit picture.

    Parameters
    ----------
    image : ndarray, shape (H, W, 3)
        Linear light.
    clean : bool
        Exposure and tone curve only, with very little noise.
    poor : bool
        With motion blur, strong noise and bad exposure.

    Returns
    -------
    ndarray, shape (H, W, 3)
        RGB.
    """
    metered = image * _exposure(image, rng, poor=poor)
    picture = 255.0 * _tone(metered) ** (1 / 2.2)
    if not clean:
        picture = _lens(picture, rng, poor=poor)
    noise = 0.8 if clean else rng.uniform(0.8, 3.0) + (4.0 if poor else 0.0)
    picture = picture + rng.normal(0.0, noise, picture.shape[:2])[..., None]
    picture = picture + rng.normal(0.0, 0.5 * noise, picture.shape)
    return np.asarray(np.clip(picture, 0, 255).astype(np.uint8))


def _exposure(image: Floats, rng: np.random.Generator, *, poor: bool) -> float:
    middle = float(np.median(image[::4, ::4].mean(-1)))
    wanted = 0.20 * np.exp(rng.normal(0.0, 0.45 if poor else 0.16))
    return float(np.clip(wanted / max(middle, 1e-3), 0.55, 2.6))


def _tone(light: Floats) -> Floats:
    """Apply a filmic shoulder: highlights roll off instead of clipping."""
    a, b, c, d, e = 2.51, 0.03, 2.43, 0.59, 0.14
    x = np.maximum(light, 0.0)
    return np.asarray(np.clip((x * (a * x + b)) / (x * (c * x + d) + e), 0.0, 1.0))


def _lens(picture: Floats, rng: np.random.Generator, *, poor: bool) -> Floats:
    height, width = picture.shape[:2]
    picture = picture * (1.0 + rng.normal(0.0, 0.018, 3))
    y, x = np.mgrid[:height, :width]
    radius = (x / width - 0.5) ** 2 + (y / height - 0.5) ** 2
    picture = picture * (1.0 - rng.uniform(0.0, 0.30) * radius)[..., None]
    if rng.random() < 0.5 or poor:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.4, 0.9))), float)
    if poor:
        kernel = np.zeros((9, 9))
        kernel[4, 1:8] = 1.0 / 7.0
        picture = np.asarray(cv2.filter2D(picture, -1, kernel), float)
    return np.asarray(picture)
