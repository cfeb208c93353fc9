"""The silhouette of a paper doll, traced in soft masks of many views of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from support.paper_doll import SOLE, TOP, Box, Capsule, Doll, views_of, with_arm

from posture.geometry.back_curve import back_curve
from posture.geometry.edges import BACK_SPAN, CELL
from posture.geometry.silhouette import (
    MAX_GAP,
    NEEDED_SPAN,
    Silhouette,
    bridge,
    longest_gap,
    main_body,
)

PLAIN = Doll()
LONG_HAIR = Capsule(start=(-0.14, 1.45), end=(-0.16, 1.00), radius=0.13)
ELBOW_BEHIND = with_arm((-0.30, 0.50), (0.0, 0.1))
ELBOW_TIP = with_arm((-0.14, 0.45), (0.0, 0.1), radius=0.10)


def trunk(found: Silhouette) -> NDArray[np.bool_]:
    return (found.levels < 1.2) & (found.levels > -1.6)


def worst_back(found: Silhouette, doll: Doll, rows: NDArray[np.bool_]) -> float:
    """Largest error of the seen back, in cells."""
    seen = rows & found.back.seen
    return float(np.abs(found.back.x - doll.back(found.levels))[seen].max() / CELL)


def worst_front(found: Silhouette, doll: Doll) -> float:
    rows = (found.levels < 1.1) & (found.levels > -1.6)
    return float(np.abs(found.front.x - doll.front(found.levels))[rows].max() / CELL)


# --- edges in every view -------------------------------------------------------------------

VIEWS = {
    **views_of(PLAIN),
    "half": PLAIN.scaled(0.5),
    "soft": PLAIN.but(softness_px=4.0),
    "sharp": PLAIN.but(softness_px=0.6),
}


@pytest.mark.parametrize("doll", VIEWS.values(), ids=VIEWS)
def test_both_edges_come_back_to_a_third_of_a_cell(doll: Doll) -> None:
    found = doll.silhouette()
    assert found.back.seen[trunk(found)].all()
    assert worst_back(found, doll, trunk(found)) < 0.3
    assert worst_front(found, doll) < 0.3
    assert found.flags == ()
    assert found.cut == frozenset()


@pytest.mark.parametrize("doll", VIEWS.values(), ids=VIEWS)
def test_measures_of_the_back_do_not_depend_on_the_view(doll: Doll) -> None:
    points, reference = doll.silhouette().back_points(), PLAIN.silhouette().back_points()
    assert points is not None
    assert reference is not None
    curve, plain = back_curve(points), back_curve(reference)
    assert curve is not None
    assert plain is not None
    assert 100 * curve.depth == pytest.approx(100 * plain.depth, abs=0.05)
    for name in ("lordosis_deg", "thoracolumbar_slope_deg", "lumbosacral_slope_deg"):
        assert getattr(curve, name) == pytest.approx(getattr(plain, name), abs=0.15)
    assert curve.kyphosis_index_pct == pytest.approx(plain.kyphosis_index_pct, abs=0.2)


@settings(max_examples=15)
@given(
    thorax=st.floats(0.02, 0.18),
    buttock=st.floats(0.02, 0.28),
    roll=st.floats(-15, 15),
    factor=st.floats(0.5, 1.2),
    left=st.booleans(),
)
def test_the_mask_gives_the_same_hollow_as_the_outline_itself(
    *, thorax: float, buttock: float, roll: float, factor: float, left: bool
) -> None:
    doll = Doll(thorax=thorax, buttock=buttock, roll_deg=roll, size=(700, 960)).scaled(factor)
    doll = doll.mirrored() if left else doll
    points = doll.silhouette().back_points()
    assert points is not None
    heights = np.arange(points[0, 1], points[-1, 1], -0.002)
    exact = back_curve(np.column_stack([doll.back(heights), heights]))
    read = back_curve(points)
    assert exact is not None
    assert read is not None
    assert 100 * read.depth == pytest.approx(100 * exact.depth, abs=0.1)
    assert read.lordosis_deg == pytest.approx(exact.lordosis_deg, abs=0.5)


@pytest.mark.parametrize("doll", VIEWS.values(), ids=VIEWS)
def test_extent_and_height(doll: Doll) -> None:
    found = doll.silhouette()
    pixel = 1 / doll.unit_px
    assert found.top == pytest.approx(TOP, abs=1.5 * pixel)
    assert found.bottom == pytest.approx(SOLE, abs=1.5 * pixel)
    assert found.height == found.top - found.bottom


def test_the_contour_is_the_outline_in_pixels() -> None:
    doll = PLAIN.but(roll_deg=5.0)
    points = doll.frame.to_body(doll.silhouette().contour_px)
    back = points[(points[:, 1] < 1.0) & (points[:, 1] > -1.6) & (points[:, 0] < -0.05)]
    assert np.abs(back[:, 0] - doll.back(back[:, 1])).max() * doll.unit_px < 1.5


# --- arms ----------------------------------------------------------------------------------


def test_an_elbow_behind_the_back_is_not_read_as_back() -> None:
    found = ELBOW_BEHIND.silhouette()
    assert "arm_on_back" in found.flags
    assert not found.back.seen[np.argmin(np.abs(found.levels - 0.5))]
    assert worst_back(found, ELBOW_BEHIND, trunk(found)) < 0.6
    assert found.back_points() is None


@pytest.mark.parametrize(
    ("doll", "over"),
    [
        (PLAIN, False),
        (ELBOW_BEHIND, True),
        # Behind the shoulder blades, and behind the buttock.
        (with_arm((-0.30, 0.85), (-0.25, 0.60)), False),
        (with_arm((-0.05, 0.50), (-0.15, -0.05)), False),
    ],
)
def test_an_arm_over_the_low_back_is_told_from_one_elsewhere(*, doll: Doll, over: bool) -> None:
    assert doll.silhouette().arm_over_low_back == over


def test_the_tip_of_an_elbow_is_bridged() -> None:
    found = ELBOW_TIP.silhouette()
    assert found.flags == ("arm_on_back",)
    raw = np.abs(found.back.x - ELBOW_TIP.back(found.levels))[trunk(found)]
    assert raw.max() > CELL  # the arm shows in the outline
    points = found.back_points()
    assert points is not None
    assert points[:, 0] == pytest.approx(ELBOW_TIP.back(points[:, 1]), abs=0.01)


def test_daylight_between_arm_and_trunk_keeps_the_back_seen() -> None:
    doll = Doll(
        joints={
            "RIGHT_ELBOW": (-0.45, 0.45),
            "RIGHT_WRIST": (-0.52, 0.1),
            "RIGHT_INDEX": (-0.52, 0.0),
        },
        extras=(Capsule(start=(-0.45, 0.45), end=(-0.52, 0.0), radius=0.06),),
    )
    found = doll.silhouette()
    free = (found.levels < 0.5) & (found.levels > -1.6)
    assert found.back.seen[free].all()
    assert worst_back(found, doll, free) < 0.3


def test_arms_in_front_leave_the_back_alone() -> None:
    doll = with_arm((0.12, 0.5), (0.22, 0.15))
    found = doll.silhouette()
    assert found.flags == ("arm_on_front",)
    assert found.back.seen[trunk(found)].all()
    assert worst_back(found, doll, trunk(found)) < 0.3
    belly = (found.levels < 0.42) & (found.levels > 0.05)
    assert not found.front.seen[belly].any()
    assert found.front.arm[belly].all()
    assert not found.back.arm.any()
    assert found.front_at(0.42, 0.02) is None


def test_fingers_of_raised_arms_do_not_count_as_belly() -> None:
    # The network's finger landmarks lie at the knuckles; the fingers are as long again.
    doll = Doll(
        joints={"ELBOW": (0.40, 0.62), "WRIST": (0.75, 0.62), "INDEX": (0.90, 0.62)},
        extras=(
            Capsule(start=(0.0, 0.9), end=(0.40, 0.62), radius=0.09),
            Capsule(start=(0.40, 0.62), end=(0.90, 0.62), radius=0.06),
            Capsule(start=(0.90, 0.62), end=(1.06, 0.62), radius=0.03),
        ),
    )
    found = doll.silhouette()
    assert np.nanmax(found.front.x) > 1.0
    assert np.nanmax(found.front.x[found.front.seen]) < np.nanmax(doll.front(found.levels)) + 0.2
    belly = (found.levels < 0.30) & (found.levels > 0.0)
    assert found.front.seen[belly].all()


def test_a_level_is_trunk_or_arm_and_never_both() -> None:
    for doll in (PLAIN, ELBOW_BEHIND, ELBOW_TIP, with_arm((0.12, 0.5), (0.22, 0.15))):
        found = doll.silhouette()
        for edge in (found.back, found.front):
            assert not (edge.seen & edge.arm).any()
    assert ELBOW_BEHIND.silhouette().back.arm.any()


def test_front_at_returns_the_seen_front() -> None:
    line = PLAIN.silhouette().front_at(0.42, 0.02)
    assert line is not None
    assert (line[:, 1].max(), line[:, 1].min()) == pytest.approx((0.42, 0.02), abs=CELL)
    assert line[:, 0] == pytest.approx(PLAIN.front(line[:, 1]), abs=0.3 * CELL)


# --- hair, bags and seats ------------------------------------------------------------------


def test_long_hair_hides_everything_above_the_shoulder_blades() -> None:
    found = Doll(extras=(LONG_HAIR,)).silhouette()
    assert found.flags == ("hair_on_back",)
    assert not found.nape_seen
    assert PLAIN.silhouette().nape_seen
    assert worst_back(found, PLAIN, trunk(found)) < 0.3
    points = found.back_points()
    assert points is not None
    assert points[0, 1] < 0.9


BAG = Box(left=-0.50, right=0.0, low=0.1, high=0.4)
POUCH = Box(left=-0.50, right=0.0, low=0.30, high=0.38)
SEAT = Box(left=-1.2, right=0.0, low=-0.5, high=-0.25)


def test_a_bag_is_flagged_and_not_read_as_back() -> None:
    found = Doll(extras=(BAG,)).silhouette()
    assert found.flags == ("back_step",)
    assert worst_back(found, PLAIN, trunk(found)) < 0.3
    assert found.back_points() is None


def test_the_back_behind_a_small_pouch_is_bridged() -> None:
    found = Doll(extras=(POUCH,)).silhouette()
    assert found.flags == ("back_step",)
    points = found.back_points()
    assert points is not None
    assert points[:, 0] == pytest.approx(PLAIN.back(points[:, 1]), abs=0.02)


def test_the_back_ends_where_a_seat_begins() -> None:
    found = Doll(extras=(SEAT,)).silhouette()
    assert found.flags == ("back_step",)
    points = found.back_points()
    assert points is not None
    assert points[-1, 1] > -0.25
    assert points[:, 0] == pytest.approx(PLAIN.back(points[:, 1]), abs=0.01)


# --- bodies cut off by the picture ---------------------------------------------------------


def cropped(*, top: int = 0, bottom: int = 0, left: int = 0, right: int = 0) -> Doll:
    """Cut margins off the plain doll's picture, in pixels."""
    width, height = PLAIN.size
    x, y = PLAIN.hip_px
    return PLAIN.but(size=(width - left - right, height - top - bottom), hip_px=(x - left, y - top))


