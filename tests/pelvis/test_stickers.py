"""Stickers on the pelvis: found where they are, never invented."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from posture.analysis.analyzer import Analyzer
from posture.analysis.correct import offered_pelvis_px, trunk_mm_of
from posture.analysis.result import Analysis
from posture.errors import PostureError
from posture.inputs.hints import Hints
from posture.measures.traced_body import trace_body
from posture.pelvis.line import trunk_length_mm
from posture.pelvis.stickers import SENTENCES, StickerSearch, find_stickers
from posture.types import Point

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "sample_images"
SAMPLES = [path for path in sorted(FOLDER.glob("*.jpg")) if "refused" not in path.name]
TINY = sorted((ROOT / "tests" / "data" / "tiny").glob("*.jpg"))
COLOURS = {
    "red": (220, 30, 40),
    "green": (40, 180, 70),
    "blue": (30, 90, 220),
    "yellow": (250, 220, 30),
    "orange": (250, 130, 20),
    "pink": (240, 60, 160),
}
Read = Callable[[Path], Analysis]
Rgb = NDArray[np.uint8]


def px_of(found: Analysis, mm: float) -> float:
    return mm * found.geometry.frame.unit_px / 500.0


def stuck(image: Rgb, points: list[Point], rgb: tuple[int, int, int], diameter: float) -> Rgb:
    """The photo with round dots drawn on it, soft at the rim."""
    rows, columns = np.indices(image.shape[:2])
    away = np.min([np.hypot(columns - x, rows - y) for x, y in points], axis=0)
    share = np.clip(diameter / 2 - away + 0.5, 0, 1)[..., None]
    return np.clip(image * (1 - share) + np.array(rgb) * share, 0, 255).astype(np.uint8)


def worn(image: Rgb, *, blur: float, quality: int) -> Rgb:
    soft = cv2.GaussianBlur(image, (0, 0), blur) if blur else image
    packed = io.BytesIO()
    Image.fromarray(soft).save(packed, "JPEG", quality=quality)
    return np.asarray(Image.open(packed))


def search(found: Analysis, image: Rgb) -> StickerSearch:
    return find_stickers(image, found.geometry.mask, found.geometry.frame)


@pytest.mark.parametrize("colour", sorted(COLOURS))
@pytest.mark.parametrize(("mm", "blur", "quality"), [(15, 0, 95), (20, 1.2, 80), (25, 2.0, 50)])
def test_stickers_are_found_where_they_are(
    read_sample: Read, colour: str, mm: float, blur: float, quality: int
) -> None:
    met = 0
    for path in SAMPLES[::2]:
        found = read_sample(path)
        at = offered_pelvis_px(found)
        image = stuck(found.geometry.image, list(at.values()), COLOURS[colour], px_of(found, mm))
        result = search(found, worn(image, blur=blur, quality=quality))
        if result.problem is not None:
            continue
        met += 1
        for name, place in (("asis", result.asis_px), ("psis", result.psis_px)):
            assert np.hypot(*np.subtract(place, at[name])) < 2.2, (path.name, name)
        assert all(dot.diameter_mm == pytest.approx(mm, rel=0.35) for dot in result.dots)
    assert met >= len(SAMPLES[::2]) - 1


def test_no_stickers_are_found_where_there_are_none(read_sample: Read) -> None:
    searched = 0
    for path in [*SAMPLES, *TINY]:
        try:
            found = read_sample(path)
        except PostureError:
            continue
        result = search(found, found.geometry.image)
        assert result.problem is not None, path.name
        assert result.asis_px is None
        searched += result.problem != "too_small"
    assert searched >= 35


def test_anything_but_exactly_two_stickers_gets_its_sentence(read_sample: Read) -> None:
    found = read_sample(SAMPLES[0])
    at, image, dot = offered_pelvis_px(found), found.geometry.image, px_of(found, 20)
    frame = found.geometry.frame
    hip = tuple(map(float, frame.to_image(np.array([-0.03, -0.05]))))
    red, blue = COLOURS["red"], COLOURS["blue"]
    one = stuck(image, [at["asis"]], red, dot)
    both = stuck(one, [at["psis"]], red, dot)
    cases = {
        "none_found": image,
        "only_one": one,
        "no_pair": stuck(one, [at["psis"]], blue, dot),
        "too_many": stuck(both, [hip], red, dot),
    }
    for problem, picture in cases.items():
        result = search(found, picture)
        assert result.problem == problem
        assert result.asis_px is None
        assert result.finding.message == SENTENCES[problem][0]
        assert result.finding.cost_deg is None
    # A dot of another colour on the hip does no harm.
    assert search(found, stuck(both, [hip], blue, dot)).problem is None


def test_stripes_are_not_stickers(read_sample: Read) -> None:
    found = read_sample(SAMPLES[0])
    at, dot = offered_pelvis_px(found), px_of(found, 20)
    stripes = found.geometry.image.copy()
    for x, y in at.values():
        corner, end = (round(x - 1.6 * dot), round(y - dot / 4)), (round(x + 1.6 * dot), round(y))
        cv2.rectangle(stripes, corner, end, COLOURS["red"], -1)
    assert search(found, stripes).problem == "none_found"


def test_a_person_too_small_is_not_searched(read_sample: Read) -> None:
    found = read_sample(SAMPLES[0])
    frame = found.geometry.frame
    small = type(frame)(
        origin_px=frame.origin_px, unit_px=90.0, facing=frame.facing, roll_deg=frame.roll_deg
    )
    result = find_stickers(found.geometry.image, found.geometry.mask, small)
    assert result.problem == "too_small"


def test_stickers_give_a_true_line_through_the_whole_program(
    analyzer: Analyzer, read_sample: Read, tmp_path: Path
) -> None:
    plain = read_sample(SAMPLES[0])
    at = offered_pelvis_px(plain)
    lower = {**at, "asis": (at["asis"][0], at["asis"][1] + 14.0)}
    image = stuck(plain.geometry.image, list(lower.values()), COLOURS["green"], px_of(plain, 20))
    Image.fromarray(image).save(tmp_path / "dots.jpg", quality=92)
    found = analyzer.analyze(tmp_path / "dots.jpg", hints=Hints(stickers=True))
    line = found.estimates.asis_psis_deg
    assert "manual_points" in line.flags
    assert found.corrections.marked
    run = np.subtract(lower["asis"], lower["psis"])
    expected = np.degrees(np.arctan2(run[1], abs(run[0])))
    assert line.value == pytest.approx(expected, abs=2.0)  # the roll is estimated, too
    assert json.loads(json.dumps(found.to_dict()))["corrections"]["marked"] is True


def test_a_photo_without_stickers_keeps_its_estimate_and_says_why(
    analyzer: Analyzer, read_sample: Read
) -> None:
    found = analyzer.analyze(SAMPLES[0], hints=Hints(stickers=True))
    assert found.estimates == read_sample(SAMPLES[0]).estimates
    assert found.view.findings[-1].code == "stickers_none_found"
    assert found.corrections.names == ()


def test_a_height_scales_the_search_as_it_scales_the_line(
    analyzer: Analyzer, read_sample: Read, tmp_path: Path
) -> None:
    """Dots just as far apart as in a pelvis of unknown size: too near for one of that height."""
    plain = read_sample(SAMPLES[0])
    (ax, ay), (px, py) = offered_pelvis_px(plain).values()
    near = [(px + 0.6 * (ax - px), py + 0.6 * (ay - py)), (px, py)]
    image = stuck(plain.geometry.image, near, COLOURS["green"], px_of(plain, 20))
    Image.fromarray(image).save(tmp_path / "dots.png")
    unknown, small = (
        analyzer.analyze(tmp_path / "dots.png", hints=Hints(stickers=True, height_cm=height))
        for height in (None, 115.0)
    )
    assert unknown.corrections.names == ("asis", "psis")
    assert small.view.findings[-1].code == "stickers_no_pair"


@pytest.mark.parametrize("cut", [frozenset(), frozenset({"bottom"}), frozenset({"left"})])
def test_search_and_line_take_the_height_for_the_same_bodies(
    read_sample: Read, cut: frozenset[str]
) -> None:
    """A body that touches the edge of the picture has no known stature, for either."""
    found = read_sample(SAMPLES[0])
    silhouette = replace(found.geometry.silhouette, cut=cut)
    told = replace(
        found,
        hints=Hints(height_cm=200.0),
        geometry=replace(found.geometry, silhouette=silhouette),
    )
    scene = trace_body(silhouette, found.geometry.joints, parts=found.view.parts, roll_sd_deg=1.0)
    assert trunk_mm_of(told) == trunk_length_mm(height_cm=200.0, stature=scene.stature)
    assert (scene.stature is None) == bool(cut & {"bottom"})
