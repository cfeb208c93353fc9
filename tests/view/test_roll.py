"""Camera roll from straight lines, in drawn rooms of known roll."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from support.paper_doll import Doll

from posture.view.roll import (
    GIVEN_SD_DEG,
    HORIZONTAL_SD_DEG,
    MIN_LENGTH,
    PRIOR_SD_DEG,
    VERTICAL_RANGE_DEG,
    estimate_roll,
    given_roll,
)

WIDTH, HEIGHT = 700, 900
NOBODY = np.zeros((HEIGHT, WIDTH), dtype=np.float32)
MIDDLE = WIDTH / 2
ROLLS = [-8.0, -3.0, 0.0, 2.0, 6.0]

Image = NDArray[np.uint8]


def blank() -> Image:
    return np.full((HEIGHT, WIDTH, 3), 120, dtype=np.uint8)


def draw(image: Image, middle: tuple[float, float], deg: float, half: float, grey: int) -> None:
    """Draw an edge that is turned clockwise from the picture's vertical."""
    run = half * np.array([np.sin(np.radians(deg)), -np.cos(np.radians(deg))])
    ends = np.array([middle - run, middle + run])
    start, end = (16 * ends).round().astype(int).tolist()
    cv2.line(image, start, end, (grey, grey, grey), 5, cv2.LINE_AA, 4)


def room(roll: float, *, verticals: int = 4, fan: float = 0.0, floor: bool = False) -> Image:
    """Draw verticals across the picture that converge by ``fan`` degrees per long side."""
    image = blank()
    for i, x in enumerate(np.linspace(80, WIDTH - 80, verticals)):
        draw(image, (x, 450.0), roll + fan * (x - MIDDLE) / HEIGHT, 300.0, 40 + 180 * (i % 2))
    if floor:
        draw(image, (MIDDLE, 830.0), roll + 90, 320.0, 20)
    return noisy(image)


def noisy(image: Image) -> Image:
    grain = np.random.default_rng(1).normal(0, 4, image.shape)
    return np.clip(image + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("roll", ROLLS)
@pytest.mark.parametrize(
    ("kind", "sd"),
    [
        ({}, 1.0),
        ({"fan": 4.0}, 1.0),
        ({"fan": -4.0}, 1.0),
        ({"floor": True}, 0.8),
        ({"verticals": 2}, 4.0),
        ({"verticals": 0, "floor": True}, 1.5),
    ],
    ids=str,
)
def test_roll_lies_within_three_of_its_own_sd(
    roll: float, kind: dict[str, float], sd: float
) -> None:
    found = estimate_roll(room(roll, **kind), NOBODY, person_x=MIDDLE)
    assert found.source == "lines"
    assert found.lines > 0
    assert found.sd_deg < sd
    assert abs(found.deg - roll) < 3 * found.sd_deg


@pytest.mark.parametrize("roll", ROLLS)
def test_many_verticals_are_exact(roll: float) -> None:
    found = estimate_roll(room(roll, verticals=7), NOBODY, person_x=MIDDLE)
    assert found.deg == pytest.approx(roll, abs=0.3)
    assert found.sd_deg > 0.3  # both sides of seven bars are not fourteen independent lines


@pytest.mark.parametrize("roll", [-4.0, 3.0])
def test_clutter_does_not_outweigh_the_verticals(roll: float) -> None:
    image = room(roll, verticals=5)
    rng = np.random.default_rng(3)
    for _ in range(8):
        middle = (rng.uniform(60, WIDTH - 60), rng.uniform(150, 750))
        draw(image, middle, rng.uniform(-11, 11), rng.uniform(60, 110), 90)
    found = estimate_roll(image, NOBODY, person_x=MIDDLE)
    assert found.deg == pytest.approx(roll, abs=0.8)


@pytest.mark.parametrize("x", [150.0, 350.0, 550.0])
def test_among_converging_verticals_the_one_at_the_person_counts(x: float) -> None:
    fan = 8.0
    found = estimate_roll(room(1.0, verticals=7, fan=fan), NOBODY, person_x=x)
    assert found.deg == pytest.approx(1.0 + fan * (x - MIDDLE) / HEIGHT, abs=0.6)


def test_mirrored_room_has_the_opposite_roll() -> None:
    image = room(3.0, fan=3.0, floor=True)
    one = estimate_roll(image, NOBODY, person_x=200.0)
    flipped = np.ascontiguousarray(image[:, ::-1])
    other = estimate_roll(flipped, NOBODY, person_x=WIDTH - 1 - 200.0)
    assert other.deg == pytest.approx(-one.deg, abs=0.15)
    assert other.sd_deg == pytest.approx(one.sd_deg, abs=0.05)


@pytest.mark.parametrize("width", [WIDTH, WIDTH - 1, WIDTH - 2])
def test_a_room_read_in_a_mirror_is_the_mirrored_room_exactly(width: int) -> None:
    image = np.ascontiguousarray(room(3.0, fan=3.0, floor=True)[:, :width])
    mask = np.zeros((HEIGHT, width), dtype=np.float32)
    mask[200:800, 90:180] = np.linspace(0, 1, 90, dtype=np.float32)
    one = estimate_roll(image, mask, person_x=200.0)
    flipped = np.ascontiguousarray(image[:, ::-1])
    masked = np.ascontiguousarray(mask[:, ::-1])
    other = estimate_roll(flipped, masked, person_x=width - 1 - 200.0, mirrored=True)
    assert (other.deg, other.sd_deg, other.lines) == (-one.deg, one.sd_deg, one.lines)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_size_of_the_picture_does_not_matter(factor: float) -> None:
    image = cv2.resize(room(4.0), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    mask = np.zeros(image.shape[:2], dtype=np.float32)
    found = estimate_roll(image, mask, person_x=MIDDLE * factor)
    assert found.deg == pytest.approx(4.0, abs=0.4)


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(blank(), id="blank"),
        pytest.param(noisy(blank()), id="noise"),
        pytest.param(np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8), id="black"),
    ],
)
def test_without_lines_nothing_is_known(image: Image) -> None:
    found = estimate_roll(image, NOBODY, person_x=MIDDLE)
    assert (found.deg, found.sd_deg, found.source, found.lines) == (
        0.0,
        PRIOR_SD_DEG,
        "unknown",
        0,
    )


