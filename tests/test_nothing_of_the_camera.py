"""Notes of a camera in a photo, its place above all, reach nothing that is written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from PIL import Image, PngImagePlugin

from posture.cli.main import main

SAMPLE = Path(__file__).parents[1] / "sample_images" / "02_neutral_man_right.jpg"
MARK = b"Secret note 4711"
GPS_IFD, EXIF_IFD = 0x8825, 0x8769


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo with place, owner, serial number, XMP and a comment."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = exif[0x8298] = MARK.decode()
    exif.get_ifd(EXIF_IFD)[0xA431] = MARK.decode()  # serial number of the camera
    exif.get_ifd(GPS_IFD)[1] = "N"
    exif.get_ifd(GPS_IFD)[2] = (52.0, 31.0, 12.0)
    exif.get_ifd(GPS_IFD)[29] = "2031:04:17"
    path = tmp_path / "photos" / "side.jpg"
    path.parent.mkdir()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + MARK + b"</x:xmpmeta>"
    with Image.open(SAMPLE) as picture:
        picture.save(path, exif=exif, comment=MARK, xmp=xmp, quality=92)
    assert path.read_bytes().count(MARK) >= 5
    return path


def run(*words: object) -> None:
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output


def contents(path: Path) -> Iterator[bytes]:
    """Yield what a file holds, unpacked."""
    data = path.read_bytes()
    yield data
    if path.suffix == ".parquet":
        yield from (bytes(repr(row), "utf-8") for row in pq.read_table(path).to_pylist())
        for row in pq.read_table(path).to_pylist():
            yield from (cell for cell in row.values() if isinstance(cell, bytes))
    elif path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def notes_of(data: bytes) -> list[object]:
    """Return the notes of a picture; none for anything else."""
    if not data.startswith((b"\xff\xd8", b"\x89PNG")):
        return []
    with Image.open(io.BytesIO(data)) as picture:
        texts = picture.text if isinstance(picture, PngImagePlugin.PngImageFile) else {}
        notes = [dict(picture.getexif()), picture.info.get("xmp"), picture.info.get("comment")]
        return [note for note in (*notes, dict(texts)) if note]


def test_notes_of_the_camera_are_in_nothing_that_is_written(photo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    run("analyze", photo, "--out", out / "analysis")
    run("batch", photo.parent, "--out", out / "batch", "--overlays", "--csv", "--workers", 1)
    sheets = [
        word for kind in ("html", "pdf", "ics", "json") for word in ("--out", out / f"p.{kind}")
    ]
    run("plan", photo, *sheets)
    run("report", photo, "--out", out / "r.pdf", "--out", out / "r.html")
    for kind in ("json", "csv", "parquet", "coco17", "fhir"):
        run("export", photo, "--format", kind, "--out", out / f"e.{kind}")
    place = ["clients", "--data", out / "clients.sqlite"]
    run(*place, "add", "Anna", "--consent")
    run(*place, "visit", "add", "Anna", photo)
    run(*place, "export", "Anna", "--out", out / "anna.zip")
    files = [path for path in out.rglob("*") if path.is_file()]
    assert len(files) >= 20
    for path in files:
        for data in contents(path):
            assert MARK not in data, path
            assert b"2031:04:17" not in data, path
            assert b"Exif\x00\x00" not in data, path
            assert notes_of(data) == [], path
