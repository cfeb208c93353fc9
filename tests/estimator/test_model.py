"""The estimator against textbook formulas and simulated bodies."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from support.toy_estimator import LINKS, TARGET_MEAN, TARGET_SD, toy_estimator

from posture.errors import ModelError
from posture.estimator import file as estimator_file
from posture.estimator.features import BODY_NAMES, FEATURE_NAMES, PROFILE_LEVELS
from posture.estimator.file import (
    ESTIMATOR_FILE,
    read_estimator,
    shipped_estimator,
    write_estimator,
)
from posture.estimator.model import (
    MAX_INPUT,
    MAX_SD_RATIO,
    SWAY_SD,
    TARGETS,
    Estimates,
    Estimator,
    ensemble_input,
)
from posture.pose import bundle as models
from posture.quantity import Z90, Quantity
from posture.types import FloatArray

COUNT = len(TARGETS)
NOTHING = np.full(len(FEATURE_NAMES), np.nan)
TILT, LORDOSIS, DEPTH = TARGETS


def seen(**values: float) -> FloatArray:
    """A feature vector in which only the named features were seen."""
    vector = NOTHING.copy()
    for name, value in values.items():
        vector[FEATURE_NAMES.index(name)] = value
    return vector


def random_estimator(seed: int = 0, *, noise: float = 0.5) -> Estimator:
    """An estimator of targets and features that share a few common causes, plus noise."""
    rng = np.random.default_rng(seed)
    size = COUNT + len(BODY_NAMES)
    loadings = rng.normal(size=(size, 6))
    covariance = loadings @ loadings.T + np.diag(rng.uniform(0.5, 1.5, size) * noise)
    return Estimator(
        id="random",
        mean=rng.normal(size=size),
        covariance=covariance,
        conformal_factor=np.ones(COUNT),
        distance_limit=1e9,
    )


def condition(model: Estimator, features: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    found = model.conditional(features)
    return found.mean, found.covariance, found.distance


# --- conditioning --------------------------------------------------------------------------


def test_one_feature_gives_the_regression_line() -> None:
    """E[t|f] = m_t + rho s_t (f - m_f) / s_f, sd = s_t sqrt(1 - rho^2)."""
    feature, rho = LINKS[TILT]
    mean, covariance, distance = condition(toy_estimator(), seen(**{feature: 20.0 + 1.5 * 8.0}))
    assert mean == pytest.approx([12.0 + rho * 9.0 * 1.5, *TARGET_MEAN[1:]])
    expected = [9.0 * np.sqrt(1 - rho**2), *TARGET_SD[1:]]
    assert np.sqrt(np.diag(covariance)) == pytest.approx(expected)
    assert distance == pytest.approx(1.5**2)


@pytest.mark.parametrize("gaps", [0, 1, 40, len(BODY_NAMES) - 1])
def test_conditioning_is_the_textbook_formula(gaps: int) -> None:
    """m_t + S_tf S_ff^-1 (f - m_f) and S_tt - S_tf S_ff^-1 S_ft over what was seen."""
    model = random_estimator(1)
    rng = np.random.default_rng(2)
    features = rng.normal(size=len(BODY_NAMES))
    features[rng.permutation(len(BODY_NAMES))[:gaps]] = np.nan
    rows = COUNT + np.flatnonzero(np.isfinite(features))
    inverse = np.linalg.inv(model.covariance[np.ix_(rows, rows)])
    cross = model.covariance[:COUNT, rows]
    offset = features[rows - COUNT] - model.mean[rows]
    mean, covariance, distance = condition(model, features)
    assert mean == pytest.approx(model.mean[:COUNT] + cross @ inverse @ offset)
    expected = model.covariance[:COUNT, :COUNT] - cross @ inverse @ cross.T
    assert covariance == pytest.approx(expected, abs=1e-9)
    assert distance == pytest.approx(offset @ inverse @ offset / len(rows))


@settings(max_examples=25)
@given(seed=st.integers(0, 50), gaps=st.integers(0, len(BODY_NAMES)))
def test_seeing_less_never_lowers_the_sd(seed: int, gaps: int) -> None:
    model = random_estimator(seed)
    rng = np.random.default_rng(seed)
    features = rng.normal(size=len(BODY_NAMES))
    _, whole, _ = condition(model, features)
    features[rng.permutation(len(BODY_NAMES))[:gaps]] = np.nan
    _, part, _ = condition(model, features)
    assert (np.diag(part) >= np.diag(whole) - 1e-9).all()
    assert (np.diag(part) <= np.diag(model.covariance)[:COUNT] + 1e-9).all()


def test_seeing_nothing_gives_the_population() -> None:
    model = random_estimator()
    mean, covariance, distance = condition(model, NOTHING)
    assert mean == pytest.approx(model.mean[:COUNT])
    assert covariance == pytest.approx(model.covariance[:COUNT, :COUNT])
    assert distance == 0.0


def test_the_distance_of_typical_bodies_is_about_one() -> None:
    model = random_estimator(3)
    draws = simulated(model, 60, seed=4)
    distances = [condition(model, draw[COUNT:])[2] for draw in draws]
    assert np.mean(distances) == pytest.approx(1.0, abs=0.08)


# --- input of the ensemble ----------------------------------------------------------------


def parts_of_input(model: Estimator, features: FloatArray) -> dict[str, FloatArray]:
    found = ensemble_input(features, model.conditional(features), model.joint)
    parts = np.split(found, np.cumsum([len(BODY_NAMES), 2 * len(PROFILE_LEVELS), 8]))
    return dict(zip(("body", "beyond", "arms", "score"), parts, strict=True))


def test_an_arm_counts_by_how_far_it_stands_out_beyond_the_trunk() -> None:
    """In SDs of the edge, at the level of the arm, relative to the expected trunk."""
    model, level = toy_estimator(), 2
    name = BODY_NAMES[level]
    bare = parts_of_input(model, all_linked())
    assert not bare["beyond"].any()
    hidden = all_linked()
    hidden[FEATURE_NAMES.index(f"arm_on_{name}")] = 1.5
    beyond = parts_of_input(model, hidden)["beyond"]
    assert beyond[level] == pytest.approx(1.5)
    assert np.count_nonzero(beyond) == 1


def test_inputs_of_the_ensemble_are_bounded_and_complete() -> None:
    wild = np.full(len(FEATURE_NAMES), 1e6)
    for features in (NOTHING, wild):
        parts = parts_of_input(toy_estimator(), features)
        inputs = np.concatenate([parts["body"], parts["beyond"], parts["arms"]])
        assert np.isfinite(inputs).all()
        assert np.abs(inputs).max() <= MAX_INPUT


def test_arms_do_not_affect_the_joint_distribution() -> None:
    model, features = random_estimator(9), np.full(len(FEATURE_NAMES), np.nan)
    features[: len(BODY_NAMES)] = np.random.default_rng(1).normal(size=len(BODY_NAMES))
    with_arms = np.where(np.isnan(features), 0.7, features)
    assert model.predict(features).mean == pytest.approx(model.predict(with_arms).mean)


# --- estimates -----------------------------------------------------------------------------


def all_linked(z: float = 0.0) -> FloatArray:
    """The three informative features at ``z`` standard scores."""
    return seen(
        lumbosacral_slope_deg=20.0 + 8.0 * z,
        lumbar_lordosis_deg=20.0 + 8.0 * z,
        lumbar_depth_pct=10.0 + 4.0 * z,
    )


@pytest.mark.parametrize("z", [-1.0, 0.0, 2.0])
def test_estimates_carry_mean_interval_and_unit(z: float) -> None:
    found = toy_estimator().estimate(all_linked(z))
    for i, (name, unit) in enumerate(TARGETS.items()):
        rho = LINKS[name][1]
        quantity: Quantity = getattr(found, name)
        assert quantity.unit == unit
        assert quantity.value == pytest.approx(TARGET_MEAN[i] + rho * z * TARGET_SD[i])
        sd = np.hypot(TARGET_SD[i] * np.sqrt(1 - rho**2), SWAY_SD[name])
        assert quantity.high - quantity.value == pytest.approx(Z90 * sd)
        assert quantity.value - quantity.low == pytest.approx(Z90 * sd)


@pytest.mark.parametrize("factor", [1.0, 1.3])
def test_the_conformal_factor_scales_the_conditional_sd(factor: float) -> None:
    plain = toy_estimator()
    inflated = dataclasses.replace(plain, conformal_factor=np.array([factor, 1.0, 1.0]))
    model_sd = 9.0 * np.sqrt(1 - 0.5**2)
    found = inflated.estimate(all_linked()).pelvic_tilt_deg
    expected = np.hypot(factor * model_sd, SWAY_SD[TILT]) if factor < 1.12 else None
    assert found.sd == (None if expected is None else pytest.approx(expected))
    others = [(e.lumbar_lordosis_deg, e.lumbar_depth_pct) for e in map(_at_rest, (plain, inflated))]
    assert others[0] == others[1]


def _at_rest(model: Estimator) -> Estimates:
    return model.estimate(all_linked())


def test_estimates_no_better_than_the_population_are_not_stated() -> None:
    found = toy_estimator().estimate(seen(lumbar_depth_pct=12.0))
    assert found.pelvic_tilt_deg.reason == "no_better_than_population"
    assert found.lumbar_lordosis_deg.reason == "no_better_than_population"
    assert found.lumbar_depth_pct.present


@pytest.mark.parametrize(
    ("ratio", "stated"), [(MAX_SD_RATIO - 0.01, True), (MAX_SD_RATIO + 0.01, False)]
)
def test_the_estimator_abstains_at_the_documented_sd_ratio(*, ratio: float, stated: bool) -> None:
    plain = toy_estimator()
    conformal_factor = np.array([ratio / np.sqrt(1 - 0.5**2), 1.0, 1.0])
    found = dataclasses.replace(plain, conformal_factor=conformal_factor).estimate(all_linked())
    assert found.pelvic_tilt_deg.present == stated


def test_a_body_unlike_all_others_is_outside_calibration() -> None:
    model = toy_estimator(distance_limit=6.0)
    near, far = (model.estimate(all_linked(z)) for z in (2.4, 2.5))
    assert all(getattr(near, name).present for name in TARGETS)
    assert {getattr(far, name).reason for name in TARGETS} == {"outside_calibration"}


def test_json_round_trip() -> None:
    found = toy_estimator().estimate(seen(lumbar_depth_pct=12.0))
    assert not found.pelvic_tilt_deg.present
    again = Estimates.from_dict(json.loads(json.dumps(found.to_dict())))
    assert again.to_dict() == found.to_dict()
    assert list(found.to_dict()) == [*TARGETS, "asis_psis_deg", "change", "correlation"]


# --- coverage ------------------------------------------------------------------------------


def simulated(model: Estimator, count: int, *, seed: int) -> FloatArray:
    """Draw bodies with their photos from the model itself."""
    root = np.linalg.cholesky(model.covariance)
    white = np.random.default_rng(seed).normal(size=(count, len(model.mean)))
    return model.mean + white @ root.T


@pytest.mark.parametrize("kept", [12, 40])
def test_intervals_hold_nine_of_ten_simulated_bodies(kept: int) -> None:
    """Within 4 binomial standard deviations of 90 %, including the person's own sway."""
    model, count = random_estimator(5, noise=3.0), 600
    rng = np.random.default_rng(6)
    sway = rng.normal(size=(count, COUNT)) * np.array(list(SWAY_SD.values()))
    inside = np.zeros(COUNT)
    for draw, moved in zip(simulated(model, count, seed=7), sway, strict=True):
        features = draw[COUNT:].copy()
        features[rng.permutation(len(features))[kept:]] = np.nan
        found = model.estimate(features)
        for i, name in enumerate(TARGETS):
            quantity = getattr(found, name)
            inside[i] += quantity.low <= draw[i] + moved[i] <= quantity.high
    assert inside / count == pytest.approx(np.full(COUNT, 0.9), abs=4 * np.sqrt(0.09 / count))


