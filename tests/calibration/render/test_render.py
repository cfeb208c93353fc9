"""Real renders: a lit, dressed person in front of a background."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from calibration.bodies.drawables import Label
from calibration.cli import main
from calibration.data.dataset import Plan, build_dataset
from calibration.data.records import Recorder
from calibration.render.camera import Viewpoint, make_camera
from calibration.render.render import person_drawables, photograph
from calibration.render.scene import SceneBuilder, scene_builder


@pytest.fixture(scope="module")
def fine() -> SceneBuilder:
    return scene_builder(fine=True)


def test_photo_mask_and_record_agree(tmp_path: Path) -> None:
    build_dataset(Plan(photos=2, seed=4, height=384), tmp_path)
    for path in tmp_path.glob("*.jpg"):
        image = cv2.imread(str(path))
        mask = cv2.imread(str(path.with_suffix(".mask.png")), cv2.IMREAD_GRAYSCALE)
        assert image.shape[:2] == mask.shape == (384, 288)
        person = image[mask > 0].astype(float)
        assert 15 < person.mean() < 240
        assert person.std() > 10


def test_renders_are_reproducible(fine: SceneBuilder) -> None:
    scene = fine.scene(fine.person(4, 1), 0, size=(240, 320))
    drawables = person_drawables(fine, scene)
    first, second = (photograph(scene, drawables) for _ in range(2))
    assert np.array_equal(first, second)


def test_everybody_is_dressed(fine: SceneBuilder) -> None:
    recorder = Recorder(fine)
    for number in range(8):
        scene = fine.scene(fine.person(4, number), 0, size=(300, 400))
        mask = recorder.mask(scene, person_drawables(fine, scene))
        least = 0.07 if scene.appearance.top == "none" else 0.12
        assert (mask == Label.CLOTH).sum() > least * (mask > 0).sum()


def test_fine_and_coarse_meshes_have_the_same_outline(
    fine: SceneBuilder, builder: SceneBuilder
) -> None:
    masks = []
    for made in (fine, builder):
        scene = made.scene(made.person(4, 2), 0, size=(384, 512))
        masks.append(Recorder(made).mask(scene, person_drawables(made, scene)) > 0)
    union, both = (masks[0] | masks[1]).sum(), (masks[0] & masks[1]).sum()
    assert both / union > 0.98


@pytest.mark.parametrize("facing", ["left", "right"])
def test_the_person_faces_as_recorded(fine: SceneBuilder, facing: str) -> None:
    scene = fine.scene(fine.person(4, 3), 0, size=(384, 512))
    camera = make_camera(Viewpoint(facing=facing), scene.body.height_m, (384, 512))
    toes = scene.body.vertices[:13380]
    toes = toes[toes[:, 2] < 0.03]
    front, back = toes[np.argmin(toes[:, 1])], toes[np.argmax(toes[:, 1])]
    step = float((camera.project(front) - camera.project(back))[0, 0])
    assert (step < 0) == (facing == "left")


def test_positive_roll_turns_the_content_clockwise(fine: SceneBuilder) -> None:
    scene = fine.scene(fine.person(4, 3), 0, size=(384, 512))
    view = Viewpoint(facing="left", roll_deg=5.0, level=True)
    camera = make_camera(view, scene.body.height_m, (384, 512))
    low, high = camera.project(np.array([[0.0, 0.0, 0.5], [0.0, 0.0, 1.5]]))
    lean = np.degrees(np.arctan2(high[0] - low[0], low[1] - high[1]))
    assert lean == pytest.approx(5.0, abs=0.1)


def test_the_command_line_reports_errors_plainly(tmp_path: Path) -> None:
    run = CliRunner()
    bad = run.invoke(main, ["dataset", "--n", "0", "--out", str(tmp_path)])
    assert bad.exit_code == 2
    assert "--n" in bad.output
    ok = run.invoke(
        main, ["dataset", "--n", "1", "--masks-only", "--height", "256", "--out", str(tmp_path)]
    )
    assert ok.exit_code == 0, ok.output
    clash = run.invoke(
        main, ["dataset", "--n", "1", "--masks-only", "--height", "300", "--out", str(tmp_path)]
    )
    assert clash.exit_code == 2
    assert "other settings (height)" in clash.output
    empty = run.invoke(main, ["evaluate", str(tmp_path)])
    assert empty.exit_code == 2
    assert "no photos" in empty.output
