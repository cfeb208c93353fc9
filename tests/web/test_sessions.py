"""Sessions and the gate without a server: whose is what, how much, and until when."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from browser_steps import run_beside
from streamlit.testing.v1 import AppTest

from posture.inputs.protocol import MOST_PHOTOS
from posture.web.lan import gate as gate_module
from posture.web.lan import sessions as sessions_module
from posture.web.lan.door import Door
from posture.web.lan.gate import MEDIA, UPLOAD, Gate
from posture.web.lan.reach import Reach
from posture.web.lan.sessions import (
    MOST_SESSION_BYTES,
    MOST_SOCKETS,
    MOST_TOTAL_BYTES,
    MOST_VISITOR_BYTES,
    Sessions,
)

MB = 1_000_000
TOKEN = "t" * 32


async def nothing(*_: object) -> dict[str, object]:
    """Receive an empty part of a body, for ever."""
    return {"type": "http.request"}


def request_of(method: str, path: str, *headers: tuple[bytes, bytes]) -> dict[str, object]:
    """Return the ASGI scope of a request that the browser with the token makes."""
    return {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": b"",
        "query_string": b"",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"cookie", f"posture_browser={TOKEN}".encode()),
            *headers,
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Bytes of uploads by session, in place of those that Streamlit holds."""
    table: dict[str, int] = {}
    monkeypatch.setattr(sessions_module, "_stored", lambda: table)
    return table


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sessions that were ended, with hardly any time to come back."""
    names: list[str] = []
    monkeypatch.setattr(sessions_module, "_close", names.append)
    monkeypatch.setattr(sessions_module, "GRACE_S", 0.02)
    return names


def test_uploads_are_limited_for_a_visitor_over_all_sessions(stored: dict[str, int]) -> None:
    sessions = Sessions()
    sessions.session_begun("a", "anna")
    sessions.session_begun("b", "anna")
    stored |= {"a": 50 * MB, "b": 50 * MB, "other": 500 * MB}
    assert sessions.reserve("anna", 15 * MB)
    # What is under way counts, too: many at once are no way round the limit.
    assert not sessions.reserve("anna", 15 * MB)
    sessions.release("anna", 15 * MB)
    assert sessions.reserve("anna", MOST_SESSION_BYTES - 100 * MB)


def test_uploads_are_limited_for_all_visitors_together(stored: dict[str, int]) -> None:
    sessions = Sessions()
    stored["other"] = MOST_TOTAL_BYTES - 300 * MB
    sessions.hold("another", 280 * MB)
    assert not sessions.reserve("anna", 25 * MB)
    assert sessions.reserve("anna", 15 * MB)


@pytest.mark.usefixtures("stored")
def test_one_visitor_does_not_take_the_room_of_all_others() -> None:
    sessions = Sessions()
    for name in "abcd":
        sessions.session_begun(name, "anna")
        sessions.hold(name, MOST_VISITOR_BYTES // 4 - MB)
    sessions.session_begun("other", "ben")
    assert sessions.reserve("anna", 4 * MB)
    assert not sessions.reserve("anna", 1 * MB)
    assert sessions.reserve("ben", 25 * MB)


def test_a_session_ends_once_its_page_stays_closed(closed: list[str]) -> None:
    async def run() -> None:
        sessions = Sessions()
        sessions.page_opened("anna", host=True)
        sessions.session_begun("a", "anna")
        assert sessions.owns("anna", "a")
        assert not sessions.owns("ben", "a")
        sessions.page_closed("anna", "a", host=True)
        assert closed == []
        await asyncio.sleep(0.1)
        assert closed == ["a"]
        assert not sessions.owns("anna", "a")

    run_beside(run())


def test_a_page_that_comes_back_keeps_its_session(closed: list[str]) -> None:
    async def run() -> None:
        sessions = Sessions()
        for _ in range(2):
            sessions.page_opened("anna", host=True)
            sessions.session_begun("a", "anna")
            sessions.page_closed("anna", "a", host=True)
        sessions.page_opened("anna", host=True)
        sessions.session_begun("a", "anna")
        await asyncio.sleep(0.1)
        assert closed == []
        assert sessions.owns("anna", "a")

    run_beside(run())


@pytest.mark.usefixtures("closed")
def test_the_inbox_is_emptied_when_the_last_page_of_the_trainer_is_closed() -> None:
    async def run() -> None:
        calls: list[str] = []
        sessions = Sessions()
        sessions.when_nobody_is_here(lambda: calls.append("empty"))
        sessions.page_opened("trainer", host=True)
        sessions.page_opened("trainer", host=True)
        sessions.page_opened("phone", host=False)
        sessions.page_closed("trainer", "a", host=True)
        sessions.page_closed("phone", "b", host=False)
        await asyncio.sleep(0.1)
        assert calls == []
        assert sessions.host_is_here()
        sessions.page_closed("trainer", "c", host=True)
        await asyncio.sleep(0.1)
        assert calls
        assert not sessions.host_is_here()

    run_beside(run())


@pytest.mark.usefixtures("closed")
def test_pictures_belong_to_whom_their_address_was_sent() -> None:
    async def run() -> None:
        sessions = Sessions()
        sessions.page_opened("anna", host=True)
        sessions.sent("anna", b'\x12\x20{"url": "/media/0a1b.jpg"}\x00/media/ff00\x01')
        assert sessions.may_open("anna", "0a1b.jpg")
        assert sessions.may_open("anna", "ff00")
        assert not sessions.may_open("ben", "0a1b.jpg")
        assert not sessions.may_open("anna", "0a1c.jpg")
        sessions.page_closed("anna", "", host=True)
        await asyncio.sleep(0.1)
        assert not sessions.may_open("anna", "0a1b.jpg")

    run_beside(run())


def test_a_visitor_has_so_many_pages_and_no_more() -> None:
    sessions = Sessions()
    for _ in range(MOST_SOCKETS):
        assert not sessions.full("anna")
        sessions.page_opened("anna", host=False)
    assert sessions.full("anna")
    assert not sessions.full("ben")


@pytest.mark.usefixtures("stored")
def test_an_upload_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "UPLOAD_S", 0.05)
    sessions = Sessions()
    sessions.session_begun("a", f"host {TOKEN}")

    async def never(*_: object) -> None:
        await asyncio.sleep(30)

    scope = request_of("PUT", f"{UPLOAD}a/b", (b"content-length", b"%d" % (20 * MB)))
    served = Gate(never, reach=Reach(), door=Door(), sessions=sessions)

    async def served_in_time() -> None:
        await asyncio.wait_for(served(scope, nothing, nothing), 5)  # type: ignore[arg-type]

    run_beside(served_in_time())
    # Its room is free again.
    assert sessions.reserve(f"host {TOKEN}", MOST_SESSION_BYTES)


@pytest.mark.parametrize(("path", "asked"), [(f"{MEDIA}0a1b.bin", []), ("/", [b"gzip"])])
def test_pictures_are_not_compressed_again(path: str, asked: list[bytes]) -> None:
    sessions = Sessions()
    sessions.page_opened(f"host {TOKEN}", host=True)
    sessions.sent(f"host {TOKEN}", b"/media/0a1b.bin")
    seen: list[bytes] = []

    async def app(scope: dict[str, object], *_: object) -> None:
        headers = cast("list[tuple[bytes, bytes]]", scope["headers"])
        seen.extend(value for name, value in headers if name == b"accept-encoding")

    scope = request_of("GET", path, (b"accept-encoding", b"gzip"))
    served = Gate(app, reach=Reach(), door=Door(), sessions=sessions)  # type: ignore[arg-type]

    async def run() -> None:
        await served(scope, nothing, nothing)  # type: ignore[arg-type]

    run_beside(run())
    assert seen == asked


def test_a_visit_holds_so_many_bytes_and_no_more() -> None:
    def page() -> None:
        import streamlit as st

        from posture.web import state
        from posture.web.services.examine import PhotoFile

        each = state.MOST_BYTES // 4 + 1
        state.add_photos(PhotoFile(name="a", data=bytes([number]) * each) for number in range(5))
        st.write(len(state.photos()), state.too_many())
        state.start_with(PhotoFile(name="a", data=bytes([number])) for number in range(20))
        st.write(len(state.photos()), state.too_many())

    app = AppTest.from_function(page, default_timeout=30).run()
    assert [text.value for text in app.markdown] == ["`3` `True`", f"`{MOST_PHOTOS}` `True`"]


def test_a_file_is_freed_when_its_field_is_gone_and_not_before() -> None:
    def page() -> None:
        import streamlit as st
        from streamlit.runtime.scriptrunner import get_script_run_ctx
        from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

        from posture.web.services.uploads import free_left_uploads

        context = get_script_run_ctx()
        assert context is not None

        def add(name: str) -> UploadedFile:
            record = UploadedFileRec(name, f"{name}.jpg", "image/jpeg", b"bytes")
            context.uploaded_file_mgr.add_file(context.session_id, record)
            return UploadedFile(record, None)

        def show() -> None:
            free_left_uploads()
            found = context.uploaded_file_mgr.get_files(context.session_id, ["a", "b", "c", "new"])
            st.write(" ".join(record.file_id for record in found))

        st.session_state["several"] = [add("a"), add("b")]
        st.session_state["one"] = add("c")
        show()
        # Sent, but its field has not told yet.
        add("new")
        del st.session_state["several"]
        show()
        st.session_state["one"] = None
        show()

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    assert [text.value for text in app.markdown] == ["a b c", "c new", "new"]
