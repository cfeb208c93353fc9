"""Photos to measure on: phone-sized, made from a sample."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageOps

SAMPLES: Final = Path(__file__).resolve().parent.parent / "sample_images"
PHONE_SIZE: Final = (3024, 4032)
"""12 megapixels, upright."""


def phone_photo(folder: Path, *, mirrored: bool) -> Path:
    """Write a 12 MP JPEG with sensor noise and return its path.

    Parameters
    ----------
    folder : Path
    mirrored : bool
        Whether the person faces the other way: people who face left are read twice.
    """
    path = folder / ("facing_left.jpg" if mirrored else "facing_right.jpg")
    with Image.open(_sample_facing_right()) as sample:
        image = ImageOps.mirror(sample) if mirrored else sample
        pixels = np.asarray(image.convert("RGB").resize(PHONE_SIZE, Image.Resampling.BICUBIC))
    noise = np.random.default_rng(1).normal(0.0, 3.0, pixels.shape[:2])[..., None]
    noisy = np.clip(pixels + noise, 0, 255).astype(np.uint8)
    Image.fromarray(noisy).save(path, quality=90)
    return path


def _sample_facing_right() -> Path:
    import json

    truth = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
    return next(SAMPLES / row["file"] for row in truth if row["facing"] == "right")
