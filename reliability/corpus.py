"""A corpus of bad files, made anew from seeds each time: the same number is the same file."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from reliability.hostile import RAWS, big_header, encoded, scan_bomb, tiff, webp_bomb

ROOT: Final = Path(__file__).resolve().parents[1]
SAMPLES: Final = ROOT / "sample_images"
DATA: Final = ROOT / "tests" / "data"

EXTREMES: Final = (b"\x00", b"\xff", b"\x7f\xff", b"\xff\xff\xff\xff", b"\x80\x00\x00\x00")
"""Values that overflow lengths, counts and offsets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFile:
    """One file of the corpus.

    Parameters
    ----------
    name : str
        With the number of the file, the change that made it, and an ending.
    """

    name: str
    data: bytes


def photo_seeds() -> dict[str, bytes]:
    """Return small photos of every kind that is read, and files made to harm."""
    with Image.open(SAMPLES / "02_neutral_man_right.jpg") as sample:
        picture = sample.convert("RGB").resize((300, 400))
    kinds = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "GIF", "BMP")
    seeds = {f"plain.{kind.lower()}": encoded(picture, kind) for kind in kinds}
    seeds |= {
        "progressive.jpg": encoded(picture, "JPEG", progressive=True),
        "inks.jpg": encoded(picture.convert("CMYK"), "JPEG"),
        "grey16.png": encoded(picture.convert("I;16"), "PNG"),
        "palette.png": encoded(picture.convert("P"), "PNG"),
        "lzw.tif": encoded(picture, "TIFF", compression="tiff_lzw"),
        "phone.heic": (DATA / "quadrants.heic").read_bytes(),
        "scans.jpg": scan_bomb(picture, 400),
        "one-colour.webp": webp_bomb(),
        "wide.png": big_header("PNG", 60_000, 60_000),
        "wide.jpg": big_header("JPEG", 60_000, 60_000),
        "directory.tif": tiff({0x0100: (4, 300), 0x0101: (4, 400), 0x0106: (3, 2)}),
        "empty.jpg": b"",
        "text.jpg": b"this is no photo\n" * 40,
    }
    return seeds | {f"sensor.{ending}": head for ending, head in RAWS.items()}


def corpus(count: int, seeds: Mapping[str, bytes] | None = None) -> Iterator[BadFile]:
    """Yield ``count`` bad files: the seeds as they are, then changed ones.

    Parameters
    ----------
    seeds : mapping of str to bytes, optional
        Name, with its ending, to content; those of :func:`photo_seeds` by default.
    """
    known = list((photo_seeds() if seeds is None else seeds).items())
    for number in range(count):
        name, data = known[number % len(known)]
        stem, _, ending = name.rpartition(".")
        if number < len(known):
            yield BadFile(name=f"{number:05d}-{stem}-plain.{ending}", data=data)
            continue
        dice = random.Random(f"{name}-{number}")  # noqa: S311 - the same file for a number
        kind, changed = mutated(data, [content for _, content in known], dice)
        yield BadFile(name=f"{number:05d}-{stem}-{kind}.{ending}", data=changed)


def mutated(data: bytes, others: Sequence[bytes], dice: random.Random) -> tuple[str, bytes]:
    """Return the kind of a random change, and the changed content."""
    changes: dict[str, Callable[[], bytes]] = {
        "cut": lambda: data[: dice.randrange(len(data) + 1)],
        "head-cut": lambda: data[dice.randrange(min(len(data), 64) + 1) :],
        "flipped": lambda: _flipped(data, dice),
        "extreme": lambda: _extreme(data, dice, len(data)),
        "extreme-head": lambda: _extreme(data, dice, 256),
        "zeroed": lambda: _filled(data, dice),
        "left-out": lambda: _left_out(data, dice),
        "doubled": lambda: _doubled(data, dice),
        "spliced": lambda: data[: dice.randrange(len(data) + 1)] + _tail(dice.choice(others), dice),
        "wrong-head": lambda: dice.choice(others)[:16] + data[16:],
    }
    kind = dice.choice(sorted(changes))
    return kind, changes[kind]()


def _flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 4, 32)) if data else 0):
        changed[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _extreme(data: bytes, dice: random.Random, reach: int) -> bytes:
    at, value = dice.randrange(min(len(data), reach) + 1), dice.choice(EXTREMES)
    return data[:at] + value + data[at + len(value) :]


def _filled(data: bytes, dice: random.Random) -> bytes:
    begin, end = _piece(data, dice)
    return data[:begin] + bytes([dice.choice((0, 255))]) * (end - begin) + data[end:]


def _left_out(data: bytes, dice: random.Random) -> bytes:
    begin, end = _piece(data, dice)
    return data[:begin] + data[end:]


def _doubled(data: bytes, dice: random.Random) -> bytes:
    begin, end = _piece(data, dice)
    return data[:end] + data[begin:]


def _tail(data: bytes, dice: random.Random) -> bytes:
    return data[dice.randrange(len(data) + 1) :]


def _piece(data: bytes, dice: random.Random) -> tuple[int, int]:
    begin = dice.randrange(len(data) + 1)
    return begin, min(len(data), begin + dice.choice((1, 16, 256, 4096)))
