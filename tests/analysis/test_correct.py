"""Corrections by hand: the numbers that change, those that must not, and refused points."""

from __future__ import annotations

import gc
import json
import time
import weakref
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.analysis.analyzer import Analyzer
from posture.analysis.correct import correct, offered_pelvis_px, points_px, reestimated
from posture.analysis.record import Record
from posture.analysis.result import Analysis
from posture.draw.lines import build_marks
from posture.errors import SettingsError
from posture.geometry.joints import LANDMARK_SD, PLACED_SD
from posture.inputs.corrections import JOINT_POINTS, NO_CORRECTIONS, POINTS, Corrections
from posture.inputs.hints import Hints
from posture.measures.formulas import plumb
from posture.photo.load import load_photo
from posture.quantity import Quantity

FOLDER = Path(__file__).parents[2] / "sample_images"
NAMES = ("01_neutral_woman_left.jpg", "04_tilted_arched_man_left.jpg", "06_swayed_man_right.jpg")
ESTIMATES = ("pelvic_tilt_deg", "lumbar_lordosis_deg", "lumbar_depth_pct")


@pytest.fixture(scope="module")
def samples(read_sample: Callable[[Path], Analysis]) -> list[Analysis]:
    return [read_sample(FOLDER / name) for name in NAMES]


@pytest.fixture(scope="module")
def plain(samples: list[Analysis]) -> Analysis:
    return samples[0]


def values(analysis: Analysis) -> dict[str, Quantity]:
    estimates = {f"estimated_{name}": getattr(analysis.estimates, name) for name in ESTIMATES}
    return {**analysis.measures, **estimates}


def moved(analysis: Analysis, name: str, *, x: float = 0.0, y: float = 0.0) -> Corrections:
    """One point moved by so many trunk lengths, forwards and up."""
    frame = analysis.geometry.frame
    at = frame.to_body(np.array(points_px(analysis)[name])) + np.array([x, y])
    return Corrections(**{name: tuple(map(float, frame.to_image(at)))})


# --- hints given later ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "hints",
    [
        Hints(sex="female"),
        Hints(sex="male"),
        Hints(clothing="minimal"),
        Hints(clothing="loose", sex="male"),
    ],
)
def test_hints_given_later_have_the_same_effect_as_hints_given_at_once(
    analyzer: Analyzer, hints: Hints
) -> None:
    photo = FOLDER / NAMES[0]
    later = reestimated(analyzer.analyze(photo), hints)
    at_once = analyzer.analyze(photo, hints=hints)
    assert values(later) == values(at_once)
    assert later.to_dict() == at_once.to_dict()


def test_sex_moves_the_estimates_and_no_measure(plain: Analysis) -> None:
    woman, man = (reestimated(plain, Hints(sex=sex)) for sex in ("female", "male"))
    assert woman.measures == man.measures == plain.measures
    depths = [found.estimates.lumbar_depth_pct.value for found in (woman, plain, man)]
    # Women's backs are hollower; without a stated sex the estimate lies between the two.
    assert depths[0] > depths[1] > depths[2]
    assert reestimated(woman, Hints()).to_dict() == plain.to_dict()


def test_the_same_outline_under_loose_clothes_means_a_hollower_back(plain: Analysis) -> None:
    bare, loose = (reestimated(plain, Hints(clothing=worn)) for worn in ("minimal", "loose"))
    assert bare.measures == loose.measures == plain.measures
    depths = [found.estimates.lumbar_depth_pct.value for found in (bare, loose)]
    assert depths[0] < depths[1]


def codes(analysis: Analysis) -> set[str]:
    return {finding.code for finding in analysis.view.findings}


def test_loose_clothes_have_a_cost_as_long_as_they_are_stated(plain: Analysis) -> None:
    loose = reestimated(plain, Hints(clothing="loose"))
    assert codes(loose) == codes(plain) | {"loose_clothing"}
    assert loose.status == plain.status
    shifted = correct(loose, moved(plain, "shoulder", x=0.02))
    assert codes(shifted) == codes(loose)
    assert codes(reestimated(loose, Hints(clothing="tight"))) == codes(plain)