# --- files ---------------------------------------------------------------------------------


def test_save_and_load_round_trip(tmp_path: Path) -> None:
    model = random_estimator(8)
    write_estimator(model, tmp_path / "estimator.npz")
    again = read_estimator(tmp_path / "estimator.npz")
    assert (again.id, again.distance_limit) == (model.id, model.distance_limit)
    assert np.array_equal(again.mean, model.mean)
    assert np.array_equal(again.conformal_factor, model.conformal_factor)
    assert again.covariance == pytest.approx(model.covariance, rel=1e-6, abs=1e-6)


def _changed(path: Path, **entries: NDArray[np.generic]) -> Path:
    write_estimator(toy_estimator(), path)
    with np.load(path) as data:
        content = {**data, **entries}
    np.savez(path, **{name: value for name, value in content.items() if value is not None})
    return path


@pytest.mark.parametrize(
    "entries",
    [
        {"feature_names": np.array(["something", "else"])},
        {"feature_names": np.array(FEATURE_NAMES[::-1])},
        {"target_names": np.array(["pelvic_tilt_deg"])},
    ],
)
def test_coefficients_of_another_version_are_refused(
    tmp_path: Path, entries: dict[str, NDArray[np.generic]]
) -> None:
    with pytest.raises(ModelError, match="another version") as caught:
        read_estimator(_changed(tmp_path / "estimator.npz", **entries))
    assert caught.value.code == "model_mismatch"


