"""``posture report`` and ``posture studio`` as commands."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from PIL import Image
from pypdf import PdfReader
from support.captures import make_capture
from support.records import TYPE_A, make_record, write_record

from posture import Analysis, draw
from posture.analysis.record import Unlike
from posture.cli.main import main
from posture.clients import ClientStore, Details
from posture.comparison.sentences import say_unlike

ROOT = Path(__file__).parents[2]
PHOTO = ROOT / "sample_images" / "03_tilted_arched_woman_right.jpg"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_record(tmp_path / "side.posture.json", make_record(**TYPE_A))
    Image.new("RGB", (300, 90), (30, 90, 160)).save(tmp_path / "logo.png")
    (tmp_path / "answers.toml").write_text("[about]\nage = 41\n", encoding="utf-8")
    return tmp_path


def command(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "posture", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "POSTURE_CONFIG": str(folder / "config"), "PYTHONPATH": str(ROOT)},
        check=False,
    )


def text_of(path: Path) -> str:
    reader = PdfReader(io.BytesIO(path.read_bytes()))
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def test_a_photo_becomes_the_sheet_of_a_studio(folder: Path) -> None:
    done = command(
        folder, "report", PHOTO, "--out", "a.pdf", "--out", "a.html", "--client", "Maria Muster",
        "--name", "Studio Nord", "--contact", "040 123", "--logo", "logo.png", "--sex", "female",
        "--day", "2026-03-02", "--start", "2026-03-09",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr.splitlines() == ["written: a.pdf", "written: a.html"]
    text = text_of(folder / "a.pdf")
    for wanted in ("MariaMuster", "StudioNord", "040123", "Mon2Mar2026", "Whatthisdoesnotmean"):
        assert wanted in text
    assert "Newphotos" in text
    assert "Mon9Mar2026" in text
    page = (folder / "a.html").read_text(encoding="utf-8")
    assert "Maria Muster" in page
    assert "data:image/jpeg" in page
    assert not (folder / "config").exists()


def test_the_stored_letterhead_is_used_and_can_be_overridden(folder: Path) -> None:
    stored = command(
        folder, "studio", "--name", "Studio Süd", "--contact", "089 1", "--logo", "logo.png"
    )
    assert stored.returncode == 0, stored.stderr
    assert "Studio Süd" in command(folder, "studio").stdout
    done = command(folder, "report", "side.posture.json", "--out", "b.pdf", "--contact", "089 99")
    assert done.returncode == 0, done.stderr
    text = text_of(folder / "b.pdf")
    assert "StudioSüd" in text
    assert "08999" in text
    assert "holdsthevalues,notthephoto" in text
    kept = json.loads((folder / "config" / "studio.json").read_text(encoding="utf-8"))
    assert kept["contact"] == "089 1"
    assert "logo     -" in command(folder, "studio", "--no-logo").stdout


def test_answers_alone_give_a_plan(folder: Path) -> None:
    done = command(folder, "report", "--answers", "answers.toml", "--out", "c.pdf")
    assert done.returncode == 0, done.stderr
    text = text_of(folder / "c.pdf")
    assert "Yourplan" in text
    assert "Page1of4" in text


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--out", "x.pdf"), 2, "Name a photo or a result file"),
        (("side.posture.json",), 2, "--out"),
        (("side.posture.json", "--out", "x.ics"), 2, ".html, .pdf"),
        (("side.posture.json", "--out", "side.posture.json"), 2, "must end in"),
        (("side.posture.json", "--out", "x.pdf", "--logo", "answers.toml"), 2, "The logo"),
        (("side.posture.json", "--out", "x.pdf", "--client", "x" * 41), 2, "at most 40"),
        (("none.jpg", "--out", "x.pdf"), 3, "There is no file"),
    ],
)
def test_wrong_use_is_reported_and_writes_nothing(
    folder: Path, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    done = command(folder, "report", *arguments)
    assert done.returncode == code
    assert sentence in re.sub(r"\s+", " ", done.stderr)
    assert "Traceback" not in done.stderr
    assert not (folder / "x.pdf").exists()


def test_a_mean_of_different_people_asks_on_the_terminal_and_on_the_sheet(folder: Path) -> None:
    photos = [
        ROOT / "sample_images" / name
        for name in ("07_flat_back_man_left.jpg", "04_tilted_arched_man_left.jpg")
    ]
    done = command(folder, "report", *photos, "--out", "a.pdf")
    assert done.returncode == 0, done.stderr
    asked = say_unlike(Unlike(first=1, others=(2,)))
    assert f"Note: {asked}" in done.stderr
    text = text_of(folder / "a.pdf")
    # Whose values these are is asked before they are read.
    asked = re.sub(r"\s", "", asked)
    assert text.index("Pleasereadfirst") < text.index(asked) < text.index("Pelvic")


def test_several_photos_become_one_sheet_of_their_mean(folder: Path) -> None:
    for number, tilt in enumerate((10.0, 12.0, 14.0)):
        write_record(folder / f"{number}.json", make_record(tilt=tilt, lordosis=30.0))
    done = command(folder, "report", "0.json", "1.json", "2.json", "--out", "a.pdf")
    assert done.returncode == 0, done.stderr
    text = text_of(folder / "a.pdf")
    assert "meanof3photos" in text
    assert "Posturecheckfrom3side-viewphotos" in text


def test_a_stored_visit_becomes_the_sheet_of_that_day(folder: Path) -> None:
    store = ClientStore(folder / "clients.sqlite")
    shots = [
        make_capture(f"p{tilt}", record=make_record(tilt=tilt, lordosis=30.0))
        for tilt in (10.0, 12.0)
    ]
    store.add_visit(Details(name="Anna Berg"), shots, day=date(2026, 3, 2))
    named = ("report", "--client", "anna", "--data", "clients.sqlite", "--out", "a.pdf")
    done = command(folder, *named, "--visit", "-1")
    assert done.returncode == 0, done.stderr
    text = text_of(folder / "a.pdf")
    for wanted in ("AnnaBerg", "Mon2Mar2026", "meanof2photos"):
        assert wanted in text
    assert command(folder, *named, "--visit", "2").returncode == 2
    for wrong in ((*named, "--visit", "1", "0.json"), ("report", "--visit", "1", "--out", "a.pdf")):
        refused = command(folder, *wrong)
        assert (refused.returncode, "--visit" in refused.stderr) == (2, True)


def test_the_picture_of_a_german_sheet_is_german_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    real = draw.draw_overlay

    def watched(analysis: Analysis, *, options: draw.OverlayOptions) -> NDArray[np.uint8]:
        drawn.append(options.language)
        return real(analysis, options=options)

    monkeypatch.setattr(draw, "draw_overlay", watched)
    monkeypatch.chdir(folder)
    words = ["report", str(PHOTO), "--language", "de", "--out", "a.html"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert drawn == ["de"]
    done = CliRunner().invoke(main, ["plan", *words[1:]])
    assert done.exit_code == 0, done.output
    assert drawn == ["de", "de"]
