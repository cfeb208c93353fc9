"""``posture camera`` with a video in place of the camera."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from conftest import SAMPLES
from support.clip import camera_frame

from posture.analysis.analyzer import Analyzer
from posture.analysis.record import Unlike
from posture.analysis.result import Analysis
from posture.cli.camera import _print_together
from posture.cli.main import main
from posture.comparison.sentences import say_unlike
from posture.guidance import capture
from posture.guidance.burst import read_burst
from posture.guidance.coach import Coach, Further


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


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        (["--again"], ["again"]),
        (["--both-sides"], ["other_side"]),
        (["--again", "--both-sides"], ["again", "other_side", "again"]),
    ],
)
def test_several_photos_of_a_person_are_printed_together(
    options: list[str], asked: list[Further], analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the coach asks for in between is tested with it; here the person does it at once."""
    side = np.ascontiguousarray(camera_frame(3)[..., ::-1])
    frames = {"first": side, "second": np.ascontiguousarray(side[:, ::-1])}
    read = {name: read_burst([frame], analyzer) for name, frame in frames.items()}
    on_view, heard = ["first"], []

    def go_on(_coach: Coach, further: Further) -> None:
        heard.append(further)
        if further == "other_side":
            on_view[0] = "second"

    monkeypatch.setattr(Coach, "go_on", go_on)
    monkeypatch.setattr(capture, "Device", lambda _name: SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(
        capture, "take", lambda *_all, **_named: (read[on_view[0]], frames[on_view[0]])
    )
    ended = CliRunner().invoke(main, ["camera", "--once", *options])
    assert ended.exit_code == 0, ended.output
    assert heard == asked
    assert f"Mean of {len(asked) + 1} photos:" in ended.stdout
    assert ("from the left" in ended.stdout) == ("other_side" in asked)
    assert "different person" not in ended.stdout


def test_a_second_person_before_the_camera_is_asked_about(
    read_sample: Callable[[Path], Analysis], capsys: pytest.CaptureFixture[str]
) -> None:
    _print_together([read_sample(SAMPLES[number]) for number in (6, 3)])
    assert f"Note: {say_unlike(Unlike(first=1, others=(2,)))}" in capsys.readouterr().out


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