@pytest.mark.parametrize(
    ("deg", "half"),
    [
        pytest.param(VERTICAL_RANGE_DEG + 4, 300.0, id="slanted"),
        pytest.param(45.0, 250.0, id="diagonal"),
        pytest.param(2.0, 0.4 * MIN_LENGTH * HEIGHT, id="short"),
    ],
)
def test_uninformative_lines_are_ignored(deg: float, half: float) -> None:
    image = blank()
    draw(image, (MIDDLE, 450.0), deg, half, 30)
    assert estimate_roll(image, NOBODY, person_x=MIDDLE).source == "unknown"


def test_lines_on_the_person_are_ignored() -> None:
    doll = Doll(size=(WIDTH, HEIGHT), hip_px=(MIDDLE, 440.0))
    striped = blank()
    for x in (-20.0, 0.0, 20.0):
        draw(striped, (MIDDLE + x, 380.0), 7.0, 110.0, 20)
    assert estimate_roll(striped, NOBODY, person_x=MIDDLE).source == "lines"
    assert estimate_roll(striped, doll.mask, person_x=MIDDLE).source == "unknown"


def test_one_vertical_is_weak_evidence() -> None:
    image = blank()
    draw(image, (MIDDLE, 450.0), 5.0, 300.0, 30)
    weak = estimate_roll(noisy(image), NOBODY, person_x=MIDDLE)
    strong = estimate_roll(room(5.0, verticals=6), NOBODY, person_x=MIDDLE)
    assert strong.sd_deg < weak.sd_deg < 3.5
    assert 0 < weak.deg < strong.deg


def test_a_floor_line_alone_is_combined_with_the_prior() -> None:
    found = estimate_roll(room(4.0, verticals=0, floor=True), NOBODY, person_x=MIDDLE)
    trust = PRIOR_SD_DEG**2 / (PRIOR_SD_DEG**2 + HORIZONTAL_SD_DEG**2)
    assert found.deg == pytest.approx(4.0 * trust, abs=0.15)
    expected = np.hypot(np.sqrt(trust) * HORIZONTAL_SD_DEG, 0.2)
    assert found.sd_deg == pytest.approx(expected, rel=0.02)


def test_a_stated_roll_is_used() -> None:
    roll = given_roll(-3.5)
    assert (roll.deg, roll.sd_deg, roll.source) == (-3.5, GIVEN_SD_DEG, "given")
