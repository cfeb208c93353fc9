"""Fixtures and settings shared by all tests: helper path, hypothesis profile, one analyzer."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright
    from support.key_ring import KeyRing

# At the end of the path, so that folders here never shadow packages of the same name; the project
# itself for what tests share with its scripts.
sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[1])]

# No test, and no program that one starts, asks the key ring of whoever runs it.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

settings.register_profile("suite", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("suite")

ROOT = Path(__file__).parents[1]
SAMPLES = sorted((ROOT / "sample_images").glob("*.jpg"))

LONG = (
    "batch/test_ray.py",
    "web/test_access_limits.py",
    "test_nothing_leaves.py",
    "program/test_safety.py",
    "batch/",
    "web/",
    "test_wheel.py",
    "clients/",
    "cli/",
)
"""Where the tests are that take long, beginnings of paths, the longest first."""


def pytest_configure() -> None:
    """Let Ctrl-C reach what tests start.

    A shell ignores it for what it runs in the background, and every program below inherits that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run long files first in several processes, so that none of them waits for one in the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    name = item.path.relative_to(Path(__file__).parent).as_posix()
    return next((n for n, start in enumerate(LONG) if name.startswith(start)), len(LONG))


@pytest.fixture(scope="module", autouse=True)
def _freed_memory_given_back() -> Iterator[None]:
    """Return to the system what big pictures left free; it would add up to gigabytes."""
    yield
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


@pytest.fixture
def key_ring() -> Iterator[KeyRing]:
    """The key ring of this computer, in memory for one test."""
    import keyring
    from support.key_ring import KeyRing

    before, made = keyring.get_keyring(), KeyRing()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


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


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright can be started only once in a process at a time."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One real browser; each test opens pages in a context of its own."""
    from support.chromium import QUIET, browser_path

    started = playwright.chromium.launch(executable_path=browser_path(playwright), args=list(QUIET))
    yield started
    started.close()
