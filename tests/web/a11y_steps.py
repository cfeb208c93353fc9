"""axe-core, run on a page in a browser."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()

SOLID = """() => [...document.querySelectorAll('.stElementContainer')].every(
  element => getComputedStyle(element).opacity === '1')"""


def look(page: Page) -> list[str]:
    """Serious and critical violations as readable lines; nothing of Streamlit is left out."""
    # What is drawn anew fades in; in between its colours are not the ones that people read.
    page.wait_for_function(SOLID)
    found = AXE.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
