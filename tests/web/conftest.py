"""Fixtures: a real server, started once, and its pages in the browser."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from support.chromium import PATIENCE_MS
from support.ports import unused_port

from posture.web.server import answers, server_command

# At the end of the path, as in the suite's own conftest.
sys.path.append(str(Path(__file__).parent))

expect.set_options(timeout=PATIENCE_MS)

ROOT = Path(__file__).resolve().parents[2]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell with a failed test what the pages in the browser said when it failed."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("browser")
    if report.when == "call" and report.failed and browser is not None:
        pages = [page for context in browser.contexts for page in context.pages]
        report.sections += [(f"page {page.url}", _said(page)) for page in pages]
    return report


def _said(page: Page) -> str:
    """Return what Streamlit marks on its page, and the text in view."""
    try:
        marks = page.evaluate(
            """[...document.querySelectorAll('.stApp')].map(app =>
              [...app.attributes].map(mark => `${mark.name}=${mark.value}`).join(' ')).join()"""
        )
        return f"{marks}\n{page.inner_text('body', timeout=5_000)}"
    except Error as error:
        return f"the page did not answer: {error}"


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of the client file, so that tests never touch the clients of whoever runs them."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POSTURE_DATA", str(folder))
        yield folder


@pytest.fixture(scope="session")
def address(data_folder: Path) -> Iterator[str]:
    """Address of a server started from another folder, as an installed package would be."""
    port = unused_port()
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+") as log:
        server = subprocess.Popen(
            server_command(port),
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "POSTURE_DATA": str(data_folder)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(server, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)
        log.seek(0)
        assert "Traceback" not in log.read()


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    limit = monotonic() + PATIENCE_MS / 1000
    while not answers(port):
        if server.poll() is not None or monotonic() > limit:
            pytest.fail("the server did not start")
        sleep(0.1)


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open pages of the app; in the end, all requests must have gone to the server's address."""
    contexts, asked = [], set()

    def open_at(width: int = 1280, theme: str = "light", path: str = "") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, accept_downloads=True
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("request", lambda request: asked.add(request.url))
        page.on("websocket", lambda socket: asked.add(socket.url))
        page.goto(address + path)
        page.get_by_role("heading", level=1).wait_for()
        return page

    yield open_at
    for context in contexts:
        context.close()
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(address).netloc}