@pytest.mark.parametrize(
    "content", [None, b"", b"no estimator", b"PK\x03\x04 cut off"], ids=["missing", *"012"]
)
def test_unreadable_coefficients_are_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "estimator.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="install posture again") as caught:
        read_estimator(path)
    assert caught.value.code == "model_missing"


@pytest.mark.parametrize("cut", [0.2, 0.7, 0.98])
def test_a_truncated_file_is_refused(tmp_path: Path, cut: float) -> None:
    path = tmp_path / "estimator.npz"
    write_estimator(toy_estimator(), path)
    content = path.read_bytes()
    path.write_bytes(content[: round(cut * len(content))])
    with pytest.raises(ModelError, match="install posture again") as caught:
        read_estimator(path)
    assert caught.value.code == "model_missing"


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "estimator.npz"
    write_estimator(toy_estimator(), path)
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("covariance.npy").header_offset + 200
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(bytes(content))
    with pytest.raises(ModelError):
        read_estimator(path)


def test_pickled_objects_are_not_loaded(tmp_path: Path) -> None:
    path = _changed(tmp_path / "estimator.npz", mean=np.array([object()], dtype=object))
    with pytest.raises(ModelError):
        read_estimator(path)


def test_the_shipped_estimator_fits_this_version() -> None:
    model = shipped_estimator()
    assert model.id
    assert model.mean.shape == (COUNT + len(BODY_NAMES),)
    assert model.covariance == pytest.approx(model.covariance.T)
    assert np.linalg.eigvalsh(model.covariance).min() > 0
    assert (model.conformal_factor >= 0.9).all()
    assert model.distance_limit > 1


