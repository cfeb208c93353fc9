"""Findings with their cost and advice, and the gate that uses them."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from support.paper_doll import Capsule, Doll, turned_world

from posture.errors import PoseError
from posture.messages import catalogue
from posture.types import Clothing
from posture.view.capture import FRAME_CUT, LINES_DRAWN, LOOKS_DRAWN
from posture.view.findings import (
    CAMERA_HEIGHT_SD_DEG,
    CROP_COST_DEG,
    LOW_RESOLUTION_COST_DEG,
    MESSAGES,
    MIN_TRUNK_PX,
    NOTE_ROLL_DEG,
    NOTE_YAW_DEG,
    OUTLINE_CODES,
    OUTLINE_COST_DEG,
    YAW_COST,
    Finding,
    camera_height_finding,
    crop_findings,
    detail_findings,
    outline_findings,
    roll_findings,
    yaw_findings,
)
from posture.view.gate import View, judge_facing, judge_view
from posture.view.parallax import Camera, with_known_camera
from posture.view.people import OTHER_PEOPLE, WIDE_OUTLINE, Person
from posture.view.roll import GIVEN_SD_DEG, PRIOR_SD_DEG, Roll, given_roll
from posture.view.stretch import judge_stretch

PLAIN = Doll()
PARTS = ("head", "knees", "ankles", "feet")
BYSTANDER = Person.of(
    PLAIN.scaled(0.2).landmarks, PLAIN.but(hip_px=(90.0, 400.0), unit_px=50.0).mask
)
"""A small person in the upper left corner, clear of the doll."""

STRIDING = Doll(
    joints={"LEFT_ANKLE": (0.6, -1.7)},
    extras=(Capsule(start=(0.0, -0.85), end=(0.6, -1.7), radius=0.08),),
)


def codes(findings: list[Finding] | tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def rolled(deg: float, source: str) -> Roll:
    return Roll(deg=deg, sd_deg=1.1, source=source, lines=3)  # type: ignore[arg-type]


# --- findings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roll", "code"),
    [
        (rolled(0.0, "unknown"), "roll_unknown"),
        (rolled(NOTE_ROLL_DEG + 0.1, "lines"), "camera_rolled"),
        (rolled(-NOTE_ROLL_DEG - 0.1, "lines"), "camera_rolled"),
        (rolled(NOTE_ROLL_DEG - 0.1, "lines"), "roll_estimated"),
        (rolled(5.0, "given"), "camera_rolled"),
    ],
)
def test_roll_costs_its_own_sd(roll: Roll, code: str) -> None:
    (found,) = roll_findings(roll)
    assert (found.code, found.cost_deg) == (code, roll.sd_deg)


def test_a_camera_stated_to_be_level_gives_no_finding() -> None:
    assert roll_findings(given_roll(1.0)) == []


@pytest.mark.parametrize("yaw", [0.0, NOTE_YAW_DEG - 0.1, -NOTE_YAW_DEG + 0.1])
def test_small_turns_give_no_finding(yaw: float) -> None:
    assert yaw_findings(yaw) == []


@pytest.mark.parametrize("yaw", [NOTE_YAW_DEG + 1, -30.0])
def test_turns_cost_in_proportion(yaw: float) -> None:
    (found,) = yaw_findings(yaw)
    assert found.code == "turned"
    assert found.cost_deg == pytest.approx(YAW_COST * abs(yaw))
    assert f"{abs(yaw):.0f}°" in found.message


@pytest.mark.parametrize("missing", [{"head"}, {"feet"}, {"ankles", "feet"}, set(PARTS)])
def test_parts_cut_off_by_the_picture_are_named(missing: set[str]) -> None:
    found, *others = crop_findings(frozenset({"shoulders", "hips", *PARTS}) - missing)
    # Without the knees nobody sees whether the person stands.
    assert codes(others) == (["stance_not_seen"] if "knees" in missing else [])
    assert found.code == "cropped"
    assert found.cost_deg == max(CROP_COST_DEG[part] for part in missing)
    for part in PARTS:
        assert (part in found.message) == (part in missing)


def test_a_whole_body_gives_no_finding() -> None:
    assert crop_findings(frozenset({"shoulders", "hips", *PARTS})) == []


@pytest.mark.parametrize(
    ("flags", "covered", "clothing", "expected"),
    [
        pytest.param((), False, None, [], id="a bare back"),
        pytest.param((), False, "tight", [], id="tight clothes"),
        pytest.param(("arm_on_front",), False, None, [], id="arms where they belong"),
        pytest.param(("arm_on_back",), False, None, ["arm_on_back"], id="part of the back"),
        pytest.param(("arm_on_back",), True, None, ["arm_on_back"], id="too much of it"),
        pytest.param(("back_step",), True, None, ["back_step"], id="a bag is no arm"),
        pytest.param((), True, None, ["back_covered"], id="out of the picture"),
        pytest.param(
            ("back_step", "hair_on_back"),
            False,
            "loose",
            ["back_step", "hair_on_back", "loose_clothing"],
            id="everything else",
        ),
    ],
)
def test_everything_that_hides_the_outline_has_a_cost(
    *, flags: tuple[str, ...], covered: bool, clothing: Clothing | None, expected: list[str]
) -> None:
    found = outline_findings(flags, covered=covered, beside_arm=False, clothing=clothing)
    assert codes(found) == expected
    assert set(expected) <= OUTLINE_CODES
    assert {f.code: f.cost_deg for f in found if f.cost_deg} == {
        code: OUTLINE_COST_DEG[code] for code in expected if code != "back_covered"
    }


def test_an_arch_behind_an_arm_says_what_it_was_read_from() -> None:
    beside, hidden = (
        outline_findings(
            ("arm_on_back", "hair_on_back"), covered=True, beside_arm=arm, clothing=None
        )
        for arm in (True, False)
    )
    assert beside[0].message == (
        "An arm covers the low back: the arch is read from what is seen beside it; its range is "
        "wider."
    )
    assert hidden[0].message == "An arm covers part of the back."
    assert (beside[0].code, beside[0].cost_deg) == (hidden[0].code, hidden[0].cost_deg)
    assert beside[1:] == hidden[1:]


def test_findings_replace_those_of_the_same_kind() -> None:
    view = judged(roll_deg=0.0)
    arm = outline_findings(("arm_on_back",), covered=False, beside_arm=False, clothing=None)
    step = outline_findings(("back_step",), covered=False, beside_arm=False, clothing=None)
    once = view.with_findings(arm, instead_of=OUTLINE_CODES)
    again = once.with_findings(step, instead_of=OUTLINE_CODES)
    assert codes(list(again.findings)) == ["back_step", "camera_height_unknown"]
    assert again.with_findings((), instead_of=OUTLINE_CODES) == view


@pytest.mark.parametrize(("unit", "small"), [(MIN_TRUNK_PX + 1, False), (60.0, True)])
def test_a_person_small_in_the_picture_has_a_cost(*, unit: float, small: bool) -> None:
    found = detail_findings(PLAIN.image, PLAIN.mask, unit)
    assert ("low_resolution" in codes(found)) == small
    if small:
        assert found[0].cost_deg == LOW_RESOLUTION_COST_DEG


@pytest.mark.parametrize(("sigma", "blurred"), [(0.0, False), (25.0, True)])
def test_blur_has_a_cost(*, sigma: float, blurred: bool) -> None:
    rng = np.random.default_rng(0)
    image = np.clip(PLAIN.image + rng.normal(0, 12, PLAIN.image.shape), 0, 255).astype(np.uint8)
    if sigma:
        image = np.asarray(cv2.GaussianBlur(image, None, sigma), np.uint8)
    found = detail_findings(image, PLAIN.mask, PLAIN.unit_px)
    assert ("blurred" in codes(found)) == blurred


def test_every_finding_has_a_message_and_advice() -> None:
    found = [
        *roll_findings(rolled(0, "unknown")),
        *yaw_findings(20.0),
        camera_height_finding(),
        *crop_findings(frozenset()),
        *detail_findings(np.zeros_like(PLAIN.image), PLAIN.mask, 50.0),
        OTHER_PEOPLE,
        WIDE_OUTLINE,
        FRAME_CUT,
        LINES_DRAWN,
        LOOKS_DRAWN,
        *judge_stretch(0.3).findings,
        *judge_stretch(-0.3).findings,
        *outline_findings(
            ("back_step", "hair_on_back"), covered=True, beside_arm=False, clothing="loose"
        ),
        *outline_findings(("arm_on_back",), covered=False, beside_arm=False, clothing=None),
        *outline_findings((), covered=True, beside_arm=False, clothing=None),
    ]
    assert len(set(codes(found))) == 19
    for finding in found:
        assert finding.message.endswith(".")
        assert finding.advice.endswith(".")
        data = json.loads(json.dumps(finding.to_dict()))
        gaps = ["values"] if finding.code in MESSAGES else []
        # The standard deviation, and what pages show: half of a 90 % interval.
        wide = [] if finding.cost_deg is None else ["cost_90_deg"]
        assert list(data) == ["code", "cost_deg", "message", "advice", *gaps, *wide]
        if finding.cost_deg is not None:
            assert data["cost_90_deg"] == pytest.approx(1.645 * finding.cost_deg, abs=0.006)
        assert data["cost_deg"] == (
            None if finding.cost_deg is None else pytest.approx(finding.cost_deg, abs=0.005)
        )


def camera_at(height_m: float) -> Finding:
    view = View(
        facing="left",
        cues=(),
        yaw_deg=0.0,
        roll=given_roll(0.0),
        parts=frozenset(PARTS),
        findings=(camera_height_finding(),),
    )
    (found,) = with_known_camera(view, Camera(height_m=height_m)).findings
    return found


@pytest.mark.parametrize(
    ("finding", "german"),
    [
        (roll_findings(given_roll(4.0))[0], "etwa 4° gekippt"),
        (yaw_findings(-16.0)[0], "etwa 16° aus der Seitenansicht"),
        (crop_findings(frozenset({"knees", "ankles"}))[0], "nicht: den Kopf, die Füße."),
        (camera_at(1.5), "etwa 56 cm über dem Becken."),
        (camera_at(0.5), "etwa 44 cm unter dem Becken."),
        (camera_height_finding(), "Die Höhe der Kamera ist nicht bekannt."),
    ],
    ids=lambda value: getattr(value, "code", None),
)
def test_a_finding_that_was_stored_can_be_said_in_another_language(
    finding: Finding, german: str
) -> None:
    stored = json.loads(json.dumps(finding.to_dict()))
    back = Finding.from_dict(stored)
    assert back == replace(finding, cost_deg=stored["cost_deg"])
    assert german in catalogue("de").translated(back.message)


def test_findings_of_the_first_version_are_read_without_values() -> None:
    stored = yaw_findings(16.0)[0].to_dict()
    del stored["values"]
    back = Finding.from_dict(stored)
    assert back.message == stored["message"]
    assert catalogue("de").translated(back.message) == back.message
    assert catalogue("de").translated(back.advice) != back.advice


@pytest.mark.parametrize("values", [None, 3, [], {}, {"deg": "17"}, {"deg": [["x"]]}, {"x": "1"}])
def test_values_that_do_not_fit_a_finding_leave_its_sentence_alone(values: object) -> None:
    stored = {**yaw_findings(16.0)[0].to_dict(), "values": values}
    assert type(Finding.from_dict(stored).message) is str


# --- the gate ------------------------------------------------------------------------------


def judged(doll: Doll = PLAIN, **options: object) -> View:
    facing, cues = judge_facing(doll.landmarks, doll.world, doll.mask, given=None)
    return judge_view(
        doll.image, doll.landmarks, doll.world, doll.mask, facing=facing, cues=cues, **options
    )


@pytest.mark.parametrize("doll", [PLAIN, PLAIN.mirrored(), PLAIN.but(roll_deg=4.0)])
def test_a_standing_side_view_passes(doll: Doll) -> None:
    view = judged(doll, roll_deg=doll.roll_deg)
    assert view.facing == doll.facing
    assert view.roll.source == "given"
    assert view.parts == {"shoulders", "hips", *PARTS}
    assert abs(view.yaw_deg) < 1e-6
    assert len(view.cues) == 6


def test_costs_add_in_quadrature_and_come_in_order() -> None:
    view = judged(PLAIN.but(roll_deg=4.0), roll_deg=4.0, others=(BYSTANDER,))
    assert codes(view.findings) == ["camera_height_unknown", "camera_rolled", "other_people"]
    assert view.angle_sd_deg == pytest.approx(math.hypot(CAMERA_HEIGHT_SD_DEG, GIVEN_SD_DEG))


def test_an_empty_room_leaves_the_roll_unknown() -> None:
    blank = np.full_like(PLAIN.image, 90)
    view = judge_view(blank, PLAIN.landmarks, PLAIN.world, PLAIN.mask, facing="right")
    assert (view.roll.source, view.roll.sd_deg) == ("unknown", PRIOR_SD_DEG)
    assert "roll_unknown" in codes(view.findings)


def test_a_door_frame_gives_the_roll() -> None:
    image = PLAIN.image.copy()
    shift = round(900 * math.tan(math.radians(3.0)))
    for x in (40, 110, 480, 540):
        cv2.line(image, (x, 930), (x + shift, 30), (230, 230, 230), 4, cv2.LINE_AA)
    view = judge_view(image, PLAIN.landmarks, PLAIN.world, PLAIN.mask, facing="right")
    assert view.roll.deg == pytest.approx(3.0, abs=0.5)


def test_a_stated_facing_needs_no_cues() -> None:
    found = judge_facing(PLAIN.landmarks, PLAIN.world, PLAIN.mask, given="left")
    assert found == ("left", ())


def cropped(doll: Doll, *, bottom: int) -> Doll:
    return doll.but(size=(doll.size[0], doll.size[1] - bottom))


def front_view(mask: NDArray[np.float32]) -> tuple[NDArray[np.float64], ...]:
    return PLAIN.landmarks, turned_world(PLAIN.world, 80.0), mask


@pytest.mark.parametrize("given", [None, "right"])
def test_front_views_and_cropped_trunks_are_refused_even_with_a_stated_facing(
    given: str | None,
) -> None:
    with pytest.raises(PoseError) as caught:
        judge_facing(*front_view(PLAIN.mask), given=given)
    assert caught.value.code == "not_side_view"
    short = cropped(PLAIN, bottom=520)
    with pytest.raises(PoseError) as caught:
        judge_facing(short.landmarks, short.world, short.mask, given=given)
    assert caught.value.code == "body_cropped"


def test_conflicting_cues_are_refused_unless_stated() -> None:
    world = PLAIN.world * (1, 1, -1)
    doll = PLAIN.but(joints={"FOOT_INDEX": (-0.4, -1.78)})
    with pytest.raises(PoseError) as caught:
        judge_facing(doll.landmarks, world, doll.mask, given=None)
    assert caught.value.code == "facing_unclear"
    assert judge_facing(doll.landmarks, world, doll.mask, given="right") == ("right", ())


@pytest.mark.parametrize(
    ("doll", "options", "code"),
    [
        (PLAIN, {"others": (Person(unit_px=200.0, body=BYSTANDER.body),)}, "several_people"),
        (PLAIN.scaled(0.15), {}, "person_too_small"),
        (STRIDING, {}, "not_standing"),
        (PLAIN.but(roll_deg=40.0), {"roll_deg": 0.0}, "not_standing"),
    ],
)
def test_refusals(doll: Doll, options: dict[str, object], code: str) -> None:
    view = {"facing": "right", **options}
    with pytest.raises(PoseError) as caught:
        judge_view(doll.image, doll.landmarks, doll.world, doll.mask, **view)
    assert caught.value.code == code


def test_json_form() -> None:
    view = judged(others=(BYSTANDER,), roll_deg=-1.234)
    data = json.loads(json.dumps(view.to_dict()))
    assert list(data) == [
        "facing",
        "facing_cues",
        "yaw_deg",
        "roll_deg",
        "roll_sd_deg",
        "roll_source",
        "parts",
        "findings",
    ]
    assert data["roll_deg"] == -1.23
    assert data["facing_cues"]["feet"] == 1.0
    assert [finding["code"] for finding in data["findings"]] == codes(view.findings)
