"""Real photos are read once, by the program that is there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from calibration.cli import EXIT_BAD, main
from calibration.data import real_photos
from calibration.data.real_photos import Examiner, read_rows
from calibration.errors import DatasetError
from calibration.report.kept_section import REAL_PHOTOS

SAMPLES = Path(__file__).resolve().parents[3] / "sample_images"
SIDE, FRONT = "01_neutral_woman_left.jpg", "12_refused_front_view.jpg"


def rows_of(*names: str, **more: str) -> list[dict[str, str]]:
    return [{"file": name, **more} for name in names]


def test_a_photo_is_read_or_refused_and_drawn(tmp_path: Path) -> None:
    examiner = Examiner(folder=SAMPLES, keep=tmp_path / "kept.json", overlays=tmp_path / "drawn")
    rows = rows_of(SIDE, FRONT, "not_there.jpg", pelvis="40", pelvic_tilt_deg="12.5")
    side, front = examiner.read(rows)
    assert side.read
    assert not front.read
    assert front.status == "not_side_view"
    assert side.truth == {"pelvic_tilt_deg": 12.5}
    assert side.traits["pelvis"] == "40"
    assert side.traits["read_facing"] == "left"
    value, low, high = side.values["pelvic_tilt_deg"]
    assert low < value < high
    for name in (SIDE, FRONT):
        overlay = examiner.overlay(name)
        assert overlay is not None
        assert overlay.stat().st_size > 1000


def test_kept_readings_are_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def examine(job: tuple[Path, Path | None]) -> dict[str, object]:
        asked.append(job[0].name)
        return {"status": "ok", "values": {"pelvic_tilt_deg": [len(asked), 0.0, 9.0]}}

    monkeypatch.setattr(real_photos, "_examine", examine)
    examiner = Examiner(folder=SAMPLES, keep=tmp_path / "kept.json")
    first = examiner.read(rows_of(SIDE))
    both = examiner.read(rows_of(SIDE, FRONT))
    assert asked == [SIDE, FRONT]
    assert both[0].values == first[0].values
    monkeypatch.setattr(real_photos, "program_digest", lambda: "another program")
    examiner.read(rows_of(SIDE))
    assert asked == [SIDE, FRONT, SIDE]
    assert json.loads((tmp_path / "kept.json").read_text())["program"] == "another program"


def test_two_processes_read_the_same(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / SIDE, tmp_path / "copy.jpg")
    shutil.copy(SAMPLES / FRONT, tmp_path / "front.jpg")
    names = rows_of("copy.jpg", "front.jpg")
    alone, together = (Examiner(folder=tmp_path, workers=n).read(names) for n in (1, 2))
    assert together[0].values["pelvic_tilt_deg"] == alone[0].values["pelvic_tilt_deg"]
    assert together[1].status == alone[1].status


def test_the_command_writes_the_section_and_the_sheets(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text(f"file,category,facing\n{SIDE},side_standing,left\n{FRONT},front,none\n")
    page, sheets, kept = tmp_path / "accuracy.md", tmp_path / "sheets", tmp_path / "kept.json"
    page.write_text("# Accuracy\n")
    arguments = [
        "real",
        SAMPLES,
        "--labels",
        table,
        "--keep",
        kept,
        "--out",
        page,
        "--sheet",
        sheets,
    ]
    done = CliRunner().invoke(main, [str(each) for each in arguments])
    assert done.exit_code == 0, done.output
    written = page.read_text()
    assert written.startswith("# Accuracy\n")
    assert "| side_standing | 1 | 1 (100 %" in written
    assert "not_side_view 1 |" in written
    assert REAL_PHOTOS.of(written).splitlines()[1:-1] == done.stdout.strip().splitlines()
    assert (sheets / "by_pelvic_tilt_deg_1.jpg").is_file()
    assert kept.is_file()


def test_the_command_refuses_what_it_cannot_do(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text(f"file\n{SIDE}\n")
    inside = [str(each) for each in ("real", SAMPLES, "--labels", table, "--sheet", SAMPLES / "x")]
    refused = CliRunner().invoke(main, inside)
    assert refused.exit_code == EXIT_BAD
    assert "choose a folder outside" in refused.stderr
    assert not (SAMPLES / "x").exists()
    unknown = CliRunner().invoke(main, [*inside[:4], "--sort", "beauty"])
    assert "pelvic_tilt_deg" in unknown.stderr


def test_tables_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("photo,pelvis\na.jpg,40\n")
    with pytest.raises(DatasetError, match="column named file"):
        read_rows(table)
    table.write_text("file,pelvic_tilt_deg\na.jpg,12\nb.jpg,much\n")
    with pytest.raises(DatasetError, match="line 3"):
        read_rows(table)
    with pytest.raises(DatasetError, match="None of the photos"):
        Examiner(folder=tmp_path).read(rows_of("nothing.jpg"))
    assert Examiner(folder=tmp_path).read([]) == []
