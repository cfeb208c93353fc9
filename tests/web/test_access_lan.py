"""App in a "local network" (two loopback addresses): what a phone can do and what it cannot."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import cv2
import numpy as np
import pytest
from a11y_steps import look
from access_server import PHONE_HOST, Running, posture_app
from browser_steps import ready
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, Page, expect
from support.chromium import PATIENCE_MS

from posture.web.lan.door import TRIES_EACH
from posture.web.services.samples import find_samples

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


@pytest.fixture(scope="module")
def lan() -> Iterator[Running]:
    with posture_app("--lan", "--host", PHONE_HOST) as running:
        yield running


def ask(
    running: Running,
    path: str,
    *,
    host: str = PHONE_HOST,
    name: str = "",
    body: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    source: str = "127.0.0.1",
) -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection(
        host, running.port, timeout=10, source_address=(source, 0)
    )
    sent = {"Host": name or f"{host}:{running.port}", **(headers or {})}
    if body is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(
        "GET" if body is None else "POST", path, urlencode(body) if body else None, sent
    )
    reply = connection.getresponse()
    status, found = reply.status, reply.headers
    text = "" if status == 101 else reply.read().decode("utf-8", "replace")
    connection.close()
    return status, found, text


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_at(url: str, width: int = 390) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 844})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_at
    for context in contexts:
        context.close()


def link(page: Page, lan: Running) -> str:
    """Read the current code from the trainer's page."""
    page.goto(f"{lan.here}/phones")
    code = page.locator(".po-code")
    expect(code).to_have_text(re.compile(r"^[A-Z2-9]{4}-[A-Z2-9]{4}$"))
    return code.inner_text()


def test_the_terminal_says_how_to_get_in_and_that_nothing_is_encrypted(lan: Running) -> None:
    output = lan.output()
    assert f"http://{PHONE_HOST}:{lan.port}" in output
    assert "▄" in output
    assert "NOT encrypted" in output


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/health",
        "/_stcore/host-config",
        "/static/js/index.js",
        "/media/0123.jpg",
        "/clients",
        "/send",
        "/_stcore/upload_file/a/b",
    ],
)
def test_without_a_code_nothing_is_served(lan: Running, path: str) -> None:
    status, _, text = ask(lan, path)
    assert status == 403
    assert text == "An access code is needed."


def test_without_a_code_every_page_is_the_code_page(lan: Running) -> None:
    assert ask(lan, "/clients", headers={"Accept": "text/html"})[0] == 303
    status, headers, text = ask(lan, "/")
    assert status == 200
    assert "script" not in text
    assert "not encrypted" in text
    assert "default-src 'none'" in str(headers["content-security-policy"])


@pytest.mark.parametrize("cookie", ["", "posture_guest=", "posture_guest=guessed"])
def test_without_a_code_no_socket_opens(lan: Running, cookie: str) -> None:
    headers = UPGRADE | ({"Cookie": cookie} if cookie else {})
    assert ask(lan, "/_stcore/stream", headers=headers)[0] == 403


def test_the_trainer_needs_no_code(lan: Running) -> None:
    assert ask(lan, "/_stcore/health", host="127.0.0.1")[0] == 200
    assert ask(lan, "/_stcore/stream", host="127.0.0.1", headers=UPGRADE)[0] == 101


@pytest.mark.parametrize("name", ["evil.example", "evil.example:8501", "", "[", "127.0.0.1@evil"])
def test_a_foreign_name_for_this_computer_is_refused(lan: Running, name: str) -> None:
    for host in ("127.0.0.1", PHONE_HOST):
        assert ask(lan, "/", host=host, name=name or "x")[0] == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://[", "http://127.0.0.1"])
def test_a_page_of_another_site_opens_no_socket(lan: Running, origin: str) -> None:
    headers = UPGRADE | {"Origin": origin}
    assert ask(lan, "/_stcore/stream", host="127.0.0.1", headers=headers)[0] == 403


def test_an_address_that_was_not_announced_is_refused(lan: Running) -> None:
    assert ask(lan, "/", host="127.0.0.3")[0] == 403
    # Using the trainer's name for this computer from the network is not enough.
    status, _, text = ask(lan, "/", host=PHONE_HOST, name=f"127.0.0.1:{lan.port}")
    assert (status, text) == (403, "This address is not in use.")


def test_guessing_is_stopped_for_the_device_that_guesses(lan: Running) -> None:
    guess = {"code": "ABCD-2345"}
    seen = [ask(lan, "/join", body=guess, source="127.0.0.9")[0] for _ in range(TRIES_EACH + 1)]
    assert seen == [403] * TRIES_EACH + [429]
    status, _, text = ask(lan, "/join", body=guess, source="127.0.0.9")
    assert status == 429
    assert "10 minutes" in text
    assert ask(lan, "/join", body=guess, source="127.0.0.8")[0] == 403
    assert ask(lan, "/join", body={"code": "x" * 5000}, source="127.0.0.8")[0] == 403


