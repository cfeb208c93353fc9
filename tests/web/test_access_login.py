"""Hosted app with a real identity provider: everybody signs in and sees only their own clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from access_server import Running, posture_app
from identity_provider import identity_provider, secrets_file
from playwright.sync_api import Browser, Page, expect
from support.chromium import PATIENCE_MS
from support.ports import unused_port


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    port = unused_port()
    url = f"http://localhost:{port}"
    path = tmp_path_factory.mktemp("hosted") / "secrets.toml"
    with identity_provider() as provider:
        path.write_text(secrets_file(provider, url), encoding="utf-8")
        with posture_app("--public-url", url, "--secrets", str(path), port=port) as running:
            yield running


@pytest.fixture
def visit(browser: Browser, hosted: Running) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_at(path: str = "/") -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(f"http://localhost:{hosted.port}{path}")
        page.get_by_role("heading", level=1).wait_for()
        return page

    yield open_at
    for context in contexts:
        context.close()


def sign_in(page: Page, name: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_text(f"Signed in as {name}")).to_be_visible()


def open_clients(page: Page, hosted: Running) -> None:
    page.goto(f"http://localhost:{hosted.port}/clients")
    expect(page.get_by_role("heading", level=1)).to_have_text(["Clients"])
    expect(page.get_by_text("Signed in as")).to_be_visible()


def add_client(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Add client").click()
    expect(page.get_by_role("heading", level=1)).to_have_text([name])


def test_every_page_asks_to_sign_in(visit: Callable[..., Page], hosted: Running) -> None:
    page = visit()
    for path in ("", "clients", "nowhere"):
        page.goto(f"http://localhost:{hosted.port}/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(["Please sign in"])
        expect(page.get_by_role("navigation")).to_have_count(0)
        expect(page.locator("input[type=file]")).to_have_count(0)


def test_two_trainers_see_only_their_own_clients(
    visit: Callable[..., Page], hosted: Running
) -> None:
    anna, ben = visit(), visit()
    sign_in(anna, "Anna Example")
    open_clients(anna, hosted)
    add_client(anna, "Invented Client")
    sign_in(ben, "Ben Example")
    open_clients(ben, hosted)
    expect(ben.get_by_text("There are no clients yet")).to_be_visible()
    expect(ben.get_by_text("Invented Client")).to_have_count(0)
    ben.get_by_role("button", name="Sign out").click()
    expect(ben.get_by_role("heading", level=1)).to_have_text(["Please sign in"])
    sign_in(ben, "Anna Example")
    open_clients(ben, hosted)
    expect(ben.get_by_role("button", name="Invented Client")).to_be_visible()


def test_a_forged_identity_is_rejected(visit: Callable[..., Page], hosted: Running) -> None:
    page = visit()
    url = f"http://localhost:{hosted.port}"
    for cookie in ("e30.x.y", "2|1:0|1:1|15:_streamlit_user|4:e30=|00"):
        page.context.add_cookies([{"name": "_streamlit_user", "value": cookie, "url": url}])
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text(["Please sign in"])


@pytest.mark.parametrize(
    ("secrets", "words"),
    [
        ("", "has no \\[auth\\] section"),
        ("[auth", "cannot be read"),
        ('[auth]\nredirect_uri = "http://other.example/oauth2callback"', "redirect_uri ="),
        ('[auth]\nredirect_uri = "https://a.example/oauth2callback"', "cookie_secret"),
        (
            '[auth]\nredirect_uri = "https://a.example/oauth2callback"\ncookie_secret = "'
            + "x" * 32
            + '"\nclient_id = "a"',
            "lack client_secret, server_metadata_url",
        ),
    ],
)
def test_a_hosted_app_does_not_start_without_a_working_sign_in(
    tmp_path: Path, secrets: str, words: str
) -> None:
    from posture.errors import SettingsError
    from posture.web.options import Options, reach_of

    path = tmp_path / "secrets.toml"
    path.write_text(secrets, encoding="utf-8")
    options = Options(public_url="https://a.example", secrets=path)
    with pytest.raises(SettingsError, match=words):
        reach_of(options, 8501)
