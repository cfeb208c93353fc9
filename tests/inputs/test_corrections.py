"""The line between two placed points: its slope, its interval, the position, and refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from posture.analysis.analyzer import Analyzer
from posture.analysis.correct import correct
from posture.analysis.result import Analysis
from posture.errors import PostureError, SettingsError
from posture.estimator.bone_line import Belief, BoneLine
from posture.estimator.file import shipped_estimator
from posture.geometry.frame import BodyFrame
from posture.inputs.corrections import NO_CORRECTIONS, Corrections
from posture.inputs.hints import Hints
from posture.pelvis.line import PelvisLine, line_problem
from posture.photo.load import load_photo
from posture.view.parallax import (
    BONE_LINE_M,
    NEARER_M,
    Camera,
    parallax_deg,
    pelvic_parallax,
)

ROOT = Path(__file__).parents[2]
NEUTRAL = ROOT / "sample_images" / "01_neutral_woman_left.jpg"
TRUTH = {
    entry["file"]: entry
    for entry in json.loads((ROOT / "sample_images" / "truth.json").read_text(encoding="utf-8"))
}
TINY = sorted((ROOT / "tests" / "data" / "tiny").glob("*-p0.jpg"))


def line_px(
    frame: BodyFrame, tilt_deg: float, *, length: float = 0.31, level: float = 0.15
) -> dict[str, tuple[float, float]]:
    """Both ends of a line of that tilt, in pixels; inside every sample's trunk."""
    angle = np.radians(tilt_deg)
    half = length / 2 * np.array([np.cos(angle), -np.sin(angle)])
    centre = np.array([0.0, level])
    ends = frame.to_image(np.array([centre + half, centre - half]))
    return {"asis": tuple(map(float, ends[0])), "psis": tuple(map(float, ends[1]))}


# --- the camera ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "distance", "expected"),
    [(0.5, 3, 4.5), (0.5, 2, 6.7), (0.3, 2, 4.0), (0.2, 4, 1.3), (0.1, 3, 0.9), (0.5, 1.5, 9.0)],
)
def test_parallax_is_that_of_the_geometry(above: float, distance: float, expected: float) -> None:
    assert parallax_deg(above, distance) == pytest.approx(expected, abs=0.11)
    assert parallax_deg(-above, distance) == -parallax_deg(above, distance)


def test_a_known_camera_position_narrows_the_error_and_removes_the_bias() -> None:
    unknown = pelvic_parallax(Camera())
    distance = pelvic_parallax(Camera(distance_m=4.0))
    both = pelvic_parallax(Camera(distance_m=4.0, height_m=1.5))
    all_of_it = pelvic_parallax(Camera(distance_m=4.0, height_m=1.5, person_m=1.80))
    assert unknown[0] == 0 == distance[0]
    assert unknown[1] == pytest.approx(1.8, abs=0.1)
    assert all_of_it[1] < both[1] < distance[1] < unknown[1]
    assert all_of_it[0] == pytest.approx(parallax_deg(1.5 - 0.55 * 1.8, 4.0))


# --- the line ------------------------------------------------------------------------------


@given(
    tilt=st.floats(-25, 40),
    roll=st.floats(-8, 8),
    facing=st.sampled_from(["left", "right"]),
    unit=st.floats(120, 900),
)
def test_a_drawn_line_gives_its_own_angle(
    tilt: float, roll: float, facing: str, unit: float
) -> None:
    frame = BodyFrame(origin_px=(300.0, 400.0), unit_px=unit, facing=facing, roll_deg=roll)
    points = line_px(frame, tilt)
    line = PelvisLine(
        asis=frame.to_body(np.array(points["asis"])),
        psis=frame.to_body(np.array(points["psis"])),
        marked=False,
    )
    assert line.slope_deg == pytest.approx(tilt, abs=1e-6)
    assert line_problem(line, trunk_mm=500.0) is None


