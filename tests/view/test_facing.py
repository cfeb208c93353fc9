"""Facing direction from several cues, which is refused when they conflict or say nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.paper_doll import JOINTS, Doll

from posture.errors import PoseError
from posture.view.facing import MIN_AGREEMENT, Cue, decide_facing, facing_cues
from posture.view.stance import parts_in_frame

PLAIN = Doll()
WEIGHTS = {
    "feet": 3.0,
    "head": 1.5,
    "knees": 0.5,
    "shoulder_depth": 2.0,
    "hip_depth": 2.0,
    "buttock": 1.5,
}


def cues_of(doll: Doll, *, parts: frozenset[str] | None = None) -> dict[str, Cue]:
    in_frame = parts_in_frame(doll.landmarks, doll.mask) if parts is None else parts
    cues = facing_cues(doll.landmarks, doll.world, doll.mask, in_frame=in_frame)
    return {cue.name: cue for cue in cues}


def cue(name: str, score: float) -> Cue:
    return Cue(name=name, score=score, weight=WEIGHTS[name])


# --- the cues ------------------------------------------------------------------------------


def test_every_cue_of_a_doll_looking_right_says_right() -> None:
    cues = cues_of(PLAIN)
    assert {name: found.weight for name, found in cues.items()} == WEIGHTS
    scores = {name: found.score for name, found in cues.items() if name != "knees"}
    assert scores == dict.fromkeys(scores, 1.0)
    assert decide_facing(tuple(cues.values())) == "right"


@pytest.mark.parametrize("roll", [-10.0, 0.0, 10.0])
@pytest.mark.parametrize("factor", [0.5, 1.0])
def test_a_mirrored_picture_turns_every_cue_round(roll: float, factor: float) -> None:
    doll = PLAIN.but(roll_deg=roll).scaled(factor)
    there, back = cues_of(doll), cues_of(doll.mirrored())
    assert there.keys() == back.keys()
    for name in there:
        assert back[name].score == pytest.approx(-there[name].score, abs=0.05)
    assert decide_facing(tuple(there.values())) == "right"
    assert decide_facing(tuple(back.values())) == "left"


@pytest.mark.parametrize(
    ("missing", "gone"),
    [("head", {"head"}), ("feet", {"feet", "knees"}), ("knees", {"knees"})],
)
def test_parts_out_of_frame_give_no_cue(missing: str, gone: set[str]) -> None:
    parts = parts_in_frame(PLAIN.landmarks, PLAIN.mask) - {missing}
    assert set(WEIGHTS) - set(cues_of(PLAIN, parts=parts)) == gone


@pytest.mark.parametrize(
    ("name", "joints", "score"),
    [
        ("feet", {"FOOT_INDEX": (JOINTS["HEEL"][0] + 0.10, -1.78)}, 0.5),
        ("feet", {"FOOT_INDEX": (JOINTS["HEEL"][0] - 0.05, -1.78)}, -0.25),
        ("head", {"NOSE": (JOINTS["EAR"][0] + 0.02, 1.4)}, 0.25),
        ("knees", {"KNEE": (-0.025 + 0.04, -0.85)}, 0.5),
        ("knees", {"KNEE": (-0.025 - 0.02, -0.85)}, -0.25),
    ],
)
def test_scores_are_proportional_up_to_a_convincing_size(
    name: str, joints: dict[str, tuple[float, float]], score: float
) -> None:
    found = cues_of(PLAIN.but(joints=joints))[name]
    assert found.score == pytest.approx(score, abs=1e-6)


def test_the_far_shoulder_gives_the_direction() -> None:
    world = PLAIN.world.copy()
    world[11, 2], world[12, 2] = 0.04, -0.04
    cues = facing_cues(PLAIN.landmarks, world, PLAIN.mask, in_frame=frozenset())
    scores = {found.name: found.score for found in cues}
    assert scores["shoulder_depth"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    "mask",
    [
        pytest.param(np.zeros_like(PLAIN.mask), id="no body at the hip"),
        pytest.param(np.ones_like(PLAIN.mask), id="body from border to border"),
        pytest.param(np.zeros((10, 10), dtype=np.float32), id="hip outside the picture"),
    ],
)
def test_without_an_outline_the_buttock_gives_no_evidence(mask: np.ndarray) -> None:
    cues = facing_cues(PLAIN.landmarks, PLAIN.world, mask, in_frame=frozenset())
    scores = {found.name: found.score for found in cues}
    assert scores["buttock"] == 0.0


# --- the decision --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scores",
    [
        pytest.param({"feet": 1.0, "head": -1.0, "hip_depth": -1.0}, id="feet against the rest"),
        pytest.param({"shoulder_depth": 1.0, "hip_depth": -1.0}, id="one against one"),
        pytest.param({"feet": 1.0, "head": 0.2, "buttock": 0.3}, id="a single clear cue"),
        pytest.param({"feet": 0.3, "head": 0.3, "buttock": 0.3}, id="no clear cue"),
        pytest.param({"feet": 0.0, "head": 0.0}, id="no evidence"),
        pytest.param({"hip_depth": 0.0}, id="one cue without evidence"),
    ],
)
def test_conflicting_and_missing_evidence_is_refused(scores: dict[str, float]) -> None:
    with pytest.raises(PoseError, match="which way the person looks") as caught:
        decide_facing(tuple(cue(name, score) for name, score in scores.items()))
    assert caught.value.code == "facing_unclear"


@pytest.mark.parametrize(
    "scores",
    [
        {"feet": 1.0, "head": 1.0},
        {"shoulder_depth": 0.6, "hip_depth": 0.6, "buttock": 0.0},
        {"feet": 1.0, "shoulder_depth": 1.0, "hip_depth": 1.0, "head": -1.0, "buttock": -0.5},
    ],
)
@pytest.mark.parametrize("side", [1, -1])
def test_agreement_decides(scores: dict[str, float], side: int) -> None:
    found = decide_facing(tuple(cue(name, side * score) for name, score in scores.items()))
    assert found == ("right" if side > 0 else "left")


@given(scores=st.dictionaries(st.sampled_from(list(WEIGHTS)), st.floats(-1, 1), min_size=1))
def test_no_direction_is_chosen_without_agreement(scores: dict[str, float]) -> None:
    cues = tuple(cue(name, score) for name, score in scores.items())
    total = sum(found.weight for found in cues)
    balance = sum(found.weight * found.score for found in cues) / total
    try:
        side = 1 if decide_facing(cues) == "right" else -1
    except PoseError:
        return
    assert side * balance >= MIN_AGREEMENT
    assert sum(side * found.score > 0.5 for found in cues) >= 2