def test_height_alone_changes_no_estimate(plain: Analysis) -> None:
    found = reestimated(plain, Hints(height_cm=171.0))
    assert found.estimates is plain.estimates
    assert found.hints.height_cm == 171.0


def test_a_camera_told_later_counts_as_if_it_had_been_told_at_once(
    analyzer: Analyzer, plain: Analysis
) -> None:
    camera = {"camera_height_cm": 150.0, "camera_distance_cm": 250.0}
    for hints in (
        Hints(**camera),
        Hints(**camera, height_cm=190.0),
        Hints(**camera, clothing="tight"),
        Hints(camera_distance_cm=400.0),
        Hints(),
    ):
        at_once = analyzer.analyze(FOLDER / NAMES[0], hints=hints)
        # From one thing told to the next, so that nothing of the last one is left.
        plain = reestimated(plain, hints)
        assert plain.view == at_once.view
        assert plain.provenance == at_once.provenance
        assert plain.estimates == at_once.estimates
    assert "camera_height_unknown" in {finding.code for finding in plain.view.findings}


# --- no correction, and corrections undone -------------------------------------------------


def test_points_left_in_place_change_nothing(samples: list[Analysis]) -> None:
    for found in samples:
        present = {name: at for name, at in points_px(found).items() if at is not None}
        assert set(present) == set(POINTS) - {"asis", "psis"}
        rounded = {name: (round(x), round(y)) for name, (x, y) in present.items()}
        for points in (present, rounded):
            assert correct(found, Corrections(facing=found.view.facing, **points)) is found


@settings(max_examples=12)
@given(
    name=st.sampled_from([*JOINT_POINTS, "t12", "s1"]),
    x=st.floats(-0.05, 0.05),
    y=st.floats(-0.05, 0.05),
)
def test_a_point_moved_and_back_restores_every_number(
    plain: Analysis, name: str, x: float, y: float
) -> None:
    first = correct(plain, moved(plain, name, x=x, y=y))
    again = correct(first, Corrections(**{name: points_px(plain)[name]}))
    assert again is plain
    assert correct(first, NO_CORRECTIONS) is plain
    assert first is plain or first.original is plain
    assert first is plain or points_px(first)[name] != points_px(plain)[name]


def test_corrections_replace_each_other(plain: Analysis) -> None:
    """Two corrections in a row give the same as the last one alone."""
    direct = correct(plain, moved(plain, "hip", x=0.08))
    stepwise = correct(correct(plain, moved(plain, "knee", x=0.10)), moved(plain, "hip", x=0.08))
    assert values(stepwise) == values(direct)
    assert stepwise.corrections.names == ("hip",)


# --- changes -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_mirrored_photo_with_mirrored_corrections_gives_the_same(
    analyzer: Analyzer, name: str
) -> None:
    image = load_photo(FOLDER / name).image
    flipped = np.ascontiguousarray(cv2.flip(image, 1))
    hints = Hints(roll_deg=0.0)
    one, other = analyzer.analyze(image, hints=hints), analyzer.analyze(flipped, hints=hints)
    frame, step = one.geometry.frame, np.array([0.03, -0.02])
    corrections = Corrections(
        **{
            point: tuple(map(float, frame.to_image(frame.to_body(np.array(at)) + step)))
            for point, at in points_px(one).items()
            if at is not None
        },
        **offered_pelvis_px(one),
    )
    left = values(correct(one, corrections))
    right = values(correct(other, corrections.mirrored(image.shape[1])))
    for key, value in left.items():
        assert value.present == right[key].present
        if value.present:
            assert value.value == pytest.approx(right[key].value, abs=0.05), key
            assert value.sd == pytest.approx(right[key].sd, abs=0.02), key


def test_a_placed_joint_lies_exactly_where_it_was_placed(samples: list[Analysis]) -> None:
    for found in samples:
        for name in JOINT_POINTS:
            change = moved(found, name, x=0.05, y=-0.04)
            after = correct(found, change)
            assert points_px(after)[name] == pytest.approx(change.get(name), abs=1e-6)
            joint = after.geometry.frame.to_image(after.geometry.joints.get(name))
            assert joint == pytest.approx(np.array(change.get(name)), abs=1e-6)