@pytest.mark.parametrize(
    ("asis", "psis", "word"),
    [
        ((0.2, 0.1), (0.2, 0.1), "same place"),
        ((-0.1, 0.1), (0.2, 0.15), "behind"),
        ((0.2, 0.9), (-0.1, 0.9), "height of the pelvis"),
        ((0.2, -0.4), (-0.1, 0.1), "height of the pelvis"),
        ((0.05, 0.1), (0.0, 0.1), "cm apart"),
        ((0.5, 0.1), (-0.4, 0.1), "cm apart"),
        ((0.1, -0.1), (-0.05, 0.3), "steep"),
    ],
)
def test_impossible_points_are_explained(
    asis: tuple[float, float], psis: tuple[float, float], word: str
) -> None:
    line = PelvisLine(asis=np.array(asis), psis=np.array(psis), marked=True)
    assert word in str(line_problem(line, trunk_mm=500.0))


# --- in a photo ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(read_sample: object) -> Analysis:
    return read_sample(NEUTRAL)  # type: ignore[operator]


@pytest.mark.parametrize("above", [-0.6, -0.2, 0.0, 0.3, 0.8])
def test_the_height_of_a_level_lens_tips_a_line_in_depth_and_no_outline(above: float) -> None:
    """Seen by a pinhole: why a told height moves a placed line and leaves the estimate alone."""
    distance, slope = 3.0, np.radians(11.0)
    run = BONE_LINE_M * np.cos(slope)
    drop = BONE_LINE_M * np.sin(slope)

    def seen(nearer: float) -> float:
        """Tilt in the picture of ASIS and PSIS, the first of them nearer to the lens."""
        asis = np.array([run, -drop / 2 - above]) / (distance - nearer)
        psis = np.array([0.0, drop / 2 - above]) / distance
        return float(np.degrees(np.arctan2(psis[1] - asis[1], asis[0] - psis[0])))

    assert seen(0.0) == pytest.approx(11.0, abs=1e-9)
    assert seen(NEARER_M) - 11.0 == pytest.approx(parallax_deg(above, distance), abs=0.7)


def test_points_of_the_hints_are_pixels_of_the_original(
    analyzer: Analyzer, plain: Analysis, tmp_path: Path
) -> None:
    """The same photo stored larger and lying on its side: points as a viewer shows it."""
    scale, frame = 1.5, plain.geometry.frame
    small = Image.open(NEUTRAL)
    large = small.resize((round(small.width * scale), round(small.height * scale)))
    stored = large.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    stored.save(tmp_path / "large.jpg", quality=95, exif=exif)
    source = load_photo(tmp_path / "large.jpg")
    assert source.source_size == large.size
    assert source.scale > 1.2
    factor = large.height / plain.geometry.image.shape[0]
    points = {
        f"{name}_px": tuple((np.array(at) + 0.5) * factor - 0.5)
        for name, at in line_px(frame, 21.0).items()
    }
    found = analyzer.analyze(tmp_path / "large.jpg", hints=Hints(roll_deg=frame.roll_deg, **points))
    assert found.estimates.asis_psis_deg.value == pytest.approx(21.0, abs=0.05)
    # Corrections may be in the very same pixels.
    whole = analyzer.analyze(tmp_path / "large.jpg", hints=Hints(roll_deg=frame.roll_deg))
    placed = Corrections(asis=points["asis_px"], psis=points["psis_px"])
    again = analyzer.correct(whole, placed, pixels="photo")
    line = again.estimates.asis_psis_deg
    assert line.value == pytest.approx(found.estimates.asis_psis_deg.value, abs=1e-6)
    assert again.corrections.asis == pytest.approx(
        [(at + 0.5) / source.scale - 0.5 for at in points["asis_px"]]
    )


