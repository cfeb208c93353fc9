"""Memory that goes back to the system, where the C library allows it."""

from __future__ import annotations

import ctypes

import pytest

from posture.web.memory import give_back


@pytest.mark.parametrize("error", [OSError("no such library"), AttributeError("malloc_trim")])
def test_another_c_library_is_left_as_it_is(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(_: str) -> None:
        raise error

    monkeypatch.setattr(ctypes, "CDLL", load)
    give_back()