@pytest.mark.parametrize(
    ("doll", "cut"),
    [
        (cropped(top=150), {"top"}),
        (cropped(bottom=200), {"bottom"}),
        (cropped(left=230), {"left"}),
        (cropped(right=270), {"right"}),
        (cropped(top=200, bottom=200), {"top", "bottom"}),
        (cropped(top=20, bottom=30, left=50, right=50), set()),
    ],
)
def test_borders_that_cut_the_body_are_named(doll: Doll, cut: set[str]) -> None:
    assert doll.silhouette().cut == cut


@pytest.mark.parametrize("doll", [cropped(top=130), cropped(bottom=300)])
def test_a_cut_head_or_leg_leaves_the_back_alone(doll: Doll) -> None:
    found = doll.silhouette()
    points, reference = found.back_points(), PLAIN.silhouette().back_points()
    assert points is not None
    assert points == pytest.approx(reference, abs=0.3 * CELL)


@pytest.mark.parametrize(
    "doll",
    [
        pytest.param(cropped(top=300), id="upper back off the picture"),
        pytest.param(cropped(bottom=480), id="buttock off the picture"),
        pytest.param(cropped(left=240), id="back off the picture"),
    ],
)
def test_without_the_whole_hollow_there_is_no_back(doll: Doll) -> None:
    assert doll.silhouette().back_points() is None


