"""What strangers and guests can make the server hold, and how soon it lets go of it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from access_server import HURRIED_GRACE_S, PHONE_HOST, Running, posture_app
from browser_steps import ready, settle
from identity_provider import identity_provider, secrets_file
from playwright.sync_api import Browser, Page, expect
from raw_steps import MB, Raw, begin, memory_mb, steady_memory_mb
from support.chromium import PATIENCE_MS
from support.ports import unused_port
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from posture.web.lan.connections import HEAD_S, MOST_EACH
from posture.web.lan.gate import MOST_ANONYMOUS, MOST_MESSAGE
from posture.web.lan.sessions import GRACE_S, MOST_SESSION_BYTES, MOST_SOCKETS
from posture.web.services.samples import find_samples

PHOTO = next(sample.path for sample in find_samples() if sample.kind == "good")
BIG = 24 * MB
GONE_S = 60.0

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc")


@pytest.fixture(scope="module")
def lan() -> Iterator[Running]:
    with posture_app("--lan", "--host", PHONE_HOST) as running:
        yield running


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    port = unused_port()
    url = f"http://localhost:{port}"
    path = tmp_path_factory.mktemp("limits") / "secrets.toml"
    with identity_provider() as provider:
        path.write_text(secrets_file(provider, url), encoding="utf-8")
        with posture_app("--public-url", url, "--secrets", str(path), port=port) as running:
            yield running


@pytest.fixture
def stranger(hosted: Running) -> Raw:
    return Raw(hosted, host="127.0.0.1", name="localhost").open()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_at(url: str, page: Page | None = None) -> Page:
        context = page.context if page else browser.new_context()
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        new = context.new_page()
        new.goto(url)
        new.get_by_role("heading", level=1).first.wait_for()
        return new

    yield open_at
    for context in contexts:
        context.close()


def guest(lan: Running, visit: Callable[..., Page], source: str = "127.0.0.5") -> tuple[Raw, Page]:
    """Let a phone in; return it with the trainer's page, which stays open."""
    trainer = visit(f"{lan.here}/phones")
    code = trainer.locator(".po-code").inner_text()
    return Raw(lan, host=PHONE_HOST, source=source).join(code), trainer


def is_closed_by(opened: ClientConnection, message: bytes) -> bool:
    """Return whether the server ends the connection after a message, whatever it says first."""
    try:
        opened.send(message)
        for _ in range(100):
            opened.recv(timeout=5)
    except ConnectionClosed:
        return True
    except TimeoutError:
        pass
    return False


# --- hosted, before sign-in ----------------------------------------------------------------


@linux
def test_a_stranger_can_store_nothing(stranger: Raw, hosted: Running) -> None:
    before = steady_memory_mb(hosted)
    with stranger.socket() as (_, session):
        assert {stranger.upload(session, f"f{number}", BIG) for number in range(5)} <= {403, 413}
        assert stranger.ask("DELETE", f"/_stcore/upload_file/{session}/f1")[0] == 403
    assert memory_mb(hosted) < before + 20


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/_stcore/metrics", 404),
        ("/_stcore/agent/mcp", 404),
        ("/_stcore/script-health-check", 404),
        ("/media/0123.jpg", 403),
        ("/media/", 403),
        ("/camera/x/look", 403),
        ("/component/x/y", 403),
        ("/_stcore/bidi-components/x", 403),
    ],
)
def test_a_stranger_sees_nothing_of_others(stranger: Raw, path: str, status: int) -> None:
    assert stranger.ask("GET", path)[0] == status


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/%5Fstcore/metrics", "/media/%2E/0123"])
def test_a_strange_name_or_spelling_is_no_way_in(hosted: Running, path: str) -> None:
    ask = Raw(hosted, host="127.0.0.1").ask
    for name in ("127.0.0.1", "127.0.0.1/x", "127.0.0.1?x", "localhost#x"):
        assert ask("GET", path, headers={"Host": name})[0] in (400, 403, 404)


def test_a_stranger_cannot_send_long_messages(stranger: Raw) -> None:
    with stranger.socket() as (opened, _):
        assert is_closed_by(opened, bytes(MOST_ANONYMOUS + 1))


def test_a_stranger_opens_a_few_pages_at_most(hosted: Running) -> None:
    stranger = Raw(hosted, host="127.0.0.1", name="localhost").open()
    with ExitStack() as stack:
        for _ in range(MOST_SOCKETS):
            with suppress(InvalidStatus):
                stack.enter_context(stranger.socket(start=False))
        with pytest.raises(InvalidStatus, match="403"):
            stack.enter_context(stranger.socket(start=False))


