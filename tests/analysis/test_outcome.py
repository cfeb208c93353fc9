"""Many photos in order: lazily, within bounds, and the same from any number of threads."""

from __future__ import annotations

import hashlib
import itertools
import json
import pickle
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from conftest import SAMPLES
from PIL import Image

import posture
from posture.analysis.analyzer import Analyzer
from posture.analysis.outcome import Refusal, in_order, source_name
from posture.analysis.result import Analysis, refusal_dict
from posture.draw import draw_overlay
from posture.errors import SettingsError
from posture.inputs.corrections import Corrections
from posture.photo.load import PhotoFacts
from posture.texts import range_text, value_text

REFUSED = "12_refused_front_view.jpg"


def text(outcome: Analysis | Refusal) -> str:
    return json.dumps(outcome.to_dict())


# --- the analyzer -----------------------------------------------------------------------------


def test_map_yields_one_outcome_for_each_source_in_order(
    analyzer: Analyzer, read_sample: Callable[[Path], Analysis]
) -> None:
    good = SAMPLES[0]
    refused = good.with_name(REFUSED)
    sources = [good, "missing.jpg", b"no photo", refused, np.zeros((4, 4, 3), np.uint8), str(good)]
    found = list(analyzer.map(sources))
    assert [type(item) for item in found] == [Analysis, *4 * [Refusal], Analysis]
    assert text(found[0]) == text(found[5]) == text(read_sample(good))
    names = [item.photo for item in found]
    assert names == [good.name, "missing.jpg", "bytes", REFUSED, "array", good.name]
    assert [item.status for item in found[1:5]] == 4 * ["refused"]
    codes = [item.error.code for item in found if isinstance(item, Refusal)]
    assert codes == ["photo_missing", "photo_unsupported", "not_side_view", "photo_too_small"]


def test_a_refusal_has_the_json_of_a_refused_photo(analyzer: Analyzer) -> None:
    (found,) = analyzer.map(["missing.jpg"])
    assert isinstance(found, Refusal)
    assert found.to_dict() == refusal_dict("missing.jpg", found.error, path="missing.jpg")


def test_hints_are_for_all_photos_or_one_for_each(analyzer: Analyzer) -> None:
    photos = [SAMPLES[0], SAMPLES[0]]
    shared = [item.hints for item in analyzer.map(photos, hints=posture.Hints(height_cm=170))]
    assert [hints.height_cm for hints in shared] == [170, 170]
    each = [posture.Hints(sex="female"), posture.Hints(sex="male")]
    assert [item.hints for item in analyzer.map(photos, hints=each)] == each
    with pytest.raises(ValueError, match=r"fewer hints \(1\) than photos: give one for each"):
        list(analyzer.map(photos, hints=each[:1]))
    with pytest.raises(ValueError, match=r"more hints than photos \(1\)"):
        list(analyzer.map(photos[:1], hints=each))


@pytest.mark.parametrize(
    ("photos", "hints", "words"),
    [
        (7, posture.Hints(), "map takes photos: paths, bytes, .* not int"),
        ([], {"sex": "female"}, r"Hints are a posture\.Hints, such as .*, not dict"),
        ([], "female", "not str"),
        ([], None, "not NoneType"),
    ],
)
def test_what_makes_no_sense_is_said_at_once(
    analyzer: Analyzer, photos: object, hints: object, words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        analyzer.map(photos, hints=hints)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=r"Hints are a posture\.Hints"):
        analyzer.analyze(SAMPLES[0], hints="female")  # type: ignore[arg-type]


def test_one_photo_is_a_list_of_one(analyzer: Analyzer) -> None:
    name = str(SAMPLES[0])
    pixels = np.asarray(Image.open(name))
    for one in (name, SAMPLES[0], SAMPLES[0].read_bytes(), Image.open(name), pixels):
        (found,) = analyzer.map(one)
        assert isinstance(found, Analysis)
    assert len(list(analyzer.map(np.stack([pixels, pixels])))) == 2


