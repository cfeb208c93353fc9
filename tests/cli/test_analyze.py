"""``posture analyze``: results on stdout, sentences on stderr, reliable exit codes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import posture
from posture.analysis.result import SCHEMA_VERSION
from posture.cli.main import EXIT_FAILED, EXIT_REFUSED, main

SAMPLES = sorted((Path(__file__).parents[2] / "sample_images").glob("*.jpg"))
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
    "plan",
]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def command(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed program as a user does, in another folder."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    words = [sys.executable, "-m", "posture", *map(str, arguments)]
    return subprocess.run(
        words, capture_output=True, text=True, cwd=cwd, env=environment, check=False
    )


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo that can be analysed, as a file of the user's own."""
    return Path(shutil.copy(SAMPLES[0], tmp_path / "side.jpg"))


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    path = tmp_path / "damaged.jpg"
    path.write_bytes(b"no photo at all")
    return path


def objects(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


# --- json ----------------------------------------------------------------------------------


def test_json_is_one_object_per_line_and_nothing_else(tmp_path: Path, photo: Path) -> None:
    other = Path(shutil.copy(SAMPLES[1], tmp_path / "other.jpg"))
    done = command("analyze", photo, other, "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    found = objects(done.stdout)
    assert [item["photo"] for item in found] == ["side.jpg", "other.jpg"]
    for item in found:
        assert list(item) == KEYS
        assert item["status"] in {"ok", "poor"}
        assert item["error"] is None
        assert item["schema_version"] == SCHEMA_VERSION
        assert item["plan"]["session"]


def test_good_and_refused_photos_are_both_reported(
    tmp_path: Path, photo: Path, damaged: Path
) -> None:
    done = command("analyze", damaged, photo, tmp_path / "none.jpg", "--json", cwd=tmp_path)
    assert done.returncode == EXIT_REFUSED == 3
    assert done.stderr == ""
    refused, good, missing = objects(done.stdout)
    assert good["status"] != "refused"
    assert missing["error"]["code"] == "photo_missing"
    assert list(refused) == KEYS
    assert refused["photo"] == "damaged.jpg"
    assert refused["status"] == "refused"
    assert refused["error"]["code"].startswith("photo_")
    assert refused["error"]["message"].endswith(".")
    nothing = ("view", "estimates", "screening", "provenance", "plan")
    assert all(refused[key] is None for key in nothing)


def test_the_same_photo_gives_the_same_line(photo: Path) -> None:
    assert run("analyze", photo, "--json").stdout == run("analyze", photo, "--json").stdout


@pytest.mark.parametrize(
    ("option", "check"),
    [
        (["--facing", "right"], lambda item: item["view"]["facing"] == "right"),
        (["--roll-deg", "-2.5"], lambda item: item["view"]["roll_deg"] == -2.5),
        (["--roll-deg", "-2.5"], lambda item: item["view"]["roll_source"] == "given"),
    ],
)
def test_options_reach_the_analysis(photo: Path, option: list[str], check: object) -> None:
    done = run("analyze", photo, "--json", *option)
    assert done.exit_code == 0
    assert check(objects(done.stdout)[0])


def test_clothing_moves_the_arch(photo: Path) -> None:
    def depth(worn: str) -> float:
        (item,) = objects(run("analyze", photo, "--json", "--clothing", worn).stdout)
        return item["estimates"]["lumbar_depth_pct"]["value"]

    assert depth("minimal") < depth("loose")


def test_sex_chooses_the_norm(photo: Path) -> None:
    def arch(sex: str) -> float:
        (item,) = objects(run("analyze", photo, "--json", "--sex", sex).stdout)
        signs = {sign["sign"]: sign["probability"] for sign in item["screening"]["evidence"]}
        return signs["deep_arch"]

    assert arch("male") > arch("female")


# --- the human summary ---------------------------------------------------------------------


def test_the_summary_says_what_matters(photo: Path, damaged: Path) -> None:
    done = run("analyze", photo, damaged)
    assert done.exit_code == EXIT_REFUSED
    assert done.stderr == ""
    for words in ("side.jpg", "Pelvic tilt", "between", "not a diagnosis", "damaged.jpg"):
        assert words in done.stdout
    assert "One more photo like this would" in done.stdout
    assert "Not analysed" in done.stdout
    assert "Traceback" not in done.stdout


def test_the_summary_has_no_colour_codes_in_a_pipe(tmp_path: Path, photo: Path) -> None:
    done = command("analyze", photo, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "\x1b" not in done.stdout


# --- output folder -------------------------------------------------------------------------


def test_out_writes_json_and_picture_beside_each_other(tmp_path: Path, photo: Path) -> None:
    folder = tmp_path / "made" / "here"
    done = run("analyze", photo, "--json", "--out", folder)
    assert done.exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "side.posture.json",
        "side.posture.png",
    ]
    stored = json.loads((folder / "side.posture.json").read_text(encoding="utf-8"))
    assert stored == objects(done.stdout)[0]
    assert (folder / "side.posture.png").read_bytes().startswith(b"\x89PNG")


def test_a_refused_photo_leaves_its_json_only(tmp_path: Path, damaged: Path) -> None:
    folder = tmp_path / "out"
    assert run("analyze", damaged, "--json", "--out", folder).exit_code == EXIT_REFUSED
    assert [path.name for path in folder.iterdir()] == ["damaged.posture.json"]


def test_a_hidden_face_makes_another_picture(tmp_path: Path, photo: Path) -> None:
    pictures = []
    for name, option in (("plain", []), ("blurred", ["--blur-face"])):
        assert run("analyze", photo, "--out", tmp_path / name, *option).exit_code == 0
        pictures.append((tmp_path / name / "side.posture.png").read_bytes())
    assert pictures[0] != pictures[1]


def test_a_second_run_renews_its_files(tmp_path: Path, photo: Path) -> None:
    for _ in range(2):
        assert run("analyze", photo, "--out", tmp_path / "out").exit_code == 0
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_an_unwritable_folder_is_one_sentence(tmp_path: Path, photo: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    done = run("analyze", photo, "--out", tmp_path / "taken" / "deeper")
    assert done.exit_code == 2
    assert "cannot be made" in done.stderr
    assert done.stdout == ""


# --- wrong use -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--height-cm", "17"], "height"),
        (["--height-cm", "tall"], "--height-cm"),
        (["--height-cm", "nan"], "height"),
        (["--roll-deg", "90"], "roll"),
        (["--sex", "unknown"], "--sex"),
        (["--facing", "front"], "--facing"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_senseless_options_are_named(photo: Path, arguments: list[str], word: str) -> None:
    done = run("analyze", photo, *arguments)
    assert done.exit_code == 2
    assert word in done.stderr.lower()
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [["analyze"], ["nonsense"], ["doctor", "extra"]])
def test_wrong_commands(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert "Usage" in done.stderr


@pytest.mark.parametrize("content", [None, b"no bundle"], ids=["missing", "not a bundle"])
def test_a_wrong_model_stops_with_one_sentence(
    tmp_path: Path, photo: Path, content: bytes | None
) -> None:
    model = tmp_path / "own.task"
    if content is not None:
        model.write_bytes(content)
    done = run("analyze", photo, "--json", "--model", model)
    assert done.exit_code == EXIT_FAILED == 1
    assert done.stdout == ""
    assert done.stderr.startswith("posture: ")
    assert len(done.stderr.splitlines()) == 1


def test_another_model_is_recorded(tmp_path: Path, photo: Path) -> None:
    from posture.pose.bundle import resolve_model

    own = Path(shutil.copy(resolve_model().path, tmp_path / "own.task"))
    done = run("analyze", photo, "--json", "--model", own)
    (item,) = objects(done.stdout)
    expected = hashlib.sha256(own.read_bytes()).hexdigest()
    assert item["provenance"]["model_sha256"] == expected


# --- help, version, doctor -----------------------------------------------------------------


@pytest.mark.parametrize("path", [[], *([name] for name in main.commands)])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_explains_itself(path: list[str], flag: str) -> None:
    done = run(*path, flag)
    assert done.exit_code == 0
    assert "Usage" in done.stdout
    command = main.commands[path[0]] if path else main
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help
            assert parameter.opts[0] in done.stdout


def test_the_commands_are_those_of_the_design() -> None:
    assert {"analyze", "app", "doctor"} <= set(main.commands)


def test_version(tmp_path: Path) -> None:
    done = command("--version", cwd=tmp_path)
    assert done.returncode == 0
    assert posture.__version__ in done.stdout
    assert done.stderr == ""