def test_a_placed_line_is_a_quantity_of_its_own_and_a_reading_of_the_position(
    plain: Analysis,
) -> None:
    bones = BoneLine(intercept_deg=4.0, slope=0.6, sd_deg=4.0)
    estimator = replace(shipped_estimator(), bone_line=bones)
    placed = Corrections(**line_px(plain.geometry.frame, 25.0))
    found = correct(plain, placed, estimator=estimator)
    line, before = found.estimates.asis_psis_deg, plain.estimates.pelvic_tilt_deg
    assert line.value == pytest.approx(25.0)
    assert {"manual_points", "corrected"} <= set(line.flags)
    position = found.estimates.pelvic_tilt_deg
    reading = bones.position_of(Belief(mean=25.0, sd=line.sd))
    weight = before.sd**2 / (before.sd**2 + reading.sd**2)
    assert position.value == pytest.approx(before.value + weight * (reading.mean - before.value))
    assert position.sd < before.sd
    assert {"line_taken", "corrected"} <= set(position.flags)
    assert found.estimates.outline_position_deg == before
    assert found.estimates.lumbar_lordosis_deg == plain.estimates.lumbar_lordosis_deg
    assert found.estimates.lumbar_depth_pct == plain.estimates.lumbar_depth_pct
    assert found.measures == plain.measures
    assert found.screening != plain.screening
    assert found.to_dict()["corrections"]["points"].keys() == {"asis", "psis"}
    assert plain.to_dict()["corrections"] is None
    assert found.estimates.change.asis_psis_deg.slope == 1.0
    assert found.estimates.change.pelvic_tilt_deg == plain.estimates.change.pelvic_tilt_deg


def test_the_interval_narrows_as_more_is_known(analyzer: Analyzer, plain: Analysis) -> None:
    points = Corrections(**line_px(plain.geometry.frame, 12.0))
    marked = replace(points, marked=True)
    hinted = replace(plain, hints=Hints(distance_m=3.3, camera_height_m=1.0, height_cm=168.0))
    clicked_sd, marked_sd, hinted_sd = (
        analyzer.correct(base, given).estimates.asis_psis_deg.sd
        for base, given in ((plain, points), (plain, marked), (hinted, marked))
    )
    assert 1.0 < hinted_sd < marked_sd < clicked_sd < 8.0


def test_a_heavy_body_widens_the_interval(analyzer: Analyzer, read_sample: object) -> None:
    lean, large = (
        read_sample(ROOT / "sample_images" / name)  # type: ignore[operator]
        for name in ("01_neutral_woman_left.jpg", "10_large_woman_left.jpg")
    )
    sds = []
    for base in (lean, large):
        base = replace(base, view=replace(base.view, yaw_deg=0.0, roll=lean.view.roll))
        points = Corrections(**line_px(base.geometry.frame, 12.0))
        sds.append(analyzer.correct(base, points).estimates.asis_psis_deg.sd)
    # Of 5 cm more depth at the waist, a tenth of the excess over a lean trunk is error.
    assert sds[1] > sds[0] + 0.1


def test_the_interval_contains_the_true_line_of_rendered_bodies(analyzer: Analyzer) -> None:
    """Bony points of bodies with a known pelvis, placed with the stated error."""
    draw = np.random.default_rng(7)
    inside, errors = [], []
    for path in TINY[:10]:
        record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        camera, truth = record["camera"], record["truth"]
        try:
            plain = analyzer.analyze(path)
        except PostureError:
            continue
        base = replace(plain, hints=Hints(height_cm=100 * truth["height_m"]))
        spread = 6.9 * camera["focal_px"] / (1000 * camera["distance_m"])
        for _ in range(6):
            noise = draw.normal(0, spread, (2, 2))
            at = {
                name: tuple(np.array(record["points_px"][f"{name}_{camera['facing']}"]) + moved)
                for name, moved in zip(("asis", "psis"), noise, strict=True)
            }
            found = analyzer.correct(base, Corrections(**at, marked=True))
            # In the records of rendered bodies this is the bone line.
            line, true = found.estimates.asis_psis_deg, truth["pelvic_tilt_deg"]
            errors.append(line.value - true)
            inside.append(line.low <= true <= line.high)
    assert len(inside) >= 48
    assert np.mean(inside) >= 0.82
    assert abs(np.mean(errors)) < 2.5


