"""The two edges of the trunk, and the stretches of them that are not trunk."""

from __future__ import annotations

import numpy as np
import pytest
from support.paper_doll import JOINTS, Doll

from posture.geometry.arms import ArmModel
from posture.geometry.edges import (
    BACK_SPAN,
    BOTTOM,
    CELL,
    HAIR_END,
    HALF_WIDTH,
    MASK_LEVEL,
    STEP_LEVELS,
    STEP_MARGIN,
    STEP_SLOPE,
    TOP,
    body_axis,
    find_edges,
    judge_back,
    judge_front,
    levels,
    upright_mask,
)
from posture.geometry.silhouette import main_body

HEIGHTS = levels()
NO_ARMS = ArmModel(starts=np.full((1, 2), 9.0), ends=np.full((1, 2), 9.0), radii=np.zeros(1))


def test_levels_fall_evenly_from_top_to_bottom() -> None:
    assert HEIGHTS[0] == TOP
    assert HEIGHTS[-1] == pytest.approx(BOTTOM)
    assert np.diff(HEIGHTS) == pytest.approx(np.full(len(HEIGHTS) - 1, -CELL))


@pytest.mark.parametrize(
    "view",
    [Doll().mirrored(), Doll(roll_deg=10), Doll(roll_deg=-10).scaled(0.6), Doll().scaled(1.3)],
)
def test_the_upright_mask_looks_the_same_from_every_view(view: Doll) -> None:
    upright = _upright(view)
    assert upright.shape == (len(HEIGHTS), round(2 * HALF_WIDTH / CELL) + 1)
    inside = upright > MASK_LEVEL
    reference = _upright(Doll()) > MASK_LEVEL
    assert (inside != reference).mean() < 5e-4
    hip = np.argmin(np.abs(HEIGHTS))
    assert inside[hip, round(HALF_WIDTH / CELL)]


def test_the_axis_runs_through_the_joints_from_ankle_to_ear() -> None:
    doll = Doll(roll_deg=7, facing="left")
    at, x = body_axis(doll.landmarks, doll.frame)
    order = ("ANKLE", "KNEE", "HIP", "SHOULDER", "EAR")
    assert np.column_stack([x, at]) == pytest.approx(np.array([JOINTS[name] for name in order]))


def _upright(view: Doll) -> np.ndarray:
    return upright_mask(*main_body(view.mask, view.landmarks), view.frame)


def test_an_upright_mask_without_a_body_is_empty() -> None:
    assert not upright_mask(Doll().mask, np.empty((0, 2)), Doll().frame).any()


def test_edges_lie_where_the_ramp_crosses_one_half() -> None:
    row = np.array([0, 0, 0.2, 0.7, 1, 1, 1, 0.9, 0.1, 0, 0], dtype=np.float32)
    back, front = find_edges(row[None], np.array([5 * CELL - HALF_WIDTH]))
    assert back[0] == pytest.approx((2 + 0.3 / 0.5) * CELL - HALF_WIDTH)
    assert front[0] == pytest.approx((7 + 0.4 / 0.8) * CELL - HALF_WIDTH)


@pytest.mark.parametrize(
    ("row", "axis"),
    [
        pytest.param([0, 0, 0, 0, 0], 2, id="axis off the body"),
        pytest.param([1, 1, 1, 1, 1], 2, id="body fills the row"),
        pytest.param([0, 1, 0, 0, 0], 3, id="body only beside the axis"),
    ],
)
def test_rows_without_an_edge_have_none(row: list[float], axis: int) -> None:
    image = np.array(row, dtype=np.float32)[None]
    back, front = find_edges(image, np.array([axis * CELL - HALF_WIDTH]))
    assert np.isnan(back[0])
    assert np.isnan(front[0])


def test_only_the_stretch_of_body_around_the_axis_counts() -> None:
    row = np.array([1, 1, 0, 1, 1, 0, 1], dtype=np.float32)[None]
    back, front = find_edges(row, np.array([3.4 * CELL - HALF_WIDTH]))
    assert back[0] == pytest.approx(2.5 * CELL - HALF_WIDTH)
    assert front[0] == pytest.approx(4.5 * CELL - HALF_WIDTH)


# --- steps and hair ------------------------------------------------------------------------


def unseen(x: np.ndarray, arms: ArmModel = NO_ARMS) -> tuple[np.ndarray, tuple[str, ...]]:
    edge, flags = judge_back(x, HEIGHTS, arms)
    return HEIGHTS[~edge.seen], flags