def test_a_moved_ankle_moves_the_plumb_line_by_the_same(plain: Analysis) -> None:
    after = correct(plain, moved(plain, "ankle", x=0.04))
    height = plain.geometry.silhouette.height
    for name in ("plumb_ear_pct", "plumb_hip_pct", "plumb_knee_pct"):
        change = after.measures[name].value - plain.measures[name].value
        assert change == pytest.approx(-100 * 0.04 / height, abs=1e-6)
    for name in ("lumbar_depth_pct", "trunk_lean_deg", "head_forward_pct"):
        assert after.measures[name].value == pytest.approx(plain.measures[name].value, abs=0.05)


def test_a_placed_joint_has_the_error_of_a_person_not_of_the_network(plain: Analysis) -> None:
    assert set(PLACED_SD) == set(LANDMARK_SD)
    after = correct(plain, moved(plain, "ear", x=0.02))
    before_sd, after_sd = (a.measures["plumb_ear_pct"].sd for a in (plain, after))
    assert after_sd < before_sd
    _, unplaced = plumb("ear")(_body_of(plain))
    assert before_sd == pytest.approx(unplaced)


def _body_of(analysis: Analysis) -> object:
    from posture.measures.traced_body import trace_body

    return trace_body(
        analysis.geometry.silhouette,
        analysis.geometry.joints,
        parts=analysis.view.parts,
        roll_sd_deg=analysis.view.roll.sd_deg,
    )


def test_exactly_the_changed_numbers_are_flagged(plain: Analysis) -> None:
    for name in (*JOINT_POINTS, "t12", "s1"):
        after = correct(plain, moved(plain, name, x=0.0, y=0.04))
        before = values(plain)
        marked = {key for key, value in values(after).items() if "corrected" in value.flags}
        changed = {
            key
            for key, value in values(after).items()
            if (value.value, value.low, value.high)
            != (before[key].value, before[key].low, before[key].high)
        }
        assert marked == changed, name
        assert marked, name
        assert after.to_dict()["corrections"]["points"].keys() == {name}


def test_a_result_file_records_the_placed_points(plain: Analysis) -> None:
    after = correct(plain, Corrections(**offered_pelvis_px(plain)))
    read = Record.from_dict(json.loads(json.dumps(after.to_dict())))
    assert read.corrected == Record.of(after).corrected == ("asis", "psis")
    assert "manual_points" in read.estimates.asis_psis_deg.flags
    assert Record.from_dict(plain.to_dict()).corrected == ()
    damaged = {**after.to_dict(), "corrections": {"points": {"nose": [1, 2]}}}
    with pytest.raises(SettingsError, match="corrections"):
        Record.from_dict(damaged)


def test_the_picture_shows_the_placed_line(plain: Analysis) -> None:
    at = offered_pelvis_px(plain)
    lower = {**at, "asis": (at["asis"][0], at["asis"][1] + 10.0)}
    marks = build_marks(correct(plain, Corrections(**lower)))
    (line,) = marks.named("tilt")
    run = np.subtract(line.points[1], line.points[0]) / np.hypot(*np.subtract(*line.points))
    for name, place in lower.items():
        (dot,) = marks.named(name)
        assert dot.points == pytest.approx(place)
        offset = np.subtract(place, line.points[0])
        assert abs(offset[0] * run[1] - offset[1] * run[0]) < 0.01
    assert not build_marks(plain).named("asis")


def test_a_corrected_facing_turns_the_person_round(analyzer: Analyzer, plain: Analysis) -> None:
    other = "right" if plain.view.facing == "left" else "left"
    after = correct(plain, Corrections(facing=other))
    assert after.view.facing == other
    assert after.corrections.names == ("facing",)
    hinted = analyzer.analyze(FOLDER / NAMES[0], hints=Hints(facing=other))
    for key, value in values(hinted).items():
        if value.present and values(after)[key].present:
            assert values(after)[key].value == pytest.approx(value.value, abs=1.0), key


