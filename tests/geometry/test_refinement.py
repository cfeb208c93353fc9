"""Refined edges: a coarse, wandering mask corrected by the picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from support.paper_doll import Doll, views_of, with_arm

from posture.geometry.edges import CELL
from posture.geometry.refinement import JUMP_PROBABILITY, STEP_COST, posterior_mean, refined
from posture.geometry.silhouette import Silhouette, trace_silhouette
from posture.types import FloatArray

PLAIN = Doll(softness_px=0.8)
"""In focus: the rim of the body takes three or four pixels."""

NETWORK_CELL = 2.6 * CELL
"""A cell of the network's mask in trunk lengths, for a person who fills the picture."""


@dataclass(frozen=True, kw_only=True)
class Wandering(Doll):
    """The doll as a network sees it: both edges wrongly swing by a centimetre."""

    swing: float = 0.02

    def back(self, y: FloatArray) -> FloatArray:
        """Position of the back, off by up to ``swing``."""
        return super().back(y) + self.swing * np.sin(np.asarray(y) / 0.03)

    def front(self, y: FloatArray) -> FloatArray:
        """Position of the front, off by up to ``swing``."""
        return super().front(y) + self.swing * np.cos(np.asarray(y) / 0.04)


def seen_by_network(doll: Doll, *, swing: float = 0.02) -> NDArray[np.float32]:
    """Return the mask of a doll as the network gives it: wandering, on a coarse grid."""
    mask = Wandering(
        unit_px=doll.unit_px,
        hip_px=doll.hip_px,
        size=doll.size,
        facing=doll.facing,
        roll_deg=doll.roll_deg,
        softness_px=doll.softness_px,
        swing=swing,
    ).mask
    grid = max(2, round(doll.unit_px * NETWORK_CELL))
    coarse = cv2.resize(mask, None, fx=1 / grid, fy=1 / grid, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(coarse, doll.size), dtype=np.float32)


def both(doll: Doll, image: NDArray[np.uint8] | None = None) -> tuple[Silhouette, Silhouette]:
    """Return the silhouette of the coarse mask, and the same refined."""
    mask = seen_by_network(doll)
    before = trace_silhouette(mask, doll.landmarks, doll.frame)
    picture = doll.image if image is None else image
    return before, refined(before, image=picture, mask=mask)


def trunk(found: Silhouette) -> NDArray[np.bool_]:
    return (found.levels < 1.0) & (found.levels > -0.9)


def off(found: Silhouette, doll: Doll) -> tuple[FloatArray, FloatArray]:
    """Return the errors of back and front in trunk lengths."""
    rows = trunk(found)
    return (
        np.abs(found.back.x - doll.back(found.levels))[rows & found.back.seen],
        np.abs(found.front.x - doll.front(found.levels))[rows & found.front.seen],
    )


VIEWS = {
    **views_of(PLAIN),
    "sharper": PLAIN.but(softness_px=0.4),
}


@pytest.mark.parametrize("doll", VIEWS.values(), ids=VIEWS)
def test_a_wandering_mask_is_brought_back_to_the_picture(doll: Doll) -> None:
    before, after = both(doll)
    for coarse, fine in zip(off(before, doll), off(after, doll), strict=True):
        assert coarse.mean() > 0.010
        assert fine.mean() < 0.0015
        assert fine.max() < 0.005


@pytest.mark.parametrize(
    "doll", [PLAIN.scaled(0.4), PLAIN.but(softness_px=2.0)], ids=["small", "out of focus"]
)
def test_a_poor_photo_is_refined_as_far_as_possible(doll: Doll) -> None:
    before, after = both(doll)
    for coarse, fine in zip(off(before, doll), off(after, doll), strict=True):
        assert fine.mean() < coarse.mean() / 3


def test_a_photo_and_its_mirror_image_are_refined_alike() -> None:
    _, after = both(PLAIN)
    _, mirrored = both(PLAIN.mirrored())
    rows = trunk(after)
    assert np.abs(after.back.x - mirrored.back.x)[rows].max() < 0.1 * CELL
    assert np.abs(after.front.x - mirrored.front.x)[rows].max() < 0.1 * CELL


@pytest.mark.parametrize("light", [0.7, 1.3])
def test_light_does_not_move_the_edge(light: float) -> None:
    _, plain = both(PLAIN)
    _, lit = both(PLAIN, np.clip(PLAIN.image * light, 0, 255).astype(np.uint8))
    assert np.abs(plain.back.x - lit.back.x)[trunk(plain)].max() < 0.15 * CELL


def test_grain_costs_little() -> None:
    grain = np.random.default_rng(7).normal(0.0, 12.0, PLAIN.image.shape)
    noisy = np.clip(PLAIN.image + grain, 0, 255).astype(np.uint8)
    before, after = both(PLAIN, noisy)
    assert off(after, PLAIN)[0].mean() < off(before, PLAIN)[0].mean() / 4


def test_without_contrast_the_edge_stays_where_the_mask_has_it() -> None:
    flat = np.full_like(PLAIN.image, 128)
    mask = seen_by_network(PLAIN, swing=0.0)
    before = trace_silhouette(mask, PLAIN.landmarks, PLAIN.frame)
    after = refined(before, image=flat, mask=mask)
    assert np.abs(after.back.x - before.back.x)[trunk(before)].max() < CELL
    assert np.abs(after.back.x - before.back.x)[trunk(before)].mean() < 0.25 * CELL


