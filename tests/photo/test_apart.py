"""Decoding in a helper process: its end costs one photo."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from posture.errors import PhotoError
from posture.messages import Message, catalogue
from posture.photo import apart
from posture.photo.decode import decode
from posture.photo.load import load_photo
from posture.settings import DEFAULT, Settings
from reliability.hostile import encoded, webp_bomb

HERE = Path(__file__).parents[1]
HEIC = (HERE / "data" / "quadrants.heic").read_bytes()
PICTURE = Image.linear_gradient("L").resize((480, 640)).convert("RGB")


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[apart.Pool]:
    """A pool of this test alone, whose helpers end with it."""
    made = apart.Pool()
    monkeypatch.setattr(apart, "_pools", {os.getpid(): made})
    yield made
    for helper in made._idle:
        helper.close()


def refusal(data: bytes) -> PhotoError:
    with pytest.raises(PhotoError) as caught:
        load_photo(data, name="side.heic")
    return caught.value


@pytest.mark.parametrize("kind", ["webp", "avif", "tiff", "gif", "bmp"])
def test_a_helper_gives_the_same_pixels(kind: str) -> None:
    data = encoded(PICTURE, kind.upper())
    here = decode(data, kind, "x", DEFAULT)  # type: ignore[arg-type]
    there = load_photo(data)
    assert np.array_equal(here.pixels, there.image)
    assert (here.source_size, here.focal_35mm, here.format) == (
        there.source_size,
        there.focal_35mm,
        there.format,
    )
    assert not there.image.flags.writeable


def test_a_helper_is_used_again(pool: apart.Pool) -> None:
    load_photo(HEIC)
    (first,) = pool._idle
    assert load_photo(HEIC).focal_35mm == 26.0
    assert pool._idle == [first]


def test_a_refusal_arrives_whole_and_can_be_translated() -> None:
    error = refusal(webp_bomb())
    assert error.code == "photo_too_large"
    assert isinstance(error.message, Message)
    assert catalogue("de").translated(error.message) != str(error)


def test_limits_reach_the_helper() -> None:
    with pytest.raises(PhotoError, match="too few to see a body"):
        load_photo(encoded(PICTURE, "WEBP"), settings=Settings(min_side_px=900))


def killing(pool: apart.Pool) -> None:
    """End the next helper as a decoder that crashes does, once it has a photo."""
    load_photo(HEIC)
    (helper,) = pool._idle
    os.kill(helper._process.pid, signal.SIGSTOP)
    threading.Timer(0.2, os.kill, (helper._process.pid, signal.SIGKILL)).start()


def test_the_end_of_a_helper_costs_one_photo(pool: apart.Pool) -> None:
    killing(pool)
    error = refusal(HEIC)
    assert error.code == "photo_unreadable"
    assert str(error).startswith("side.heic ended the process that opened it: it is damaged")
    assert load_photo(HEIC).source_size == (240, 320)


def test_a_helper_that_died_while_idle_costs_nothing(pool: apart.Pool) -> None:
    load_photo(HEIC)
    (helper,) = pool._idle
    helper._process.kill()
    helper._process.wait()
    assert load_photo(HEIC).source_size == (240, 320)


def test_a_decoder_that_hangs_is_ended(pool: apart.Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    load_photo(HEIC)
    monkeypatch.setattr(apart, "DECODE_SECONDS", 0.3)
    os.kill(pool._idle[0]._process.pid, signal.SIGSTOP)
    began = time.perf_counter()
    assert refusal(HEIC).code == "photo_too_slow"
    assert time.perf_counter() - began < 3.0
    monkeypatch.undo()


def test_many_threads_share_two_helpers(pool: apart.Pool) -> None:
    files = [encoded(PICTURE.resize((200 + 10 * n, 400)), "WEBP") for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        sizes = [photo.source_size for photo in threads.map(load_photo, files)]
    assert sizes == [(200 + 10 * n, 400) for n in range(8)]
    assert len(pool._idle) <= apart.MOST_HELPERS


def test_a_helper_ends_with_its_pipe(pool: apart.Pool) -> None:
    load_photo(HEIC)
    (helper,) = pool._idle
    helper._to_helper.close()
    assert helper._process.wait(timeout=10) == 0


def test_memory_that_no_photo_within_the_limits_needs_is_refused() -> None:
    script = (
        "import signal; from posture.photo import helper; helper._limit_memory()\n"
        "kept = bytearray(600 * 10**6)\n"  # any photo within the limits still fits
        "del kept\n"
        "try: bytearray(10**9)\n"
        "except MemoryError: print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "refused"
