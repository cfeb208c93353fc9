"""Bad input, bounded: each file ends in a result or one sentence, in time and within memory.

``python -m reliability bad-input`` is the long run; docs/reliability.md holds its figures.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from posture.analysis.analyzer import Analyzer
from reliability.bad_input import (
    LONGEST_S,
    broken_by,
    through_analyzer,
    through_batch,
    through_command,
    through_readers,
)
from reliability.corpus import corpus, mutated, photo_seeds
from reliability.targets import TARGETS, BrokenPromiseError, Target, outcome_of

SAMPLES = sorted((Path(__file__).parents[1] / "sample_images").glob("*.jpg"))


def test_the_corpus_is_the_same_each_time() -> None:
    first, second = (list(corpus(200)) for _ in range(2))
    assert first == second
    assert len({file.name for file in first}) == 200
    changed = {hashlib.sha256(file.data).hexdigest() for file in first}
    assert len(changed) > 180  # a few changes change nothing


def test_every_seed_is_what_its_reader_takes() -> None:
    for name in ("answers", "list", "archive"):
        target = TARGETS[name]
        found = {seed: outcome_of(target, data, seed) for seed, data in target.seeds().items()}
        assert set(found.values()) == {"result"}, (name, found)


@pytest.mark.parametrize("kind", ["plain.jpeg", "plain.webp", "plain.avif", "phone.heic"])
def test_every_change_is_made(kind: str) -> None:
    seeds = photo_seeds()
    others = list(seeds.values())
    made = {mutated(seeds[kind], others, random.Random(n))[0] for n in range(300)}  # noqa: S311
    assert len(made) == 10


@pytest.mark.parametrize("error", [ValueError("x"), RecursionError(), KeyError("k")])
def test_any_other_error_breaks_the_promise(error: Exception) -> None:
    def read(_data: bytes, _name: str) -> object:
        raise error

    with pytest.raises(BrokenPromiseError, match=type(error).__name__):
        outcome_of(Target(seeds=dict, read=read), b"", "a.jpg")


@pytest.mark.parametrize(("name", "count"), [(name, 60) for name in TARGETS])
def test_readers_end_in_a_result_or_a_sentence(name: str, count: int) -> None:
    figures = through_readers(count, (name,))[name]
    assert figures.broken == []
    assert figures.count == count
    assert figures.longest_s < LONGEST_S


def test_photos_end_in_an_analysis_or_a_sentence() -> None:
    figures = through_analyzer(corpus(60), seconds=12)
    assert figures.broken == []
    assert figures.count >= 20
    assert figures.longest_s < LONGEST_S


@pytest.mark.parametrize("way", [through_command, through_batch])
def test_commands_end_in_a_line_for_each_file(way: object) -> None:
    figures = way(corpus(36))  # type: ignore[operator]
    assert broken_by(figures) == []
    assert figures.count == 36


# --- the same photo, the same result -------------------------------------------------------


def test_the_same_photo_gives_the_same_json_on_every_run_and_any_number_of_workers() -> None:
    photos = [*SAMPLES[:3], SAMPLES[0]]
    with Analyzer() as first, Analyzer() as second:
        once = [found.to_dict() for found in first.map(photos, workers=1)]
        again = [found.to_dict() for found in second.map(photos, workers=4)]
        backwards = [found.to_dict() for found in first.map(photos[::-1], workers=2)]
    assert json.dumps(once) == json.dumps(again) == json.dumps(backwards[::-1])
    assert once[0] == once[3]


def test_rows_of_a_batch_do_not_depend_on_its_workers(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for path in SAMPLES[:3]:
        shutil.copy(path, folder)
    rows = []
    for workers in (1, 3):
        words = ["batch", folder, "--out", tmp_path / f"out{workers}", "--workers", workers]
        done = subprocess.run(
            [sys.executable, "-m", "posture", *map(str, words), "--json-lines"],
            capture_output=True,
            text=True,
            check=True,
        )
        rows.append(sorted(done.stdout.splitlines()))
    assert rows[0] == rows[1]
    assert len(rows[0]) == 3
