"""Keypoints in pixels of the original photo, however it was stored and reduced."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image
from support.drawn import analysis_of
from support.paper_doll import Doll

from posture.analysis.analyzer import Analyzer
from posture.analysis.keypoints import NAMES, Keypoints, to_original
from posture.analysis.result import Analysis
from posture.codec import FieldError, decode
from posture.landmarks import Landmark

SAMPLE = ROOT / "sample_images" / "01_neutral_woman_left.jpg"
ALL = frozenset({"head", "shoulders", "hips", "knees", "ankles", "feet"})


@pytest.fixture(scope="module")
def base(read_sample: Callable[[Path], Analysis]) -> Keypoints:
    return read_sample(SAMPLE).keypoints


def positions(keypoints: Keypoints) -> np.ndarray:
    return np.array([(point.x, point.y) for point in keypoints.points])


@pytest.mark.parametrize("factor", [1.0, 2.0, 4.0, 3.75])
def test_borders_and_centres_of_a_reduced_picture_are_converted_back(factor: float) -> None:
    reduced = np.array([[-0.5, -0.5], [99.5, 49.5], [49.5, 24.5]])
    original = to_original(reduced, np.array([factor, factor]))
    width, height = 100 * factor, 50 * factor
    expected = [[-0.5, -0.5], [width - 0.5, height - 0.5], [width / 2 - 0.5, height / 2 - 0.5]]
    np.testing.assert_allclose(original, expected)


def enlarged_and_turned(path: Path, factor: int) -> bytes:
    """A large photo stored sideways, as phones do, that reduces to the sample."""
    with Image.open(path) as picture:
        size = (picture.width * factor, picture.height * factor)
        big = picture.resize(size, Image.Resampling.NEAREST)
        exif = Image.Exif()
        exif[0x0112] = 6
        buffer = io.BytesIO()
        stored = big.transpose(Image.Transpose.ROTATE_90)
        stored.save(buffer, "PNG", compress_level=1, exif=exif)
    return buffer.getvalue()


def test_a_large_photo_stored_sideways_gives_points_of_the_upright_original(
    analyzer: Analyzer, base: Keypoints
) -> None:
    found = analyzer.analyze(enlarged_and_turned(SAMPLE, 4)).keypoints
    assert (base.photo_size_px, found.photo_size_px) == ((900, 1200), (3600, 4800))
    # Each pixel became 4 x 4: the centre of pixel 10 is now the middle of pixels 40 to 43.
    np.testing.assert_allclose(positions(found), 4 * positions(base) + 1.5, atol=1e-6)
    assert found.stature_px == pytest.approx(4 * (base.stature_px or 0))
    assert found.body_area_px == pytest.approx(16 * base.body_area_px)
    x, y, width, height = base.body_box_px
    assert found.body_box_px == pytest.approx((4 * x + 1.5, 4 * y + 1.5, 4 * width, 4 * height))


def test_points_lie_on_the_person(base: Keypoints) -> None:
    x, y, width, height = base.body_box_px
    for name in ("NOSE", "LEFT_SHOULDER", "LEFT_HIP", "LEFT_KNEE", "LEFT_ANKLE"):
        point = base[Landmark[name]]
        assert x < point.x < x + width
        assert y < point.y < y + height
    assert base[Landmark.NOSE].y < base[Landmark.LEFT_HIP].y < base[Landmark.LEFT_ANKLE].y
    assert base.stature_px == pytest.approx(height, rel=0.02)
    assert 0.2 < base.body_area_px / (width * height) < 0.8


def test_the_far_arm_is_less_visible_than_the_near_one(base: Keypoints) -> None:
    """She looks to the left, so the camera sees her left arm."""
    assert base[Landmark.LEFT_ELBOW].visibility > 0.5 > base[Landmark.RIGHT_ELBOW].visibility


def test_parts_out_of_the_photo_are_not_shown() -> None:
    whole = analysis_of(Doll(), parts=ALL).keypoints
    cut = analysis_of(Doll(), parts=ALL - {"feet"}).keypoints
    assert all(point.shown for point in whole.points)
    assert {point.name for point in cut.points if not point.shown} == {
        "left_heel",
        "right_heel",
        "left_foot_index",
        "right_foot_index",
    }
    assert whole.stature_px is not None
    assert cut.stature_px is None


def test_a_landmark_beyond_the_border_is_not_shown() -> None:
    keypoints = analysis_of(Doll(joints={"LEFT_WRIST": (1.5, 0.0)}), parts=ALL).keypoints
    assert [point.name for point in keypoints.points if not point.shown] == ["left_wrist"]


def test_the_doll_is_measured_as_it_was_drawn() -> None:
    doll = Doll()
    keypoints = analysis_of(doll, parts=ALL).keypoints
    assert keypoints.stature_px == pytest.approx((1.66 + 1.80) * doll.unit_px, rel=0.01)
    np.testing.assert_allclose(positions(keypoints), doll.landmarks)


def test_json_and_back(base: Keypoints) -> None:
    table = json.loads(json.dumps(base.to_dict()))
    assert [point["name"] for point in table["points"]] == list(NAMES)
    assert decode(Keypoints, table, "keypoints").to_dict() == table


def broken(table: dict[str, object]) -> list[dict[str, object]]:
    points = table["points"]
    return [
        {**table, "points": points[:-1]},  # type: ignore[index]
        {**table, "points": [points[1], points[0], *points[2:]]},  # type: ignore[index,misc]
        {**table, "photo_size_px": [900]},
        {**table, "photo_size_px": [900, 0]},
        {**table, "body_box_px": [0.0, 0.0, float("nan"), 1.0]},
        {**table, "stature_px": -1.0},
        {**table, "points": [{**points[0], "x": float("inf")}, *points[1:]]},  # type: ignore[index]
        {**table, "points": [{**points[0], "visibility": 1.5}, *points[1:]]},  # type: ignore[index]
        {**table, "points": [{**points[0], "x": "1"}, *points[1:]]},  # type: ignore[index]
    ]


@pytest.mark.parametrize("case", range(9))
def test_damaged_keypoints_are_refused(base: Keypoints, case: int) -> None:
    with pytest.raises((FieldError, ValueError)):
        decode(Keypoints, broken(dict(base.to_dict()))[case], "keypoints")


def test_keypoints_are_frozen(base: Keypoints) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        base.points[0].x = 0.0  # type: ignore[misc]
