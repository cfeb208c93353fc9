"""``posture camera`` with a video in place of the camera."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest
from click.testing import CliRunner
from support.clip import camera_frame

from posture.cli.main import main


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody from the front, then standing right for a long time."""
    path = tmp_path_factory.mktemp("clip") / "person.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 30.0, (1280, 720))
    for number, count in ((12, 3), (3, 600)):
        frame = camera_frame(number)
        for _ in range(count):
            writer.write(frame)
    writer.release()
    return path


def test_it_says_what_to_change_counts_down_and_writes_the_result(
    clip: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ended = CliRunner().invoke(main, ["camera", "--device", str(clip), "--once", "--out", str(out)])
    assert ended.exit_code == 0, ended.output
    told = ended.stderr
    assert told.index("Turn sideways to the camera.") < told.index("Hold still [")
    assert "\a" in told
    assert "7 good pictures; you swayed by 0." in told
    assert "Pelvic tilt" in ended.stdout
    names = sorted(path.name.split(".", 1)[1] for path in out.iterdir())
    assert names == ["jpg", "posture.json", "posture.png"]
    result = json.loads(next(out.glob("*.json")).read_text(encoding="utf-8"))
    assert result["photo"] == next(out.glob("*.jpg")).name
    again = CliRunner().invoke(main, ["analyze", "--json", str(next(out.glob("*.jpg")))])
    tilt = json.loads(again.stdout)["estimates"]["pelvic_tilt_deg"]["value"]
    assert tilt == pytest.approx(result["estimates"]["pelvic_tilt_deg"]["value"], abs=1.0)


def test_with_blurred_faces_no_photo_is_written_and_without_out_nothing(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["camera", "--device", str(clip), "--once"]
    assert CliRunner().invoke(main, command).exit_code == 0
    assert list(tmp_path.iterdir()) == []
    assert CliRunner().invoke(main, [*command, "--blur-face", "--out", "out"]).exit_code == 0
    assert not list((tmp_path / "out").glob("*.jpg"))


@pytest.mark.parametrize(
    ("device", "words"), [("99", "Camera 99 cannot be opened"), ("no.avi", "cannot be opened")]
)
def test_a_camera_that_is_not_there_is_named(device: str, words: str) -> None:
    ended = CliRunner().invoke(main, ["camera", "--device", device, "--once"])
    assert ended.exit_code == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.output


def test_a_stream_that_ends_says_so(tmp_path: Path) -> None:
    path = tmp_path / "short.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 30.0, (1280, 720))
    writer.write(camera_frame(12))
    writer.release()
    ended = CliRunner().invoke(main, ["camera", "--device", str(path), "--once"])
    assert ended.exit_code == 2
    assert "gives no more pictures" in ended.stderr