def test_results_are_slim_unless_pixels_are_kept(
    analyzer: Analyzer, read_sample: Callable[[Path], Analysis]
) -> None:
    """With its pixels a result takes a hundred times the memory."""
    (slim,) = analyzer.map(SAMPLES[0])
    (whole,) = analyzer.map(SAMPLES[0], keep_pixels=True)
    assert isinstance(slim, Analysis)
    assert isinstance(whole, Analysis)
    assert len(pickle.dumps(slim)) < 0.2e6 < 5e6 < len(pickle.dumps(whole))
    assert text(slim) == text(whole) == text(read_sample(SAMPLES[0]))
    draw_overlay(whole)
    with pytest.raises(SettingsError, match="holds no picture") as caught:
        draw_overlay(slim)
    assert caught.value.code == "no_pixels"
    with pytest.raises(SettingsError, match=r"by itself, or with map\(\.\.\., keep_pixels=True\)"):
        analyzer.correct(slim, Corrections(ear=(10.0, 10.0)))


def test_a_thousand_results_take_less_than_300_megabytes(analyzer: Analyzer) -> None:
    """Measured by what stays allocated, as arrays may hold more than they show."""
    list(analyzer.map([SAMPLES[0]] * 3))
    tracemalloc.start()
    try:
        kept = list(analyzer.map([SAMPLES[0]] * 10))
        each = tracemalloc.get_traced_memory()[0] / len(kept)
    finally:
        tracemalloc.stop()
    assert each * 1000 < 300e6


def test_a_result_and_a_refusal_are_one_line(analyzer: Analyzer) -> None:
    found, refused = analyzer.map([SAMPLES[0], "none.jpg"])
    assert "\n" not in repr(found)
    assert repr(found).startswith(f"<Analysis of {SAMPLES[0]}: ok, pelvic_tilt_deg ")
    tilt = found.estimates.pelvic_tilt_deg
    assert f"pelvic_tilt_deg {value_text(tilt)} ({range_text(tilt)})" in repr(found)
    assert repr(refused) == "<Refusal of none.jpg: photo_missing, There is no file none.jpg.>"


def test_an_analyzer_takes_a_model_as_text() -> None:
    with pytest.raises(posture.ModelError, match="none"):
        Analyzer("none.task")


def test_path_hash_size_date_and_hints_are_kept_for_refused_photos_too(
    analyzer: Analyzer, tmp_path: Path
) -> None:
    hints = posture.Hints(sex="female", height_cm=168)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2025:02:03 04:05:06"
    exif.get_ifd(0x8769)[0x9011] = "+02:00"
    good, front = tmp_path / "a.jpg", tmp_path / "b.jpg"
    Image.open(SAMPLES[0]).save(good, exif=exif)
    Image.open(SAMPLES[0].with_name(REFUSED)).save(front, exif=exif)
    for path, found in zip((good, front), analyzer.map([good, front], hints=hints), strict=True):
        assert found.path == str(path)
        assert found.source == PhotoFacts(
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            size_px=(900, 1200),
            captured="2025-02-03T04:05:06+02:00",
        )
        assert found.hints == hints
        assert found.to_dict()["told"] == {"sex": "female", "height_cm": 168}
        assert found.to_dict()["path"] == str(path)
    (cut,) = analyzer.map(front.read_bytes()[:3000])
    assert cut.source.sha256 is not None
    assert cut.path is None


def test_an_impossible_point_refuses_that_photo_only(analyzer: Analyzer) -> None:
    wrong = posture.Hints(asis_px=(1.0, 1.0), psis_px=(2.0, 1.0))
    found = list(analyzer.map([SAMPLES[0], SAMPLES[0]], hints=[wrong, posture.Hints()]))
    assert isinstance(found[0], Refusal)
    assert found[0].error.code == "bad_point"
    assert isinstance(found[1], Analysis)


def test_threads_that_share_an_analyzer_get_the_same_as_a_single_one(
    analyzer: Analyzer, read_sample: Callable[[Path], Analysis]
) -> None:
    """Four threads, each in another order, through one analyzer at the same moment."""
    photos = SAMPLES[:3]
    expected = {path.name: text(read_sample(path)) for path in photos}
    together = threading.Barrier(4)

    def work(shift: int) -> list[tuple[str, str]]:
        together.wait(timeout=60)
        order = [photos[(shift + i) % len(photos)] for i in range(len(photos))]
        return [(path.name, text(analyzer.analyze(path))) for path in order]

    with ThreadPoolExecutor(4) as pool:
        found = [pair for part in pool.map(work, range(4)) for pair in part]
    assert len(found) == 12
    assert all(expected[name] == result for name, result in found)


