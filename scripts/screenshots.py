"""Screenshots of every page of the web app at three widths, for docs/img/web.

Run this after a change to the pages, and look at the pictures::

    python scripts/screenshots.py            # all pages
    python scripts/screenshots.py plan       # some pages

The clients on them are invented, and the people are rendered samples.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from ensure_chromium import find_chromium
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from posture import Analyzer
from posture.clients import ClientStore, Details
from posture.clients.capture import capture
from posture.clients.database import FILE_NAME
from posture.inputs.protocol import Protocol
from posture.web.server import answers, free_port

ROOT: Final = Path(__file__).resolve().parent.parent
OUT: Final = ROOT / "docs" / "img" / "web"
WIDTHS: Final = {"phone": 390, "tablet": 820, "desktop": 1440}
SHOWN_PX: Final = 1100
"""Greatest width of the pictures: legible, yet small files."""

HIGHEST: Final = 2800
"""Height at which a long page is cut, pixels."""

QUALITY: Final = 72
START_S: Final = 90.0
WOMAN, MAN = "03_tilted_arched_woman_right.jpg", "02_neutral_man_right.jpg"
CLIENTS: Final = {
    "Anna Example (invented)": ((date(2025, 3, 3), WOMAN), (date(2025, 3, 31), WOMAN)),
    "Ben Example (invented)": ((date(2025, 3, 10), MAN),),
}


@contextmanager
def running_app(*flags: str) -> Iterator[int]:
    """Run the app with a client file of invented clients; yield its port."""
    port = free_port(0)
    command = [sys.executable, "-m", "posture", "app", "--no-browser", "--port", str(port), *flags]
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "POSTURE_DATA": folder}
        add_clients(Path(folder))
        quiet = subprocess.DEVNULL
        server = subprocess.Popen(command, cwd=folder, env=env, stdout=quiet, stderr=quiet)
        try:
            limit = monotonic() + START_S
            while not answers(port):
                if server.poll() is not None or monotonic() > limit:
                    raise SystemExit("the app did not start")
                sleep(0.2)
            yield port
        finally:
            server.terminate()
            server.wait()


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the system's Chromium, or that of Playwright."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield started
        started.close()


class Camera:
    """Opens pages and takes screenshots."""

    def __init__(self, browser: Browser, port: int) -> None:
        self._browser, self._address = browser, f"http://127.0.0.1:{port}"
        self.bytes = 0

    def open(self, path: str, *, width: int, theme: str = "light", language: str = "en-US") -> Page:
        """Open a page in a window of its own."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, locale=language
        )
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(self._address + path)
        page.get_by_role("heading", level=1).wait_for()
        ready(page)
        return page

    def shoot(self, page: Page, name: str) -> None:
        """Write the whole page as WebP; waits for the footer, which a page that failed lacks."""
        page.locator(".po-foot").wait_for()
        width = page.viewport_size["width"] if page.viewport_size else 0
        # Streamlit scrolls inside its page: only a window of this height shows all of it.
        high = page.evaluate("document.querySelector('.stMain').scrollHeight")
        page.set_viewport_size({"width": width, "height": min(int(high), HIGHEST)})
        ready(page)
        with Image.open(io.BytesIO(page.screenshot())) as shot:
            picture = shot.convert("RGB")
        picture.thumbnail((SHOWN_PX, 10_000))
        target = OUT / f"{name}.webp"
        picture.save(target, quality=QUALITY, method=6)
        self.bytes += target.stat().st_size
        print(f"{target.relative_to(ROOT)} {picture.width} x {picture.height}")
        page.context.close()


def ready(page: Page) -> None:
    """Wait until the page is fully drawn."""
    page.wait_for_timeout(400)
    page.locator("[data-test-script-state=notRunning]").wait_for()
    # Components that are still loading show as grey bars.
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
    page.wait_for_timeout(400)


def stay(_page: Page) -> None:
    """Leave the page as it opens."""


def press(page: Page, name: str) -> None:
    """Press a button and wait for the result."""
    page.get_by_role("button", name=name, exact=True).first.click()
    ready(page)


def take_sample(page: Page, name: str) -> None:
    """Analyse one of the samples."""
    press(page, name)
    page.locator(".po-sentence").first.wait_for()
    ready(page)


def add_clients(folder: Path) -> None:
    """Add two invented clients with visits, as a trainer would enter them."""
    store = ClientStore(folder / FILE_NAME)
    how = Protocol(arms="crossed_high", clothing="tight", stance="relaxed", footwear="barefoot")
    with Analyzer() as analyzer:
        for name, visits in CLIENTS.items():
            client = store.add(Details(name=name, notes="Not a real person."))
            for day, sample in visits:
                photos = [capture(analyzer.analyze(photo)) for photo in takes(sample, day)]
                store.add_visit(client.id, photos, day=day, protocol=how)


def takes(sample: str, day: date) -> Iterator[Image.Image]:
    """Yield three photos of one visit: the sample, each cropped differently as if retaken."""
    with Image.open(ROOT / "sample_images" / sample) as opened:
        picture = opened.convert("RGB")
    for number in range(day.day % 4, day.day % 4 + 3):
        yield picture.crop((number, 2 * number, picture.width - 3 * number, picture.height))


def photograph(camera: Camera) -> None:
    """Take the screenshots of all pages, or of those named on the command line."""
    steps: dict[str, tuple[str, Callable[[Page], None]]] = {
        "start": ("/", stay),
        "result": ("/", lambda page: take_sample(page, "Sample 1")),
        "refused": ("/", lambda page: take_sample(page, "Wrong view")),
        "safety": ("/plan", stay),
        "plan": ("/plan", lambda page: press(page, "None of these")),
        "library": ("/library", stay),
        "method": ("/method", stay),
        "clients": ("/clients", stay),
        "client": ("/clients", lambda page: press(page, next(iter(CLIENTS)))),
        "compare": ("/compare", stay),
        "studio": ("/studio", stay),
        "phones": ("/phones", stay),
    }
    wanted = sys.argv[1:] or list(steps)
    for name, (path, step) in ((name, steps[name]) for name in wanted):
        for size, width in WIDTHS.items():
            page = camera.open(path, width=width)
            step(page)
            camera.shoot(page, f"{name}_{size}")
    for name, (theme, language, sample) in {
        "result_dark": ("dark", "en-US", "Sample 1"),
        "result_german": ("light", "de-DE", "Beispiel 1"),
    }.items():
        page = camera.open("/", width=WIDTHS["desktop"], theme=theme, language=language)
        take_sample(page, sample)
        camera.shoot(page, f"{name}_desktop")


def main() -> None:
    """Start the app with invented clients and take the screenshots."""
    OUT.mkdir(parents=True, exist_ok=True)
    # The loopback address stands in for a local network, so that the page for phones exists.
    with running_app("--lan", "--host", "127.0.0.1") as port, browser() as started:
        camera = Camera(started, port)
        photograph(camera)
    print(f"{camera.bytes / 1e6:.2f} MB in all")


if __name__ == "__main__":
    main()
