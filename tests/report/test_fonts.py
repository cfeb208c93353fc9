"""Names in other scripts on the PDF: printed with a font of the system, or said before."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from support.records import make_record, write_record

from posture.cli.main import main
from posture.report.letterhead import letterhead_of
from posture.report.letterhead_store import LetterheadDetails
from posture.report.pdf import fonts, not_printed

SYSTEM = Path("/usr/share/fonts/truetype/dejavu")
DAY = date(2025, 3, 3)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A computer without any font."""
    monkeypatch.setattr(fonts, "font_folders", lambda: (tmp_path / "none",))
    for cached in (fonts._fallback, fonts._system_fonts):
        cached.cache_clear()
    yield
    for cached in (fonts._fallback, fonts._system_fonts):
        cached.cache_clear()


def sheet(folder: Path, client: str) -> tuple[str, str]:
    """Return the text of a printed sheet and what was said on stderr."""
    result = write_record(folder / "client.posture.json", make_record(tilt=12.0, lordosis=30.0))
    out = folder / "sheet.pdf"
    done = CliRunner().invoke(
        main, ["report", str(result), "--client", client, "--out", str(out), "--date", "2025-03-03"]
    )
    assert done.exit_code == 0
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(out.read_bytes())).pages)
    return text, done.stderr


@pytest.mark.parametrize("name", ["Łukasz Żółć", "İğne Çelik", "Nguyễn Thị Hà", "Ærø Ñandú"])
@pytest.mark.usefixtures("bare")
def test_latin_names_need_no_font_of_the_system(name: str, tmp_path: Path) -> None:
    text, said = sheet(tmp_path, name)
    assert name in text
    assert "no font" not in said


@pytest.mark.skipif(not SYSTEM.is_dir(), reason="this system has no such font")
@pytest.mark.parametrize("name", ["Анна Жукова", "Μαρία Παπά", "Анна <b>&"])
def test_names_that_a_font_of_the_system_holds_are_printed(name: str, tmp_path: Path) -> None:
    text, said = sheet(tmp_path, name)
    assert name in text
    assert "no font" not in said


@pytest.mark.parametrize("name", ["محمد", "שרה", "आशा"])
def test_letters_that_must_be_joined_or_reversed_are_said(name: str, tmp_path: Path) -> None:
    text, said = sheet(tmp_path, name)
    assert name not in text
    assert f"no font that prints {name} in a PDF: its line is left to write on" in said


@pytest.mark.usefixtures("bare")
def test_what_no_font_holds_is_said_before_printing() -> None:
    details = LetterheadDetails(name="Studio Μαρία", contact="Tel. 030 123")
    letterhead = letterhead_of(details, day=DAY, client="张伟")
    assert not_printed(letterhead) == ("张伟", "Studio Μαρία")
    assert fonts.unprintable("Anna 张伟 张") == "张伟"


@pytest.mark.usefixtures("bare")
def test_a_damaged_font_of_the_system_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "arial.ttf").write_bytes(b"\x00\x01\x00\x00 no font")
    monkeypatch.setattr(fonts, "font_folders", lambda: (tmp_path,))
    assert fonts.unprintable("Анна") == "Ана"
