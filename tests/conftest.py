"""Fixtures and settings shared by all tests: helper path, hypothesis profile, one analyzer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# At the end of the path, so that folders here never shadow packages of the same name.
sys.path.append(str(Path(__file__).parent))

settings.register_profile("suite", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("suite")

ROOT = Path(__file__).parents[1]
SAMPLES = sorted((ROOT / "sample_images").glob("*.jpg"))


@pytest.fixture(scope="session")
def estimator() -> object:
    """The shipped estimator, or a stand-in with wide intervals where there is none yet."""
    from support.toy_estimator import toy_estimator

    from posture.errors import ModelError
    from posture.estimator.file import shipped_estimator

    try:
        return shipped_estimator()
    except ModelError:
        return toy_estimator()


@pytest.fixture(scope="session")
def analyzer(estimator: object) -> Iterator[object]:
    """One analyzer with the real pose model."""
    from posture.analysis.analyzer import Analyzer

    with Analyzer(estimator=estimator) as made:
        yield made


@pytest.fixture(scope="session")
def read_sample(analyzer: object) -> Callable[[Path], object]:
    """Analyse a sample photo, each one only once."""
    known: dict[Path, object] = {}

    def read(path: Path) -> object:
        if path not in known:
            known[path] = analyzer.analyze(path)  # type: ignore[attr-defined]
        return known[path]

    return read
