"""The whole analysis with the real model: sample photos, and invariance of their values."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import posture
from posture.analysis.analyzer import Analyzer
from posture.analysis.result import SCHEMA_VERSION, Analysis
from posture.errors import PhotoError, PoseError, SettingsError
from posture.estimator.features import FEATURE_NAMES
from posture.estimator.model import Estimator
from posture.inputs.hints import HEIGHT_RANGE_CM, MAX_ROLL_DEG, Hints
from posture.measures.catalogue import MEASURES
from posture.photo.load import load_photo
from posture.pose.bundle import resolve_model
from posture.quantity import Quantity

FOLDER = Path(__file__).parents[2] / "sample_images"
TRUTH = {
    entry["file"]: entry
    for entry in json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
}
SAMPLES = [FOLDER / name for name in sorted(TRUTH)]
REFUSED = [path for path in SAMPLES if TRUTH[path.name].get("expected") == "refused"]
LEVEL = Hints(roll_deg=0.0)
ESTIMATES = ("pelvic_tilt_deg", "lumbar_lordosis_deg", "lumbar_depth_pct")

RgbImage = NDArray[np.uint8]
Change = Callable[[RgbImage], RgbImage | bytes]


def pixels(path: Path) -> RgbImage:
    return np.ascontiguousarray(load_photo(path).image)


def values(analysis: Analysis) -> dict[str, Quantity]:
    """Measures by name, estimates as ``estimated_...``."""
    estimated = {f"estimated_{name}": getattr(analysis.estimates, name) for name in ESTIMATES}
    return {**analysis.measures, **estimated}


@pytest.fixture(scope="module")
def found(analyzer: Analyzer) -> dict[Path, Analysis]:
    """Analyses of every sample that is not meant to be refused."""
    return {path: analyzer.analyze(path) for path in SAMPLES if path not in REFUSED}


@pytest.fixture(scope="module")
def level(analyzer: Analyzer, found: dict[Path, Analysis]) -> dict[Path, Analysis]:
    """The same with a stated roll of 0, for comparison with changed pictures."""
    return {path: analyzer.analyze(pixels(path), hints=LEVEL) for path in found}


# --- the samples ---------------------------------------------------------------------------


def test_the_samples_are_analysed(found: dict[Path, Analysis]) -> None:
    assert len(found) >= 10
    for path, analysis in found.items():
        assert analysis.photo == path.name
        assert analysis.measures["lumbar_depth_pct"].present
        assert analysis.estimates.pelvic_tilt_deg.present


def test_samples_that_are_not_side_views_are_refused(analyzer: Analyzer) -> None:
    for path in REFUSED:
        with pytest.raises(PoseError) as caught:
            analyzer.analyze(path)
        assert caught.value.code == "not_side_view"


def test_facing_is_right(found: dict[Path, Analysis]) -> None:
    facings = {path.name: analysis.view.facing for path, analysis in found.items()}
    assert facings == {name: TRUTH[name]["facing"] for name in facings}


def test_most_true_tilts_lie_in_their_intervals(found: dict[Path, Analysis]) -> None:
    """Of eleven 90 % intervals, fewer than eight contain the truth with a probability of 2 %."""
    inside = [
        tilt.low <= TRUTH[path.name]["pelvic_tilt_deg"] <= tilt.high
        for path, tilt in ((path, item.estimates.pelvic_tilt_deg) for path, item in found.items())
    ]
    assert len(inside) == 11
    assert sum(inside) >= 8


# --- the result ----------------------------------------------------------------------------

KEYS = [
    "photo",
    "status",
    "error",
    "view",
    "measures",
    "estimates",
    "standing",
    "screening",
    "keypoints",
    "corrections",
    "provenance",
    "schema_version",
    "path",
    "source",
    "told",
]
QUANTITY_KEYS = {"value", "unit", "low", "high", "level", "reference", "flags", "reason"}


@pytest.fixture(scope="module")
def one(found: dict[Path, Analysis]) -> Analysis:
    return next(iter(found.values()))


def test_json_has_exactly_the_keys_of_the_format(one: Analysis) -> None:
    data = one.to_dict()
    assert list(data) == KEYS
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["status"] in {"ok", "poor"}
    assert data["error"] is None
    assert data["schema_version"] == SCHEMA_VERSION
    assert list(data["measures"]) == list(MEASURES)
    beside = ["asis_psis_deg", "change", "correlation", "leans"]
    assert list(data["estimates"]) == [*ESTIMATES, *beside]
    assert list(data["estimates"]["leans"]) == ["trunk_deg", "leg_deg", "thigh_deg"]
    assert set(data["estimates"]["change"]) == set(ESTIMATES)
    assert data["estimates"]["asis_psis_deg"]["reason"] == "not_placed"
    estimates = [data["estimates"][name] for name in (*ESTIMATES, "asis_psis_deg")]
    for quantity in (*data["measures"].values(), *estimates):
        assert set(quantity) == QUANTITY_KEYS
        assert (quantity["value"] is None) == (quantity["reason"] is not None)
    assert {"facing", "findings"} <= set(data["view"])
    assert {"grade", "pattern", "evidence"} <= set(data["screening"])


def test_provenance_is_complete(one: Analysis, estimator: Estimator) -> None:
    source = one.provenance
    assert source.package_version == posture.__version__
    assert source.model_sha256 == resolve_model().sha256
    assert source.estimator == estimator.id
    assert re.fullmatch(r"[0-9a-f]{64}", source.settings_sha256)
    assert source.photo_sha256 == load_photo(SAMPLES[0]).sha256
    given = source.to_dict()
    told = ("sex", "clothing", "height_cm", "camera_height_cm", "camera_distance_cm")
    assert [given.pop(name) for name in told] == [None] * len(told)
    assert all(given.values())


def test_provenance_records_the_stated_sex_and_clothing(analyzer: Analyzer) -> None:
    found = analyzer.analyze(SAMPLES[0], hints=Hints(sex="female", clothing="tight"))
    assert found.to_dict()["provenance"]["sex"] == "female"
    assert found.to_dict()["provenance"]["clothing"] == "tight"


def test_geometry_is_that_of_the_numbers(one: Analysis) -> None:
    geometry = one.geometry
    assert geometry.landmarks_px.shape == (33, 2)
    assert geometry.features.shape == (len(FEATURE_NAMES),)
    assert geometry.curve is not None
    depth = one.measures["lumbar_depth_pct"].value
    assert 100 * geometry.curve.depth == depth
    height, width = geometry.image.shape[:2]
    outline = geometry.silhouette.contour_px
    assert (outline.min(axis=0) >= 0).all()
    assert (outline.max(axis=0) <= (width - 1, height - 1)).all()


def test_the_same_photo_gives_the_same_json(analyzer: Analyzer, one: Analysis) -> None:
    again = analyzer.analyze(SAMPLES[0])
    assert json.dumps(again.to_dict()) == json.dumps(one.to_dict())


def test_a_photo_in_any_form_gives_the_same_values(analyzer: Analyzer, one: Analysis) -> None:
    path = SAMPLES[0]
    for source in (str(path), path.read_bytes(), Image.open(path), pixels(path)):
        other = analyzer.analyze(source).to_dict()
        assert other["measures"] == one.to_dict()["measures"]


def test_analyze_without_an_analyzer(one: Analysis) -> None:
    assert posture.analyze(SAMPLES[0]).to_dict()["view"] == one.to_dict()["view"]


# --- invariance ----------------------------------------------------------------------------


def absolute_differences(
    analyzer: Analyzer, level: dict[Path, Analysis], change: Change, hints: Hints
) -> dict[str, list[float]]:
    """Absolute differences between the values of plain and of changed photos, by name."""
    differences: dict[str, list[float]] = {}
    for path, reference in level.items():
        changed = values(analyzer.analyze(change(pixels(path)), hints=hints))
        for name, plain in values(reference).items():
            if plain.value is not None and changed[name].value is not None:
                differences.setdefault(name, []).append(abs(changed[name].value - plain.value))
    return differences


def mirrored(image: RgbImage) -> RgbImage:
    return np.ascontiguousarray(image[:, ::-1])


def test_a_mirrored_photo_gives_the_same_values(
    analyzer: Analyzer, found: dict[Path, Analysis]
) -> None:
    for path, plain in found.items():
        flipped = analyzer.analyze(mirrored(pixels(path)))
        assert flipped.view.facing != plain.view.facing
        assert flipped.view.roll.deg == pytest.approx(-plain.view.roll.deg, abs=1e-9)
        assert flipped.screening.grade == plain.screening.grade
        for name, value in values(plain).items():
            other = values(flipped)[name]
            assert other.reason == value.reason, (path.name, name)
            if value.value is not None:
                assert other.value == pytest.approx(value.value, abs=0.3), (path.name, name)


def turned(deg: float) -> Change:
    """Turn the content clockwise on a canvas with room for all of it, borders replicated."""

    def change(image: RgbImage) -> RgbImage:
        height, width = image.shape[:2]
        turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -deg, 1.0)
        sine = np.sin(np.radians(abs(deg)))
        wide, high = int(width + height * sine), int(height + width * sine)
        turn[:, 2] += ((wide - width) / 2, (high - height) / 2)
        return np.asarray(
            cv2.warpAffine(
                image, turn, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
            ),
            np.uint8,
        )

    return change


TURNED = {
    "estimated_pelvic_tilt_deg": (0.8, 2.0),
    "estimated_lumbar_lordosis_deg": (0.8, 3.0),
    "estimated_lumbar_depth_pct": (0.25, 0.9),
    "lumbar_depth_pct": (0.2, 1.5),
    "gluteal_prominence_pct": (0.25, 1.0),
    "trunk_lean_deg": (0.75, 1.75),
    "leg_lean_deg": (0.3, 1.0),
    "hip_extension_deg": (0.9, 2.6),
    "knee_extension_deg": (1.2, 3.6),
    "sway_angle_deg": (0.8, 3.3),
    "craniovertebral_deg": (2.8, 7.6),
    "sway_trunk_pct": (0.25, 0.6),
    "head_forward_pct": (0.4, 0.8),
    "plumb_ear_pct": (0.35, 0.8),
    "plumb_shoulder_pct": (0.35, 1.0),
    "plumb_hip_pct": (0.2, 0.75),
    "plumb_knee_pct": (0.25, 0.85),
}
"""Median and greatest difference allowed over the samples, some 1.4 times what was measured
(docs/accuracy.md): the network itself sees a turned photo a little differently. An error of the
geometry would show as the 5 degrees of the turn, or as 8 % of height at the ear."""


@pytest.mark.parametrize("deg", [5.0, -5.0])
def test_a_turned_photo_with_its_roll_stated_gives_the_same_values(
    analyzer: Analyzer, level: dict[Path, Analysis], deg: float
) -> None:
    differences = absolute_differences(analyzer, level, turned(deg), Hints(roll_deg=deg))
    for name, (typical, greatest) in TURNED.items():
        assert median(differences[name]) <= typical, name
        assert max(differences[name]) <= greatest, name


def scaled(factor: float) -> Change:
    kind = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return lambda image: np.asarray(
        cv2.resize(image, None, fx=factor, fy=factor, interpolation=kind), np.uint8
    )


def compressed(image: RgbImage) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=50)
    return buffer.getvalue()


def lit(factor: float) -> Change:
    return lambda image: np.clip(image * factor, 0, 255).round().astype(np.uint8)


CHANGES = {
    "half size": scaled(0.5),
    "three quarters": scaled(0.75),
    "half as large again": scaled(1.5),
    "double size": scaled(2.0),
    "JPEG quality 50": compressed,
    "30 % darker": lit(0.7),
    "30 % brighter": lit(1.3),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_size_compression_and_light_hardly_change_a_typical_photo(
    analyzer: Analyzer, level: dict[Path, Analysis], change: Change
) -> None:
    """Medians over the samples; the greatest differences are stated in docs/accuracy.md."""
    differences = absolute_differences(analyzer, level, change, LEVEL)
    assert median(differences["lumbar_depth_pct"]) < 0.85
    assert median(differences["estimated_lumbar_depth_pct"]) < 0.6
    assert median(differences["estimated_pelvic_tilt_deg"]) < 1.0
    assert median(differences["estimated_lumbar_lordosis_deg"]) < 2.0
    assert median(differences["trunk_lean_deg"]) < 0.6


def test_hints_override_what_was_read(analyzer: Analyzer, one: Analysis) -> None:
    other = "left" if one.view.facing == "right" else "right"
    hinted = analyzer.analyze(SAMPLES[0], hints=Hints(facing=other, roll_deg=3.0))
    assert hinted.view.facing == other
    assert hinted.view.cues == ()
    assert (hinted.view.roll.deg, hinted.view.roll.source) == (3.0, "given")


def test_a_stated_roll_turns_the_lean_by_itself(
    analyzer: Analyzer, level: dict[Path, Analysis]
) -> None:
    path, plain = next(iter(level.items()))
    tilted = analyzer.analyze(pixels(path), hints=Hints(roll_deg=2.0))
    side = 1 if plain.view.facing == "left" else -1
    lean = plain.measures["trunk_lean_deg"].value
    # Joint offsets stay level when the body turns, which changes the angle by a tenth.
    assert tilted.measures["trunk_lean_deg"].value == pytest.approx(lean + side * 2.0, abs=0.3)


# --- refusals and hints --------------------------------------------------------------------


def test_an_empty_room_holds_no_person(analyzer: Analyzer) -> None:
    with pytest.raises(PoseError) as caught:
        analyzer.analyze(np.full((480, 360, 3), 128, np.uint8))
    assert caught.value.code == "no_person"


def test_two_people_of_one_size_are_refused(analyzer: Analyzer) -> None:
    image = pixels(SAMPLES[1])
    with pytest.raises(PoseError) as caught:
        analyzer.analyze(np.hstack([image, image]))
    assert caught.value.code == "several_people"


def test_the_arch_is_still_measured_without_legs(
    analyzer: Analyzer, level: dict[Path, Analysis]
) -> None:
    path, whole = next(iter(level.items()))
    knees = whole.geometry.landmarks_px[[25, 26], 1].mean()
    cut = analyzer.analyze(np.ascontiguousarray(pixels(path)[: round(knees)]), hints=LEVEL)
    assert cut.measures["lumbar_depth_pct"].value == pytest.approx(
        whole.measures["lumbar_depth_pct"].value, abs=1.5
    )
    assert cut.measures["plumb_ear_pct"].reason == "ankle_not_in_frame"
    assert cut.measures["knee_extension_deg"].reason in {"knee_not_in_frame", "ankle_not_in_frame"}
    assert "cropped" in {finding.code for finding in cut.view.findings}


def test_a_missing_photo_is_a_photo_error(analyzer: Analyzer, tmp_path: Path) -> None:
    with pytest.raises(PhotoError):
        analyzer.analyze(tmp_path / "none.jpg")


@pytest.mark.parametrize(
    ("hints", "code"),
    [
        ({"facing": "up"}, "bad_facing"),
        ({"sex": "other"}, "bad_sex"),
        ({"clothing": "regular"}, "bad_clothing"),
        ({"roll_deg": MAX_ROLL_DEG + 1}, "bad_roll"),
        ({"roll_deg": float("nan")}, "bad_roll"),
        ({"height_cm": HEIGHT_RANGE_CM[0] - 1}, "bad_height"),
        ({"height_cm": HEIGHT_RANGE_CM[1] + 1}, "bad_height"),
        ({"height_cm": float("nan")}, "bad_height"),
    ],
)
def test_senseless_hints_are_refused(hints: dict[str, object], code: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Hints(**hints)
    assert caught.value.code == code


@pytest.fixture
def closed() -> Analyzer:
    made = Analyzer()
    made.close()
    return made


def test_a_closed_analyzer_raises(closed: Analyzer) -> None:
    with pytest.raises(ValueError, match="closed"):
        closed.analyze(SAMPLES[0])