def test_an_altered_estimator_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (models.REGISTRY, ESTIMATOR_FILE):
        shutil.copy(models.models_dir() / name, tmp_path)
    altered = dataclasses.replace(shipped_estimator(), mean=shipped_estimator().mean + 0.01)
    write_estimator(altered, tmp_path / ESTIMATOR_FILE)  # a sound file, with other numbers
    monkeypatch.setattr(models, "_FOLDERS", (tmp_path,))
    shipped_estimator.cache_clear()
    try:
        with pytest.raises(ModelError, match="was replaced: install posture again") as caught:
            estimator_file.shipped_estimator()
        assert caught.value.code == "model_checksum"
    finally:
        shipped_estimator.cache_clear()


def test_the_shipped_estimator_is_registered() -> None:
    """``python scripts/register_estimator.py`` registers a new fit."""
    content = (models.models_dir() / ESTIMATOR_FILE).read_bytes()
    registered = models.registered_sha256(models.models_dir(), "estimator")
    assert hashlib.sha256(content).hexdigest() == registered


def test_a_missing_estimator_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / models.REGISTRY).write_text("")
    monkeypatch.setattr(models, "_FOLDERS", (tmp_path,))
    shipped_estimator.cache_clear()
    try:
        with pytest.raises(ModelError, match=ESTIMATOR_FILE):
            estimator_file.shipped_estimator()
    finally:
        shipped_estimator.cache_clear()
