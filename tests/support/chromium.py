"""The browser of the tests: the system's Chromium, or the one that Playwright brings."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from scripts.ensure_chromium import find_chromium

PATIENCE_MS = 120_000
"""How long a page may take to show something: on a machine with much other work, a minute. What is
already there is not waited for."""

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def browser_path(playwright: Playwright) -> str | None:
    """Return where the system's Chromium is; ``None`` for the one that Playwright brings."""
    path = find_chromium()
    if path is None and not Path(playwright.chromium.executable_path).exists():
        pytest.fail("No Chromium was found. Run: python scripts/ensure_chromium.py", pytrace=False)
    return path