# --- a guest phone -------------------------------------------------------------------------


@linux
def test_a_guest_cannot_fill_the_memory(lan: Running, visit: Callable[..., Page]) -> None:
    phone, _ = guest(lan, visit)
    before = steady_memory_mb(lan)
    with phone.socket() as (_, session), phone.socket() as (_, other):
        for number in range(40):
            phone.upload(session if number % 2 else other, f"f{number}", BIG)
        # Bodies pass through a buffer of their own, so a little more than what is kept.
        assert memory_mb(lan) < before + 2 * MOST_SESSION_BYTES / MB
        assert phone.upload(session, "one-more", BIG) == 413


def test_a_guest_who_knows_a_session_cannot_join_it_or_write_to_it(
    lan: Running, visit: Callable[..., Page]
) -> None:
    phone, _ = guest(lan, visit)
    host = Raw(lan, host="127.0.0.1").open()
    with host.socket() as (opened, session):
        with phone.socket(session) as (_, given):
            assert given != session
        assert phone.upload(session, "x", 1000) == 403
        assert host.upload(session, "x", 1000) == 204
        # The page of the host never noticed.
        assert begin(opened) == session
        with host.socket(session) as (_, same):
            assert same == session


def test_a_page_cannot_send_messages_of_any_length(lan: Running) -> None:
    host = Raw(lan, host="127.0.0.1").open()
    with host.socket() as (opened, _):
        assert is_closed_by(opened, bytes(MOST_MESSAGE + 1))


# --- closed pages --------------------------------------------------------------------------


def test_pictures_are_for_the_browser_that_they_were_sent_to(
    lan: Running, visit: Callable[..., Page]
) -> None:
    page = visit(lan.here)
    page.locator("input[type=file]").first.set_input_files(str(PHOTO))
    settle(page)
    address = page.locator("img[src*='/media/']").first.evaluate("image => image.src")
    reply = page.context.request.get(address)
    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-store"
    other = visit(lan.here)
    assert other.context.request.get(address).status == 404
    phone, _ = guest(lan, visit)
    assert phone.ask("GET", address.removeprefix(lan.here))[0] == 404


def test_a_minute_after_a_page_was_closed_nothing_of_it_is_left(
    lan: Running, visit: Callable[..., Page]
) -> None:
    page = visit(lan.here)
    page.locator("input[type=file]").first.set_input_files(str(PHOTO))
    settle(page)
    addresses = [
        image.evaluate("image => image.src") for image in page.locator("img[src*='/media/']").all()
    ]
    # Another page of the same browser, which may ask for its pictures as long as they are there.
    watching = visit(f"{lan.here}/method", page)
    ready(watching)
    ask = watching.context.request.get
    assert addresses
    assert {ask(address).status for address in addresses} == {200}
    page.close()
    closed = monotonic()
    while {ask(address).status for address in addresses} != {404}:
        assert monotonic() - closed < GONE_S
        sleep(1)
    assert monotonic() - closed > GRACE_S / 2


def test_photos_of_phones_are_gone_when_nobody_is_at_the_computer(
    visit: Callable[..., Page],
) -> None:
    with posture_app("--lan", "--host", PHONE_HOST, hurried=True) as lan:
        phone, trainer = guest(lan, visit)
        page = visit(f"{lan.there}/")
        page.context.add_cookies(
            [
                {"name": name, "value": value, "url": lan.there}
                for name, value in (pair.split("=", 1) for pair in phone.cookies.split("; "))
            ]
        )
        page.goto(f"{lan.there}/send")
        send_photo(page)
        expect(page.get_by_text("Sent: 1")).to_be_visible()
        expect(trainer.get_by_text("anna.jpg")).to_be_visible()
        expect(page.locator(".po-foot")).to_contain_text("go to the trainer's computer")
        expect(trainer.locator(".po-foot")).to_contain_text("Nothing leaves this computer")
        trainer.close()
        sleep(HURRIED_GRACE_S + 2)
        send_photo(page)
        expect(page.get_by_text("Nobody has the app open on the computer")).to_be_visible()
        trainer = visit(f"{lan.here}/phones")
        expect(trainer.get_by_text("None yet. Photos that a phone sends")).to_be_visible()
        expect(trainer.get_by_text("anna.jpg")).to_have_count(0)


