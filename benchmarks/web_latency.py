"""Latency and memory of the web app: ``python -m benchmarks.web_latency``.

Times are taken inside a real Chromium: from the moment a photo is handed to the page until its
values are shown, and from the end of a drag until a value has changed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.memory import resident_mb
from benchmarks.photos import FACING_RIGHT, make_photos
from posture.web.lan.sessions import GRACE_S
from posture.web.server import answers, free_port, server_command
from scripts.ensure_chromium import find_chromium

AT_ONCE: Final = 4
"""Number of simultaneous uploads."""

PHOTO_BYTES: Final = 4_000_000

SETTLE_S: Final = 5.0
"""Time for the end of a session to give its memory back."""

WARM: Final = 20
"""Uploads after which models and caches are loaded and memory is expected to stay constant."""

ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu")

WATCH: Final = """() => {
  document.addEventListener('change', event => {
    if (event.target.type === 'file') window.started = performance.now();
  }, true);
  document.addEventListener('pointerup', () => { window.dropped = performance.now(); }, true);
  const seen = () => document.querySelector('.po-figures')?.textContent ?? '';
  let last = '';
  new MutationObserver(() => {
    const now = seen();
    if (now && !last) window.shown = performance.now();
    if (now && last && now !== last) window.changed = performance.now();
    last = now;
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def main() -> None:
    """Measure and print one figure per line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web_latency")
    parser.add_argument("--uploads", type=int, default=200, help="uploads for memory")
    parser.add_argument("--rounds", type=int, default=10, help="uploads and drags for times")
    parser.add_argument("--part", choices=("times", "memory"), help="measure only this")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        photo = phone_photo(Path(folder))
        print(f"photo_mb {photo.stat().st_size / 1e6:.1f}")
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        with served(Path(folder)) as (server, address):
            _measure(browser, address, server, photo, chosen)
        browser.close()


def phone_photo(folder: Path) -> Path:
    """Write a photo of 12 megapixels and, as from a phone, about 4 MB."""
    make_photos(folder)
    photo = folder / FACING_RIGHT
    with Image.open(photo) as picture:
        picture.load()
    for quality in range(90, 100):
        picture.save(photo, quality=quality)
        if photo.stat().st_size >= PHOTO_BYTES:
            break
    return photo


def _measure(
    browser: Browser,
    address: str,
    server: subprocess.Popen[bytes],
    photo: Path,
    chosen: argparse.Namespace,
) -> None:
    start = time.perf_counter()
    page = _open(browser, address)
    print(f"first_page_s {time.perf_counter() - start:.2f}")
    print(f"first_upload_s {_upload([page], photo)[0]:.2f}")
    if chosen.part != "memory":
        _times(page, browser, address, photo, chosen.rounds)
    if chosen.part != "times":
        _memory(browser, address, server, photo, chosen.uploads)


def _times(page: Page, browser: Browser, address: str, photo: Path, rounds: int) -> None:
    alone = [_upload([page], photo)[0] for _ in range(rounds)]
    print(f"upload_median_s {statistics.median(alone):.2f}")
    drags = _drags(page, rounds)
    print(f"correct_median_s {statistics.median(drags):.2f}")
    print(f"correct_worst_s {max(drags):.2f}")
    pages = [page, *(_open(browser, address) for _ in range(AT_ONCE - 1))]
    together = [wait for _ in range(rounds) for wait in _upload(pages, photo)]
    print(f"upload_{AT_ONCE}_at_once_p95_s {statistics.quantiles(together, n=20)[-1]:.2f}")


def _memory(
    browser: Browser, address: str, server: subprocess.Popen[bytes], photo: Path, uploads: int
) -> None:
    pages = [_open(browser, address) for _ in range(AT_ONCE)]
    for _ in range(WARM // len(pages)):
        _upload(pages, photo)
    before = resident_mb(server.pid)
    for _ in range(uploads // len(pages)):
        _upload(pages, photo)
    after = resident_mb(server.pid)
    print(f"memory_mb {after:.0f}")
    print(f"memory_growth_mb {after - before:.1f} after {uploads} uploads")
    for page in pages:
        page.context.close()
    time.sleep(GRACE_S + SETTLE_S)
    print(f"memory_after_closing_mb {resident_mb(server.pid):.0f}")


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    page.evaluate(WATCH)
    return page


def _upload(pages: list[Page], photo: Path) -> list[float]:
    """Upload to every page at once; return how long each waited for its values, seconds."""
    for page in pages:
        another = page.get_by_role("button", name="Another photo", exact=True)
        if another.count():
            another.click()
        page.locator(".po-guide").first.wait_for()
        page.locator(".po-figure").first.wait_for(state="detached")
        # The result page has an uploader of its own, which disappears a moment later.
        page.wait_for_function("document.querySelectorAll('input[type=file]').length === 1")
        page.evaluate("window.shown = 0")
    for page in pages:
        page.locator("input[type=file]").set_input_files(photo)
    waits = []
    for page in pages:
        page.wait_for_function("window.shown > 0")
        waits.append(page.evaluate("window.shown - window.started") / 1000)
        page.locator("[data-test-script-state=notRunning]").wait_for()
    return waits


def _drags(page: Page, count: int) -> list[float]:
    """Drag the hip to and fro; return how long the values took to follow, seconds."""
    page.get_by_text("Correct the points").click()
    hip = page.locator(".point[data-name=hip]")
    hip.wait_for()
    # Wait until the page has stopped moving under the mouse.
    page.wait_for_timeout(1500)
    waits = []
    for number in range(count):
        page.locator("[data-test-script-state=notRunning]").wait_for()
        hip.evaluate("node => node.scrollIntoView({block: 'center'})")
        box = hip.bounding_box()
        if box is None:
            raise RuntimeError("the point is not on the page")
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.evaluate("window.changed = 0")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + (12 if number % 2 == 0 else -12), y, steps=3)
        page.mouse.up()
        page.wait_for_function("window.changed > 0")
        waits.append(page.evaluate("window.changed - window.dropped") / 1000)
    return waits


@contextmanager
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run the web app with data of its own; yield the process and its address."""
    port = free_port(0)
    root = Path(__file__).resolve().parent.parent
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            server_command(port),
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(root), "POSTURE_DATA": str(folder)},
            stdout=log,
            stderr=log,
        )
        try:
            while not answers(port):
                if server.poll() is not None:
                    sys.exit("the server did not start")
                time.sleep(0.05)
            yield server, f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


if __name__ == "__main__":
    main()