@pytest.mark.parametrize(("margin", "read"), [(0.02, True), (-0.02, False)])
@pytest.mark.parametrize("end", ["top", "bottom"])
def test_the_needed_span_is_as_documented(*, end: str, margin: float, read: bool) -> None:
    found = PLAIN.silhouette()
    visible = (
        found.levels < NEEDED_SPAN[0] + margin
        if end == "top"
        else found.levels > NEEDED_SPAN[1] - margin
    )
    found.back.seen[~visible] = False
    assert (found.back_points() is not None) == read


@pytest.mark.parametrize(("length", "read"), [(MAX_GAP - 0.02, True), (MAX_GAP + 0.02, False)])
def test_gaps_are_bridged_up_to_the_documented_length(*, length: float, read: bool) -> None:
    found = PLAIN.silhouette()
    found.back.seen[np.abs(found.levels - 0.4) < length / 2] = False
    points = found.back_points()
    assert (points is not None) == read
    if points is not None:
        assert points[0, 1] == pytest.approx(BACK_SPAN[0], abs=CELL)
        assert points[-1, 1] == pytest.approx(BACK_SPAN[1], abs=CELL)


def test_covered_share() -> None:
    found = PLAIN.silhouette()
    assert found.covered_share(found.back, (0.5, 0.1)) == 0.0
    found.back.seen[(found.levels <= 0.5) & (found.levels > 0.4)] = False
    assert found.covered_share(found.back, (0.5, 0.1)) == pytest.approx(0.25, abs=0.02)
    assert found.covered_share(found.back, (9.0, 8.0)) == 1.0


