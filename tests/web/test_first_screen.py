"""First screen after a photo: what is in view, and how many taps lead to it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from browser_steps import OVERFLOWING, ready, settle, take_sample
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from support.chromium import PATIENCE_MS

from posture.web.services.samples import find_samples

GOOD = [sample.path for sample in find_samples() if sample.kind == "good"]
PICTURE = ".st-key-po_picture img"


class Phone:
    """A phone whose owner never scrolls, and whose taps are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, target: Locator) -> None:
        assert in_view(target)
        target.tap()
        self.taps += 1

    def choose_file(self, name: str, data: bytes) -> None:
        """Tap the button, then the photo in the phone's own list."""
        assert in_view(self.page.locator("[data-testid=stFileUploaderDropzone] button"))
        self.page.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "image/jpeg", "buffer": data}
        )
        self.taps += 2


def in_view(part: Locator) -> bool:
    """Return whether all of a part is on the screen, below the bar at the top of the page."""
    part.wait_for()
    box, size = part.bounding_box(), part.page.viewport_size
    assert box is not None
    assert size is not None
    fits = box["x"] >= 0 and box["x"] + box["width"] <= size["width"] + 1
    return fits and box["y"] >= 0 and box["y"] + box["height"] <= size["height"]


def scrolled(page: Page) -> float:
    return float(page.evaluate("document.querySelector('.stMain').scrollTop"))


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Phone]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    ready(page)
    yield Phone(page)
    context.close()


def test_three_taps_to_the_verdict_and_two_more_to_the_first_exercise(phone: Phone) -> None:
    page = phone.page
    phone.tap(page.get_by_text("Female", exact=True))
    ready(page)
    phone.choose_file("me.jpg", GOOD[1].read_bytes())
    settle(page)
    assert phone.taps == 3
    expect(page.locator(PICTURE)).to_be_visible()
    button = page.get_by_role("button", name="Start session A")
    for part in (page.locator(".po-sentence"), page.locator(PICTURE), button):
        assert in_view(part)
    # Numbers and signs are one tap deeper.
    expect(page.locator(".po-figures")).to_be_hidden()
    expect(page.locator(".po-card").first).to_be_hidden()

    phone.tap(button)
    page.get_by_role("heading", name="Before the first exercise").wait_for()
    ready(page)
    assert page.locator(".po-do, .po-thumb, .po-exercise").count() == 0
    phone.tap(page.get_by_role("button", name="None of these"))
    picture = page.locator("dialog img").first
    picture.wait_for()
    ready(page)
    assert phone.taps == 3 + 2
    assert in_view(picture)
    assert picture.evaluate("picture => picture.complete && picture.naturalWidth > 200")
    assert scrolled(page) == 0


@pytest.mark.parametrize("name", ["Sample 1", "Sample 2", "Sample 4", "Poor photo"])
def test_verdict_picture_and_button_are_in_view_on_a_phone(phone: Phone, name: str) -> None:
    page = phone.page
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)
    expect(page.locator(PICTURE)).to_be_visible()
    ready(page)
    assert scrolled(page) == 0
    assert in_view(page.locator(".po-sentence"))
    box = page.locator(PICTURE).bounding_box()
    assert box is not None
    assert box["y"] + 0.8 * box["height"] < 844
    buttons = page.locator(".st-key-po_next button[kind=primary]")
    expect(buttons).to_have_count(1)
    assert in_view(buttons)


