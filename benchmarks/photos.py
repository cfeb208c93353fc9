"""Photos of the benchmarks: phone-sized, made from samples."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageOps

SAMPLES: Final = Path(__file__).resolve().parent.parent / "sample_images"
PHONE_SIZE: Final = (3024, 4032)
"""12 megapixels, upright."""

FACING_RIGHT: Final = "facing_right.jpg"
FACING_LEFT: Final = "facing_left.jpg"


def make_photos(folder: Path) -> dict[str, float]:
    """Write two 12 MP JPEGs, one the mirror image of the other, and return their size in MB."""
    for name, mirrored in ((FACING_RIGHT, False), (FACING_LEFT, True)):
        _phone_photo(mirrored=mirrored).save(folder / name, quality=90)
    return {"photo_mb": (folder / FACING_RIGHT).stat().st_size / 1e6}


def make_many(folder: Path, count: int) -> float:
    """Write ``count`` different 12 MP photos, all samples in turn; return their mean size in MB.

    Photos of one sample differ in brightness and noise; every second one is mirrored.
    """
    samples = sorted(SAMPLES.glob("*.jpg"))
    for number in range(count):
        with Image.open(samples[number % len(samples)]) as sample:
            image = ImageOps.mirror(sample) if number % 2 else sample
            picture = _enlarged(image, seed=number, brightness=number % 11 - 5)
        picture.save(folder / f"{number:05d}.jpg", quality=90)
    return sum(path.stat().st_size for path in folder.glob("*.jpg")) / count / 1e6


def _phone_photo(*, mirrored: bool) -> Image.Image:
    """Enlarge a sample and add noise as a phone's image processing leaves it."""
    with Image.open(_sample_facing_right()) as sample:
        image = ImageOps.mirror(sample) if mirrored else sample
        return _enlarged(image, seed=1)


def _enlarged(image: Image.Image, *, seed: int, brightness: int = 0) -> Image.Image:
    big = image.convert("RGB").resize(PHONE_SIZE, Image.Resampling.BICUBIC)
    noise = np.random.default_rng(seed).normal(0.0, 6.0, (PHONE_SIZE[1] // 2, PHONE_SIZE[0] // 2))
    grain = Image.fromarray(np.clip(128 + noise, 0, 255).astype(np.uint8)).resize(PHONE_SIZE)
    return ImageChops.add(big, Image.merge("RGB", [grain] * 3), offset=brightness - 128)


def _sample_facing_right() -> Path:
    import json

    truth = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
    return next(SAMPLES / row["file"] for row in truth if row["facing"] == "right")
