"""Photo check end to end in a real browser: photo in, picture and values shown, files out."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable

import pytest
from browser_steps import (
    OVERFLOWING,
    downloaded,
    pass_safety,
    settle,
    take_sample,
    unfold,
    unfold_all,
)
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from posture.web.services.samples import find_samples


def upload(page: Page, name: str, data: bytes, mime: str = "image/jpeg") -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": mime, "buffer": data}
    )
    settle(page)


def empty_room() -> bytes:
    room = Image.new("RGB", (900, 1200), (205, 200, 190))
    pen = ImageDraw.Draw(room)
    pen.rectangle((0, 900, 900, 1200), fill=(120, 100, 80))
    pen.rectangle((550, 300, 760, 900), fill=(240, 240, 235))
    buffer = io.BytesIO()
    room.save(buffer, "JPEG")
    return buffer.getvalue()


def test_an_uploaded_photo_gives_picture_values_programme_and_files(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    upload(page, "me <b>today.jpg", find_samples()[0].path.read_bytes())

    expect(page.locator(".po-sentence")).to_contain_text(re.compile("pelvis", re.IGNORECASE))
    expect(page.locator(".po-card")).to_have_count(3)
    expect(page.locator(".po-value").first).to_have_text(re.compile(r"\d+°"))
    expect(page.locator(".po-range").first).to_have_text(re.compile(r"between .*° and .*°"))
    overlay = page.get_by_role("img", name=re.compile("outline, plumb line"))
    expect(overlay).to_be_visible()
    assert overlay.evaluate("picture => picture.complete && picture.naturalWidth > 400")
    expect(page.get_by_role("button", name="Start session A")).to_be_visible()
    expect(page.get_by_text("me <b>today.jpg")).to_be_visible()
    expect(page.get_by_text("A screening aid, not a diagnosis.").first).to_be_visible()

    result = json.loads(downloaded(page, "All values (JSON)"))
    assert result["status"] in ("ok", "poor")
    assert result["photo"] == "me <b>today.jpg"
    assert set(result["estimates"]) == {
        "change",
        "pelvic_tilt_deg",
        "lumbar_lordosis_deg",
        "lumbar_depth_pct",
        "asis_psis_deg",
        "leans",
        "correlation",
    }
    assert result["plan"]["session"]
    with Image.open(io.BytesIO(downloaded(page, "Picture (PNG)"))) as picture:
        assert picture.format == "PNG"
        assert min(picture.size) > 400
    expect(page.get_by_role("heading", name="Person and photo")).to_be_visible()
    # The sheet is drawn from the plan, which the safety questions come before.
    page.get_by_role("link", name="Plan and printed sheet").click()
    pass_safety(page)
    expect(page.get_by_role("button", name="Sheet (PDF)")).to_be_visible()


def test_details_open_and_the_face_can_be_blurred(open_page: Callable[..., Page]) -> None:
    page = open_page()
    take_sample(page)
    picture = page.get_by_role("img", name=re.compile("outline, plumb line"))
    sharp = picture.get_attribute("src")
    unfold(page, "All measures")
    expect(page.get_by_role("rowheader", name=re.compile("^Trunk lean"))).to_be_visible()
    unfold(page, "Signs that were looked for")
    expect(page.get_by_role("heading", name="Not there")).to_be_visible()
    unfold(page, "Details (you can skip these)")
    page.get_by_text("Blur the face in the picture").click()
    expect(picture).not_to_have_attribute("src", sharp or "")


def test_a_refused_photo_says_why_and_the_next_one_works(open_page: Callable[..., Page]) -> None:
    page = open_page()
    upload(page, "room.jpg", empty_room())
    expect(page.locator(".po-sentence")).to_contain_text("No person was found")
    expect(page.get_by_role("heading", name="For the next photo")).to_be_visible()
    expect(page.get_by_role("img", name="The photo that was not used")).to_be_visible()
    page.get_by_role("button", name="Another photo").click()
    take_sample(page)
    expect(page.locator(".po-card")).to_have_count(3)


def test_a_file_that_is_no_photo_is_refused_without_a_stack_trace(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    upload(page, "notes.jpg", b"these are my notes")
    expect(page.get_by_role("heading", name="This photo cannot be used")).to_be_visible()
    expect(page.locator(".po-sentence")).to_contain_text("notes.jpg")
    assert "Traceback" not in page.content()


def test_an_upload_that_does_not_arrive_is_told_in_words(open_page: Callable[..., Page]) -> None:
    page = open_page(390)
    page.route("**/upload_file/**", lambda route: route.fulfill(status=403))
    page.locator("input[type=file]").first.set_input_files(find_samples()[0].path)
    chip = page.locator("[aria-invalid=true]")
    chip.wait_for()
    after = "element => getComputedStyle(element, '::after').content"
    told = page.get_by_test_id("stFileUploaderDropzone").evaluate(after)
    assert told == '"This did not arrive. Load the page again, then choose once more."'
    # The words on the button that chooses are not on the one that takes a file away.
    assert chip.get_by_role("button").evaluate(after) == "none"
    assert page.get_by_role("button", name="Add files").evaluate(after) == '"Choose photos"'


def test_two_visitors_see_only_their_own_photo(open_page: Callable[..., Page]) -> None:
    first, second = open_page(), open_page()
    take_sample(first)
    expect(second.get_by_role("button", name="Sample 1", exact=True)).to_be_visible()
    assert second.locator(".po-sentence").count() == 0


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_nothing_overflows_sideways(open_page: Callable[..., Page], width: int, theme: str) -> None:
    page = open_page(width, theme)
    assert page.evaluate(OVERFLOWING) == []
    take_sample(page)
    unfold_all(page)
    expect(page.get_by_role("heading", name="Not there")).to_be_visible()
    assert page.evaluate(OVERFLOWING) == []
