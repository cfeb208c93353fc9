"""One visit to the app from start to end: ``offline_visit.py FOLDER``, for ``WATCH``.

Trainer and phone are pages of a browser beside the server, so all of it runs where there is no
network. Prints the hosts that the pages asked, and the steps that were done, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

from browser_steps import pass_safety, ready, settle
from playwright.sync_api import Browser, Page, expect, sync_playwright
from support.chromium import PATIENCE_MS, QUIET, browser_path
from support.clip import camera_frame, write_clip
from support.ports import unused_port
from support.watched import ROOT, Watch

from posture.clients import ClientStore, Details, Passphrase
from posture.web.server import answers

PHONE_HOST = "127.0.0.2"
SAMPLE = ROOT / "sample_images" / "02_neutral_man_right.jpg"
WORDS = "four quiet words aloud"


def main() -> None:
    folder, watch = Path(sys.argv[1]), Watch(Path(os.environ["WATCH"]))
    store = ClientStore(folder / "data" / "clients.sqlite", passphrase=Passphrase(WORDS))
    store.add(Details(name="Anna"))
    clip = write_clip(folder / "person.mjpeg", [(camera_frame(3), 600)])
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright, served(watch, folder) as port:
        browser = playwright.chromium.launch(
            executable_path=browser_path(playwright),
            args=[
                *QUIET,
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={clip}",
            ],
        )
        sys.stdout.write(json.dumps(visit(browser, port)) + "\n")
        browser.close()


@contextmanager
def served(watch: Watch, folder: Path) -> Iterator[int]:
    """Run the app for this computer and phones, watched; yield its port."""
    port = unused_port()
    flags = ("--no-browser", "--port", str(port), "--lan", "--host", PHONE_HOST)
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*watch.prefix(), sys.executable, "-m", "posture", "app", *flags],
            env=watch.environment(POSTURE_DATA=str(folder / "data"), HOME=str(folder)),
            stdout=log,
            stderr=log,
            process_group=0,
        )
        try:
            until = monotonic() + 120
            while not answers(port):
                assert server.poll() is None, (folder / "log").read_text()
                assert monotonic() < until
                sleep(0.1)
            yield port
        finally:
            # All of it: strace itself does not pass the signal on.
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=60)


class Trip:
    """Pages of one visit, what they asked for and what was done."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.hosts: set[str] = set()
        self.steps: list[str] = []

    def open(self, address: str) -> Page:
        page = self._browser.new_context(accept_downloads=True).new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: self._note(request.url))
        page.goto(address)
        return page

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss"):
            self.hosts.add(parts.hostname or "")


def visit(browser: Browser, port: int) -> dict[str, list[str]]:
    trip, here = Trip(browser), f"http://127.0.0.1:{port}"
    trainer = trip.open(f"{here}/phones")
    send_from_phone(trip, trainer, f"http://{PHONE_HOST}:{port}")
    open_clients(trip, trip.open(f"{here}/clients"))
    take_with_camera(trip, trip.open(here))
    page = trip.open(here)
    ready(page)
    page.locator("input[type=file]").first.set_input_files(SAMPLE)
    settle(page)
    trip.steps.append("upload")
    do_session(trip, page)
    return {"hosts": sorted(trip.hosts), "steps": trip.steps}


def send_from_phone(trip: Trip, trainer: Page, there: str) -> None:
    code = trainer.locator(".po-code").inner_text()
    phone = trip.open(there)
    phone.get_by_label("Code").fill(code)
    phone.get_by_role("button", name="Connect").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Send photos")
    photo = {"name": "anna.jpg", "mimeType": "image/jpeg", "buffer": SAMPLE.read_bytes()}
    phone.locator("input[type=file]").set_input_files(photo)  # type: ignore[arg-type]
    expect(phone.get_by_text("anna.jpg")).to_be_visible()
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(trainer.get_by_text("anna.jpg")).to_be_visible()
    trip.steps.append("phone")


def open_clients(trip: Trip, page: Page) -> None:
    page.get_by_label("Passphrase", exact=True).fill(WORDS)
    page.get_by_role("button", name="Open the client file").click()
    expect(page.get_by_role("button", name="Anna")).to_be_visible()
    trip.steps.append("clients")


def take_with_camera(trip: Trip, page: Page) -> None:
    ready(page)
    page.get_by_text("This camera").click()
    page.get_by_role("button", name="Open the camera").click()
    settle(page)
    trip.steps.append("camera")


def do_session(trip: Trip, page: Page) -> None:
    page.get_by_role("button", name="Start session A").click()
    pass_safety(page)
    expect(page.get_by_role("dialog").get_by_role("heading").first).to_be_visible()
    trip.steps.append("session")


if __name__ == "__main__":
    main()