def test_on_a_laptop_picture_verdict_and_three_values_are_side_by_side(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(1280)
    page.set_viewport_size({"width": 1280, "height": 800})
    take_sample(page)
    expect(page.locator(PICTURE)).to_be_visible()
    ready(page)
    figures = page.locator(".po-figure")
    expect(figures).to_have_count(3)
    parts = [page.locator(".po-headline"), page.locator(PICTURE), *figures.all()]
    parts.append(page.get_by_role("button", name="Start session A"))
    assert all(in_view(part) for part in parts)
    verdict, picture = (page.locator(each).bounding_box() for each in (".po-headline", PICTURE))
    assert verdict is not None
    assert picture is not None
    assert picture["x"] + picture["width"] < verdict["x"]
    for part in parts[2:]:
        box = part.bounding_box()
        assert box is not None
        assert box["x"] >= verdict["x"]


@pytest.mark.parametrize("width", [320, 768, 2560])
def test_it_fits_every_width(open_page: Callable[..., Page], width: int) -> None:
    page = open_page(width)
    assert page.evaluate(OVERFLOWING) == []
    take_sample(page)
    assert page.evaluate(OVERFLOWING) == []
    page.get_by_role("button", name="Start session A").click()
    page.get_by_role("heading", name="Before the first exercise").wait_for()
    ready(page)
    assert page.evaluate(OVERFLOWING) == []


def test_the_tests_that_tell_most_are_done_one_by_one_and_lead_back(phone: Phone) -> None:
    page = phone.page
    page.get_by_role("button", name="Sample 4", exact=True).click()
    settle(page)
    expect(page.locator(".po-sentence")).to_contain_text("may fit the type A pattern")
    phone.tap(page.get_by_role("button", name="Two short tests tell whether muscles play a part"))
    page.get_by_role("heading", name="Before the first exercise").wait_for()
    ready(page)
    phone.tap(page.get_by_role("button", name="None of these"))
    expect(page.get_by_role("heading", level=1)).to_have_text(["Modified Thomas test"])
    expect(page.get_by_text("Test 1 of 2")).to_be_visible()
    ready(page)
    for ask in ("Did the low back stay flat", "Does the thigh stay above"):
        read = page.get_by_test_id("stButtonGroup").filter(has_text=ask).first
        read.get_by_text("Yes", exact=True).click()
        ready(page)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(["Curl-up"])
    ready(page)
    page.get_by_text("Feet lift or back arches", exact=True).click()
    ready(page)
    page.get_by_role("button", name="Save and go on").click()
    # Nothing more is asked of whoever chose these two.
    expect(page.get_by_role("heading", level=1)).to_have_text(["That is all it takes"])
    ready(page)
    page.get_by_role("button", name="Back to the result").click()
    settle(page)
    expect(page.locator(".po-sentence")).to_contain_text("is likely")
    expect(page.locator(".st-key-po_next button[kind=primary]")).to_contain_text("Start session A")


def cut_at(share: float, number: int) -> bytes:
    """Return a sample without what lies below a share of its height."""
    buffer = io.BytesIO()
    with Image.open(GOOD[number]) as photo:
        whole = photo.convert("RGB")
        whole.crop((0, 0, whole.width, round(share * whole.height))).save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_refusal_stands_above_the_photo_with_the_way_to_a_better_one(phone: Phone) -> None:
    page = phone.page
    phone.tap(page.get_by_text("Male", exact=True))
    ready(page)
    phone.choose_file("me.jpg", cut_at(0.48, 1))
    settle(page)
    reason = page.locator(".po-sentence")
    expect(reason).to_contain_text("The legs are cut off")
    again = page.get_by_role("button", name="Take a better photo")
    drawing = page.get_by_role("img", name="Drawing: what the phone should see.")
    photo = page.get_by_role("img", name="The photo that was not used")
    tops = [part.bounding_box() for part in (reason, again, drawing, photo)]
    heights = [box["y"] for box in tops if box is not None]
    assert len(heights) == len(tops)
    assert heights == sorted(heights)
    assert in_view(reason)
    phone.tap(again)
    page.get_by_role("heading", name="How to take the photo").wait_for()
    ready(page)
    # What is known of the person stays.
    expect(page.get_by_role("radio", name="Male", exact=True)).to_be_checked()


def test_legs_cut_at_the_thighs_are_called_so_beside_the_verdict(phone: Phone) -> None:
    page = phone.page
    phone.choose_file("me.jpg", cut_at(0.6, 1))
    settle(page)
    expect(page.locator(".po-headline")).to_contain_text("The legs are cut off")
    # The vertical is drawn through the ankle, and so not named here.
    assert page.locator(".po-line-key span").all_inner_texts() == ["pelvic tilt", "lumbar arch"]
    expect(page.locator(".po-headline")).not_to_contain_text("arms folded")
