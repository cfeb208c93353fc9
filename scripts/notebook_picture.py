"""Picture of a notebook card: docs/img/notebook.png."""

from __future__ import annotations

from pathlib import Path

from ensure_chromium import find_chromium
from playwright.sync_api import sync_playwright

import posture

ROOT = Path(__file__).resolve().parents[1]
PHOTO = ROOT / "sample_images" / "03_tilted_arched_woman_right.jpg"
TARGET = ROOT / "docs" / "img" / "notebook.png"
WIDTH = 860


def main() -> None:
    """Show the card in a browser and write a screenshot."""
    card = posture.analyze(PHOTO)._repr_html_()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        page = browser.new_page(viewport={"width": WIDTH, "height": 400})
        page.set_content(f'<body style="margin:8px;background:white;color:#1b1b1b">{card}</body>')
        page.locator("body > div").screenshot(path=TARGET)
        browser.close()
    print(TARGET)


if __name__ == "__main__":
    main()
