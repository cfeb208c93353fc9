"""Memory that goes back to the system, where the C library allows it."""

from __future__ import annotations

import ctypes
import threading
from types import SimpleNamespace

import pytest

from posture.web import memory
from posture.web.memory import give_back, give_back_soon


@pytest.mark.parametrize("error", [OSError("no such library"), AttributeError("malloc_trim")])
def test_another_c_library_is_left_as_it_is(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(_: str) -> None:
        raise error

    monkeypatch.setattr(ctypes, "CDLL", load)
    give_back()


def test_memory_is_given_back_once_for_all_who_ask_within_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = []
    given = threading.Event()

    def trim(left: int) -> None:
        calls.append(left)
        given.set()

    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(malloc_trim=trim))
    monkeypatch.setattr(memory, "SOON_S", 0.2)
    for round_ in (1, 2):
        for _ in range(5):
            give_back_soon()
        assert given.wait(10)
        assert calls == [0] * round_
        given.clear()