# --- one body among several parts ----------------------------------------------------------


def with_blob(mask: NDArray[np.float32], corner: tuple[int, int], side: int) -> NDArray[np.float32]:
    spotted = mask.copy()
    row, column = corner
    spotted[row : row + side, column : column + side] = 1.0
    return spotted


@pytest.mark.parametrize("corner", [(10, 10), (600, 450)])
def test_another_part_of_the_mask_is_dropped(corner: tuple[int, int]) -> None:
    spotted = with_blob(PLAIN.mask, corner, 60)
    kept, _ = main_body(spotted, PLAIN.landmarks)
    assert kept[corner[0] + 30, corner[1] + 30] == 0
    near_edge = PLAIN.mask > 0.3
    assert np.array_equal(kept[near_edge], PLAIN.mask[near_edge])


def test_a_mask_in_one_part_is_not_changed() -> None:
    assert main_body(PLAIN.mask, PLAIN.landmarks)[0] is PLAIN.mask


def test_the_part_under_the_trunk_wins_over_a_larger_one() -> None:
    small = PLAIN.scaled(0.4).but(size=PLAIN.size)
    spotted = with_blob(small.mask, (10, 300), 280)
    kept, _ = main_body(spotted, small.landmarks)
    assert kept[150, 450] == 0
    assert kept[round(small.hip_px[1]), round(small.hip_px[0])] > 0.9


def test_landmarks_beside_the_mask_leave_the_largest_part() -> None:
    spotted = with_blob(PLAIN.mask, (10, 10), 30)
    kept, _ = main_body(spotted, PLAIN.landmarks + np.array([10_000, 0]))
    assert kept[20, 20] == 0
    assert kept[round(PLAIN.hip_px[1]), round(PLAIN.hip_px[0])] > 0.9


def test_an_empty_mask_has_no_contour() -> None:
    empty = np.zeros((40, 30), dtype=np.float32)
    assert main_body(empty, PLAIN.landmarks)[1].shape == (0, 2)
    disc = cv2.circle(empty, (15, 20), 8, 1.0, -1)
    assert len(main_body(disc, PLAIN.landmarks)[1]) > 20


