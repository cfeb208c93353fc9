"""Points, read back by the programs they are written for."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import SAMPLES
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from support.drawn import analysis_of
from support.paper_doll import JOINTS, Doll
from trc import TRCData

from posture.analysis.outcome import Outcome, Refusal
from posture.analysis.result import Analysis
from posture.errors import PoseError
from posture.export import LeftOutError, to_coco, to_mot, to_openpose, to_trc
from posture.landmarks import Landmark
from posture.quantity import Quantity

ALL = frozenset({"head", "shoulders", "hips", "knees", "ankles", "feet"})
REFUSED = Refusal(photo="b.jpg", error=PoseError("Nobody is there.", code="no_person"))

BODY_25 = (
    "Nose",
    "Neck",
    "RShoulder",
    "RElbow",
    "RWrist",
    "LShoulder",
    "LElbow",
    "LWrist",
    "MidHip",
    "RHip",
    "RKnee",
    "RAnkle",
    "LHip",
    "LKnee",
    "LAnkle",
    "REye",
    "LEye",
    "REar",
    "LEar",
    "LBigToe",
    "LSmallToe",
    "LHeel",
    "RBigToe",
    "RSmallToe",
    "RHeel",
)


@pytest.fixture(scope="module")
def outcomes(read_sample: Callable[[Path], Analysis]) -> list[Outcome]:
    return [read_sample(SAMPLES[0]), REFUSED, read_sample(SAMPLES[2])]


# --- COCO ----------------------------------------------------------------------------------


def loaded(table: object, tmp_path: Path) -> COCO:
    path = tmp_path / "coco.json"
    path.write_text(json.dumps(table), encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


@pytest.mark.parametrize("points", [17, 33])
def test_pycocotools_reads_people_with_named_keypoints(
    outcomes: list[Outcome], tmp_path: Path, points: int
) -> None:
    coco = loaded(to_coco(outcomes, points=points), tmp_path)
    (category,) = coco.loadCats(coco.getCatIds(catNms=["person"]))
    assert len(category["keypoints"]) == points
    assert len({name for bone in category["skeleton"] for name in bone}) >= points - 2
    assert {1 <= end <= points for bone in category["skeleton"] for end in bone} == {True}
    images = coco.loadImgs(coco.getImgIds())
    assert [image["file_name"] for image in images] == [SAMPLES[0].name, SAMPLES[2].name]
    assert [(image["width"], image["height"]) for image in images] == [(900, 1200)] * 2
    for image in images:
        (annotation,) = coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]], iscrowd=False))
        triples = np.array(annotation["keypoints"]).reshape(points, 3)
        assert set(triples[:, 2]) <= {0, 1, 2}
        assert annotation["num_keypoints"] == (triples[:, 2] > 0).sum()
        x, y, width, height = annotation["bbox"]
        assert (triples[:, 0] > x - 40).all()
        assert (triples[:, 1] < y + height + 40).all()
        assert 0 < annotation["area"] < width * height


def test_coco_has_the_points_of_the_analysis(outcomes: list[Outcome]) -> None:
    analysis = outcomes[0]
    assert isinstance(analysis, Analysis)
    table = to_coco(outcomes, points=17)
    names = table["categories"][0]["keypoints"]
    triples = np.array(table["annotations"][0]["keypoints"]).reshape(17, 3)
    for name, (x, y, v) in zip(names, triples, strict=True):
        point = analysis.keypoints[Landmark[name.upper()]]
        assert (x, y) == pytest.approx((point.x, point.y), abs=0.01)
        assert v == (2 if point.visibility >= 0.5 else 1)
    # She faces left: her right elbow is hidden by the trunk.
    assert triples[names.index("right_elbow"), 2] == 1
    assert triples[names.index("left_elbow"), 2] == 2


def test_coco_does_not_label_points_outside_the_picture() -> None:
    table = to_coco([analysis_of(Doll(), parts=ALL - {"head", "ankles"})])
    names = table["categories"][0]["keypoints"]
    triples = np.array(table["annotations"][0]["keypoints"]).reshape(17, 3)
    gone = {name for name, triple in zip(names, triples, strict=True) if not triple.any()}
    assert gone == {"nose", "left_eye", "right_eye", "left_ear", "right_ear"} | {
        "left_ankle",
        "right_ankle",
    }
    assert table["annotations"][0]["num_keypoints"] == 10


@pytest.mark.parametrize("points", [17, 33])
def test_cocos_own_evaluation_finds_the_points_where_they_are(
    outcomes: list[Outcome], tmp_path: Path, points: int
) -> None:
    table = to_coco(outcomes, points=points)
    truth = loaded(table, tmp_path)

    def precision(shift: float) -> float:
        guesses = []
        for annotation in table["annotations"]:
            triples = np.array(annotation["keypoints"], dtype=float).reshape(points, 3)
            triples[:, :2] += shift
            guess = {"keypoints": triples.ravel().tolist(), "score": 0.9, "category_id": 1}
            guesses.append({**guess, "image_id": annotation["image_id"]})
        with contextlib.redirect_stdout(io.StringIO()):
            evaluation = COCOeval(truth, truth.loadRes(guesses), "keypoints")
            evaluation.params.kpt_oks_sigmas = np.full(points, 0.05)
            evaluation.evaluate()
            evaluation.accumulate()
            evaluation.summarize()
        return float(evaluation.stats[0])

    assert precision(0.0) == pytest.approx(1.0)
    assert precision(300.0) < 0.1


# --- OpenPose ------------------------------------------------------------------------------


def people(table: dict[str, object]) -> list[dict[str, list[float]]]:
    """Read a file as strictly as the layout's definition allows."""
    assert set(table) == {"version", "people"}
    assert isinstance(table["version"], float)
    found = table["people"]
    assert isinstance(found, list)
    for person in found:
        assert person["person_id"] == [-1]
        numbers = person["pose_keypoints_2d"]
        assert len(numbers) == 75
        assert all(isinstance(number, int | float) for number in numbers)
        assert all(0 <= confidence <= 1 for confidence in numbers[2::3])
        others = set(person) - {"person_id", "pose_keypoints_2d"}
        assert others == {
            f"{part}_keypoints_{kind}"
            for part in ("face", "hand_left", "hand_right", "pose")
            for kind in ("2d", "3d")
        } - {"pose_keypoints_2d"}
        assert all(person[name] == [] for name in others)
    return found


