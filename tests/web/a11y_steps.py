"""Accessibility check with axe-core on a page in a browser."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()

SOLID = """() => [...document.querySelectorAll('.stElementContainer')].every(
  element => getComputedStyle(element).opacity === '1')
  && document.getAnimations().every(
    each => each.playState !== 'running' || each.effect.getComputedTiming().endTime === Infinity)
  && [...document.querySelectorAll('.stApp')].every(app => getComputedStyle(app).colorScheme ===
    (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'))"""


def look(page: Page) -> list[str]:
    """Return serious and critical violations as readable lines, those of Streamlit included."""
    # Redrawn elements fade in, and a change of theme takes a moment; until then their colours are
    # not the ones that people see.
    page.wait_for_function(SOLID)
    size = page.viewport_size or {"width": 1280, "height": 900}
    # Streamlit scrolls inside its page, and axe-core checks only the colours in view.
    high = int(page.evaluate("document.querySelector('.stMain, main').scrollHeight"))
    page.set_viewport_size({"width": size["width"], "height": max(high, size["height"])})
    found = AXE.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    page.set_viewport_size(size)
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