@linux
def test_memory_is_flat_over_uploads_and_given_back_by_closed_pages(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    """Short form of ``python -m benchmarks.web_latency --part memory`` with its 200 uploads.

    All photos together are larger than what one visitor may have stored, so nothing of a visit
    that was left can still be there.
    """
    photos = large_photos(tmp_path)
    assert sum(photo.stat().st_size for photo in photos) > MOST_SESSION_BYTES
    with posture_app(hurried=True) as app:
        page = visit(app.here)
        check(page, photos[0])
        check(page, photos[1])
        # Models and caches are loaded.
        warm = memory_mb(app)
        for photo in photos[2:]:
            check(page, photo)
        assert memory_mb(app) < 1.1 * warm
        others = [visit(app.here) for _ in range(2)]
        for other in others:
            check(other, photos[0], again=False)
            other.close()
        sleep(HURRIED_GRACE_S)
        limit = monotonic() + GONE_S
        while memory_mb(app) >= 1.1 * warm:
            assert monotonic() < limit
            sleep(0.5)


def large_photos(folder: Path) -> list[Path]:
    """Write samples with much after the end of the picture, as phones do that add a film."""
    samples = [sample.path for sample in find_samples() if sample.kind == "good"]
    photos = []
    for number in range(14):
        photos.append(folder / f"{number}.jpg")
        picture = samples[number % len(samples)].read_bytes()
        photos[-1].write_bytes(picture + bytes([number]) * (9 * MB))
    return photos


def check(page: Page, photo: Path, *, again: bool = True) -> None:
    """Check a photo, and go back to the start."""
    page.locator("input[type=file]").first.set_input_files(str(photo))
    settle(page)
    if again:
        page.get_by_role("button", name="Another photo").click()
        page.locator(".po-sentence").first.wait_for(state="detached")
        ready(page)


def send_photo(page: Page) -> None:
    photo = {"name": "anna.jpg", "mimeType": "image/jpeg", "buffer": PHOTO.read_bytes()}
    page.locator("input[type=file]").set_input_files(photo)  # type: ignore[arg-type]
    expect(page.get_by_text("anna.jpg")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()


# --- connections ---------------------------------------------------------------------------


def half_open(count: int, to: tuple[str, int], sources: list[str]) -> list[socket.socket]:
    found = []
    for number in range(count):
        one = socket.socket()
        one.settimeout(5)
        one.bind((sources[number % len(sources)], 0))
        with suppress(OSError):
            one.connect(to)
        found.append(one)
    return found


def test_half_open_connections_lock_nobody_out(lan: Running) -> None:
    taken = half_open(1100, (PHONE_HOST, lan.port), ["127.0.0.9"])
    try:
        for host in ("127.0.0.1", PHONE_HOST):
            started = monotonic()
            status, *_ = Raw(
                lan, host=host, source="127.0.0.7" if host == PHONE_HOST else host
            ).ask("GET", "/", headers={"Accept": "text/html"})
            assert status == 200
            assert monotonic() - started < 3
    finally:
        for one in taken:
            one.close()


def test_many_devices_together_do_not_lock_the_trainer_out(lan: Running) -> None:
    sources = [f"127.0.1.{number}" for number in range(1, 30)]
    taken = half_open(29 * MOST_EACH, (PHONE_HOST, lan.port), sources)
    try:
        assert Raw(lan, host="127.0.0.1").ask("GET", "/_stcore/health")[0] == 200
    finally:
        for one in taken:
            one.close()


def test_a_request_whose_head_does_not_come_is_closed(lan: Running) -> None:
    with socket.create_connection((PHONE_HOST, lan.port)) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: ")
        slow.settimeout(HEAD_S + 5)
        started = monotonic()
        with suppress(ConnectionResetError):
            assert slow.recv(1) == b""
        assert monotonic() - started < HEAD_S + 4


def test_a_second_request_on_a_connection_has_the_same_limit(lan: Running) -> None:
    with socket.create_connection(("127.0.0.1", lan.port)) as slow:
        slow.sendall(f"GET /_stcore/health HTTP/1.1\r\nHost: 127.0.0.1:{lan.port}\r\n\r\n".encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\nok"):
            answer += slow.recv(4096)
        slow.sendall(b"GET")
        slow.settimeout(HEAD_S + 5)
        with suppress(ConnectionResetError):
            assert slow.recv(1) == b""
