"""Refusals: one standing person from the side passes, anything else is refused by name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.paper_doll import JOINTS, Capsule, Doll, Point, turned_world

from posture.errors import PoseError
from posture.landmarks import Landmark
from posture.types import FloatArray
from posture.view.stance import (
    MAX_YAW_DEG,
    MIN_TRUNK_PX,
    estimate_yaw_deg,
    parts_in_frame,
    require_side_view,
    require_size,
    require_standing,
    require_trunk,
    require_upright_picture,
    trunk_length_px,
)

PLAIN = Doll()
ALL = frozenset({"head", "shoulders", "hips", "knees", "ankles", "feet"})


def about(centre: Point, point: Point, deg: float) -> Point:
    """Turn a point of the body frame about a joint; positive carries what is above forward."""
    angle = np.radians(deg)
    x, y = point[0] - centre[0], point[1] - centre[1]
    return (
        float(centre[0] + x * np.cos(angle) + y * np.sin(angle)),
        float(centre[1] - x * np.sin(angle) + y * np.cos(angle)),
    )


def leaning(deg: float) -> Doll:
    """Trunk and head turned forward about the hip."""
    upper = ("NOSE", "EAR", "SHOULDER", "ELBOW", "WRIST", "INDEX")
    return Doll(joints={name: about(JOINTS["HIP"], JOINTS[name], deg) for name in upper})


def thighs_raised(deg: float) -> Doll:
    """Thighs forward by ``deg``, shanks upright."""
    knee = about(JOINTS["HIP"], JOINTS["KNEE"], -deg)
    shift = (knee[0] - JOINTS["KNEE"][0], knee[1] - JOINTS["KNEE"][1])
    low = ("ANKLE", "HEEL", "FOOT_INDEX")
    moved = {name: (JOINTS[name][0] + shift[0], JOINTS[name][1] + shift[1]) for name in low}
    return Doll(joints={"KNEE": knee, **moved})


def knee_bent(deg: float, side: str = "LEFT_") -> Doll:
    """One shank turned backwards about the knee."""
    bent = {
        f"{side}{name}": about(JOINTS["KNEE"], JOINTS[name], deg)
        for name in ("ANKLE", "HEEL", "FOOT_INDEX")
    }
    return Doll(joints=bent)


def legs_apart(along: float = 0.0, up: float = 0.0) -> Doll:
    """Left leg moved forward or up from the hip down, without bending the knee."""
    ankle = JOINTS["ANKLE"]
    return Doll(
        joints={
            "LEFT_KNEE": (JOINTS["KNEE"][0] + along / 2, JOINTS["KNEE"][1] + up / 2),
            "LEFT_ANKLE": (ankle[0] + along, ankle[1] + up),
        }
    )


def lying() -> Doll:
    return Doll(joints={name: about((0.0, 0.0), at, 90.0) for name, at in JOINTS.items()})


def judged(doll: Doll, *, parts: frozenset[str] = ALL, roll_deg: float = 0.0) -> None:
    require_standing(doll.landmarks, parts, doll.mask, roll_deg=roll_deg)


@pytest.mark.parametrize("doll", [PLAIN, PLAIN.mirrored(), PLAIN.scaled(0.4), leaning(20.0)])
def test_someone_who_stands_passes(doll: Doll) -> None:
    judged(doll)


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize(
    ("doll", "word"),
    [
        (leaning(45.0), "bending or lying"),
        (leaning(-40.0), "bending or lying"),
        (lying(), "bending or lying"),
        (thighs_raised(80.0), "sitting or squatting"),
        (thighs_raised(40.0), "sitting or squatting"),
        (knee_bent(60.0), "bending the knees"),
        (knee_bent(60.0, "RIGHT_"), "bending the knees"),
        (legs_apart(along=0.7), "taking a step"),
        (legs_apart(along=-0.7), "taking a step"),
        (legs_apart(up=0.5), "lifting one foot"),
    ],
)
def test_other_postures_are_named(doll: Doll, word: str, facing: str) -> None:
    with pytest.raises(PoseError, match=f"The person is {word}: stand upright") as caught:
        judged(doll.but(facing=facing))
    assert caught.value.code == "not_standing"


@pytest.mark.parametrize(
    ("passes", "fails"),
    [
        (leaning(31.0), leaning(33.0)),
        (thighs_raised(31.0 - 1.35), thighs_raised(33.0 + 1.35)),
        (legs_apart(along=0.54), legs_apart(along=0.56)),
        (legs_apart(up=0.39), legs_apart(up=0.41)),
    ],
)
def test_limits_are_as_documented(passes: Doll, fails: Doll) -> None:
    judged(passes)
    with pytest.raises(PoseError):
        judged(fails)


@pytest.mark.parametrize(
    ("doll", "unseen"),
    [
        (knee_bent(60.0), {"ankles", "feet"}),
        (legs_apart(along=0.7), {"ankles", "feet"}),
    ],
)
def test_legs_out_of_frame_are_not_judged(doll: Doll, unseen: set[str]) -> None:
    judged(doll, parts=ALL - unseen)


def seated(deg: float = 80.0) -> Doll:
    """Thighs forward by ``deg``, in the outline too."""
    knee = about(JOINTS["HIP"], JOINTS["KNEE"], -deg)
    return thighs_raised(deg).but(extras=(Capsule(start=(0.0, -0.05), end=knee, radius=0.16),))


def shown(doll: Doll, *, right: float = 99.0, below: float = 99.0) -> Doll:
    """Return the doll in a picture that ends so many trunk lengths beyond the hip."""
    width, height = doll.size
    x, y = doll.hip_px
    return doll.but(
        size=(
            min(width, round(x + right * doll.unit_px)),
            min(height, round(y + below * doll.unit_px)),
        )
    )


NO_KNEES = ALL - {"knees", "ankles", "feet"}


@pytest.mark.parametrize(
    "doll",
    [
        pytest.param(shown(seated(), right=0.7, below=0.9), id="knees beyond the side"),
        pytest.param(shown(seated(), below=0.12), id="thighs along the lower border"),
        pytest.param(shown(seated(60.0), below=0.4), id="thighs that slope to the lower border"),
    ],
)
@pytest.mark.parametrize("mirror", [False, True])
def test_someone_seated_is_named_by_the_thighs_at_the_border(doll: Doll, *, mirror: bool) -> None:
    with pytest.raises(PoseError, match="sitting or squatting") as caught:
        judged(doll.mirrored() if mirror else doll, parts=NO_KNEES)
    assert caught.value.code == "not_standing"


@pytest.mark.parametrize("below", [0.1, 0.2, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("roll", [-8.0, 0.0, 8.0])
def test_someone_who_stands_passes_wherever_the_picture_ends(below: float, roll: float) -> None:
    doll = shown(PLAIN.but(roll_deg=roll), below=below)
    judged(doll, parts=NO_KNEES, roll_deg=roll)
    judged(doll.mirrored(), parts=NO_KNEES, roll_deg=-roll)


def test_a_large_belly_over_the_lower_border_is_no_thigh() -> None:
    belly = Capsule(start=(0.2, 0.05), end=(0.25, -0.05), radius=0.25)
    judged(shown(PLAIN.but(extras=(belly,)), below=0.15), parts=NO_KNEES)


# --- the picture ---------------------------------------------------------------------------


def turned_landmarks(quarters: int, doll: Doll = PLAIN) -> FloatArray:
    """Return the landmarks in a picture turned to the right by quarter turns."""
    points, (width, height) = doll.landmarks, doll.size
    for _ in range(quarters):
        points = np.column_stack([height - 1 - points[:, 1], points[:, 0]])
        width, height = height, width
    return points


@pytest.mark.parametrize(
    ("quarters", "code", "words"),
    [
        (1, "picture_turned_right", "a quarter turn to the left"),
        (2, "picture_upside_down", "turn it round"),
        (3, "picture_turned_left", "a quarter turn to the right"),
    ],
)
@pytest.mark.parametrize("doll", [PLAIN, PLAIN.mirrored(), PLAIN.but(roll_deg=12.0)])
def test_a_picture_that_is_not_upright_is_to_be_turned(
    quarters: int, code: str, words: str, doll: Doll
) -> None:
    with pytest.raises(PoseError, match=words) as caught:
        require_upright_picture(turned_landmarks(quarters, doll))
    assert caught.value.code == code


@pytest.mark.parametrize("doll", [PLAIN, PLAIN.mirrored(), leaning(45.0), leaning(85.0), seated()])
def test_someone_who_bends_or_sits_is_no_turned_picture(doll: Doll) -> None:
    require_upright_picture(doll.landmarks)


@pytest.mark.parametrize("unit", [MIN_TRUNK_PX + 1, MIN_TRUNK_PX - 1])
def test_a_person_is_too_small_only_by_their_own_size(unit: float) -> None:
    doll = PLAIN.but(unit_px=unit)
    if unit > MIN_TRUNK_PX:
        require_size(doll.landmarks)
        return
    with pytest.raises(PoseError, match="too small") as caught:
        require_size(doll.landmarks)
    assert caught.value.code == "person_too_small"


@pytest.mark.parametrize("roll", [-30.0, 30.0])
def test_a_tilted_camera_is_not_a_leaning_person(roll: float) -> None:
    tilted = leaning(10.0 if roll > 0 else -10.0).but(roll_deg=roll)
    judged(tilted, roll_deg=roll)
    with pytest.raises(PoseError):
        judged(tilted, roll_deg=0.0)


def test_roll_does_not_turn_a_lifted_foot_into_a_step() -> None:
    doll = legs_apart(up=0.5).but(roll_deg=40.0)
    with pytest.raises(PoseError, match="lifting one foot"):
        judged(doll, roll_deg=40.0)


# --- side view -----------------------------------------------------------------------------


@given(yaw=st.floats(-85, 85))
def test_yaw_is_the_turn_of_the_shoulder_line(yaw: float) -> None:
    for doll in (PLAIN, PLAIN.mirrored()):
        turned = turned_world(doll.world, yaw)
        assert abs(estimate_yaw_deg(turned)) == pytest.approx(abs(yaw), abs=1e-6)


@pytest.mark.parametrize("yaw", [0.0, 20.0, -20.0, MAX_YAW_DEG - 1])
def test_near_profiles_pass_and_return_their_yaw(yaw: float) -> None:
    found = require_side_view(turned_world(PLAIN.world, yaw))
    assert abs(found) == pytest.approx(abs(yaw), abs=1e-6)


@pytest.mark.parametrize("yaw", [MAX_YAW_DEG + 1, 60.0, 90.0, -90.0, -45.0])
def test_front_back_and_half_turned_views_are_refused(yaw: float) -> None:
    with pytest.raises(PoseError, match="not a side view") as caught:
        require_side_view(turned_world(PLAIN.world, yaw))
    assert caught.value.code == "not_side_view"


# --- parts in frame ------------------------------------------------------------------------


def cropped(*, top: int = 0, bottom: int = 0, left: int = 0) -> Doll:
    width, height = PLAIN.size
    x, y = PLAIN.hip_px
    return PLAIN.but(size=(width - left, height - top - bottom), hip_px=(x - left, y - top))


@pytest.mark.parametrize(
    ("doll", "missing"),
    [
        (PLAIN, set()),
        (PLAIN.mirrored(), set()),
        (PLAIN.scaled(0.5), set()),
        (cropped(top=130), {"head"}),
        (cropped(bottom=60), {"feet"}),
        (cropped(bottom=80), {"feet", "ankles"}),
        (cropped(bottom=300), {"feet", "ankles", "knees"}),
        (cropped(bottom=520), {"feet", "ankles", "knees", "hips"}),
        (cropped(top=260), {"head", "shoulders"}),
    ],
)
def test_parts_are_what_the_picture_shows(doll: Doll, missing: set[str]) -> None:
    assert parts_in_frame(doll.landmarks, doll.mask) == ALL - missing


def test_invented_landmarks_off_the_body_do_not_count() -> None:
    """Inside the picture, but on the wall: the pose network invents feet that are covered."""
    doll = Doll(joints={"LEFT_ANKLE": (0.8, -1.7), "LEFT_KNEE": (0.8, -0.9)})
    assert parts_in_frame(doll.landmarks, doll.mask) == ALL - {"ankles", "knees"}


def test_a_landmark_just_beside_the_body_counts() -> None:
    """Landmarks are imprecise: within a tenth of the trunk they still belong to the body."""
    near, far = (Doll(joints={"RIGHT_HIP": (0.22 + gap, 0.0)}) for gap in (0.06, 0.14))
    assert "hips" in parts_in_frame(near.landmarks, near.mask)
    assert "hips" not in parts_in_frame(far.landmarks, far.mask)


SQUEEZED = {
    Landmark[f"{side}_{name}"]: share
    for side in ("LEFT", "RIGHT")
    for name, share in (("KNEE", 0.5), ("ANKLE", 0.9), ("HEEL", 0.9), ("FOOT_INDEX", 0.9))
}
"""Place between hips and lower edge to which the pose network moves legs that are cut off."""


@pytest.mark.parametrize(
    ("room", "missing"),
    [
        (0.1, {"hips", "knees", "ankles", "feet"}),
        (0.5, {"knees", "ankles", "feet"}),
        (0.9, {"ankles", "feet"}),
        (1.2, {"ankles", "feet"}),
        (1.4, set()),
    ],
)
def test_legs_squeezed_above_the_lower_edge_are_cut_off(room: float, missing: set[str]) -> None:
    landmarks, unit = PLAIN.landmarks.copy(), trunk_length_px(PLAIN.landmarks)
    x, y = (landmarks[Landmark.LEFT_HIP] + landmarks[Landmark.RIGHT_HIP]) / 2
    for landmark, share in SQUEEZED.items():
        landmarks[landmark] = (x, y + share * room * unit)
    cut = PLAIN.mask[: round(y + room * unit)]
    assert parts_in_frame(landmarks, cut) == ALL - missing
    # The same pose with wall below it is a small or crouching person, not a cropped one.
    above_wall = np.vstack([cut, np.zeros((20, cut.shape[1]), cut.dtype)])
    assert parts_in_frame(landmarks, above_wall) == ALL


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"shoulders"}, "the shoulders:"),
        ({"hips"}, "The legs are cut off:"),
        ({"shoulders", "hips"}, "the shoulders and hips:"),
    ],
)
def test_a_photo_without_the_trunk_is_refused(missing: set[str], words: str) -> None:
    with pytest.raises(PoseError, match=words) as caught:
        require_trunk(ALL - missing)
    assert caught.value.code == "body_cropped"


def test_a_photo_with_the_trunk_alone_is_enough() -> None:
    require_trunk(frozenset({"shoulders", "hips"}))


def test_trunk_length_is_in_pixels() -> None:
    for unit in (80.0, 333.3):
        doll = PLAIN.but(unit_px=unit, roll_deg=17.0)
        assert trunk_length_px(doll.landmarks) == pytest.approx(unit)


def test_landmarks_of_the_doll_are_all_placed() -> None:
    assert np.isfinite(PLAIN.landmarks).all()
    assert len(Landmark) == len(PLAIN.landmarks)