def test_t12_and_s1_set_the_tangents_and_leave_the_estimates(plain: Analysis) -> None:
    after = correct(plain, moved(plain, "t12", y=0.08))
    assert after.estimates == plain.estimates
    for name in ("lumbar_lordosis_deg", "thoracolumbar_slope_deg", "thoracic_kyphosis_index_pct"):
        assert after.measures[name] != plain.measures[name]
    for name in ("lumbar_depth_pct", "lumbosacral_slope_deg", "arch_apex_level_pct"):
        assert after.measures[name] == plain.measures[name]
    # Beside the inflection the tangent is less steep and depends more on its place.
    assert after.measures["lumbar_lordosis_deg"].value < plain.measures["lumbar_lordosis_deg"].value
    assert after.measures["lumbar_lordosis_deg"].sd > plain.measures["lumbar_lordosis_deg"].sd


def test_a_placed_hip_gives_the_frame_that_the_network_would_give(plain: Analysis) -> None:
    """Frame and estimator are calibrated with the network's offset, so it is added to the point."""
    change = moved(plain, "hip", x=0.06)
    after = correct(plain, change)
    shift = np.subtract(after.geometry.frame.origin_px, plain.geometry.frame.origin_px)
    wanted = np.subtract(change.hip, points_px(plain)["hip"])
    assert shift == pytest.approx(wanted, abs=1e-6)


# --- refusals ------------------------------------------------------------------------------


def test_impossible_points_are_refused_with_a_sentence(plain: Analysis) -> None:
    height, width = plain.geometry.image.shape[:2]
    frame = plain.geometry.frame
    front = tuple(map(float, frame.to_image(np.array([0.12, 0.35]))))
    for placed, word in (
        (Corrections(ear=(-5.0, 20.0)), "outside the picture"),
        (Corrections(ear=(width + 3.0, 20.0)), "outside the picture"),
        (Corrections(knee=(2.0, height - 2.0)), "beside the person"),
        (Corrections(knee=points_px(plain)["ear"]), "The hip must lie above the knee"),
        (Corrections(shoulder=points_px(plain)["knee"]), "must lie above"),
        (Corrections(t12=front), "outline of the back"),
        (Corrections(t12=points_px(plain)["s1"], s1=points_px(plain)["t12"]), "well above S1"),
    ):
        with pytest.raises(SettingsError, match=word) as caught:
            correct(plain, placed)
        assert caught.value.code == "bad_point"


def test_offered_handles_lie_on_every_body_and_are_accepted(
    read_sample: Callable[[Path], Analysis],
) -> None:
    for path in sorted(FOLDER.glob("*.jpg")):
        if "refused" in path.name:
            continue
        found = read_sample(path)
        after = correct(found, Corrections(**offered_pelvis_px(found)))
        tilt = found.estimates.pelvic_tilt_deg.value
        outlined = after.estimates.outline_position_deg
        assert outlined is not None
        assert outlined.value == pytest.approx(tilt, abs=1e-6)
        assert offered_pelvis_px(after) == offered_pelvis_px(found)


# --- cost ----------------------------------------------------------------------------------


def test_correcting_runs_no_network(plain: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    from posture.pose.detector import PoseDetector

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(PoseDetector, "detect", never)
    started = time.process_time()
    for step in range(5):
        correct(plain, moved(plain, "hip", x=0.01 * (step + 2)))
    assert (time.process_time() - started) / 5 < 1.0  # catches a hang; not a benchmark


def test_a_corrected_analysis_shares_its_pixels_and_keeps_no_chain(plain: Analysis) -> None:
    first = correct(plain, moved(plain, "hip", x=0.05))
    gone = weakref.ref(first.geometry.silhouette.levels)
    second = correct(first, moved(plain, "hip", x=0.06))
    assert second.geometry.image is plain.geometry.image
    assert second.geometry.mask is plain.geometry.mask
    assert plain.geometry.mask.dtype == np.float32
    del first
    gc.collect()
    assert gone() is None
