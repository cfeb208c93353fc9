"""Bursts: what is left out, and which picture stands for all, on real readings."""

from __future__ import annotations

from statistics import fmean

import cv2
import numpy as np
import pytest
from guidance.test_live import sample
from numpy.typing import NDArray

from posture.analysis.analyzer import Analyzer
from posture.guidance.burst import LEAST_KEPT, Burst, NoBurst, read_burst
from posture.inputs.hints import Hints

Image = NDArray[np.uint8]


def frames(count: int, *, seed: int = 1) -> list[Image]:
    """The same person again and again, with the noise of a camera and a little sway."""
    rng, picture = np.random.default_rng(seed), sample(3)
    return [
        np.clip(
            np.roll(picture, int(rng.integers(-2, 3)), axis=1) + rng.normal(0, 4, picture.shape),
            0,
            255,
        ).astype(np.uint8)
        for _ in range(count)
    ]


def test_the_picture_nearest_to_the_mean_stands_for_the_burst(analyzer: Analyzer) -> None:
    taken = frames(5)
    found = read_burst(taken, analyzer)
    assert isinstance(found, Burst)
    assert found.kept == (0, 1, 2, 3, 4)
    tilts = [analyzer.analyze(frame).estimates.pelvic_tilt_deg.value or 0.0 for frame in taken]
    assert found.mean["pelvic_tilt_deg"] == pytest.approx(fmean(tilts))
    kept = found.analysis.estimates.pelvic_tilt_deg.value
    assert kept == pytest.approx(tilts[found.best])
    assert abs(kept - found.mean["pelvic_tilt_deg"]) <= 2 * found.spread["pelvic_tilt_deg"]


def test_what_is_known_of_the_person_counts_in_each_picture(analyzer: Analyzer) -> None:
    taken, hints = frames(3), Hints(sex="female", height_cm=170.0)
    found = read_burst(taken, analyzer, hints=hints)
    assert isinstance(found, Burst)
    alone = analyzer.analyze(taken[found.best], hints=hints)
    assert found.analysis.provenance.sex == "female"
    assert found.analysis.estimates == alone.estimates


def test_blurred_moved_and_refused_pictures_are_left_out(analyzer: Analyzer) -> None:
    good = frames(4)
    blurred = np.asarray(cv2.GaussianBlur(good[0], (0, 0), 9.0), dtype=np.uint8)
    moved = np.roll(good[1], 60, axis=1)
    found = read_burst([blurred, *good[:2], moved, *good[2:], np.full_like(moved, 128)], analyzer)
    assert isinstance(found, Burst)
    assert found.kept == (1, 2, 4, 5)
    assert found.best in found.kept


def test_too_few_good_pictures_say_what_to_do(analyzer: Analyzer) -> None:
    good, front = frames(LEAST_KEPT - 1), sample(12)
    found = read_burst([*good, front, front, front], analyzer)
    assert isinstance(found, NoBurst)
    assert (found.kept, found.code) == (LEAST_KEPT - 1, "side_view")
    blurred = [np.asarray(cv2.GaussianBlur(frame, (0, 0), 9.0), dtype=np.uint8) for frame in good]
    assert read_burst([*blurred, *good[:1], *blurred], analyzer) == NoBurst(code="light", kept=1)
