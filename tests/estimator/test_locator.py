"""Joints found with the whole outline, and features read again relative to them."""

from __future__ import annotations

import numpy as np
import pytest

from posture.estimator.features import BODY_NAMES, FEATURE_NAMES, PROFILE_LEVELS
from posture.estimator.locator import LOCATED, Locator, relative_to

BACK, FRONT = (FEATURE_NAMES.index(f"{edge}_+1.05") for edge in ("back", "front"))
LEVELS = len(PROFILE_LEVELS)


def described(hip: tuple[float, float], unit: float) -> np.ndarray:
    """Features of one and the same body in the frame of another hip and another unit."""
    heights = hip[1] + unit * PROFILE_LEVELS
    features = np.full(len(FEATURE_NAMES), np.nan)
    features[BACK : BACK + LEVELS] = (-0.30 + 0.1 * heights - hip[0]) / unit
    features[FRONT : FRONT + LEVELS] = (0.25 - 0.05 * heights - hip[0]) / unit
    for name, point in {"knee": (0.05, -0.9), "near_wrist": (0.2, 0.1)}.items():
        at = FEATURE_NAMES.index(f"{name}_x")
        features[at : at + 2] = (np.array(point) - hip) / unit
    for name, length in {"stature": 3.4, "lumbar_depth_pct": 8.0}.items():
        features[FEATURE_NAMES.index(name)] = length / unit
    features[FEATURE_NAMES.index("lumbar_lordosis_deg")] = 37.0
    features[FEATURE_NAMES.index("male")] = 1.0
    return features


def test_a_body_read_in_a_wrong_frame_looks_as_in_the_right_one() -> None:
    """The frame as read has its origin 3 cm too low and its unit 4 % too long."""
    wrong, right = described((0.02, -0.06), 1.04), described((0.0, 0.0), 1.0)
    hip = (np.array([0.0, 0.0]) - (0.02, -0.06)) / 1.04
    shoulder = (np.array([0.1, np.sqrt(1 - 0.01)]) - (0.02, -0.06)) / 1.04
    found = relative_to(wrong, np.concatenate([hip, shoulder]))
    both = np.isfinite(found) & np.isfinite(right)
    assert both.sum() > np.isfinite(right).sum() - 8
    assert found[both] == pytest.approx(right[both], abs=1e-9)


def test_the_frame_as_read_changes_nothing() -> None:
    features = described((0.0, 0.0), 1.0)
    found = relative_to(features, np.array([0.0, 0.0, 0.0, 1.0]))
    assert found == pytest.approx(features, abs=1e-12, nan_ok=True)


def test_levels_that_were_not_seen_are_not_invented() -> None:
    features = described((0.0, 0.0), 1.0)
    features[BACK + 10 : BACK + 20] = np.nan
    found = relative_to(features, np.array([0.0, 0.02, 0.0, 1.02]))
    gap = np.isnan(found[BACK : BACK + LEVELS])
    assert gap[10:20].all()
    assert gap.sum() <= 13


def toy(spread: float = 0.05) -> Locator:
    """Coordinates that follow the first feature one to one, and features that vary alone."""
    size = len(LOCATED) + len(BODY_NAMES)
    covariance = np.eye(size) * 1e-4
    covariance[: len(LOCATED), : len(LOCATED)] = np.eye(4) * spread**2
    mean = np.zeros(size)
    mean[3] = 1.0
    covariance[0, 4] = covariance[4, 0] = 0.9 * spread * 1e-2
    return Locator(mean=mean, covariance=covariance)


def test_a_coordinate_follows_the_features_that_go_with_it() -> None:
    features = np.full(len(FEATURE_NAMES), np.nan)
    features[0] = 0.01
    assert toy().located(features) == pytest.approx([0.045, 0.0, 0.0, 1.0])


def test_an_absurd_outline_does_not_move_its_frame_away() -> None:
    features = np.full(len(FEATURE_NAMES), np.nan)
    features[0] = 50.0
    assert toy().located(features)[0] == pytest.approx(4 * 0.05)


def test_a_placed_joint_is_where_it_was_placed() -> None:
    features = np.full(len(FEATURE_NAMES), np.nan)
    features[0] = 0.01
    found = toy().located(features, {"hip": np.array([0.01, -0.02])})
    assert found == pytest.approx([0.01, -0.02, 0.0, 1.0])
