"""A real server and a real browser, each started once."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from posture.web.server import answers, free_port, server_command

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of a server started from another folder, as an installed package would be."""
    port = free_port(0)
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+") as log:
        server = subprocess.Popen(
            server_command(port),
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
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
    limit = monotonic() + 40
    while not answers(port):
        if server.poll() is not None or monotonic() > limit:
            pytest.fail("the server did not start")
        sleep(0.1)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = next((found for found in map(shutil.which, BROWSERS) if found), None)
    if path is None and not Path(playwright.chromium.executable_path).exists():
        pytest.fail("No Chromium was found. Run: python scripts/ensure_chromium.py", pytrace=False)
    started = playwright.chromium.launch(executable_path=path, args=list(QUIET))
    yield started
    started.close()