def test_openpose_has_25_points_in_its_own_order(outcomes: list[Outcome]) -> None:
    analysis = outcomes[0]
    assert isinstance(analysis, Analysis)
    (person,) = people(json.loads(json.dumps(to_openpose(analysis))))
    triples = np.array(person["pose_keypoints_2d"]).reshape(25, 3)
    at = dict(zip(BODY_25, triples, strict=True))
    for name, landmark in {
        "RHip": Landmark.RIGHT_HIP,
        "LKnee": Landmark.LEFT_KNEE,
        "REar": Landmark.RIGHT_EAR,
        "LBigToe": Landmark.LEFT_FOOT_INDEX,
        "RHeel": Landmark.RIGHT_HEEL,
    }.items():
        point = analysis.keypoints[landmark]
        assert tuple(at[name]) == pytest.approx((point.x, point.y, point.visibility), abs=1e-3)
    np.testing.assert_allclose(at["MidHip"][:2], (at["RHip"] + at["LHip"])[:2] / 2, atol=0.01)
    np.testing.assert_allclose(
        at["Neck"][:2], (at["RShoulder"] + at["LShoulder"])[:2] / 2, atol=0.01
    )
    assert at["MidHip"][2] == min(at["RHip"][2], at["LHip"][2])
    assert not at["LSmallToe"].any()
    assert not at["RSmallToe"].any()


def test_openpose_gives_no_confidence_to_points_outside_the_picture() -> None:
    (person,) = people(to_openpose(analysis_of(Doll(), parts=ALL - {"shoulders"})))
    triples = np.array(person["pose_keypoints_2d"]).reshape(25, 3)
    gone = {name for name, triple in zip(BODY_25, triples, strict=True) if not triple.any()}
    assert gone == {"Neck", "RShoulder", "LShoulder", "LSmallToe", "RSmallToe"}


# --- OpenSim: markers ----------------------------------------------------------------------


def markers(text: str, tmp_path: Path) -> dict[str, np.ndarray]:
    """Read the markers of the only frame, in metres, with the other package."""
    path = tmp_path / "photo.trc"
    path.write_text(text, encoding="utf-8")
    data = TRCData()
    data.load(str(path))
    assert data["Units"] == "m"
    assert (data["NumFrames"], data["NumMarkers"]) == (1, len(data["Markers"]))
    time, coordinates = data[1]
    assert time == 0.0
    return dict(zip(data["Markers"], np.array(coordinates), strict=True))


def test_a_trc_file_has_the_stated_height(outcomes: list[Outcome], tmp_path: Path) -> None:
    found = markers(to_trc(outcomes[0], height_cm=168, name="photo.trc"), tmp_path)
    assert set(found) == set(BODY_25) - {"LSmallToe", "RSmallToe"}
    heights = {name: point[1] for name, point in found.items()}
    assert min(heights.values()) == 0
    assert 1.45 < heights["Nose"] < 1.60
    assert 0.75 < heights["MidHip"] < 0.95
    assert heights["Nose"] > heights["Neck"] > heights["MidHip"] > heights["LKnee"]
    assert {point[2] for point in found.values()} == {0.0}
    # She faces left in the photo; forward is positive all the same.
    assert found["LBigToe"][0] > found["LHeel"][0]
    assert found["Nose"][0] > found["LEar"][0]