# --- wrong use -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"asis_px": (1.0, 2.0)}, "bad_point"),
        ({"asis_px": (1.0, 2.0), "psis_px": (float("nan"), 2.0)}, "bad_point"),
        ({"distance_m": 0.2}, "bad_camera"),
        ({"camera_height_m": 5.0}, "bad_camera"),
    ],
)
def test_hints_out_of_range_are_refused(given: dict[str, object], code: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Hints(**given)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_one_end_of_the_line_is_not_enough() -> None:
    with pytest.raises(SettingsError, match="place both, or neither"):
        Corrections(asis=(3.0, 4.0))


def test_corrections_come_back_from_json() -> None:
    given = Corrections(facing="left", hip=(10.25, 20.5), asis=(1.0, 2.0), psis=(3.0, 4.0))
    table = json.loads(json.dumps(given.to_dict()))
    assert Corrections.from_dict(table) == given
    assert NO_CORRECTIONS.names == ()
    assert given.names == ("facing", "hip", "asis", "psis")
    table["points"]["elbow"] = [1, 2]
    with pytest.raises(SettingsError, match="no point 'elbow'"):
        Corrections.from_dict(table)


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"facing": "up"}, "bad_facing", "facing is 'up'"),
        ({"points": {"hip": [1.0]}}, "bad_point", "points.hip must be a list of 2"),
        ({"points": {"hip": [1.0, "2"]}}, "bad_point", "must be a number"),
        ({"points": {"asis": [1.0, 2.0]}}, "bad_point", "place both, or neither"),
        ({"points": None}, "bad_point", "points must be a table"),
        ({"marked": "yes"}, "bad_point", "marked must be true or false"),
    ],
)
def test_damaged_corrections_are_refused(changes: dict[str, object], code: str, words: str) -> None:
    table = Corrections(hip=(10.256, 20.5)).to_dict()
    assert table == {"facing": None, "points": {"hip": [10.26, 20.5]}, "marked": False}
    with pytest.raises(SettingsError, match=words) as caught:
        Corrections.from_dict(table | changes)
    assert caught.value.code == code


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "posture", "analyze", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_takes_points_and_camera(plain: Analysis) -> None:
    points = line_px(plain.geometry.frame, 20.0)
    asis, psis = (",".join(f"{number:.1f}" for number in points[name]) for name in points)
    done = command(NEUTRAL, "--json", "--asis", asis, "--psis", psis, "--distance-m", 3.3)
    found = json.loads(done.stdout)
    assert found["estimates"]["asis_psis_deg"]["value"] == pytest.approx(20.0, abs=0.3)
    assert "manual_points" in found["estimates"]["asis_psis_deg"]["flags"]
    assert set(found["corrections"]["points"]) == {"asis", "psis"}


def test_the_command_prints_the_line_first_and_how_far_a_calliper_may_be(plain: Analysis) -> None:
    points = line_px(plain.geometry.frame, 20.0)
    asis, psis = (",".join(f"{number:.1f}" for number in points[name]) for name in points)
    said = " ".join(command(NEUTRAL, "--asis", asis, "--psis", psis).stdout.split())
    assert said.index("ASIS–PSIS line 20°") < said.index("Pelvic tilt")
    assert "a calliper on the bones can check its change, not its value" in said
    assert "calliper" not in command(NEUTRAL).stdout


def test_the_command_says_what_is_wrong_with_points(plain: Analysis) -> None:
    points = line_px(plain.geometry.frame, 20.0)
    asis, psis = (",".join(f"{number:.1f}" for number in points[name]) for name in points)
    swapped = command(NEUTRAL, "--asis", psis, "--psis", asis)
    assert swapped.returncode == 3
    assert "Not analysed: The ASIS lies behind the PSIS" in swapped.stdout
    two = command(NEUTRAL, NEUTRAL, "--asis", asis, "--psis", psis)
    assert two.returncode == 2
    assert "one photo" in two.stderr


def test_points_of_the_original_are_found_in_a_framed_photo(analyzer: Analyzer) -> None:
    """On a screenshot the picture that is analysed begins below the bars."""
    with Image.open(NEUTRAL) as photo:
        width, height = photo.size
        screen = Image.new("RGB", (width, height + 400), "black")
        screen.paste(photo.convert("RGB"), (0, 150))
    found = analyzer.analyze(screen)
    assert found.geometry.reduction.corner[1] == pytest.approx(150, abs=2)
    placed = line_px(found.geometry.frame, 21.0)
    original = {
        name: tuple(
            (at + 0.5) * found.geometry.reduction.scale - 0.5 + start
            for at, start in zip(point, found.geometry.reduction.corner, strict=True)
        )
        for name, point in placed.items()
    }
    again = analyzer.correct(found, Corrections(**original), pixels="photo")
    assert again.estimates.asis_psis_deg.value == pytest.approx(21.0, abs=0.05)