def test_a_bare_back_is_seen_from_top_to_bottom() -> None:
    hidden, flags = unseen(Doll().back(HEIGHTS))
    assert not len(hidden)
    assert flags == ()


def test_a_gap_in_the_mask_is_not_seen() -> None:
    x = np.where(np.abs(HEIGHTS - 0.5) < 0.1, np.nan, Doll().back(HEIGHTS))
    hidden, _ = unseen(x)
    assert hidden.max() == pytest.approx(0.6, abs=2 * CELL)
    assert hidden.min() == pytest.approx(0.4, abs=2 * CELL)


@pytest.mark.parametrize("at", [0.9, 0.5, 0.0])
@pytest.mark.parametrize("jump", [-0.15, 0.15])
def test_a_step_is_flagged_and_its_surroundings_are_left_out(at: float, jump: float) -> None:
    x = Doll().back(HEIGHTS) + np.where(at > HEIGHTS, 0.0, jump)
    hidden, flags = unseen(x)
    assert "back_step" in flags
    assert {"arm_on_back"}.isdisjoint(flags)
    assert hidden.max() >= at + STEP_MARGIN
    assert hidden.min() <= at - STEP_MARGIN


def test_a_ramp_below_the_step_slope_counts_as_back() -> None:
    height = 2 * STEP_LEVELS * CELL

    def ramp(slope: float) -> np.ndarray:
        return -0.2 + slope * np.clip(0.5 - HEIGHTS, 0, height)

    assert "back_step" not in unseen(ramp(0.95 * STEP_SLOPE))[1]
    assert "back_step" in unseen(ramp(1.05 * STEP_SLOPE))[1]


@pytest.mark.parametrize("at", [BACK_SPAN[0] + 0.1, BACK_SPAN[1] - 0.1])
def test_steps_beyond_the_back_do_not_count(at: float) -> None:
    x = Doll().back(HEIGHTS) + np.where(at > HEIGHTS, 0.0, 0.15)
    assert "back_step" not in unseen(x)[1]


@pytest.mark.parametrize(("nape", "hair"), [(0.12, False), (-0.10, True)])
def test_a_nape_that_does_not_recede_is_covered_by_hair(*, nape: float, hair: bool) -> None:
    hidden, flags = unseen(Doll(nape=nape).back(HEIGHTS))
    assert ("hair_on_back" in flags) == hair
    if hair:
        assert hidden.min() == pytest.approx(HAIR_END, abs=CELL)


# --- arms ----------------------------------------------------------------------------------


def forearm(x: float, high: float, low: float) -> ArmModel:
    return ArmModel(starts=np.array([[x, high]]), ends=np.array([[x, low]]), radii=np.array([0.1]))


def test_an_arm_on_the_back_does_not_count_as_back() -> None:
    x = np.full_like(HEIGHTS, -0.25)
    hidden, flags = unseen(x, forearm(-0.2, 0.5, 0.3))
    assert "arm_on_back" in flags
    reach = np.sqrt(0.1**2 - 0.05**2)
    arm = hidden[hidden < HAIR_END]  # a straight outline has hair above
    assert arm.max() == pytest.approx(0.5 + reach, abs=CELL)
    assert arm.min() == pytest.approx(0.3 - reach, abs=CELL)


def test_the_rim_of_an_arm_is_not_a_step() -> None:
    arm = forearm(-0.22, 0.5, 0.3)
    x = np.where((HEIGHTS > 0.28) & (HEIGHTS < 0.52), -0.31, Doll().back(HEIGHTS))
    _, flags = unseen(x, arm)
    assert flags == ("arm_on_back",)


@pytest.mark.parametrize(("length", "much"), [(0.1, False), (0.3, True)])
def test_an_arm_over_the_belly_is_flagged_when_it_hides_much(*, length: float, much: bool) -> None:
    x = np.full_like(HEIGHTS, 0.25)
    edge, flags = judge_front(x, HEIGHTS, forearm(0.2, 0.4, 0.4 - length))
    assert flags == (("arm_on_front",) if much else ())
    hidden = HEIGHTS[~edge.seen]
    assert hidden.max() - hidden.min() == pytest.approx(length + 2 * 0.0866, abs=2 * CELL)


def test_a_front_beyond_the_picture_is_not_an_arm() -> None:
    edge, flags = judge_front(np.full_like(HEIGHTS, np.nan), HEIGHTS, NO_ARMS)
    assert not edge.seen.any()
    assert flags == ()