@pytest.mark.parametrize("facing", ["right", "left"])
@pytest.mark.parametrize("roll_deg", [0.0, 7.0])
def test_markers_of_a_known_body_in_metres(facing: str, roll_deg: float, tmp_path: Path) -> None:
    """Markers are where the doll has its joints, however the picture is turned."""
    doll = Doll(roll_deg=roll_deg)
    doll = doll.mirrored() if facing == "left" else doll
    assert doll.facing == facing
    analysis = analysis_of(doll, parts=ALL)
    found = markers(to_trc(analysis, height_cm=173), tmp_path)
    metres = 1.73 / (1.66 + 1.80)
    for name, joint in {
        "LKnee": "KNEE",
        "Nose": "NOSE",
        "RHeel": "HEEL",
        "Neck": "SHOULDER",
    }.items():
        x, y = JOINTS[joint]
        expected = (metres * x, metres * (y - JOINTS["FOOT_INDEX"][1]), 0.0)
        assert tuple(found[name]) == pytest.approx(expected, abs=0.01)


def test_joints_outside_the_picture_have_no_marker(tmp_path: Path) -> None:
    doll = Doll(joints={"LEFT_WRIST": (1.5, 0.0)})
    found = markers(to_trc(analysis_of(doll, parts=ALL), height_cm=170), tmp_path)
    assert "RWrist" in found
    assert "LWrist" not in found


def test_without_a_scale_there_is_no_marker_file(outcomes: list[Outcome]) -> None:
    with pytest.raises(Exception, match="a photo has no scale") as caught:
        to_trc(outcomes[0])
    assert caught.value.code == "no_height"  # type: ignore[attr-defined]
    assert not isinstance(caught.value, LeftOutError)
    with pytest.raises(Exception, match="between 100 and 230"):
        to_trc(outcomes[0], height_cm=17)
    with pytest.raises(LeftOutError, match="does not show head and feet"):
        to_trc(analysis_of(Doll(), parts=ALL - {"feet"}), height_cm=170)


# --- OpenSim: motion -----------------------------------------------------------------------


def motion(text: str) -> tuple[str, dict[str, float]]:
    """Read a .mot file as strictly as the format's definition says."""
    header, _, body = text.partition("\nendheader\n")
    lines = header.split("\n")
    assert lines[0] == "Coordinates"
    values = dict(line.split("=") for line in lines if "=" in line)
    assert values["version"] == "1"
    assert values["inDegrees"] == "yes"
    rows = body.removesuffix("\n").split("\n")
    labels, *data = [row.split("\t") for row in rows]
    assert len(labels) == int(values["nColumns"])
    assert len(data) == int(values["nRows"]) == 1
    assert labels[0] == "time"
    assert len(data[0]) == len(labels)
    return header, dict(zip(labels, map(float, data[0]), strict=True))


def test_a_mot_file_flips_the_sign_of_the_tilt_and_says_so(outcomes: list[Outcome]) -> None:
    analysis = outcomes[2]
    assert isinstance(analysis, Analysis)
    header, row = motion(to_mot(analysis))
    tilt = analysis.estimates.pelvic_tilt_deg
    assert tilt.value is not None
    assert tilt.value > 10  # a strong anterior tilt
    assert row["pelvis_tilt"] == pytest.approx(-tilt.value, abs=1e-3)
    lean = analysis.measures["trunk_lean_deg"].value
    assert lean is not None
    assert row["lumbar_extension"] == pytest.approx(tilt.value - lean, abs=2e-3)
    # Torso against ground, in the model's sense: leaning forward is negative.
    assert row["pelvis_tilt"] + row["lumbar_extension"] == pytest.approx(-lean, abs=2e-3)
    assert row["time"] == 0
    assert "sign flipped: anterior is negative" in header
    assert tilt.low is not None
    assert f"{-tilt.low:.3f}" in header


def test_a_mot_file_states_a_placed_line_beside_the_position(outcomes: list[Outcome]) -> None:
    analysis = outcomes[2]
    assert isinstance(analysis, Analysis)
    line = Quantity(value=14.5, unit="deg", low=8.0, high=21.0, flags=("manual_points",))
    estimates = dataclasses.replace(analysis.estimates, asis_psis_deg=line)
    header, row = motion(to_mot(dataclasses.replace(analysis, estimates=estimates)))
    assert "as placed: -14.500 (90% interval -21.000 to -8.000)" in header
    tilt = analysis.estimates.pelvic_tilt_deg
    assert tilt.value is not None
    assert row["pelvis_tilt"] == pytest.approx(-tilt.value, abs=1e-3)
    assert "as placed" not in motion(to_mot(analysis))[0]


def test_without_a_tilt_there_is_no_motion_file(read_sample: Callable[[Path], Analysis]) -> None:
    analysis = read_sample(SAMPLES[0])
    absent_tilt = Quantity.absent("back_covered", unit="deg")
    estimates = dataclasses.replace(analysis.estimates, pelvic_tilt_deg=absent_tilt)
    with pytest.raises(LeftOutError, match="No pelvic tilt is stated") as caught:
        to_mot(dataclasses.replace(analysis, estimates=estimates))
    assert caught.value.code == "no_tilt"


@pytest.mark.parametrize("make", [to_openpose, to_mot, lambda one: to_trc(one, height_cm=170)])
def test_a_refused_photo_has_no_points(make: Callable[[Refusal], object]) -> None:
    with pytest.raises(LeftOutError, match=r"b\.jpg was not analysed: Nobody is there\."):
        make(REFUSED)
