"""Photos as people send them: each read like the photo itself, or refused for the true reason."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from support.paper_doll import Box, Doll

from posture.analysis.analyzer import Analyzer
from posture.analysis.result import Analysis
from posture.errors import PoseError, PostureError
from posture.pose.plausibility import share_beside_bones
from posture.view.people import WIDE_OUTLINE, reach_findings
from scripts.touching import put_together

SAMPLES = Path(__file__).parents[2] / "sample_images"
NEUTRAL, TILTED = SAMPLES / "02_neutral_man_right.jpg", SAMPLES / "03_tilted_arched_woman_right.jpg"
ROLLED = SAMPLES / "11_poor_loose_clothes_tilted_camera.jpg"
SWAYED = SAMPLES / "05_swayed_woman_left.jpg"
Read = Callable[[Path], Analysis]


def load(path: Path) -> Image.Image:
    return Image.open(path).convert("RGB")


def pixels(picture: Image.Image) -> NDArray[np.uint8]:
    return np.array(picture)


def codes(analysis: Analysis) -> set[str]:
    return {finding.code for finding in analysis.view.findings}


def refused(analyzer: Analyzer, picture: Image.Image) -> PostureError:
    with pytest.raises(PoseError) as caught:
        analyzer.analyze(pixels(picture))
    return caught.value


def assert_alike(found: Analysis, true: Analysis, *, sd: float = 0.4) -> None:
    """Assert that two readings of one photo differ by little of what each claims to know."""
    for name, value in true.estimates.shown().items():
        again = found.estimates.shown()[name]
        assert value.value is not None
        assert again.value is not None
        assert value.sd is not None
        assert abs(again.value - value.value) < sd * value.sd, name


# --- frames and lines ----------------------------------------------------------------------


def on_a_screen(photo: Image.Image, page: Image.Image) -> Image.Image:
    scale = min(1080 / photo.width, 1700 / photo.height)
    photo = photo.resize((round(photo.width * scale), round(photo.height * scale)))
    page = page.copy()
    page.paste(photo, ((1080 - photo.width) // 2, (2340 - photo.height) // 2))
    return page


@pytest.mark.parametrize("frame", ["black", "white", "blurred"])
def test_a_screenshot_reads_like_its_photo(
    analyzer: Analyzer, read_sample: Read, frame: str
) -> None:
    photo, true = load(ROLLED), read_sample(ROLLED)
    size = (1080, 2340)
    page = (
        photo.resize(size).filter(ImageFilter.GaussianBlur(40))
        if frame == "blurred"
        else Image.new("RGB", size, frame)
    )
    found = analyzer.analyze(pixels(on_a_screen(photo, page)))
    assert_alike(found, true)
    assert found.view.roll.deg == pytest.approx(true.view.roll.deg, abs=0.3)
    assert found.status == true.status == "poor"
    assert codes(found) == codes(true) | {"frame_cut"}
    # Keypoints are those of the picture that was sent.
    nose = found.keypoints.points[0]
    assert 320 < nose.y < 1000
    assert found.keypoints.photo_size_px == size


@pytest.mark.parametrize("upright_only", [False, True])
def test_a_grid_or_plumb_line_is_read_through(
    analyzer: Analyzer, read_sample: Read, *, upright_only: bool
) -> None:
    image = pixels(load(TILTED))
    height, width = image.shape[:2]
    for x in (width // 2,) if upright_only else range(40, width, 80):
        cv2.line(image, (x, 0), (x, height - 1), (255, 0, 0), 2)
    for y in () if upright_only else range(40, height, 80):
        cv2.line(image, (0, y), (width - 1, y), (255, 0, 0), 2)
    found = analyzer.analyze(image)
    assert_alike(found, read_sample(TILTED), sd=0.6)
    assert "lines_drawn" in codes(found)


# --- size and cut --------------------------------------------------------------------------


def distant(photo: Image.Image, share: float) -> Image.Image:
    """Put a person at a share of the height of a landscape photo, in a larger noisy room."""
    height = round(1800 * share / 0.86)
    small = pixels(photo.resize((round(photo.width * height / photo.height), height)))
    above, beside = round((1800 - height) * 0.6), (2400 - small.shape[1]) // 2
    below, right = 1800 - height - above, 2400 - small.shape[1] - beside
    room = cv2.copyMakeBorder(small, above, below, beside, right, cv2.BORDER_REPLICATE)
    noise = np.random.default_rng(2).normal(0, 4, (900, 1200)).astype(np.float32)
    noisy = room + cv2.resize(noise, (2400, 1800))[..., None]
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("share", [0.2, 0.3])
def test_a_distant_person_is_found_and_read_in_detail(
    analyzer: Analyzer, read_sample: Read, share: float
) -> None:
    found = analyzer.analyze(pixels(distant(load(TILTED), share)))
    assert_alike(found, read_sample(TILTED), sd=1.0)
    assert found.keypoints.photo_size_px == (2400, 1800)
    ears, ankles = (
        np.mean([point.y for point in found.keypoints.points if part in point.name])
        for part in ("ear", "ankle")
    )
    assert (ankles - ears) / 1800 == pytest.approx(0.86 * share, rel=0.15)


def test_nobody_is_found_in_an_empty_room(analyzer: Analyzer) -> None:
    noise = np.random.default_rng(4).integers(90, 110, (900, 1200, 3), dtype=np.uint8)
    assert refused(analyzer, Image.fromarray(noise)).code == "no_person"


@pytest.mark.parametrize("height", [480, 1000])
@pytest.mark.parametrize("path", [NEUTRAL, SWAYED], ids=lambda path: path.stem)
def test_a_photo_cut_to_the_person_is_read(
    analyzer: Analyzer, read_sample: Read, path: Path, height: int
) -> None:
    true = read_sample(path)
    left, top, width, tall = true.keypoints.body_box_px
    margin = 0.02 * tall
    box = (left - margin, top - margin, left + width + margin, top + tall + margin)
    slim = load(path).crop(tuple(round(at) for at in box))
    slim = slim.resize((round(slim.width * height / slim.height), height))
    assert_alike(analyzer.analyze(pixels(slim)), true, sd=1.3)


def test_only_a_person_too_small_is_refused_for_size(analyzer: Analyzer) -> None:
    small = load(NEUTRAL).resize((90, 120))
    enlarged = Image.new("RGB", (200, 160), (121, 160, 127))
    enlarged.paste(small, (55, 20))
    error = refused(analyzer, enlarged)
    assert error.code in {"person_too_small", "no_person"}


# --- other people --------------------------------------------------------------------------


def beside(shift: float) -> Image.Image:
    """Put a second person beside the first, from a share of the width on."""
    first, second = load(NEUTRAL), load(TILTED)
    width, height = first.size
    strip = second.resize(first.size).crop((round(0.36 * width), 0, round(0.68 * width), height))
    first.paste(strip, (round(shift * width), 0))
    return first


def test_a_second_person_cut_off_by_the_border_is_named(
    analyzer: Analyzer, read_sample: Read
) -> None:
    found = analyzer.analyze(pixels(beside(0.80)))
    assert "other_people" in codes(found)
    assert_alike(found, read_sample(NEUTRAL))


def test_two_whole_people_are_refused(analyzer: Analyzer) -> None:
    assert refused(analyzer, beside(0.66)).code in {"several_people", "people_touch"}


@pytest.mark.parametrize(
    ("first", "second", "shift"), [(3, 9, -0.2), (7, 2, -0.15), (9, 4, 0.15), (5, 4, 0.2)]
)
def test_two_who_touch_and_are_found_as_one_are_refused(
    analyzer: Analyzer, read_sample: Read, first: int, second: int, shift: float
) -> None:
    """Each was read as one person with the outline of two."""
    one, other = (read_sample(next(SAMPLES.glob(f"{n:02}_*"))) for n in (first, second))
    picture = put_together(one, other, shift)
    assert refused(analyzer, Image.fromarray(picture)).code == "people_touch"


def test_what_reaches_far_from_the_body_is_named() -> None:
    """Where the second one is not found, the outline still tells of something."""
    doll = Doll()
    alone = share_beside_bones(doll.pose)
    assert alone < 0.02
    assert reach_findings(doll.pose) == []
    bag = doll.but(extras=(Box(left=0.2, right=0.9, low=0.2, high=0.7),))
    carried = replace(doll.pose, mask=bag.mask)
    # Of the bag, 0.65 by 0.5 trunks are farther from the bones than a body is wide.
    before, body = ((each.mask > 0.5).sum() / doll.unit_px**2 for each in (doll, bag))
    expected = (0.65 * 0.5 + alone * before) / body
    assert share_beside_bones(carried) == pytest.approx(expected, abs=0.01)
    assert reach_findings(carried) == [WIDE_OUTLINE]


# --- shape and direction -------------------------------------------------------------------


@pytest.mark.parametrize(("factor", "code"), [(1.33, "stretched"), (0.75, "squeezed")])
def test_a_stretched_photo_is_named_and_its_intervals_hold_the_true_values(
    analyzer: Analyzer, read_sample: Read, factor: float, code: str
) -> None:
    photo, true = load(NEUTRAL), read_sample(NEUTRAL)
    found = analyzer.analyze(pixels(photo.resize((round(photo.width * factor), photo.height))))
    (finding,) = (each for each in found.view.findings if each.code == code)
    assert finding.cost_deg is not None
    assert finding.cost_deg > 2.0
    for name, value in true.estimates.shown().items():
        again = found.estimates.shown()[name]
        assert again.low is not None
        assert again.high is not None
        assert again.low < value.value < again.high, name
        assert (again.high - again.low) > 1.2 * (value.high - value.low), name
    assert found.estimates.change.pelvic_tilt_deg is None


@pytest.mark.parametrize("factor", [1.7, 0.6])
def test_a_photo_stretched_beyond_reason_is_refused(analyzer: Analyzer, factor: float) -> None:
    photo = load(NEUTRAL)
    wide = photo.resize((round(photo.width * factor), photo.height))
    assert refused(analyzer, wide).code == "picture_stretched"


@pytest.mark.parametrize(
    ("turn", "code"),
    [
        (Image.Transpose.ROTATE_270, "picture_turned_right"),
        (Image.Transpose.ROTATE_90, "picture_turned_left"),
        (Image.Transpose.ROTATE_180, "picture_upside_down"),
    ],
)
@pytest.mark.parametrize("path", [NEUTRAL, SAMPLES / "12_refused_front_view.jpg"])
def test_a_picture_that_lies_is_to_be_turned(
    analyzer: Analyzer, path: Path, turn: Image.Transpose, code: str
) -> None:
    assert refused(analyzer, load(path).transpose(turn)).code == code


# --- what the picture is -------------------------------------------------------------------


@pytest.mark.parametrize("quality", [None, 90])
def test_a_drawing_is_named(analyzer: Analyzer, quality: int | None) -> None:
    flat = cv2.pyrMeanShiftFiltering(pixels(load(NEUTRAL)), 25, 60)
    drawing = Image.fromarray((flat // 64 * 64 + 32).astype(np.uint8))
    if quality is not None:
        buffer = io.BytesIO()
        drawing.save(buffer, "JPEG", quality=quality)
        drawing = Image.open(buffer).convert("RGB")
    assert "looks_drawn" in codes(analyzer.analyze(pixels(drawing)))


@pytest.mark.parametrize("quality", [30, 60])
def test_a_strongly_compressed_photo_is_no_drawing(analyzer: Analyzer, quality: int) -> None:
    buffer = io.BytesIO()
    load(SAMPLES / "10_large_woman_left.jpg").save(buffer, "JPEG", quality=quality)
    assert "looks_drawn" not in codes(analyzer.analyze(buffer.getvalue()))


@pytest.mark.parametrize(("focal", "named"), [(13, True), (16, True), (24, False), (52, False)])
def test_an_ultra_wide_lens_costs_what_its_closeness_costs(
    analyzer: Analyzer, *, focal: int, named: bool
) -> None:
    photo = load(NEUTRAL)
    exif = photo.getexif()
    exif.get_ifd(0x8769)[0xA405] = focal
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=95, exif=exif)
    found = analyzer.analyze(buffer.getvalue())
    costs = {each.code: each.cost_deg for each in found.view.findings}
    assert ("ultra_wide_lens" in costs) == named
    if named:
        cost = costs["ultra_wide_lens"]
        assert cost is not None
        assert 3.0 < cost < 10.0


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("[01]*.jpg"))[:11], ids=lambda path: path.stem)
def test_an_ordinary_photo_gets_none_of_these_findings(read_sample: Read, path: Path) -> None:
    new = {
        "frame_cut",
        "lines_drawn",
        "looks_drawn",
        "ultra_wide_lens",
        "other_people",
        "wide_outline",
    }
    assert not codes(read_sample(path)) & (new | {"stretched", "squeezed", "stance_not_seen"})
