"""Photo check in a real browser: several photos; points moved by mouse, finger and keyboard."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_steps import OVERFLOWING, downloaded, ready, settle, take_sample
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from support.chromium import PATIENCE_MS

from posture.web.services.samples import find_samples

GOOD = [sample.path for sample in find_samples() if sample.kind == "good"]
REFUSED = next(sample.path for sample in find_samples() if sample.kind == "refused")
VALUES = ".po-value"
BOXES = (
    "nodes => nodes.map(node => node.getBoundingClientRect()).map(box => [box.width, box.height])"
)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, accept_downloads=True
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    yield page
    context.close()


def open_editor(page: Page) -> None:
    take_sample(page)
    page.get_by_text("The numbers and their ranges").click()
    page.get_by_text("Correct the points").click()
    page.locator(".stage .point").first.wait_for()
    ready(page)


def values(page: Page) -> list[str]:
    return page.locator(VALUES).all_inner_texts()


def middle(page: Page, name: str) -> tuple[float, float]:
    point = page.locator(f".point[data-name={name}]")
    # Not hidden below the bar at the top of the page.
    point.evaluate("node => node.scrollIntoView({block: 'center'})")
    box = point.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, name: str, dx: float, dy: float) -> None:
    x, y = middle(page, name)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=3)
    expect(page.locator(".loupe")).to_be_visible()
    page.mouse.up()


def swipe(page: Page, name: str, dx: float, dy: float) -> None:
    x, y = middle(page, name)
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": px, "y": py} for px, py in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", (x, y))
    for step in (0.3, 0.7, 1.0):
        touch("touchMove", (x + step * dx, y + step * dy))
    expect(page.locator(".loupe")).to_be_visible()
    touch("touchEnd")


def test_three_photos_give_one_result_even_if_one_is_refused(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(820)
    files = page.locator("input[type=file]")
    files.set_input_files([GOOD[0], REFUSED, GOOD[2]])
    settle(page)
    expect(page.get_by_text("Mean of 2 photos.")).to_be_visible()
    expect(page.get_by_text("Photo 2 is not used.")).to_be_visible()
    expect(page.locator(".po-cards")).to_contain_text("Your two photos differ by")
    picture = page.get_by_role("img", name=re.compile("outline, plumb line"))
    first = picture.get_attribute("src")
    page.get_by_text(re.compile("^Photo 3: ")).click()
    expect(picture).not_to_have_attribute("src", first or "")
    page.get_by_text("Photo 2: not used").click()
    expect(page.get_by_role("heading", name="For the next photo")).to_be_visible()
    expect(page.locator(".po-card")).to_have_count(3)
    ready(page)
    table = json.loads(downloaded(page, "All values (JSON)"))
    assert [each["status"] == "refused" for each in table["photos"]] == [False, True, False]
    assert page.evaluate(OVERFLOWING) == []


def test_a_point_is_dragged_marked_in_every_file_and_put_back(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(1440)
    open_editor(page)
    before = values(page)
    drag(page, "hip", 14, 5)
    expect(page.locator(".po-hand")).to_have_text("Moved by hand: hip")
    expect(page.locator(VALUES)).not_to_have_text(before)
    expect(page.locator(".po-was").first).to_have_text(f"Before moving points: {before[0]}")
    expect(page.locator(".chip[data-name=hip]")).to_have_attribute("data-state", "moved")

    ready(page)
    table = json.loads(downloaded(page, "All values (JSON)"))
    assert list(table["corrections"]["points"]) == ["hip"]
    assert "corrected" in table["estimates"]["pelvic_tilt_deg"]["flags"]
    with Image.open(io.BytesIO(downloaded(page, "Picture (PNG)"))) as picture:
        colours = picture.convert("RGB").getcolors(1 << 24) or []
    # Only points placed by hand are drawn in this yellow.
    assert (240, 228, 66) in {colour for _, colour in colours}

    page.get_by_role("button", name="Back to where it was").click()
    expect(page.locator(".po-hand")).to_have_count(0)
    expect(page.locator(VALUES)).to_have_text(before)


def test_the_keyboard_moves_points_and_moves_are_announced(open_page: Callable[..., Page]) -> None:
    page = open_page(820, "dark")
    open_editor(page)
    before = values(page)
    page.locator(".point[data-name=shoulder]").focus()
    page.keyboard.press("Tab")
    hip = page.locator(".point[data-name=hip]")
    expect(hip).to_be_focused()
    here = hip.get_attribute("aria-label") or ""
    x, y = map(int, re.findall(r"(\d+) across, (\d+) down", here)[0])
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(hip).to_have_attribute(
        "aria-label", f"Hip, moved by you: {x + 11} across, {y - 1} down."
    )
    expect(page.locator(".po-hand")).to_have_text("Moved by hand: hip")
    expect(page.locator(".live")).to_contain_text("Pelvic tilt")
    expect(hip).to_be_focused()
    expect(page.locator(VALUES)).not_to_have_text(before)
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".po-hand")).to_have_text("Moved by hand: hip, knee")
    ready(page)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")] == []
    page.get_by_role("button", name="Reset all").click()
    expect(page.locator(".po-hand")).to_have_count(0)
    expect(page.locator(VALUES)).to_have_text(before)


def test_a_finger_places_the_pelvis_and_needs_both_ends(phone: Page) -> None:
    page = phone
    open_editor(page)
    expect(page.locator(".point[data-name=asis]")).to_be_hidden()
    sizes = page.locator(".point:visible, .chip, .act:visible").evaluate_all(BOXES)
    assert min(min(width, height) for width, height in sizes) >= 44
    page.get_by_role("button", name="Low back and hips").click()
    before = values(page)
    page.locator(".chip[data-name=asis]").click()
    expect(page.locator(".point[data-name=asis]")).to_have_attribute("data-state", "pending")
    swipe(page, "asis", 10, 20)
    expect(page.get_by_text("Please click the place of the other one too.")).to_be_visible()
    expect(page.locator(VALUES)).to_have_text(before)
    page.locator(".chip[data-name=psis]").click()
    page.get_by_role("button", name="Set it here").click()
    expect(page.locator(".po-hand")).to_have_text("Moved by hand: ASIS, PSIS")
    expect(page.locator(VALUES).first).not_to_have_text(before[0])
    ready(page)
    # The line comes first; the position took it as a reading; the arch stays.
    assert len(values(page)) == len(before) + 1
    assert values(page)[2:] == before[1:]
    expect(page.locator(".values")).to_contain_text(values(page)[0])
    assert page.evaluate(OVERFLOWING) == []


def test_two_clicks_in_the_photo_set_the_line_and_say_so(open_page: Callable[..., Page]) -> None:
    page = open_page(1440)
    open_editor(page)
    before = values(page)
    x, y = middle(page, "hip")
    page.mouse.click(x - 28, y - 26)
    expect(page.locator(".point[data-name=asis]")).to_have_attribute("data-state", "moved")
    expect(page.locator(".live")).to_contain_text("Now click PSIS.")
    expect(page.locator("polyline.pelvis")).to_have_count(0)
    page.mouse.click(x + 30, y - 44)
    expect(page.locator("polyline.pelvis")).to_have_count(1)
    expect(page.get_by_text("Saved. The line between ASIS and PSIS")).to_be_visible()
    expect(page.locator(".po-hand")).to_have_text("Moved by hand: ASIS, PSIS")
    expect(page.locator(".po-figure")).to_have_count(len(before) + 1)
    # Far from the pelvis a click sets nothing.
    page.get_by_role("button", name="Reset all").click()
    expect(page.locator(".po-hand")).to_have_count(0)
    head, top = middle(page, "ear")
    page.mouse.click(head + 45, top)
    ready(page)
    expect(page.locator(".point[data-name=asis]")).to_be_hidden()


def test_an_impossible_point_is_refused_in_words_and_the_values_stay(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(1440, "dark")
    open_editor(page)
    before = values(page)
    drag(page, "knee", 120, 0)
    expect(page.get_by_text("lies beside the person")).to_be_visible()
    expect(page.locator(VALUES)).to_have_text(before)
    page.get_by_role("button", name="Back to where it was").click()
    expect(page.get_by_text("lies beside the person")).to_have_count(0)


def test_the_facing_can_be_changed(open_page: Callable[..., Page]) -> None:
    page = open_page(390, "dark")
    open_editor(page)
    before = values(page)
    page.locator(".st-key-po_picture").get_by_text("Right", exact=True).click()
    expect(page.locator(".po-hand")).to_have_text("Moved by hand: which way the person looks")
    expect(page.locator(VALUES)).not_to_have_text(before)
    page.locator(".st-key-po_picture").get_by_text("Left", exact=True).click()
    expect(page.locator(".po-hand")).to_have_count(0)
    expect(page.locator(VALUES)).to_have_text(before)