def test_an_ambiguous_stretch_continues_the_outline_around_it() -> None:
    """A grey panel on the back of a dark shirt: mask and picture offer two edges."""
    height, width = PLAIN.mask.shape
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    points = PLAIN.frame.to_body(np.stack([columns, rows], axis=-1).astype(np.float64))
    behind = points[..., 0] - PLAIN.back(points[..., 1])
    panel = (behind > 0) & (behind < 0.05) & (points[..., 1] > 0.35) & (points[..., 1] < 0.7)
    image = np.where(PLAIN.mask > 0.5, 40, 170).astype(np.uint8)
    image[panel] = 105
    mask = np.where(panel, np.float32(0.45), PLAIN.mask)
    coarse = cv2.GaussianBlur(mask, (0, 0), 2.5)
    before = trace_silhouette(coarse, PLAIN.landmarks, PLAIN.frame)
    after = refined(before, image=np.repeat(image[..., None], 3, axis=2), mask=coarse)
    middle = (before.levels > 0.42) & (before.levels < 0.63)
    wrong = np.abs(before.back.x - PLAIN.back(before.levels))[middle]
    right = np.abs(after.back.x - PLAIN.back(after.levels))[middle]
    assert wrong.mean() > 0.035
    assert right.mean() < 0.005


def test_something_bright_beside_the_person_attracts_no_edge() -> None:
    """A strap or stick behind the back, in the mask as well, with wall in between."""
    height, width = PLAIN.mask.shape
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    points = PLAIN.frame.to_body(np.stack([columns, rows], axis=-1).astype(np.float64))
    before_back = PLAIN.back(points[..., 1]) - points[..., 0]
    strap = (before_back > 0.04) & (before_back < 0.07) & (np.abs(points[..., 1] - 0.4) < 0.5)
    image = (90 + 15 * PLAIN.mask).round().astype(np.uint8)
    image[strap] = 240
    mask = np.where(strap, np.float32(0.95), PLAIN.mask).astype(np.float32)
    before = trace_silhouette(mask, PLAIN.landmarks, PLAIN.frame)
    after = refined(before, image=np.repeat(image[..., None], 3, axis=2), mask=mask)
    beside = (after.levels < 0.85) & (after.levels > -0.05) & after.back.seen
    assert beside.sum() > 50
    assert np.abs(after.back.x - PLAIN.back(after.levels))[beside].max() < 0.005


def test_edges_that_are_not_the_trunks_do_not_move() -> None:
    doll = with_arm((-0.30, 0.50), (0.0, 0.1))
    before = doll.silhouette()
    after = refined(before, image=doll.image, mask=doll.mask)
    hidden = ~before.back.seen
    assert hidden[trunk(before)].any()
    assert np.array_equal(after.back.x[hidden], before.back.x[hidden], equal_nan=True)
    assert np.array_equal(after.back.seen, before.back.seen)
    assert np.array_equal(after.back.arm, before.back.arm)
    assert after.flags == before.flags


def test_the_contour_moves_with_the_edges_and_nowhere_else() -> None:
    before, after = both(PLAIN)
    points = [PLAIN.frame.to_body(found.contour_px) for found in (before, after)]
    trunk_rows = (points[0][:, 1] < 1.0) & (points[0][:, 1] > -0.9)
    back = np.abs(points[1][:, 0] - PLAIN.back(points[1][:, 1]))
    front = np.abs(points[1][:, 0] - PLAIN.front(points[1][:, 1]))
    pixel = 1 / PLAIN.unit_px
    assert np.minimum(back, front)[trunk_rows].mean() < pixel
    elsewhere = (points[0][:, 1] > 1.3) | (points[0][:, 1] < -1.1)
    assert points[1][elsewhere] == pytest.approx(points[0][elsewhere], abs=1e-9)


def test_a_body_without_any_edge_is_returned_unchanged() -> None:
    empty = np.zeros_like(PLAIN.mask)
    before = trace_silhouette(empty, PLAIN.landmarks, PLAIN.frame)
    after = refined(before, image=PLAIN.image, mask=empty)
    assert np.isnan(after.back.x).all()
    assert np.isnan(after.front.x).all()


# --- the chain -----------------------------------------------------------------------------


def test_the_posterior_mean_is_the_sum_over_all_paths() -> None:
    evidence = np.random.default_rng(3).uniform(0.01, 1.0, (4, 2, 5))
    move = (
        np.exp(-STEP_COST * np.abs(np.subtract.outer(np.arange(5), np.arange(5))))
        + JUMP_PROBABILITY
    )
    expected = np.zeros((4, 2))
    total = np.zeros(2)
    for path in product(range(5), repeat=4):
        steps = np.prod([move[a, b] for a, b in pairwise(path)])
        weight = steps * np.prod([evidence[level, :, at] for level, at in enumerate(path)], axis=0)
        expected += np.outer(path, weight)
        total += weight
    assert posterior_mean(evidence) == pytest.approx(expected / total, rel=1e-9)


def test_a_long_chain_neither_overflows_nor_underflows() -> None:
    evidence = np.full((2000, 1, 9), 1e-6)
    evidence[:, 0, 3] = 1.0
    assert posterior_mean(evidence) == pytest.approx(3.0, abs=1e-3)
