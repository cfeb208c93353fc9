"""``posture plan`` and ``posture exercises``: complete files or none, errors that name a field."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader
from support.german import left_in_english
from support.records import NEUTRAL, TYPE_A, TYPE_B, make_record, write_record

from posture.cli.errors import EXIT_REFUSED
from posture.cli.exercises import TRACKS, TYPES
from posture.cli.main import main
from posture.cli.source import LEVELS, next_monday
from posture.program import Plan, load_library
from posture.program import model as program_model
from posture.report import files as report_files

SAMPLE = Path(__file__).parents[2] / "sample_images" / "03_tilted_arched_woman_right.jpg"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def result(tmp_path: Path) -> Path:
    return write_record(tmp_path / "client.posture.json", make_record(**TYPE_A))


def answers(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "answers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def left_over(folder: Path, *known: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path not in known)


@pytest.mark.parametrize("command", ["plan", "report"])
def test_clothing_is_not_silently_dropped(command: str, result: Path, tmp_path: Path) -> None:
    """A result file holds no photo that could be measured again."""
    shown = run(command, result, "--clothing", "loose", "--out", tmp_path / "a.pdf")
    assert shown.exit_code == 2
    assert "give --clothing with the photo" in shown.stderr
    assert left_over(tmp_path, result) == []


def test_without_out_the_plan_goes_to_stdout(result: Path) -> None:
    shown = run("plan", result, "--start", "2026-01-05")
    assert shown.exit_code == 0
    assert shown.stderr == ""
    for words in (
        "How you stand",
        "Your eight-week plan",
        "Mon 5 Jan 2026",
        "True half-kneeling hip-flexor stretch",
        "Not seen or not done",
    ):
        assert words in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 92


def test_trainers_get_anatomy(result: Path) -> None:
    assert "Anatomy:" not in run("plan", result).stdout
    assert "Anatomy:" in run("plan", result, "--trainer").stdout


def test_a_photo_gives_every_kind_of_file(tmp_path: Path) -> None:
    names = [tmp_path / f"plan.{ending}" for ending in ("html", "pdf", "ics", "json")]
    flags = [part for name in names for part in ("--out", name)]
    shown = run("plan", SAMPLE, "--start", "2026-01-05", "--blur-face", *flags)
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout == ""
    assert left_over(tmp_path, *names) == []
    page, pdf, calendar, table = names
    assert "data:image/jpeg" in page.read_text(encoding="utf-8")
    # Finding, plan, how to do it, why, and the muscles.
    assert len(PdfReader(pdf).pages) == 5
    assert calendar.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert calendar.read_text(encoding="utf-8").count("BEGIN:VEVENT") == 24 + 1 + 3 + 3
    stored = json.loads(table.read_text(encoding="utf-8"))
    assert Plan.from_dict(stored["plan"]).start == date(2026, 1, 5)
    assert stored["screening"]["grade"] == "likely"
    assert "outlook" in stored


def test_a_photo_and_its_result_file_give_the_same_plan(
    tmp_path: Path, read_sample: Callable[[Path], Any]
) -> None:
    stored = tmp_path / "r.posture.json"
    stored.write_text(json.dumps(read_sample(SAMPLE).to_dict()), encoding="utf-8")
    for source, out in ((SAMPLE, "a.json"), (stored, "b.json")):
        assert run("plan", source, "--start", "2026-01-05", "--out", tmp_path / out).exit_code == 0
    first, second = (json.loads((tmp_path / name).read_text()) for name in ("a.json", "b.json"))
    assert first["plan"] == second["plan"]
    assert first["screening"]["grade"] == second["screening"]["grade"]


def test_files_have_the_usual_permissions(tmp_path: Path, result: Path) -> None:
    umask = os.umask(0o022)
    try:
        run("plan", result, "--out", tmp_path / "p.json")
    finally:
        os.umask(umask)
    assert (tmp_path / "p.json").stat().st_mode & 0o777 == 0o644


WRONG = {
    "bad value": ('[about]\nage = "old"', "about.age"),
    "out of range": ("[about]\nminutes = 3", "about.minutes"),
    "unknown question": ('[signs]\nfront_hip_stifness = "yes"', "signs.front_hip_stifness"),
    "contradiction": ('[about]\nequipment = ["none", "band"]', "about.equipment"),
    "not TOML": ("[about", "answers.toml"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_answer_is_named_and_nothing_is_written(
    kind: str, tmp_path: Path, result: Path
) -> None:
    text, field = WRONG[kind]
    given = answers(tmp_path, text)
    shown = run("plan", result, "--answers", given, "--out", tmp_path / "plan.pdf")
    assert shown.exit_code == 2
    assert field in shown.stderr
    assert left_over(tmp_path, given, result) == []


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        (["--equipment", "band,trampoline"], "trampoline"),
        (["--minutes", "4"], "minutes"),
        (["--level", "expert"], "level"),
        (["--start", "tomorrow"], "start"),
        (["--sex", "x"], "sex"),
        (["--phase", "9"], "phase"),
        (["--out", "plan.docx"], "plan.docx"),
        (["--out", "no/such/folder/plan.pdf"], "plan.pdf"),
    ],
)
def test_a_wrong_option_is_named(
    flags: list[str], word: str, result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(result.parent)
    shown = run("plan", result, *flags)
    assert shown.exit_code == 2
    assert word in shown.stderr
    assert shown.stdout == ""
    assert left_over(result.parent, result) == []


def test_sources_are_never_overwritten(result: Path, tmp_path: Path) -> None:
    before = result.read_bytes()
    assert run("plan", result, "--out", result).exit_code == 2
    given = tmp_path / "a.json"
    given.write_text("{}", encoding="utf-8")
    assert run("plan", result, "--answers", given, "--out", given).exit_code == 2
    twice = run("plan", result, "--out", tmp_path / "p.pdf", "--out", tmp_path / "p.pdf")
    assert twice.exit_code == 2
    assert result.read_bytes() == before
    assert left_over(tmp_path, result, given) == []


def test_a_failure_half_way_leaves_earlier_files_alone(
    result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "plan.html"
    kept.write_text("earlier", encoding="utf-8")
    store = report_files._store

    def full(target: Path, content: bytes) -> Path:
        if target.suffix == ".pdf":
            raise OSError(28, "No space left on device")
        return store(target, content)

    monkeypatch.setattr(report_files, "_store", full)
    shown = run("plan", result, "--out", kept, "--out", tmp_path / "plan.pdf")
    assert shown.exit_code == 2
    assert "No space left on device" in shown.stderr
    assert kept.read_text(encoding="utf-8") == "earlier"
    assert left_over(tmp_path, result, kept) == []


def test_a_refused_photo_has_its_own_code(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_bytes(b"no photo")
    shown = run("plan", tmp_path / "x.jpg", "--out", tmp_path / "p.pdf")
    assert shown.exit_code == EXIT_REFUSED
    assert shown.stderr.startswith("posture: ")
    assert left_over(tmp_path, tmp_path / "x.jpg") == []


def test_a_red_flag_gives_advice_instead_of_a_plan(tmp_path: Path, result: Path) -> None:
    given = answers(tmp_path, '[health]\nsaddle_numbness = "yes"')
    out = tmp_path / "p.json"
    shown = run("plan", result, "--answers", given)
    assert shown.exit_code == 0
    assert shown.stdout.startswith("Before any exercise")
    assert "Session A" not in shown.stdout
    assert run("plan", result, "--answers", given, "--out", out).exit_code == 0
    assert json.loads(out.read_text())["plan"]["sessions"] == []


def test_tests_raise_the_wording_and_different_people_get_different_plans(
    tmp_path: Path, result: Path
) -> None:
    given = answers(
        tmp_path,
        '[tests.modified_thomas.left]\nthigh_above_horizontal = "yes"\n'
        '[tests.glute_bridge]\nquality = "poor"\n',
    )
    raised = run("plan", result, "--answers", given).stdout
    assert "Photo and tests agree." in raised
    plain = run("plan", result).stdout
    assert "the type A pattern is likely" in " ".join(plain.split())
    assert "Photo and tests agree." not in plain
    other = write_record(tmp_path / "b.json", make_record(**TYPE_B))
    neutral = write_record(tmp_path / "n.json", make_record(**NEUTRAL))
    texts = {raised, plain, run("plan", other).stdout, run("plan", neutral).stdout}
    assert len(texts) == 4


def test_options_win_over_answers(tmp_path: Path, result: Path) -> None:
    given = answers(tmp_path, '[about]\nminutes = 40\nlevel = "advanced"')
    assert "40 minutes each. Level: well trained" in run("plan", result, "--answers", given).stdout
    shown = run("plan", result, "--answers", given, "--minutes", 15, "--level", "beginner")
    assert "15 minutes each. Level: new to training" in shown.stdout


def test_the_first_day_is_a_monday_by_default() -> None:
    assert next_monday(date(2026, 1, 5)) == date(2026, 1, 5)
    assert next_monday(date(2026, 1, 6)) == date(2026, 1, 12)


def test_choices_are_those_of_the_library() -> None:
    assert program_model.LEVELS == LEVELS
    assert {entry.type for entry in load_library().exercises.values()} == set(TYPES)
    assert {t for e in load_library().exercises.values() for t in e.serves} == set(TRACKS)


def test_the_library_is_listed_and_filtered() -> None:
    library = load_library()
    everything = run("exercises")
    assert len(everything.stdout.splitlines()) == len(library.exercises)
    shown = run("exercises", "--for", "type_b", "--type", "stretch").stdout.splitlines()
    wanted = [e.id for e in library.exercises.values() if "type_b" in e.serves]
    wanted = [name for name in wanted if library.exercises[name].type == "stretch"]
    assert [line.split()[0] for line in shown] == wanted
    assert "couch_stretch" in run("exercises", "--search", "Couch").stdout
    assert run("exercises", "--search", "no such thing").stdout == ""


def test_equipment_filters_and_is_checked() -> None:
    bare = json.loads(run("exercises", "--equipment", "", "--json").stdout)
    household = {e.id for e in load_library().equipment.values() if e.household}
    assert bare
    assert all(set(entry["equipment"]) <= household for entry in bare)
    assert len(json.loads(run("exercises", "--equipment", "band", "--json").stdout)) > len(bare)
    wrong = run("exercises", "--equipment", "trampoline")
    assert wrong.exit_code == 2
    assert "trampoline" in wrong.stderr


def test_one_entry_is_shown_in_full() -> None:
    shown = run("exercises", "half_kneeling_hip_flexor_stretch").stdout
    for words in ("Do not lean forward", "Anatomy:", "Evidence (trial)", "Easier:", "Not with:"):
        assert words in shown
    entry = json.loads(run("exercises", "clam", "--json").stdout)
    assert entry["id"] == "clam"
    missing = run("exercises", "clamp")
    assert missing.exit_code == 2
    assert "Did you mean clam?" in missing.stderr


def test_a_source_photo_is_not_changed(tmp_path: Path) -> None:
    before = hashlib.sha256(SAMPLE.read_bytes()).hexdigest()
    run("plan", SAMPLE, "--out", tmp_path / "p.json")
    assert hashlib.sha256(SAMPLE.read_bytes()).hexdigest() == before


def test_plan_and_sheets_are_written_in_the_language_asked_for(
    result: Path, tmp_path: Path
) -> None:
    shown = run("plan", result, "--start", "2026-01-05", "--language", "de", "--trainer")
    assert shown.exit_code == 0, shown.stderr
    assert "Ihr Acht-Wochen-Plan" in shown.stdout
    assert left_in_english(shown.stdout) == []
    files = [tmp_path / f"plan.{ending}" for ending in ("html", "ics", "json")]
    outs = [part for path in files for part in ("--out", path)]
    assert run("plan", result, "--language", "de", *outs).exit_code == 0
    page, calendar, data = (path.read_text(encoding="utf-8") for path in files)
    assert "Was das Foto zeigt" in page
    assert "Einheit A" in calendar
    # Files for programs stay English.
    assert "Warm up for two minutes" in data
    sheet = tmp_path / "sheet.html"
    assert run("report", result, "--language", "de", "--out", sheet).exit_code == 0
    assert left_in_english(sheet.read_text(encoding="utf-8")) == []
    assert run("plan", result, "--language", "fr").exit_code == 2
