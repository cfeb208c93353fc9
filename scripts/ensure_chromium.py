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
HELP: Final = (
    "The browser tests need Chromium, and it could not be installed. "
    "Install it yourself (Debian: apt-get install chromium) and run this again."
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
    if find_chromium() or playwright_chromium():
        return 0
    if _is_root() and shutil.which("apt-get"):
        print("Installing Chromium with apt (once)", flush=True)
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "update", "-qq"], env)
        for package in (SHELL, "chromium"):
            if not find_chromium():
                _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], env)
    else:
        print("Installing Chromium with Playwright (once)", flush=True)
        _run([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))
    if find_chromium() or playwright_chromium():
        return 0
    print(HELP, file=sys.stderr)
    return 1


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _run(command: list[str], env: dict[str, str]) -> None:
    # What matters is whether there is a browser afterwards, which main() checks.
    subprocess.run(command, env=env, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
