"""Exercise figures: the geometry of the signature stretch, contacts, and valid tables.

These run in the calibration environment; the ordinary suite skips them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy")
pytest.importorskip("anny")

from calibration.bodies.template import BODY_VERTICES
from calibration.illustrations.contact import Figure, trunk_lean
from calibration.illustrations.exercises import STAGES, exercises, posed_stage
from calibration.illustrations.mannequin import Mannequin, load_mannequin
from calibration.illustrations.poses import FigureError, Pose, laid_over, read_pose
from calibration.illustrations.views import fitted_view

DATA = Path(__file__).parents[3] / "posture" / "program" / "data"
SIGNATURE = "half_kneeling_hip_flexor_stretch"
UPRIGHT_HALF_KNEELING = (SIGNATURE, "half_kneeling_arm_reach")


@pytest.fixture(scope="module")
def mannequin() -> Mannequin:
    return load_mannequin()


def knee_deg(figure: Figure, side: str) -> float:
    """Angle between thigh and shank from the three joints of a leg."""
    hip, knee, ankle = (figure.skeleton.origins[f"{s}.{side}"] for s in ("thigh", "shank", "foot"))
    a, b = hip - knee, ankle - knee
    return float(np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))))


def off_vertical_deg(line: np.ndarray) -> float:
    return float(np.degrees(np.arccos(line[2] / np.linalg.norm(line))))


@pytest.mark.parametrize("exercise", UPRIGHT_HALF_KNEELING)
@pytest.mark.parametrize("stage", STAGES)
def test_half_kneeling_has_both_knees_at_90_degrees(exercise: str, stage: str) -> None:
    figure = posed_stage(exercise, stage)
    assert knee_deg(figure, "L") == pytest.approx(90.0, abs=3.0)
    assert knee_deg(figure, "R") == pytest.approx(90.0, abs=3.0)


@pytest.mark.parametrize("stage", STAGES)
def test_the_trunk_of_the_signature_stretch_is_tall_and_does_not_lean(
    mannequin: Mannequin, stage: str
) -> None:
    figure = posed_stage(SIGNATURE, stage)
    assert trunk_lean(mannequin, figure.skeleton) == pytest.approx(0.0, abs=2.0)
    neck = figure.skeleton.joints[mannequin.at("T1")] - figure.skeleton.origins["pelvis"]
    assert off_vertical_deg(neck) < 2.0


@pytest.mark.parametrize("stage", STAGES)
def test_the_front_shin_is_vertical_and_the_back_knee_under_the_hip(stage: str) -> None:
    origins = posed_stage(SIGNATURE, stage).skeleton.origins
    assert off_vertical_deg(origins["shank.L"] - origins["foot.L"]) < 2.0
    assert off_vertical_deg(origins["thigh.R"] - origins["shank.R"]) < 2.0


def test_the_signature_stretch_tucks_the_pelvis_and_keeps_the_legs() -> None:
    start, end = (posed_stage(SIGNATURE, stage) for stage in STAGES)
    assert start.pose.pelvis[0] == pytest.approx(0.0, abs=1.0)
    assert end.pose.pelvis[0] <= -10.0
    for joint in ("shank.L", "shank.R", "foot.L", "foot.R"):
        apart = end.skeleton.origins[joint] - start.skeleton.origins[joint]
        assert np.linalg.norm(apart) < 0.01


def test_the_small_lean_moves_the_hips_by_2_to_8_centimetres(mannequin: Mannequin) -> None:
    start, end = (posed_stage("half_kneeling_small_lean", stage) for stage in STAGES)
    ahead = start.skeleton.origins["pelvis"][1] - end.skeleton.origins["pelvis"][1]
    assert 0.025 <= ahead <= 0.075
    assert trunk_lean(mannequin, end.skeleton) == pytest.approx(0.0, abs=2.0)
    assert end.pose.pelvis[0] <= -10.0


@pytest.mark.parametrize("exercise", sorted(exercises()))
def test_figures_touch_the_floor_and_hands_reach(exercise: str, mannequin: Mannequin) -> None:
    arms = mannequin.patterns.skin.arm_weight[:BODY_VERTICES] > 0.3
    for stage in STAGES:
        figure = posed_stage(exercise, stage)
        heights = figure.vertices[:BODY_VERTICES, 2]
        assert heights[~arms].min() > -0.045
        assert heights[arms].min() > -0.045
        assert max(figure.misses.values()) < 0.06


def test_every_picture_of_the_library_has_its_figure() -> None:
    wanted = {
        picture
        for path in DATA.glob("exercises_*.toml")
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["exercise"]
        for picture in entry["pictures"]
    }
    tests = tomllib.loads((DATA / "tests.toml").read_text(encoding="utf-8"))["test"]
    wanted |= {picture for test in tests for picture in test["pictures"]}
    story = tomllib.loads((DATA / "story.toml").read_text(encoding="utf-8"))["part"]
    files = [name for part in story for name in part.get("pictures", ())]
    wanted |= {name.removesuffix(".webp") for name in files if name.endswith(".webp")}
    assert wanted == {f"{exercise}_{stage}" for exercise in exercises() for stage in STAGES}


def test_right_limbs_mirror_the_left_ones() -> None:
    table = laid_over({}, {"arm": {"both": {"at": [0.1, 0.2, 0.3], "on": "thigh.L"}}})
    pose = read_pose(table, {})
    assert pose.arms["L"].at == (0.1, 0.2, 0.3)
    assert pose.arms["R"].at == (-0.1, 0.2, 0.3)
    assert pose.arms["R"].on == "thigh.R"


def test_an_arm_placed_anew_drops_its_target() -> None:
    base = laid_over({}, {"arm": {"L": {"at": [0.1, 0.2, 0.3]}}})
    raised = laid_over(base, {"arm": {"L": {"shoulder": [170.0, 0.0, 0.0]}}})
    assert read_pose(raised, {}).arms["L"].at is None


def test_an_unknown_key_raises_a_clear_error() -> None:
    with pytest.raises(FigureError, match="invalid"):
        read_pose(laid_over({}, {"leg": {"L": {"kne": 90.0}}}), {})


def test_the_neutral_figure_stands_straight(mannequin: Mannequin) -> None:
    from calibration.illustrations.contact import make_figure

    figure = make_figure(mannequin, Pose())
    assert knee_deg(figure, "L") > 175.0
    assert np.ptp(figure.vertices[:BODY_VERTICES, 2]) == pytest.approx(1.72, abs=0.03)


def test_a_figure_seen_from_its_right_faces_right_and_fits_the_picture() -> None:
    points = np.array([[0.0, -0.5, 0.0], [0.0, 0.5, 1.7], [0.3, 0.0, 0.4]])
    view = fitted_view(points, 90.0, 9.0)
    pixels = view.pixels(points)
    assert pixels[0, 0] > pixels[1, 0]  # ahead (-y) is on the right
    assert (pixels > 0).all()
    assert (pixels < [view.width, view.height]).all()
