"""Measures of stick figures: exact angles, signs, units, reasons, and the error of the roll."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.paper_doll import SOLE, TOP, Doll, Point
from support.stick import UPRIGHT, WHOLE, figure, make_silhouette

from posture.geometry.joints import LANDMARK_SD
from posture.measures.catalogue import MEASURES, REFERENCES, iter_meanings, take_measures
from posture.measures.formulas import (
    BRIDGED_FACTOR,
    C7_DEPTH,
    C7_LEVEL,
    CHEST_LEVEL,
    OUTLINE_SD_PCT,
)
from posture.measures.traced_body import TracedBody
from posture.quantity import Quantity

STATURE = TOP - SOLE
VERTICAL = {
    "gluteal_prominence_pct",
    "lumbosacral_slope_deg",
    "thoracolumbar_slope_deg",
    "abdominal_slope_deg",
    "trunk_lean_deg",
    "chest_lean_deg",
    "leg_lean_deg",
    "craniovertebral_deg",
    "sway_trunk_pct",
    "head_forward_pct",
    "plumb_ear_pct",
    "plumb_shoulder_pct",
    "plumb_hip_pct",
    "plumb_knee_pct",
}
"""Measures against true vertical; all others are between parts of the body."""

CURVE = {
    "lumbar_depth_pct",
    "lumbar_lordosis_deg",
    "arch_apex_level_pct",
    "thoracic_kyphosis_index_pct",
    "gluteal_prominence_pct",
    "lumbosacral_slope_deg",
    "thoracolumbar_slope_deg",
}


def measured(body: TracedBody, name: str) -> Quantity:
    return take_measures(body)[name]


def at(base: str, deg: float, length: float, *, below: bool = False) -> Point:
    """Point at ``length`` from a joint, on a line that leans forward by ``deg``."""
    x, y = UPRIGHT[base]
    run, rise = length * math.sin(math.radians(deg)), length * math.cos(math.radians(deg))
    return (x - run, y - rise) if below else (x + run, y + rise)


def straight_back(x: float) -> TracedBody:
    """A figure whose back is one vertical line; C7 lies on it."""
    return figure(make_silhouette(back=lambda y: np.full_like(y, x)))


# --- angles --------------------------------------------------------------------------------

ANGLES = [-20.0, -3.0, 0.0, 4.0, 25.0]


@pytest.mark.parametrize("deg", ANGLES)
def test_trunk_lean_is_positive_forward(deg: float) -> None:
    body = figure(shoulder=at("hip", deg, 0.95))
    assert measured(body, "trunk_lean_deg").value == pytest.approx(deg)


@pytest.mark.parametrize("deg", ANGLES)
def test_leg_lean_is_positive_forward(deg: float) -> None:
    body = figure(ankle=at("hip", deg, 1.7, below=True))
    assert measured(body, "leg_lean_deg").value == pytest.approx(deg)


@pytest.mark.parametrize("lean", [0.0, 5.0])
@pytest.mark.parametrize("deg", ANGLES)
def test_knee_is_positive_hyperextended_and_negative_bent(deg: float, lean: float) -> None:
    """A shank that leans backwards more than the thigh is a knee pushed back."""
    knee = at("hip", lean, 0.85, below=True)
    shank = math.radians(lean - deg)
    ankle = (knee[0] - 0.85 * math.sin(shank), knee[1] - 0.85 * math.cos(shank))
    body = figure(knee=knee, ankle=ankle)
    assert measured(body, "knee_extension_deg").value == pytest.approx(deg)


def test_a_knee_behind_the_line_hip_to_ankle_is_hyperextended() -> None:
    back, front = figure(knee=(-0.05, -0.85)), figure(knee=(0.05, -0.85))
    assert measured(back, "knee_extension_deg").value > 0
    assert measured(front, "knee_extension_deg").value < 0


@pytest.mark.parametrize("lean", [0.0, -6.0])
@pytest.mark.parametrize("deg", ANGLES)
def test_hip_is_positive_extended_and_negative_bent(deg: float, lean: float) -> None:
    """A thigh behind the line of the trunk is extension."""
    body = figure(shoulder=at("hip", lean, 0.95), knee=at("hip", lean + deg, 0.85, below=True))
    assert measured(body, "hip_extension_deg").value == pytest.approx(deg)


@pytest.mark.parametrize("trunk", [-6.0, 0.0, 4.0])
@pytest.mark.parametrize("legs", [-3.0, 0.0, 8.0])
def test_sway_angle_grows_as_the_hips_move_forward(trunk: float, legs: float) -> None:
    """180 is straight; legs leaning forward under a trunk leaning back make it larger."""
    back_x = C7_LEVEL * math.tan(math.radians(trunk)) - C7_DEPTH
    body = figure(
        make_silhouette(back=lambda y: np.full_like(y, back_x)),
        ankle=at("hip", legs, 1.7, below=True),
    )
    assert measured(body, "sway_angle_deg").value == pytest.approx(180 + legs - trunk, abs=0.2)


@pytest.mark.parametrize("deg", [20.0, 48.0, 55.0, 90.0])
def test_craniovertebral_angle_is_c7_to_ear_above_the_horizontal(deg: float) -> None:
    c7 = np.array([-0.2 + C7_DEPTH, C7_LEVEL])
    ear = c7 + 0.4 * np.array([math.cos(math.radians(deg)), math.sin(math.radians(deg))])
    body = figure(make_silhouette(back=lambda y: np.full_like(y, -0.2)), ear=(ear[0], ear[1]))
    assert measured(body, "craniovertebral_deg").value == pytest.approx(deg, abs=0.6)


@pytest.mark.parametrize("deg", [-12.0, 0.0, 9.0])
def test_abdominal_slope_is_positive_when_the_belly_overhangs(deg: float) -> None:
    slope = math.tan(math.radians(deg))
    body = figure(make_silhouette(front=lambda y: 0.2 + slope * y))
    assert measured(body, "abdominal_slope_deg").value == pytest.approx(deg)


# --- lengths -------------------------------------------------------------------------------

PLUMB = {
    "plumb_ear_pct": ("ear", "ankle"),
    "plumb_shoulder_pct": ("shoulder", "ankle"),
    "plumb_hip_pct": ("hip", "ankle"),
    "plumb_knee_pct": ("knee", "ankle"),
    "sway_trunk_pct": ("shoulder", "hip"),
    "head_forward_pct": ("ear", "shoulder"),
}


@pytest.mark.parametrize(("name", "pair"), PLUMB.items())
@pytest.mark.parametrize("offset", [-0.1, 0.0, 0.15])
def test_plumb_offsets_are_percent_of_height(
    name: str, pair: tuple[str, str], offset: float
) -> None:
    upper, lower = pair
    x, y = UPRIGHT[upper]
    body = figure(**{upper: (x + offset, y)})
    assert measured(body, name).value == pytest.approx(100 * offset / STATURE)
    assert measured(body, name).unit == "%height"
    moved = figure(**{lower: (UPRIGHT[lower][0] - offset, UPRIGHT[lower][1])})
    assert measured(moved, name).value == pytest.approx(100 * offset / STATURE)


def test_plumb_sd_is_the_scatter_of_both_joints() -> None:
    expected = 100 * math.hypot(LANDMARK_SD["ear"], LANDMARK_SD["ankle"]) / STATURE
    assert measured(figure(), "plumb_ear_pct").sd == pytest.approx(expected)


def test_gluteal_prominence_is_hollow_to_buttock_in_percent_of_trunk() -> None:
    doll = Doll()
    y = np.linspace(1.0, -0.3, 2000)
    x = doll.back(y)
    hollow = x[(y > 0.1) & (y < 0.6)].max()
    buttock = x[y < 0.1].min()
    found = measured(figure(make_silhouette(back=doll.back)), "gluteal_prominence_pct").value
    assert found == pytest.approx(100 * (hollow - buttock), abs=0.5)


@pytest.mark.parametrize("buttock", [0.10, 0.16, 0.22])
def test_curve_measures_are_those_of_the_back_curve_in_percent(buttock: float) -> None:
    body = figure(make_silhouette(back=Doll(buttock=buttock).back))
    curve = body.curve
    assert curve is not None
    expected = {
        "lumbar_depth_pct": 100 * curve.depth,
        "lumbar_lordosis_deg": curve.lordosis_deg,
        "arch_apex_level_pct": 100 * curve.apex_level,
        "thoracic_kyphosis_index_pct": curve.kyphosis_index_pct,
        "lumbosacral_slope_deg": curve.lumbosacral_slope_deg,
        "thoracolumbar_slope_deg": curve.thoracolumbar_slope_deg,
    }
    for name, value in expected.items():
        assert measured(body, name).value == pytest.approx(value)
    assert curve.lumbosacral_slope_deg > 0 > curve.thoracolumbar_slope_deg


# --- roll ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MEASURES)
def test_the_error_of_the_roll_widens_only_measures_against_the_vertical(name: str) -> None:
    level, unsure = (measured(figure(roll_sd_deg=sd), name) for sd in (0.0, 3.0))
    assert unsure.value == level.value
    if name in VERTICAL:
        assert unsure.sd > level.sd
    else:
        assert unsure.sd == level.sd


@pytest.mark.parametrize("name", sorted(VERTICAL))
@pytest.mark.parametrize("roll_sd", [0.5, 2.5])
def test_roll_adds_in_quadrature(name: str, roll_sd: float) -> None:
    level, unsure = (measured(figure(roll_sd_deg=sd), name) for sd in (0.0, roll_sd))
    added = math.sqrt(unsure.sd**2 - level.sd**2)
    if name.endswith("_deg"):
        assert added == pytest.approx(roll_sd)
    elif name in PLUMB:
        upper, lower = PLUMB[name]
        lever = UPRIGHT[upper][1] - UPRIGHT[lower][1]
        assert added == pytest.approx(100 * lever * math.radians(roll_sd) / STATURE)


def test_prominence_includes_the_roll_times_its_lever() -> None:
    """Turning by 3 degrees moves hollow against buttock by their height difference times 3 deg."""
    body = figure(roll_sd_deg=3.0)
    assert body.curve is not None
    lever = body.curve.lumbar_apex[1] - body.curve.gluteal_apex[1]
    level = measured(figure(), "gluteal_prominence_pct").sd
    added = math.sqrt(measured(body, "gluteal_prominence_pct").sd ** 2 - level**2)
    assert added == pytest.approx(100 * lever * math.radians(3.0), rel=0.05)


# --- absent measures -----------------------------------------------------------------------

JOINT_NEEDS = {
    "trunk_lean_deg": (),
    "leg_lean_deg": ("ankle",),
    "hip_extension_deg": ("knee",),
    "knee_extension_deg": ("knee", "ankle"),
    "sway_angle_deg": ("ankle",),
    "sway_trunk_pct": (),
    "head_forward_pct": ("ear",),
    "craniovertebral_deg": ("ear",),
    "plumb_ear_pct": ("ear", "ankle"),
    "plumb_shoulder_pct": ("ankle",),
    "plumb_hip_pct": ("ankle",),
    "plumb_knee_pct": ("knee", "ankle"),
}


@pytest.mark.parametrize("missing", ["ear", "knee", "ankle"])
def test_a_missing_joint_removes_only_the_measures_that_need_it(missing: str) -> None:
    found = take_measures(figure(**{missing: None}))
    for name, quantity in found.items():
        gone = missing in JOINT_NEEDS.get(name, ())
        assert quantity.reason == (f"{missing}_not_in_frame" if gone else None), name


@pytest.mark.parametrize(
    "body",
    [
        figure(parts=WHOLE - {"head"}),
        figure(parts=WHOLE - {"feet"}),
        figure(make_silhouette(cut=frozenset({"top"}))),
        figure(make_silhouette(cut=frozenset({"bottom"}))),
    ],
    ids=["no head", "no feet", "cut at the top", "cut at the bottom"],
)
def test_without_the_whole_height_nothing_is_in_percent_of_height(body: TracedBody) -> None:
    assert body.stature is None
    for name, quantity in take_measures(body).items():
        expected = "height_not_in_frame" if MEASURES[name].unit == "%height" else None
        assert quantity.reason == expected, name


def test_a_picture_that_cuts_off_one_side_still_shows_the_height() -> None:
    assert figure(make_silhouette(cut=frozenset({"left"}))).stature == STATURE


@pytest.mark.parametrize(
    ("silhouette", "reason"),
    [
        (make_silhouette(back_hidden=(0.6, 0.1)), "back_covered"),
        (make_silhouette(back=lambda y: 0.3 * (y - 0.4) ** 2 - 0.3), "no_lumbar_hollow"),
    ],
)
def test_without_a_back_curve_its_measures_are_missing(silhouette: object, reason: str) -> None:
    found = take_measures(figure(silhouette))
    assert {name for name, value in found.items() if not value.present} == CURVE
    assert {found[name].reason for name in CURVE} == {reason}


def test_a_covered_nape_removes_the_measures_that_start_at_c7() -> None:
    found = take_measures(figure(make_silhouette(back_hidden=(1.5, 0.9))))
    gone = {name: value.reason for name, value in found.items() if not value.present}
    assert gone == dict.fromkeys(
        ("thoracic_kyphosis_index_pct", "sway_angle_deg", "craniovertebral_deg"), "nape_covered"
    )


def test_chest_lean_is_the_slope_to_the_middle_between_both_edges() -> None:
    body = figure(make_silhouette(back=lambda y: 0.1 * y - 0.2, front=lambda y: 0.1 * y + 0.2))
    middle = body.silhouette.middle_at(CHEST_LEVEL)
    assert middle == pytest.approx(0.1 * CHEST_LEVEL, abs=0.01)
    run, rise = middle - body.joints.hip[0], CHEST_LEVEL - body.joints.hip[1]
    assert measured(body, "chest_lean_deg").value == pytest.approx(
        math.degrees(math.atan2(run, rise)), abs=0.1
    )


@pytest.mark.parametrize("side", ["back_hidden", "front_hidden"])
def test_a_covered_chest_has_no_lean(side: str) -> None:
    found = measured(figure(make_silhouette(**{side: (0.85, 0.75)})), "chest_lean_deg")
    assert found.reason == "chest_covered"


def test_a_covered_belly_removes_the_abdominal_slope() -> None:
    found = take_measures(figure(make_silhouette(front_hidden=(0.3, 0.1))))
    gone = {name: value.reason for name, value in found.items() if not value.present}
    assert gone == {"abdominal_slope_deg": "front_covered"}


# --- errors, flags and references ----------------------------------------------------------


@pytest.mark.parametrize("flag", ["arm_on_back", "back_step", "hair_on_back"])
def test_measures_of_a_bridged_back_are_flagged_and_less_exact(flag: str) -> None:
    bare, bridged = (take_measures(figure(make_silhouette(flags=flags))) for flags in ((), (flag,)))
    for name in CURVE:
        assert bridged[name].flags == (flag,)
        assert bridged[name].sd == pytest.approx(BRIDGED_FACTOR * bare[name].sd)
    for name in MEASURES.keys() - CURVE:
        assert bridged[name] == bare[name]


def test_an_arm_in_front_is_flagged_where_it_matters() -> None:
    found = take_measures(figure(make_silhouette(flags=("arm_on_front",))))
    flagged = {name for name, value in found.items() if value.flags}
    assert flagged == {"abdominal_slope_deg"}


def test_depth_has_the_error_of_the_outline() -> None:
    assert measured(figure(), "lumbar_depth_pct").sd == pytest.approx(OUTLINE_SD_PCT)


def test_angles_between_close_joints_are_less_exact() -> None:
    near = figure(shoulder=(0.0, 0.5))
    assert measured(near, "trunk_lean_deg").sd > 1.8 * measured(figure(), "trunk_lean_deg").sd


@pytest.mark.parametrize(("name", "reference"), REFERENCES.items())
def test_references_come_with_their_source(name: str, reference: object) -> None:
    found = measured(figure(), name).reference
    assert found == reference
    assert found.low < found.high
    assert found.source
    assert found.group


def test_woodhull_offsets_are_percent_of_a_height_of_170_cm() -> None:
    ear = REFERENCES["plumb_ear_pct"]
    assert (ear.low, ear.high) == pytest.approx((3.268 / 1.7, 8.532 / 1.7), abs=0.01)


def test_surface_lordosis_has_no_reference_from_another_scale() -> None:
    assert measured(figure(), "lumbar_lordosis_deg").reference is None


# --- the table -----------------------------------------------------------------------------


def test_every_measure_is_named_by_its_unit_and_explained() -> None:
    endings = {"_deg": {"deg"}, "_pct": {"%trunk", "%height", "%chord"}}
    for name, unit, meaning in iter_meanings():
        assert unit in endings[name[-4:]]
        assert len(meaning) > 15
    assert [name for name, _, _ in iter_meanings()] == list(MEASURES)


def test_a_figure_in_full_view_has_every_measure() -> None:
    found = take_measures(figure())
    assert list(found) == list(MEASURES)
    assert all(value.present and value.unit == MEASURES[name].unit for name, value in found.items())


@given(x=st.floats(-0.2, 0.2))
def test_hips_carried_forward_show_in_every_sign_of_sway(x: float) -> None:
    swayed, upright = (
        take_measures(figure(ankle=(-shift, -1.7), shoulder=(-shift, 0.95)))
        for shift in (x + 0.01, x)
    )
    assert swayed["leg_lean_deg"].value > upright["leg_lean_deg"].value
    assert swayed["trunk_lean_deg"].value < upright["trunk_lean_deg"].value
    assert swayed["plumb_hip_pct"].value > upright["plumb_hip_pct"].value
    assert swayed["sway_trunk_pct"].value < upright["sway_trunk_pct"].value
    assert swayed["sway_angle_deg"].value > upright["sway_angle_deg"].value
