"""Steps shared by the browser tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from playwright.sync_api import Page, expect

T = TypeVar("T")

OVERFLOWING = """() => {
  const width = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll('.stMain *')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > width + 1 && element.checkVisibility();
  });
  const scrolls = document.documentElement.scrollWidth > width;
  return [...(scrolls ? ['page'] : []), ...wide.map(element => element.tagName)];
}"""


def settle(page: Page) -> None:
    """Wait for the headline, and until nothing more is being drawn."""
    page.locator(".po-sentence").wait_for()
    ready(page)


def ready(page: Page) -> None:
    """Wait until nothing more is being drawn."""
    page.wait_for_timeout(150)  # a click needs a moment to reach the server
    page.locator("[data-test-script-state=notRunning]").wait_for()


def unfold(page: Page, title: str) -> None:
    """Open a part of the page; a click on something still moving may miss it."""
    ready(page)
    part = page.locator("summary").filter(has_text=title)
    part.click()
    expect(part.locator("xpath=..")).to_have_attribute("open", "")
    ready(page)


def unfold_all(page: Page) -> None:
    """Open all parts of the page, also those that a click misses or that close again."""
    ready(page)
    parts = page.locator("[data-testid=stExpander] > details")
    for _ in range(3):
        for part in parts.all():
            if not part.evaluate("part => part.open"):
                part.locator("> summary").click()
        ready(page)
    expect(parts.and_(page.locator(":not([open])"))).to_have_count(0)


def take_sample(page: Page) -> None:
    page.get_by_role("button", name="Sample 1", exact=True).click()
    settle(page)


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return download.value.path().read_bytes()


def pass_safety(page: Page) -> None:
    """Answer the safety questions with the one tap that most people need."""
    page.get_by_role("button", name="None of these").click()
    page.get_by_role("heading", name="Before the first exercise").wait_for(state="detached")
    ready(page)


def run_beside(work: Coroutine[object, object, T]) -> T:
    """Run a coroutine in a thread: the browser tests keep an event loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
