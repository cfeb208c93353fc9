"""Repeated photos of unchanged people: what differs between them, and what does not."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.bodies.postures import Posture
from calibration.data import repeats
from calibration.data.records import Recorder
from calibration.render.camera import Viewpoint
from calibration.render.scene import Scene, SceneBuilder


@pytest.fixture
def scenes(builder: object, monkeypatch: pytest.MonkeyPatch) -> list[Scene]:
    taken: list[Scene] = []

    def photograph(scene: Scene, _pieces: object) -> np.ndarray:
        taken.append(scene)
        return np.zeros((4, 4, 3), dtype=np.uint8)

    monkeypatch.setattr(repeats, "photograph", photograph)
    monkeypatch.setattr(repeats, "person_drawables", lambda _room, _scene: [])
    visits = [photo.session for photo in repeats.photos_of(builder, 9, 2)]  # type: ignore[arg-type]
    assert visits == [0, 0, 0, 1, 1, 1]
    return taken


def test_the_camera_moves_between_sessions_only(scenes: list[Scene]) -> None:
    places = {(s.view.height_m, s.view.distance_m, s.view.roll_deg) for s in scenes}
    assert len(places) == 2
    assert scenes[0].view.height_m == scenes[2].view.height_m != scenes[3].view.height_m
    assert len({s.view.yaw_deg for s in scenes}) == 6


def test_body_clothes_and_arms_stay_and_the_posture_sways(scenes: list[Scene]) -> None:
    assert len({id(s.person) for s in scenes}) == 1
    assert all(s.appearance == scenes[0].appearance for s in scenes)
    assert {s.posture.arms for s in scenes} <= {"crossed", "clasped"}
    assert len({s.posture.pelvis_rotation for s in scenes}) == 6


def test_the_truth_of_a_photo_is_how_the_person_stands_in_its_session(
    builder: SceneBuilder, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mean over a session estimates the posture that its photos sway around."""
    monkeypatch.setattr(repeats, "photograph", lambda _s, _p: np.zeros((4, 4, 3), dtype=np.uint8))
    monkeypatch.setattr(repeats, "person_drawables", lambda _room, _scene: [])
    records = [record for _, record in repeats.described_photos(builder, 1, 9)]
    truths = [record["truth"]["pelvic_tilt_deg"] for record in records]
    assert [record["session"] for record in records] == [0, 0, 0, 1, 1, 1]
    assert len(set(truths[:3])) == len(set(truths[3:])) == 1
    assert truths[0] != truths[3]
    standing = next(repeats.photos_of(builder, 9, 0)).standing
    assert truths[0] == recorder.truth(standing).to_dict()["pelvic_tilt_deg"]


def test_segments_rotate_by_the_stated_sd() -> None:
    rng = np.random.default_rng(1)
    moved = [repeats._moved(Posture(), rng, 1.5) for _ in range(4000)]
    for name in ("pelvis_rotation", "t12", "t1", "head"):
        assert np.std([getattr(posture, name) for posture in moved]) == pytest.approx(1.5, rel=0.05)
    legs = np.array([posture.thigh for posture in moved])
    assert (legs[:, 0] == legs[:, 1]).all()


def test_the_camera_is_put_back_with_the_stated_sd() -> None:
    rng = np.random.default_rng(2)
    views = [repeats._put_back(Viewpoint(facing="left"), rng) for _ in range(4000)]
    heights = [view.height_m - 1.0 for view in views]
    assert np.std(heights) == pytest.approx(repeats.CAMERA_HEIGHT_M, rel=0.05)
    rolls = [view.roll_deg for view in views]
    assert np.std(rolls) == pytest.approx(repeats.CAMERA_ROLL_DEG, rel=0.05)
