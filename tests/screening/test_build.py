"""Chance of each sex by the build: the same of a photo and of what is stored of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import SAMPLES

from posture.analysis.result import Analysis
from posture.clients.capture import capture
from posture.estimator.features import FEATURE_NAMES
from posture.geometry.stored_outline import Outline
from posture.screening.build import FRONT, chance_by_outline, chance_of_male

Read = Callable[[Path], Analysis]


@pytest.fixture
def stored(read_sample: Read) -> Outline:
    return capture(read_sample(SAMPLES[2])).outline


@pytest.mark.parametrize("path", SAMPLES[:11], ids=lambda path: path.stem)
def test_a_stored_outline_gives_the_chance_of_its_photo(read_sample: Read, path: Path) -> None:
    analysis = read_sample(path)
    expected = chance_of_male(analysis.geometry.features)
    assert chance_by_outline(capture(analysis).outline) == pytest.approx(expected, abs=0.002)


@pytest.mark.parametrize("span", [(0.4, 0.6), (0.0, 0.3), (0.85, 2.0), (-2.0, -0.1), (-2.0, 2.0)])
def test_what_an_arm_hides_counts_as_hidden(
    read_sample: Read, stored: Outline, span: tuple[float, float]
) -> None:
    """A hidden stretch is no straight line between its ends, wherever it lies."""
    low, high = span
    seen = tuple(point for point in stored.front if not low < point[1] < high)
    features = read_sample(SAMPLES[2]).geometry.features.copy()
    for name in FRONT:
        if low < float(name.removeprefix("front_")) < high:
            features[FEATURE_NAMES.index(name)] = np.nan
    expected = chance_of_male(features)
    assert chance_by_outline(replace(stored, front=seen)) == pytest.approx(expected, abs=0.002)