def test_a_phone_sends_photos_that_the_trainer_picks_up(
    lan: Running, visit: Callable[..., Page]
) -> None:
    trainer = visit(f"{lan.here}/phones", 1280)
    typed = link(trainer, lan)
    phone = visit(lan.there)
    expect(phone.get_by_role("heading", level=1)).to_have_text(["Connect this phone"])
    phone.get_by_label("Code").fill("ZZZZ-ZZZZ")
    phone.get_by_role("button", name="Connect").click()
    expect(phone.get_by_role("status").first).to_contain_text("not valid")
    phone.get_by_label("Code").fill(typed.lower())
    phone.get_by_role("button", name="Connect").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Send photos")
    cookie = next(c for c in phone.context.cookies() if c["name"] == "posture_guest")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    expect(phone.get_by_text("not encrypted")).to_be_visible()

    expect(trainer.locator(".po-code")).not_to_have_text(typed)
    expect(trainer.get_by_text("Phones connected: 1")).to_be_visible()
    photo = find_samples()[0].path
    phone.locator("input[type=file]").set_input_files(
        {"name": "anna.jpg", "mimeType": "image/jpeg", "buffer": photo.read_bytes()}
    )
    expect(phone.get_by_text("anna.jpg")).to_be_visible()
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(phone.get_by_text("Sent: 1")).to_be_visible()
    expect(trainer.get_by_text("anna.jpg")).to_be_visible()
    trainer.get_by_role("button", name="Check this photo").click()
    trainer.locator(".po-sentence").first.wait_for()


def test_a_phone_sees_no_clients_and_can_be_disconnected(
    lan: Running, visit: Callable[..., Page]
) -> None:
    trainer = visit(f"{lan.here}/phones", 1280)
    phone = visit(f"{lan.there}/")
    phone.get_by_label("Code").fill(link(trainer, lan))
    phone.get_by_role("button", name="Connect").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Send photos")
    for hidden in ("clients", "compare", "studio", "phones"):
        phone.goto(f"{lan.there}/{hidden}")
        phone.get_by_role("heading", level=1).wait_for()
        ready(phone)
        expect(phone.locator(".po-code")).to_have_count(0)
        expect(phone.get_by_role("heading", name="How to take the photo")).to_be_visible()
    trainer.get_by_role("button", name="Disconnect all phones").click()
    expect(trainer.get_by_text("Phones connected: 0")).to_be_visible()
    phone.goto(lan.there)
    expect(phone.get_by_role("heading", level=1)).to_have_text(["Connect this phone"])


def test_the_qr_code_lets_a_phone_in_with_one_tap(lan: Running, visit: Callable[..., Page]) -> None:
    trainer = visit(f"{lan.here}/phones", 1280)
    typed = link(trainer, lan)
    picture = trainer.get_by_role("img", name=re.compile("Square code"))
    # Resolves once the picture is there, and fails if it does not come.
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") > 200
    url = read_qr_code(picture.screenshot())
    assert urlsplit(url).netloc == f"{PHONE_HOST}:{lan.port}"
    phone = visit(url)
    # Opening the link alone, as a preview does, does not use the code up.
    phone.reload()
    expect(trainer.locator(".po-code")).to_have_text(typed)
    phone.get_by_role("button", name="Connect this phone").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Send photos")
    expect(trainer.locator(".po-code")).not_to_have_text(typed)
    again = visit(url)
    again.get_by_role("button", name="Connect this phone").click()
    expect(again.get_by_role("status").first).to_contain_text("works once")


def test_pages_around_phones_are_accessible(lan: Running, visit: Callable[..., Page]) -> None:
    trainer = visit(f"{lan.here}/phones", 1280)
    code = link(trainer, lan)
    ready(trainer)
    assert look(trainer) == []
    phone = visit(lan.there)
    assert look(phone) == []
    phone.get_by_label("Code").fill(code)
    phone.get_by_role("button", name="Connect").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Send photos")
    ready(phone)
    assert look(phone) == []


def read_qr_code(picture: bytes) -> str:
    """Read a code as a phone would; each reader of OpenCV fails for one code in some hundred."""
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    readers = (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco())
    return next(filter(None, (reader.detectAndDecode(image)[0] for reader in readers)), "")


def test_the_app_stays_local_without_lan(tmp_path: Path) -> None:
    with posture_app() as running:
        with pytest.raises(OSError, match="refused"):
            ask(running, "/")
        assert ask(running, "/", host="127.0.0.1", name="evil.example")[0] == 403
        assert "phone" not in running.output()
    assert tmp_path.is_dir()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, PHONE_HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


def test_with_a_certificate_the_link_is_encrypted_and_says_so(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    flags = ("--lan", "--host", PHONE_HOST, "--certfile", str(certificate), "--keyfile", str(key))
    trusting = ssl.create_default_context(cafile=str(certificate))
    trusting.check_hostname = False
    with posture_app(*flags, secure=True) as running:
        output = running.output()
        assert f"https://{PHONE_HOST}:{running.port}" in output
        assert "is encrypted" in output
        assert "NOT encrypted" not in output
        connection = http.client.HTTPSConnection(
            PHONE_HOST, running.port, timeout=10, context=trusting
        )
        connection.request("GET", "/")
        assert "not encrypted" not in connection.getresponse().read().decode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/join", urlencode({"code": running.short_code()}), form)
        cookie = str(connection.getresponse().headers["set-cookie"])
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        connection.close()
        with pytest.raises((http.client.HTTPException, OSError)):
            ask(running, "/")
