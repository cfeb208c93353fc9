"""Limits on photos: small files that would take minutes or gigabytes are refused undecoded."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from posture.errors import PhotoError
from posture.photo.limits import MOST_SCANS, check_scans, webp_size
from posture.photo.load import load_photo
from posture.report.letterhead_store import read_logo
from reliability.hostile import big_header, encoded, scan_bomb, webp_bomb

HERE = Path(__file__).parents[1]
ROOT = HERE.parent
SAMPLE = ROOT / "sample_images" / "02_neutral_man_right.jpg"


def refusal(data: bytes) -> PhotoError:
    with pytest.raises(PhotoError) as caught:
        load_photo(data, name="side.jpg")
    return caught.value


def test_a_jpeg_of_two_thousand_scans_is_refused_at_once() -> None:
    with Image.open(SAMPLE) as picture:
        data = scan_bomb(picture, 2000)
    began = time.process_time()
    error = refusal(data)
    assert time.process_time() - began < 0.5
    assert error.code == "photo_too_slow"
    assert str(error) == "side.jpg takes too long to open: save it anew as a JPEG."


def test_progressive_photos_of_cameras_and_editors_are_read() -> None:
    with Image.open(SAMPLE) as picture:
        plain = load_photo(encoded(picture, "JPEG", quality=90)).image
        progressive = load_photo(encoded(picture, "JPEG", quality=90, progressive=True)).image
        assert np.abs(plain.astype(int) - progressive).max() <= 2
        check_scans(scan_bomb(picture, MOST_SCANS - 10), "side.jpg")


def test_scans_of_pictures_inside_a_photo_do_not_count() -> None:
    thumbnail = b"\xff\xda\x00\x02" * 200
    data = encoded(Image.new("RGB", (400, 600)), "JPEG", comment=thumbnail)
    assert data.count(b"\xff\xda") > MOST_SCANS
    check_scans(data, "side.jpg")
    check_scans(data + thumbnail, "side.jpg")  # a film that phones append to a photo
    assert load_photo(data).source_size == (400, 600)


@pytest.mark.parametrize(
    "data",
    [
        webp_bomb(),
        webp_bomb(6000),
        big_header("PNG", 30000, 30000),
        big_header("JPEG", 60000, 60000),
        big_header("GIF", 60000, 60000),
        big_header("BMP", 30000, 30000),
    ],
    ids=["webp", "webp-36-mp", "png", "jpeg", "gif", "bmp"],
)
def test_pixels_beyond_the_memory_of_a_decoder_are_refused(data: bytes) -> None:
    assert len(data) < 3000
    load_photo(webp_bomb(64 * 16))  # the helper that decodes WebP is there
    began = time.perf_counter()
    assert refusal(data).code == "photo_too_large"
    assert time.perf_counter() - began < 2.0


def test_a_webp_bomb_takes_no_memory() -> None:
    script = (
        "import resource, sys; from posture.photo.load import load_photo\n"
        "from reliability.hostile import webp_bomb\n"
        "load_photo(webp_bomb(64 * 16))\n"  # the helper and its libraries
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: load_photo(webp_bomb())\n"
        "except Exception as error: print(error.code)\n"
        "from posture.photo import apart; [h.close() for h in apart._pool()._idle]\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    code, grown, helper = done.stdout.split()
    assert code == "photo_too_large"
    assert int(grown) < 20_000  # kB
    assert int(helper) < 300_000


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\x00\x00II*\x00"}])
def test_the_size_of_a_webp_is_read_from_its_header(options: dict[str, object]) -> None:
    data = encoded(Image.new("RGB", (401, 602), (9, 80, 200)), "WEBP", **options)
    assert webp_size(data) == (401, 602)


def test_a_webp_without_a_header_is_damaged() -> None:
    assert refusal(b"RIFF\x10\x00\x00\x00WEBPjunk" + bytes(40)).code == "photo_unreadable"


def test_huge_pictures_are_reduced_before_they_are_copied() -> None:
    ramp = Image.linear_gradient("L").resize((9000, 6000))
    for mode in ("L", "RGB", "I;16"):
        picture = ramp.convert("RGB") if mode == "RGB" else ramp
        if mode == "I;16":
            picture = Image.fromarray(np.asarray(ramp, np.uint16) * 257)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        image = load_photo(encoded(picture, "PNG", compress_level=1)).image
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown < 600_000
        assert image.shape[1] == 1125
        rows = image[:, 500, 0].astype(int)
        expected = 255 * (np.arange(len(rows)) + 0.5) / len(rows)
        assert np.abs(rows - expected).max() <= 2.0


def test_a_logo_has_the_same_limits() -> None:
    from posture.errors import SettingsError

    logo = Image.new("RGB", (300, 200), (10, 90, 40))
    bombs = [webp_bomb(), scan_bomb(logo, 2000), encoded(logo, "TIFF"), encoded(logo, "AVIF")]
    for data in bombs:
        with pytest.raises(SettingsError, match=r"^(The logo .*\.)$"):
            read_logo(data)
    with Image.open(io.BytesIO(read_logo(encoded(logo, "WEBP")))) as kept:
        assert kept.size == (300, 200)
