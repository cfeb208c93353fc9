"""Sway of people in front of a camera, and what stays the same within a burst."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.data import bursts
from calibration.data.bursts import BURST_S, PICTURES, SIZE, draw_sway, sides_of, sway_covariance
from calibration.data.repeats import SWAY_DEG
from calibration.render.scene import Scene


def test_sway_is_of_unit_variance_and_fades_with_time() -> None:
    times = np.linspace(0.0, 60.0, 601)
    covariance = sway_covariance(times)
    assert np.diag(covariance) == pytest.approx(1.0)
    assert covariance == pytest.approx(covariance.T)
    assert np.linalg.eigvalsh(covariance).min() > -1e-9
    assert abs(covariance[0, -1]) < 0.01


def test_sway_is_slow_not_white_noise() -> None:
    """Most of the power lies below half a hertz, and neighbouring pictures go together."""
    times = np.arange(0.0, 200.0, 0.1)
    # Wiener-Khinchin; the lag of 0 belongs to both halves of the covariance.
    spectrum = np.fft.rfft(sway_covariance(times)[0]).real - 0.5
    hertz = np.fft.rfftfreq(len(times), 0.1)
    assert spectrum[hertz < 0.5].sum() > 0.8 * spectrum.sum()
    step = BURST_S / (PICTURES - 1)
    assert sway_covariance(np.array([0.0, step]))[0, 1] > 0.5


def test_every_segment_sways_by_the_stated_sd() -> None:
    rng, times = np.random.default_rng(3), np.linspace(0.0, BURST_S, PICTURES)
    drawn = np.stack([draw_sway(rng, times) for _ in range(3000)])
    assert drawn.std(axis=(0, 1)) == pytest.approx(SWAY_DEG, rel=0.05)
    assert np.corrcoef(drawn[:, 0, 0], drawn[:, 0, 1])[0, 1] == pytest.approx(0.0, abs=0.06)


def test_a_burst_is_of_one_stance_and_one_camera(
    builder: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Scene] = []

    def photograph(scene: Scene, _pieces: object, *, room: object) -> np.ndarray:
        assert room is not None
        taken.append(scene)
        return np.full((4, 4, 3), 128, dtype=np.uint8)

    monkeypatch.setattr(bursts, "photograph", photograph)
    monkeypatch.setattr(bursts, "person_drawables", lambda _builder, _scene: [])
    sides = list(sides_of(builder, 9, 2))  # type: ignore[arg-type]
    assert [side.facing for side in sides] == ["left", "right"]
    assert sides[0].standing.posture == sides[1].standing.posture
    assert taken[0].camera.height == SIZE[1]
    for number, side in enumerate(sides):
        scenes = taken[number * PICTURES : (number + 1) * PICTURES]
        assert {scene.view for scene in scenes} == {side.standing.view}
        assert len({scene.posture.pelvis_rotation for scene in scenes}) == PICTURES
        first, second = side.pictures[:2]
        assert (first != second).any()  # the noise of the camera