def test_map_with_threads_gives_the_same_in_the_same_order(
    analyzer: Analyzer, read_sample: Callable[[Path], Analysis]
) -> None:
    photos = [SAMPLES[1], "missing.jpg", SAMPLES[0], SAMPLES[2], SAMPLES[1]]
    found = list(analyzer.map(photos, workers=3))
    assert [item.photo for item in found] == [Path(photo).name for photo in photos]
    assert isinstance(found[1], Refusal)
    for photo, item in zip(photos, found, strict=True):
        if isinstance(photo, Path):
            assert text(item) == text(read_sample(photo))


def test_a_broken_model_is_not_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(posture.ModelError):
        Analyzer(tmp_path / "none.task")


def test_a_closed_analyzer_is_not_a_refusal(estimator: object) -> None:
    closed = Analyzer(estimator=estimator)  # type: ignore[arg-type]
    closed.close()
    with pytest.raises(ValueError, match="closed"):
        list(closed.map([SAMPLES[0]]))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("a/b.jpg", "b.jpg"),
        (Path("c.png"), "c.png"),
        (b"", "bytes"),
        (np.zeros((1, 1, 3), np.uint8), "array"),
        (Image.new("RGB", (1, 1)), "image"),
    ],
)
def test_sources_have_the_same_name_as_their_analysis(source: object, name: str) -> None:
    assert source_name(source) == name  # type: ignore[arg-type]


# --- order, laziness, bounds ------------------------------------------------------------------


class Counting:
    """An endless iterable that knows how far it was read."""

    def __init__(self) -> None:
        self.read = 0

    def __iter__(self) -> Iterator[int]:
        for number in itertools.count():
            self.read = number + 1
            yield number


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_endless_sources_are_read_only_a_little_ahead(workers: int) -> None:
    source = Counting()
    found = in_order(lambda number: number * number, source, workers=workers)
    assert source.read == 0
    assert list(itertools.islice(found, 10)) == [number**2 for number in range(10)]
    assert source.read <= 10 + 2 * workers
    if workers > 1:
        found.close()  # type: ignore[attr-defined]


def test_a_slow_first_item_does_not_lose_its_place() -> None:
    go = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            assert go.wait(timeout=30)
        elif number == 1:
            go.set()
        return number

    assert list(in_order(work, range(6), workers=2)) == list(range(6))


def test_no_more_threads_work_at_once_than_requested() -> None:
    lock, now, most = threading.Lock(), 0, 0
    meeting = threading.Barrier(3)

    def work(number: int) -> int:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        meeting.wait(timeout=30)
        with lock:
            now -= 1
        return number

    assert list(in_order(work, range(9), workers=3)) == list(range(9))
    assert most == 3


def test_closing_early_leaves_the_rest_alone() -> None:
    begun: list[int] = []
    hold = threading.Event()

    def work(number: int) -> int:
        begun.append(number)
        if number > 1:
            hold.wait(timeout=30)
        return number

    found = in_order(work, range(100), workers=2)
    assert next(found) == 0
    hold.set()
    found.close()  # type: ignore[attr-defined]
    assert len(begun) <= 5
    assert threading.active_count() < 50


def test_an_exception_of_the_work_reaches_the_caller() -> None:
    def work(number: int) -> int:
        if number == 2:
            raise KeyError(number)
        return number

    found = in_order(work, range(5), workers=2)
    assert [next(found), next(found)] == [0, 1]
    with pytest.raises(KeyError):
        next(found)


@pytest.mark.parametrize("workers", [0, -1, 65])
def test_a_senseless_number_of_workers_is_refused_at_once(analyzer: Analyzer, workers: int) -> None:
    with pytest.raises(SettingsError, match="between 1 and 64"):
        analyzer.map([], workers=workers)
