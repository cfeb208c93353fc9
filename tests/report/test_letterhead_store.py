"""Stored letterhead: read back as stored, and of a logo nothing but its pixels."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from posture.errors import SettingsError
from posture.report.letterhead_store import (
    CONTACT_LENGTH,
    LOGO_SIDE_PX,
    NAME_LENGTH,
    NO_DETAILS,
    LetterheadDetails,
    load_letterhead,
    read_logo,
    save_letterhead,
)
from posture.settings import config_dir


def logo(kind: str = "PNG", size: tuple[int, int] = (400, 120), **options: object) -> bytes:
    mode = "RGBA" if kind in ("PNG", "WEBP") else "RGB"
    colour = (20, 60, 110, 128) if mode == "RGBA" else (20, 60, 110)
    buffer = io.BytesIO()
    Image.new(mode, size, colour).save(buffer, kind, **options)
    return buffer.getvalue()


def test_a_letterhead_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "posture"
    assert load_letterhead(folder) == NO_DETAILS
    given = LetterheadDetails(
        name="Studio Söhne & Co", contact="Am Markt 1 · 040 123", logo=read_logo(logo())
    )
    assert save_letterhead(given, folder) == folder
    assert load_letterhead(folder) == given
    save_letterhead(LetterheadDetails(name="Other"), folder)
    assert load_letterhead(folder) == LetterheadDetails(name="Other")
    assert sorted(path.name for path in folder.iterdir()) == ["studio.json"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_encoded_anew_small_and_without_metadata(kind: str) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "secret place")
    options = {"pnginfo": notes} if kind == "PNG" else {"exif": _exif()}
    source = logo(kind, (3000, 1000), **options)
    stored = read_logo(source)
    with Image.open(io.BytesIO(stored)) as picture:
        assert picture.format == "PNG"
        assert max(picture.size) == LOGO_SIDE_PX[1]
        assert picture.info.get("Comment") is None
        assert not picture.getexif()
        assert picture.getpixel((5, 5))[3] == (255 if kind == "JPEG" else 128)
    assert b"secret" not in stored
    assert read_logo(stored) == stored


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    return exif.tobytes()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a photo of a known kind"),
        (b"", "not a photo of a known kind"),
        (logo()[:90], "cut off"),
        (logo(size=(500, 10)), "short side"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (9 * 2**20), "larger than"),
    ],
)
def test_a_file_that_is_no_logo_is_refused_in_one_sentence(
    content: bytes, word: str, tmp_path: Path
) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(content)
    for source in (content, path):
        with pytest.raises(SettingsError, match=word) as caught:
            read_logo(source)
        assert caught.value.code == "bad_logo"


def test_a_missing_logo_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_logo(tmp_path / "none.png")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "x" * (NAME_LENGTH + 1)},
        {"contact": "x" * (CONTACT_LENGTH + 1)},
        {"name": "two\nlines"},
        {"contact": "bell\a"},
    ],
)
def test_texts_that_do_not_fit_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        LetterheadDetails(**wrong)
    assert caught.value.code == "bad_studio"


def test_a_letterhead_of_a_later_version_may_hold_more(tmp_path: Path) -> None:
    text = '{"version": 1, "name": "", "contact": "a@b", "colour": "red"}'
    (tmp_path / "studio.json").write_text(text, encoding="utf-8")
    assert load_letterhead(tmp_path) == LetterheadDetails(contact="a@b")


@pytest.mark.parametrize(
    "content",
    [
        *("{", "[]", '{"version": 99}', '{"version": 1, "name": 3, "contact": ""}'),
        '{"version": 2, "name": "", "contact": ""}',
        '{"version": 1, "name": ""}',
    ],
)
def test_a_damaged_letterhead_is_reported_not_ignored(content: str, tmp_path: Path) -> None:
    (tmp_path / "studio.json").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="damaged"):
        load_letterhead(tmp_path)


@pytest.mark.skipif("sys.platform != 'linux'", reason="other systems have other folders")
def test_the_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSTURE_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_dir() == tmp_path / "posture"
    monkeypatch.setenv("POSTURE_CONFIG", str(tmp_path))
    assert config_dir() == tmp_path


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        save_letterhead(NO_DETAILS, tmp_path / "file" / "below")
    assert caught.value.code == "bad_output"
