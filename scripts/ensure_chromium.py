"""The one search for Chromium, and its installation for the browser tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Final

SHELL: Final = "chromium-headless-shell"
"""Chromium without windows of its own, as Debian calls it: pages take half the processor time."""

NAMES: Final = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DRIVER_NEEDS: Final = "libatomic1"
"""What Playwright's own program needs of the system; small installations of Debian lack it."""

HELP: Final = (
    "The browser tests need Chromium, and it could not be installed. "
    f"Install it yourself (Debian: apt-get install {DRIVER_NEEDS} chromium) and run this again."
)


def find_chromium() -> str | None:
    """Return the system's Chromium or Chrome, if any."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def playwright_chromium() -> str | None:
    """Return the Chromium that Playwright installed, if any."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None  # noqa: PTH110  # a plain string, may be empty


def main() -> int:
    """Install Chromium if it is missing; return 0 if there is a browser in the end."""
    if _ready():
        return 0
    if _is_root() and shutil.which("apt-get"):
        print("Installing Chromium with apt (once)", flush=True)
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "update", "-qq"], env)
        for package in (DRIVER_NEEDS, SHELL, "chromium"):
            if not _ready():
                _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], env)
    else:
        print("Installing Chromium with Playwright (once)", flush=True)
        _run([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))
    if _ready():
        return 0
    print(HELP, file=sys.stderr)
    return 1


def _ready() -> bool:
    """Return whether Playwright's own program starts, and there is a browser for it."""
    driver = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"], check=False, capture_output=True
    )
    return driver.returncode == 0 and bool(find_chromium() or playwright_chromium())


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _run(command: list[str], env: dict[str, str]) -> None:
    # What matters is whether there is a browser afterwards, which main() checks.
    subprocess.run(command, env=env, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
