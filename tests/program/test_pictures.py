"""Pictures of the exercises: each named one exists, is small in bytes, and all have one size."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PIL import Image

PROGRAM = Path(__file__).parents[2] / "posture" / "program"
PICTURES = PROGRAM / "pictures"
LARGEST_BYTES = 60_000
SIZE = (640, 480)


def _named() -> list[str]:
    return [
        picture
        for path in sorted((PROGRAM / "data").glob("exercises_*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["exercise"]
        for picture in entry["pictures"]
    ]


def _of_tests() -> list[str]:
    """Names of the pictures of the trainer's tests, many of them those of an exercise."""
    table = tomllib.loads((PROGRAM / "data" / "tests.toml").read_text(encoding="utf-8"))
    return [picture for test in table["test"] for picture in test["pictures"]]


def _of_the_story() -> list[str]:
    """Names of the pictures of the story, many of them those of an exercise."""
    table = tomllib.loads((PROGRAM / "data" / "story.toml").read_text(encoding="utf-8"))
    files = [name for part in table["part"] for name in part.get("pictures", ())]
    return [name.removesuffix(".webp") for name in files if name.endswith(".webp")]


ALL = sorted({*_named(), *_of_the_story(), *_of_tests()})


@pytest.mark.parametrize("name", ALL)
def test_picture_exists_is_light_and_readable(name: str) -> None:
    path = PICTURES / f"{name}.webp"
    assert path.is_file()
    assert path.stat().st_size <= LARGEST_BYTES
    with Image.open(path) as image:
        image.load()
        assert image.format == "WEBP"
        assert image.size == SIZE


def test_picture_shows_a_figure_on_a_plain_background() -> None:
    for name in ALL:
        with Image.open(PICTURES / f"{name}.webp") as image:
            grey = image.convert("L")
        assert min(grey.getpixel(at) for at in ((2, 2), (637, 2))) > 235, name
        dark = sum(grey.histogram()[:128]) / (SIZE[0] * SIZE[1])
        assert 0.005 < dark < 0.40, name


def test_start_and_end_differ() -> None:
    for name in ALL:
        if name.endswith("_start"):
            other = PICTURES / f"{name.removesuffix('_start')}_end.webp"
            assert (PICTURES / f"{name}.webp").read_bytes() != other.read_bytes(), name


def test_no_picture_is_left_over() -> None:
    assert {path.stem for path in PICTURES.iterdir()} == set(ALL)


def test_no_two_exercises_share_a_picture() -> None:
    assert len(_named()) == len(set(_named()))
