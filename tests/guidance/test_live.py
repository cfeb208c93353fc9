"""Live frames: the first instruction is the right one, on real readings of sample photos."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posture.analysis.analyzer import Analyzer
from posture.guidance.instructions import SENTENCES
from posture.guidance.live import Look, live_frame, look_at
from posture.photo.load import load_photo

ROOT = Path(__file__).parents[2]
Image = NDArray[np.uint8]


def sample(number: int) -> Image:
    path = next((ROOT / "sample_images").glob(f"{number:02d}_*.jpg"))
    picture = cv2.imread(str(path))
    assert picture is not None
    return np.asarray(picture[..., ::-1], dtype=np.uint8).copy()


def seen(frame: Image, analyzer: Analyzer) -> Look:
    return look_at(live_frame(frame), analyzer)


def surrounded(frame: Image, share: float) -> Image:
    rows, columns = (round(share * side) for side in frame.shape[:2])
    # The colour of the wall: rows repeated at the feet would be feet as long as the border.
    wall = np.median(frame[: len(frame) // 8].reshape(-1, 3), axis=0).tolist()
    bigger = cv2.copyMakeBorder(
        frame, rows, rows, columns, columns, cv2.BORDER_CONSTANT, value=wall
    )
    return np.asarray(bigger, dtype=np.uint8)


def turned(frame: Image, degrees: float) -> Image:
    height, width = frame.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    moved = cv2.warpAffine(frame, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.uint8)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
def test_who_stands_right_is_asked_for_nothing(analyzer: Analyzer, number: int) -> None:
    look = seen(sample(number), analyzer)
    assert look.instruction.code == "ready"
    assert look.trunk_px > 0


WRONG: dict[str, tuple[int, Callable[[Image], Image], str]] = {
    "an empty room": (1, lambda frame: np.full_like(frame, 128), "nobody"),
    "a dark empty room": (1, lambda frame: np.full_like(frame, 9), "light"),
    "seen from the front": (12, lambda frame: frame, "side_view"),
    "a camera on its side by 8 degrees": (11, lambda frame: frame, "level"),
    "feet below the picture": (
        3,
        lambda frame: surrounded(frame, 0.2)[: round(1.05 * frame.shape[0])],
        "tilt_forward",
    ),
    "the head above the picture": (
        3,
        lambda frame: frame[round(0.14 * frame.shape[0]) :],
        "tilt_back",
    ),
    "head and feet out of the picture": (
        3,
        lambda frame: frame[round(0.15 * len(frame)) : round(0.8 * len(frame))],
        "step_back",
    ),
    "far away": (3, lambda frame: surrounded(frame, 0.5), "come_nearer"),
    "at the border": (3, lambda frame: frame[:, round(0.5 * frame.shape[1]) :], "middle"),
    "two people": (3, lambda frame: np.concatenate([frame, frame], axis=1), "one_person"),
    "a dark room": (3, lambda frame: (0.2 * frame).astype(np.uint8), "light"),
}


@pytest.mark.parametrize("case", WRONG)
def test_the_first_instruction_is_the_right_one(analyzer: Analyzer, case: str) -> None:
    number, change, expected = WRONG[case]
    frame = np.ascontiguousarray(change(sample(number)))
    assert seen(frame, analyzer).instruction.code == expected


def test_a_mirrored_frame_asks_for_the_mirrored_thing(analyzer: Analyzer) -> None:
    mirror = {"turn_left": "turn_right", "turn_right": "turn_left"}
    for number in (3, 11, 12):
        frame = sample(number)
        plain = seen(frame, analyzer).instruction.code
        flipped = seen(np.ascontiguousarray(frame[:, ::-1]), analyzer).instruction.code
        assert flipped == mirror.get(plain, plain)


def test_the_outline_goes_round_the_person_in_shares_of_the_frame(analyzer: Analyzer) -> None:
    frame = sample(3)
    outline = seen(frame, analyzer).outline
    assert 20 < len(outline) < 400
    assert outline.min() >= 0.0
    assert outline.max() <= 1.0
    again = seen(np.ascontiguousarray(cv2.resize(frame, None, fx=0.75, fy=0.75)), analyzer)
    assert again.outline.min(axis=0) == pytest.approx(outline.min(axis=0), abs=0.02)
    assert again.outline.max(axis=0) == pytest.approx(outline.max(axis=0), abs=0.02)


def test_a_roll_that_is_seen_is_told(analyzer: Analyzer) -> None:
    straight, crooked = (seen(turned(sample(1), deg), analyzer).roll_deg for deg in (0.0, 3.0))
    assert straight is not None
    assert crooked is not None
    assert straight - crooked == pytest.approx(3.0, abs=1.0)


def test_every_instruction_is_short_enough_to_be_called_out() -> None:
    assert max(len(sentence.split()) for sentence in SENTENCES.values()) <= 10


def test_a_frame_is_shown_whole_though_a_photo_would_lose_its_dark_borders(
    analyzer: Analyzer,
) -> None:
    """Cut like a screenshot, the outline would be drawn beside the person."""
    frame = sample(3)
    bar = frame.shape[1] // 2
    barred = np.ascontiguousarray(np.pad(frame, ((0, 0), (bar, bar), (0, 0))))
    assert load_photo(barred).framed
    inner, outer = (seen(each, analyzer).outline[:, 0] for each in (frame, barred))
    assert outer.min() == pytest.approx((inner.min() + 0.5) / 2, abs=0.01)
    assert outer.max() == pytest.approx((inner.max() + 0.5) / 2, abs=0.01)


def test_a_look_tells_the_side_and_a_mirrored_frame_the_other(analyzer: Analyzer) -> None:
    frame = sample(3)
    sides = {seen(each, analyzer).facing for each in (frame, np.ascontiguousarray(frame[:, ::-1]))}
    assert sides == {"left", "right"}
