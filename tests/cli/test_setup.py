"""Set-up options of the command line: the same for every command."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from posture.cli.main import main
from posture.clients import ClientStore, Details
from posture.inputs.protocol import Protocol

SAMPLES = Path(__file__).parents[2] / "sample_images"
PHOTO = SAMPLES / "01_neutral_woman_left.jpg"
OTHER = SAMPLES / "05_swayed_woman_left.jpg"

COMMANDS = {
    "analyze": main.commands["analyze"],
    "plan": main.commands["plan"],
    "report": main.commands["report"],
    "export": main.commands["export"],
    "visit add": main.commands["clients"].commands["visit"].commands["add"],  # type: ignore[attr-defined]
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def findings(result: dict[str, dict[str, list[dict[str, str]]]]) -> list[str]:
    """Codes of the findings about the position of the camera."""
    codes = [finding["code"] for finding in result["view"]["findings"]]
    return [code for code in codes if code.startswith(("camera_height", "camera_off"))]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_measures_photos_takes_the_same_options(name: str) -> None:
    options = {
        option: (parameter.type.name, parameter.hidden)
        for parameter in COMMANDS[name].params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    }
    assert options["--clothing"] == ("choice", False)
    assert options["--camera-height-cm"] == options["--camera-distance-cm"] == ("float", False)
    for old in ("--camera-height-m", "--camera-distance-m", "--distance-m"):
        assert options[old] == ("float", True)


def test_old_names_in_metres_mean_the_same() -> None:
    new = ["--camera-height-cm", "160", "--camera-distance-cm", "435"]
    expected = run("analyze", PHOTO, "--json", *new)
    assert expected.exit_code == 0
    result = json.loads(expected.stdout)
    assert findings(result) == ["camera_off_pelvis"]
    provenance = result["provenance"]
    assert (provenance["camera_height_cm"], provenance["camera_distance_cm"]) == (160.0, 435.0)
    for distance in ("--distance-m", "--camera-distance-m"):
        old = run("analyze", PHOTO, "--json", "--camera-height-m", "1.6", distance, "4.35")
        assert old.stdout == expected.stdout


@pytest.mark.parametrize("name", ["analyze", "plan", "report", "export"])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            ["--camera-height-cm", "95", "--camera-height-m", "0.95"],
            "--camera-height-cm and --camera-height-m mean the same",
        ),
        (
            ["--camera-distance-cm", "0", "--distance-m", "3"],
            "--camera-distance-cm and --distance-m mean the same",
        ),
        (["--distance-m", "3", "--camera-distance-m", "3"], "mean the same"),
        (["--camera-height-cm", "301"], "height of the camera is given in centimetres"),
        (["--distance-m", "21"], "distance of the camera is given in centimetres"),
    ],
)
def test_a_senseless_camera_position_is_wrong_use(
    name: str, given: list[str], words: str, tmp_path: Path
) -> None:
    needed = {"report": ["--out", tmp_path / "a.pdf"], "export": ["--format", "json"]}
    done = run(name, PHOTO, *needed.get(name, []), *given)
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_exports_and_plans_measure_photos_with_the_set_up(tmp_path: Path) -> None:
    camera = ["--camera-height-cm", "95", "--camera-distance-cm", "300"]
    exported = run("export", PHOTO, "--format", "json", *camera)
    (result,) = json.loads(exported.stdout)
    assert findings(result) == ["camera_height_known"]
    out = tmp_path / "plan.html"
    assert run("plan", PHOTO, "--out", out, *camera).exit_code == 0
    assert "The camera was at the height of the pelvis" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["plan", "report", "export"])
def test_a_set_up_for_a_result_file_is_refused(name: str, tmp_path: Path) -> None:
    result = SAMPLES.parent / "tests" / "data" / "version_0_1_0" / "results" / "01_points"
    needed = {"report": ["--out", tmp_path / "a.pdf"], "export": ["--format", "json"]}
    done = run(name, f"{result}.posture.json", *needed.get(name, []), "--camera-height-cm", 95)
    assert done.exit_code == 2
    assert "give --camera-height-cm with the photo" in done.stderr


def test_a_set_up_for_a_plan_without_a_photo_is_refused(tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text("", encoding="utf-8")
    out = tmp_path / "a.pdf"
    done = run("report", "--answers", answers, "--out", out, "--camera-distance-cm", 300)
    assert done.exit_code == 2
    assert "give --camera-distance-cm with the photo" in done.stderr


def test_the_set_up_of_a_visit_reaches_its_photos(tmp_path: Path) -> None:
    store = ClientStore(tmp_path / "clients.sqlite")
    store.add(Details(name="Anna", height_cm=170.0, sex="female"))
    words = ["clients", "--data", store.path, "visit", "add", "anna", PHOTO]
    set_up = ["--camera-height-cm", "10", "--camera-distance-cm", "335", "--clothing", "tight"]
    first = run(*words, *set_up, "--arms", "crossed_high")
    assert first.exit_code == 0, first.output
    again = run(*words[:-1], OTHER, "--same-as-before", "--camera-distance-m", "3.5")
    assert again.exit_code == 0, again.output
    for done, distance in ((first, 335.0), (again, 350.0)):
        visit = store.visit(done.stdout.strip())
        assert visit.protocol == Protocol(
            arms="crossed_high",
            clothing="tight",
            camera_height_cm=10.0,
            camera_distance_cm=distance,
        )
        result = visit.shots[0].result
        assert findings(result) == ["camera_off_pelvis"]  # type: ignore[arg-type]
        provenance = visit.shots[0].record().provenance
        assert (provenance.camera_height_cm, provenance.camera_distance_cm) == (10.0, distance)
        assert (provenance.height_cm, provenance.sex) == (170.0, "female")
        assert visit.day == date.today()


def test_impossible_points_refuse_only_their_photo(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("analyze", PHOTO, "--json", "--out", out, "--asis", "300,500", "--psis", "300,500")
    assert done.exit_code == 3
    assert done.stderr == ""
    result = json.loads(done.stdout)
    assert (result["status"], result["error"]["code"]) == ("refused", "bad_point")
    assert result == json.loads((out / f"{PHOTO.stem}.posture.json").read_text(encoding="utf-8"))
    assert "Not analysed: " in run("analyze", PHOTO, "--asis", "1,1", "--psis", "2,1").stdout


def test_one_photo_with_wrong_points_does_not_end_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from posture.analysis.analyzer import Analyzer
    from posture.inputs.corrections import bad_point

    whole = Analyzer.analyze

    def failing(self: Analyzer, source: Path, **options: object) -> object:
        if source == PHOTO:
            raise bad_point("ASIS and PSIS lie 40 cm apart; in adults it is about 15: check both.")
        return whole(self, source, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Analyzer, "analyze", failing)
    done = run("analyze", PHOTO, OTHER, "--json", "--stickers")
    assert done.exit_code == 3
    refused, good = map(json.loads, done.stdout.splitlines())
    assert refused["error"]["code"] == "bad_point"
    assert good["status"] in ("ok", "poor")


def test_photos_of_the_same_name_are_distinguished_by_their_path(tmp_path: Path) -> None:
    for folder in ("before", "after", "none"):
        (tmp_path / folder).mkdir()
        shutil.copy(PHOTO, tmp_path / folder / "side.jpg")
    (tmp_path / "none" / "side.jpg").write_bytes(b"no photo")
    photos = [tmp_path / folder / "side.jpg" for folder in ("before", "after", "none")]
    done = run("analyze", *photos, "--json", "--out", tmp_path / "out")
    assert done.exit_code == 3
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["path"] for result in results] == [str(photo) for photo in photos]
    assert {result["photo"] for result in results} == {"side.jpg"}
    stored = [
        json.loads((tmp_path / "out" / f"side{number}.posture.json").read_text(encoding="utf-8"))
        for number in ("", "-2", "-3")
    ]
    assert stored == results
    exported = run("export", tmp_path / "out", "--format", "json")
    assert {result["path"] for result in json.loads(exported.stdout)} == set(map(str, photos))


def test_a_path_that_is_not_valid_text_can_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "caf\udce9"
    folder.mkdir()
    photo = Path(shutil.copy(PHOTO, folder / "side.jpg"))
    done = run("analyze", photo, "--json", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["path"] == f"{tmp_path}/caf\\udce9/side.jpg"


def test_markers_use_the_height_that_a_result_was_measured_with(tmp_path: Path) -> None:
    assert run("analyze", PHOTO, "--out", tmp_path / "out", "--height-cm", 168).exit_code == 0
    done = run("export", tmp_path / "out", "--format", "trc", "--out", tmp_path / "markers")
    assert done.exit_code == 0, done.output
    assert len(list((tmp_path / "markers").glob("*.trc"))) == 1