def test_the_contour_is_that_of_the_part_that_is_kept() -> None:
    spotted = with_blob(PLAIN.mask, (10, 10), 60)
    _, alone = main_body(PLAIN.mask, PLAIN.landmarks)
    _, beside = main_body(spotted, PLAIN.landmarks)
    assert np.array_equal(alone, beside)
    hollow = PLAIN.mask.copy()
    row, column = round(PLAIN.hip_px[1]), round(PLAIN.hip_px[0])
    hollow[row - 6 : row + 6, column - 6 : column + 6] = 0.0
    assert np.array_equal(main_body(hollow, PLAIN.landmarks)[1], alone)


# --- bridging ------------------------------------------------------------------------------

LEVELS = np.linspace(1.0, -0.3, 209)


@pytest.mark.parametrize(
    ("seen", "longest"),
    [
        ("", 0),
        ("1", 0),
        ("0", 1),
        ("111", 0),
        ("000", 3),
        ("1011", 1),
        ("0011", 2),
        ("1100", 2),
        ("10010001", 3),
    ],
)
def test_longest_gap(seen: str, longest: int) -> None:
    assert longest_gap(np.array([mark == "1" for mark in seen], dtype=bool)) == longest


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_longest_gap_is_the_longest_run_of_hidden_points(seen: list[bool]) -> None:
    runs = "".join("1" if mark else "0" for mark in seen).split("1")
    assert longest_gap(np.array(seen)) == max(map(len, runs))


@pytest.mark.parametrize("slope", [-2.0, 0.0, 0.3])
@pytest.mark.parametrize(("first", "last"), [(50, 51), (50, 60), (20, 90)])
def test_a_straight_line_comes_back_exactly(slope: float, first: int, last: int) -> None:
    x = slope * LEVELS + 0.4
    seen = np.ones(len(LEVELS), dtype=bool)
    seen[first:last] = False
    hidden = np.where(seen, x, 99.0)
    assert bridge(LEVELS, hidden, seen) == pytest.approx(x, abs=1e-12)


@given(first=st.integers(15, 150), length=st.integers(1, 35), seed=st.integers(0, 99))
def test_seen_points_stay_and_hidden_ones_do_not_matter(first: int, length: int, seed: int) -> None:
    x = Doll().back(LEVELS)
    seen = np.ones(len(LEVELS), dtype=bool)
    seen[first : first + length] = False
    junk = np.where(seen, x, np.random.default_rng(seed).normal(size=len(x)))
    filled = bridge(LEVELS, junk, seen)
    assert np.array_equal(filled[seen], x[seen])
    assert np.array_equal(filled, bridge(LEVELS, np.where(seen, x, np.nan), seen))


@pytest.mark.parametrize("middle", [0.85, 0.6, 0.3, 0.1, -0.1])
def test_a_tenth_of_a_back_is_bridged_to_a_hundredth(middle: float) -> None:
    x = Doll().back(LEVELS)
    seen = np.abs(LEVELS - middle) > 0.05
    assert bridge(LEVELS, x, seen) == pytest.approx(x, abs=0.01)


def test_two_gaps_are_bridged_independently() -> None:
    x = Doll().back(LEVELS)
    upper, lower = np.abs(LEVELS - 0.8) > 0.04, np.abs(LEVELS - 0.3) > 0.04
    both = bridge(LEVELS, x, upper & lower)
    assert both == pytest.approx(
        np.where(LEVELS > 0.55, bridge(LEVELS, x, upper), bridge(LEVELS, x, lower))
    )


def test_a_bridge_ends_level_where_too_little_is_seen_for_a_slope() -> None:
    """Two points give no slope: the bridge starts and ends level instead of shooting off."""
    x = np.zeros(len(LEVELS))
    x[1], x[-2] = 5.0, -5.0
    seen = np.zeros(len(LEVELS), dtype=bool)
    seen[[0, 1, -2, -1]] = True
    filled = bridge(LEVELS, x, seen)
    assert filled.max() == 5.0
    assert filled.min() == -5.0
