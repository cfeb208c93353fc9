"""The camera in a real browser with a fake one: told what to change, photographed, measured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from browser_steps import ready
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Playwright, expect
from support.chromium import PATIENCE_MS, QUIET, browser_path
from support.clip import camera_frame, write_clip

FRONT, SIDE = 12, 3


@pytest.fixture(scope="module")
def clip_browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A browser whose camera shows somebody from the front, then standing right."""
    scenes = [(camera_frame(FRONT), 120), (camera_frame(SIDE), 900)]
    yield from launched(playwright, scenes, tmp_path_factory.mktemp("clip"))


@pytest.fixture(scope="module")
def turning_browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A browser whose camera shows somebody from one side, then from the other."""
    side = camera_frame(SIDE)
    scenes = [(side, 750), (np.ascontiguousarray(side[:, ::-1]), 750)]
    yield from launched(playwright, scenes, tmp_path_factory.mktemp("turning"))


def launched(
    playwright: Playwright, scenes: list[tuple[NDArray[np.uint8], int]], folder: Path
) -> Iterator[Browser]:
    clip = write_clip(folder / "person.mjpeg", scenes)
    fake = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
    )
    started = playwright.chromium.launch(
        executable_path=browser_path(playwright), args=[*QUIET, *fake]
    )
    yield started
    started.close()


@pytest.fixture
def page(clip_browser: Browser, address: str) -> Iterator[Page]:
    yield from opened(clip_browser, address)


@pytest.fixture
def turning_page(turning_browser: Browser, address: str) -> Iterator[Page]:
    yield from opened(turning_browser, address)


def opened(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    ready(page)
    yield page
    context.close()


def open_camera(page: Page) -> None:
    page.get_by_text("This camera").click()
    page.get_by_role("button", name="Open the camera").click()


def test_it_says_what_to_change_then_takes_the_photo_itself(page: Page) -> None:
    looks: list[float] = []
    page.on("response", lambda reply: "/look" in reply.url and looks.append(monotonic()))
    open_camera(page)
    expect(page.locator(".said")).to_have_text("Turn sideways to the camera.")
    expect(page.locator(".said")).to_have_text("Hold still")
    assert page.locator(".screen").bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 900}
    expect(page.locator(".po-sentence").first).to_be_visible()
    expect(page.get_by_text("Camera 1")).to_be_visible()
    # Two frames ask for a turn, and a countdown runs over several; a busy machine answers no more.
    assert len(looks) > 4
    expect(page.get_by_text(re.compile(r"You swayed by \d\.\d° in three seconds"))).to_be_visible()


def test_both_sides_are_one_visit_with_their_difference(turning_page: Page) -> None:
    turning_page.set_default_timeout(90_000)
    turning_page.get_by_text("This camera").click()
    turning_page.get_by_role("combobox", name="Photos").select_option("sides")
    turning_page.get_by_role("button", name="Open the camera").click()
    expect(turning_page.locator(".said")).to_have_text(
        "Turn round: now your other side.", timeout=90_000
    )
    expect(turning_page.locator(".po-sentence").first).to_be_visible(timeout=90_000)
    # The same picture, mirrored: whatever photos can tell apart, it is no difference.
    told = re.compile(r"Pelvic tilt: \S+ from the left, \S+ from the right. That is no difference")
    expect(turning_page.get_by_text(told)).to_be_visible()


def test_the_camera_is_off_when_it_is_closed(page: Page) -> None:
    page.evaluate(
        """() => {
          const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = async (wish) => (window.given = await open(wish));
        }"""
    )
    open_camera(page)
    expect(page.locator(".said")).not_to_be_empty()
    page.get_by_role("button", name="Close the camera").click()
    page.wait_for_function(
        "window.given.getTracks().every((track) => track.readyState === 'ended')"
    )


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("NotAllowedError", "does not let this page use the camera"),
        ("NotFoundError", "No camera was found"),
        ("NotReadableError", "Another page or program uses the camera"),
    ],
)
def test_a_camera_that_does_not_open_says_what_to_do(page: Page, reason: str, words: str) -> None:
    page.evaluate(
        """(reason) => {
          navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", reason); };
        }""",
        reason,
    )
    open_camera(page)
    expect(page.get_by_text(words)).to_be_visible()
