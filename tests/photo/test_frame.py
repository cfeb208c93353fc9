"""Frames of screenshots and stories: found to the pixel, and never in an ordinary picture."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from posture.photo.frame import WHOLE, Box, find_photo
from posture.photo.load import load_photo
from posture.photo.strip import strips

SAMPLES = sorted((Path(__file__).parents[2] / "sample_images").glob("*.jpg"))
PHOTO = Image.open(SAMPLES[10]).convert("RGB").resize((540, 720))


def found(page: Image.Image) -> tuple[int, int, int, int] | None:
    """Return the photo found on a page, as (left, top, right, bottom)."""
    image = np.asarray(page)
    box = find_photo(image, strips(image))
    if box is None:
        return None
    rows, columns = box.pixels(page.size)
    return columns.start, rows.start, columns.stop, rows.stop


def placed(background: Image.Image, at: tuple[int, int], photo: Image.Image = PHOTO) -> Image.Image:
    page = background.copy()
    page.paste(photo, at)
    return page


def plain(colour: str, size: tuple[int, int] = (540, 1170)) -> Image.Image:
    return Image.new("RGB", size, colour)


def written(page: Image.Image) -> Image.Image:
    """Add a clock above, and a caption and buttons below."""
    draw = ImageDraw.Draw(page)
    draw.text((30, 15), "14:32", fill="grey", font_size=22)
    draw.text((30, page.height - 180), "Liked by many people today", fill="grey", font_size=18)
    for k in range(5):
        x = 42 + k * page.width // 6
        draw.ellipse([x, page.height - 90, x + 36, page.height - 54], outline="grey", width=3)
    return page


BLUR = ImageFilter.GaussianBlur(20)


def blurred() -> Image.Image:
    return PHOTO.resize((540, 1170)).filter(BLUR)


def gradient() -> Image.Image:
    ramp = np.linspace((120, 60, 160), (240, 150, 60), 1170)
    return Image.fromarray(np.repeat(ramp[:, None], 540, axis=1).round().astype(np.uint8))


def with_status_line() -> Image.Image:
    page = plain("white")
    page.paste(plain("#203060", (540, 60)), (0, 0))
    return page


BORDERS = {
    "black page": (written(plain("black")), (0, 225)),
    "white page": (written(plain("white")), (0, 225)),
    "dark grey page": (written(plain("#181818")), (0, 225)),
    "near the top": (written(plain("black")), (0, 60)),
    "at the very top": (written(plain("black")), (0, 0)),
    "status line on a bar": (with_status_line(), (0, 225)),
    "blurred frame": (written(blurred()), (0, 225)),
    "colour gradient": (gradient(), (0, 225)),
    "bars at the sides": (plain("black", (1280, 720)), (370, 0)),
    "page all round": (plain("white", (800, 1100)), (130, 190)),
    "small on the page": (plain("#96968f", (1280, 960)), (500, 220)),
}


@pytest.mark.parametrize(
    ("name", "quality"),
    [
        *((name, None) for name in BORDERS),
        *((name, 85) for name in BORDERS),
    ],
)
def test_the_photo_is_found_on_a_page(name: str, quality: int | None, tmp_path: Path) -> None:
    background, (x, y) = BORDERS[name]
    page = placed(background, (x, y))
    if quality is not None:
        page.save(tmp_path / "page.jpg", quality=quality)
        page = Image.open(tmp_path / "page.jpg").convert("RGB")
    box = found(page)
    assert box is not None
    true = (x, y, x + PHOTO.width, y + PHOTO.height)
    # A few rows of the photo go with the page; none of the page stays.
    assert box == pytest.approx(true, abs=6)
    inward = np.subtract(box, true) * (1, 1, -1, -1)
    assert inward.min() >= 0


def test_a_border_blurred_from_the_photo_itself_is_found_after_strong_compression() -> None:
    """Above and below, it has the colours of the wall and the floor in the photo."""
    cut = 0
    for path in SAMPLES:
        photo = Image.open(path).convert("RGB").resize((540, 720))
        page = placed(written(photo.resize((540, 1170)).filter(BLUR)), (0, 225), photo)
        packed = io.BytesIO()
        page.save(packed, "JPEG", quality=80)
        box = found(Image.open(packed).convert("RGB"))
        assert box is None or box == pytest.approx((0, 225, 540, 945), abs=6)
        cut += box is not None
    assert cut >= len(SAMPLES) - 1


def test_rounded_corners_stay_with_the_photo() -> None:
    mask = Image.new("L", PHOTO.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *PHOTO.size), radius=20, fill=255)
    page = plain("white")
    page.paste(PHOTO, (0, 225), mask)
    assert found(page) == pytest.approx((0, 225, 540, 945), abs=6)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_an_ordinary_photo_has_no_frame(path: Path) -> None:
    photo = load_photo(path)
    assert (photo.framed, photo.lined, photo.part) == (False, False, WHOLE)


def room(roll_deg: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A plain wall above a plain floor, with the noise of a camera."""
    image = np.full((960, 720, 3), 205, np.uint8)
    drop = 360 * np.tan(np.radians(roll_deg))
    floor = np.array([[0, 700 - drop], [719, 700 + drop], [719, 959], [0, 959]])
    cv2.fillPoly(image, [floor.round().astype(np.int32)], (120, 90, 70), cv2.LINE_AA)
    noisy = image + rng.normal(0, 2.0, image.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("roll", [0.0, 0.05, 0.3, -2.0])
def test_an_empty_room_is_no_page(roll: float) -> None:
    assert found(Image.fromarray(room(roll, np.random.default_rng(5)))) is None


def test_a_blank_picture_has_no_photo() -> None:
    assert found(plain("white")) is None
    assert found(plain("black", (40, 30))) is None


def test_a_box_within_a_box_is_part_of_the_whole() -> None:
    outer = Box(left=0.2, top=0.1, right=0.6, bottom=0.9)
    inner = Box(left=0.5, top=0.25, right=1.0, bottom=0.5).within(outer)
    assert (inner.left, inner.top) == pytest.approx((0.4, 0.3))
    assert (inner.right, inner.bottom) == pytest.approx((0.6, 0.5))
    assert inner.pixels((1000, 500)) == (slice(150, 250), slice(400, 600))


@pytest.mark.parametrize("orientation", [1, 6])
def test_points_of_the_source_are_found_in_what_was_cut_out(
    tmp_path: Path, orientation: int
) -> None:
    page = written(placed(plain("black", (1080, 2340)), (0, 450), PHOTO.resize((1080, 1440))))
    stored = page.rotate(90, expand=True) if orientation == 6 else page
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "screen.png", exif=exif)
    photo = load_photo(tmp_path / "screen.png")
    assert photo.framed
    assert photo.source_size == (1080, 2340)
    left, top = photo.corner
    assert (left, top) == pytest.approx((0, 450), abs=12)
    # In the detail that the source has: 1280 pixels of the photo, not of the page.
    assert photo.image.shape[0] == pytest.approx(1280, abs=20)
    x, y = photo.reduction.reduced((540.0, 450.0 + 720.0))
    middle = (photo.image.shape[1] / 2, photo.image.shape[0] / 2)
    assert (x, y) == pytest.approx(middle, abs=6)
