"""Clients in a real browser: save, return, compare, export, delete."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from a11y_steps import look
from browser_steps import OVERFLOWING, downloaded, ready, settle, unfold, unfold_all
from client_cases import DAY, HOW, LATER, photos
from conftest import SAMPLES
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from posture.analysis.result import Analysis
from posture.clients import ClientStore, Details
from posture.clients.database import FILE_NAME

VERDICT = re.compile("than before|as far as photos can tell|write both down")


def upload(page: Page, photo: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(photo)
    settle(page)


def go_to(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    ready(page)


def save(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("Saved for Anna Example.").first).to_be_visible()
    ready(page)


def test_from_photo_to_verdict_to_export_to_deletion(open_page: Callable[..., Page]) -> None:
    page = open_page(width=1440)
    upload(page, SAMPLES[2])
    unfold(page, "Save to a client")
    page.get_by_label("Name", exact=True).fill("Anna Example")
    unfold(page, "Set-up, day and notes")
    page.get_by_text("Folded high", exact=True).click()
    page.get_by_text("The client agrees today that photos are kept").click()
    save(page, "Save this visit")

    page.get_by_role("button", name="Another photo").click()
    # The result page also has an upload field; the start page has to appear first.
    page.locator(".po-sentence").wait_for(state="detached")
    ready(page)
    upload(page, SAMPLES[0])
    unfold(page, "Save to a client")
    unfold(page, "Set-up, day and notes")
    expect(page.get_by_text("Filled in as it was last time")).to_be_visible()
    expect(page.get_by_text("The client agreed that photos are kept.")).to_be_visible()
    save(page, "Save for Anna Example")

    page.get_by_role("button", name="Compare visits").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(["Compare two visits"])
    expect(page.locator(".po-changes .po-sentence")).to_have_text(VERDICT)
    slide_with_the_keyboard(page)
    expect(page.get_by_role("img", name=re.compile("Pelvic tilt|°"))).not_to_have_count(0)

    go_to(page, "Clients")
    page.get_by_role("button", name="Anna Example").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(["Anna Example"])
    check_export(downloaded(page, "Export"))
    delete(page)
    expect(page.get_by_text("The client was deleted for good.").first).to_be_visible()
    expect(page.get_by_role("button", name="Anna Example")).to_have_count(0)


def slide_with_the_keyboard(page: Page) -> None:
    slider = page.get_by_role("slider", name=re.compile("^Move the line"))
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^50 %"))
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^51 %"))
    edge = page.locator(".stage")
    assert edge.evaluate("stage => stage.style.getPropertyValue('--at')") == "51%"
    box = edge.bounding_box()
    assert box is not None
    edge.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^25 %"))


def check_export(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = set(packed.namelist())
        assert {"client.json", "values.csv", "sheet.pdf", "pictures/2-1-photo.jpg"} <= names
        exported = json.loads(packed.read("client.json"))
        sheet = PdfReader(io.BytesIO(packed.read("sheet.pdf")))
    assert exported["details"]["name"] == "Anna Example"
    assert len(exported["visits"]) == 2
    assert exported["visits"][0]["protocol"]["arms"] == "crossed_high"
    assert "pelvi" in sheet.pages[0].extract_text().lower()


def delete(page: Page) -> None:
    unfold(page, "Delete for good")
    page.get_by_label("To go on, type the name").fill("Anna Example")
    page.get_by_role("button", name="Delete for good").last.click()


@pytest.fixture
def invented(data_folder: Path, read_sample: Callable[[Path], Analysis]) -> Iterator[str]:
    """Client with two visits, of three photos and of one, deleted afterwards."""
    store = ClientStore(data_folder / FILE_NAME)
    first, second = (read_sample(SAMPLES[number]) for number in (2, 0))
    client = store.add(Details(name="Ben Example", notes="Invented."), consented_on=DAY)
    store.add_visit(client.id, photos(first, 0.0, 1.0, 2.0), day=DAY, protocol=HOW)
    store.add_visit(client.id, photos(second, 0.0, first=5), day=LATER, protocol=HOW)
    yield client.id
    store.delete(client.id)


def check(page: Page) -> None:
    """Check accessibility and overflow on a narrow dark page and on a wide light one."""
    for width, theme in ((390, "dark"), (1440, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        ready(page)
        assert look(page) == [], (width, theme)
        assert page.evaluate(OVERFLOWING) == [], (width, theme)


@pytest.mark.usefixtures("invented")
def test_a_client_with_everything_open_is_accessible(open_page: Callable[..., Page]) -> None:
    page = open_page(820, path="/clients")
    page.get_by_role("button", name="Ben Example").click()
    expect(page.locator(".po-notes")).to_have_text("Invented.")
    page.get_by_role("button", name="Change the visit of 28 Apr 2025").click()
    expect(page.get_by_role("button", name="Measure the photos again")).to_be_visible()
    unfold_all(page)
    check(page)
    other = open_page(820, path="/clients")
    expect(other.get_by_role("button", name="Ben Example")).to_be_visible()
    expect(other.get_by_role("heading", level=1)).to_have_text(["Clients"])


@pytest.mark.usefixtures("invented")
def test_a_comparison_is_accessible(open_page: Callable[..., Page]) -> None:
    page = open_page(820, path="/compare")
    expect(page.locator(".po-changes")).to_have_count(1)
    unfold_all(page)
    check(page)


@pytest.mark.usefixtures("invented")
def test_the_studio_page_is_accessible(open_page: Callable[..., Page]) -> None:
    page = open_page(820, path="/studio")
    page.get_by_role("combobox", name="People in the measurement").click()
    page.get_by_role("option", name="Ben Example").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("1 session of 2")).to_be_visible()
    unfold_all(page)
    check(page)


class Hand:
    """Clicks as a trainer does, and counts them; typing is not a click."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, name: str, role: Literal["button", "textbox", "link"]) -> None:
        self.page.get_by_role(role, name=name).first.click()
        self.clicks += 1
        ready(self.page)

    def upload(self, photo: Path) -> None:
        """Choose a photo: one click on the field, the rest is the system's own dialog."""
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_test_id("stFileUploaderDropzone").first.click()
        self.clicks += 1
        chooser.value.set_files(photo)
        settle(self.page)

    def download(self, name: str) -> bytes:
        self.clicks += 1
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name=name).first.click()
        return download.value.path().read_bytes()


@pytest.fixture
def desk(data_folder: Path) -> Iterator[ClientStore]:
    store = ClientStore(data_folder / FILE_NAME)
    yield store
    for found in store.find("Cleo"):
        store.delete(found.client.id)


def test_first_visit_second_visit_and_report_in_few_clicks(
    open_page: Callable[..., Page], desk: ClientStore
) -> None:
    """Aims: 7 clicks for the first visit, 4 for the second, 1 for the report."""
    hand = Hand(open_page(1280))
    page = hand.page
    page.get_by_text("Female", exact=True).first.click()
    hand.clicks += 1
    ready(page)
    hand.upload(SAMPLES[0])
    unfold(page, "Save to a client")
    hand.clicks += 1
    if page.get_by_role("combobox", name="Client").count():
        pytest.fail("the file of clients should be empty here")
    hand.click("Name", "textbox")
    page.keyboard.type("Cleo Example")
    hand.click("Save this visit", "button")
    expect(page.get_by_text("Saved for Cleo Example.").first).to_be_visible()
    assert hand.clicks <= 7
    (found,) = desk.find("Cleo")
    assert found.client.details.sex == "female"

    hand.clicks = 0
    hand.click("Clients", "link")
    hand.click("Cleo Example", "button")
    clicks_to_the_client = hand.clicks
    hand.click("New visit", "button")
    expect(page.get_by_text("New visit for Cleo Example")).to_be_visible()
    # It starts empty, and what is known is there.
    expect(page.locator(".po-sentence")).to_have_count(0)
    expect(page.get_by_role("radio", name="Female")).to_be_checked()
    hand.upload(SAMPLES[1])
    hand.click("Save for Cleo Example", "button")
    if page.get_by_role("button", name="Yes, same person").count():
        hand.click("Yes, same person", "button")
    expect(page.get_by_text("Saved for Cleo Example.").first).to_be_visible()
    assert hand.clicks - clicks_to_the_client <= 4
    assert len(desk.visits(found.client.id)) == 2

    hand.clicks = 0
    sheet = PdfReader(io.BytesIO(hand.download("Report")))
    assert hand.clicks == 1
    assert "Cleo Example" in sheet.pages[0].extract_text()


@pytest.mark.usefixtures("invented")
def test_a_test_is_recorded_and_moves_the_report(
    open_page: Callable[..., Page], data_folder: Path, invented: str
) -> None:
    page = open_page(390, path="/clients")
    page.get_by_role("button", name="Ben Example").click()
    page.get_by_role("button", name="Tests").first.click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(["Modified Thomas test"])
    expect(page.get_by_text("Test 1 of 6, about 5 minutes in all")).to_be_visible()
    expect(page.locator(".po-test-pictures img")).to_have_count(2)
    assert look(page) == []
    assert page.evaluate(OVERFLOWING) == []
    page.get_by_test_id("stButtonGroup").nth(1).get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="Save and go on").click()
    expect(heading).to_have_text("Glute bridge")
    # The next test is seen from its top.
    assert page.locator(".stMain").evaluate("main => main.scrollTop") == 0
    store = ClientStore(data_folder / FILE_NAME)
    visit = store.visits(invented)[-1]
    assert visit.answers == {"tests.modified_thomas.left.thigh_above_horizontal": "yes"}
    page.get_by_role("button", name="Stop here").click()
    expect(heading).to_have_text("Ben Example")
    expect(page.get_by_text("Tested: modified Thomas test")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Report").first.click()
    words = PdfReader(download.value.path()).pages[0].extract_text()
    assert "Does the thigh stay above the horizontal? Yes." in re.sub(r"\s+", " ", words)


@pytest.mark.usefixtures("invented")
def test_a_report_is_sent_by_the_mail_program_of_the_trainer(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(1280, path="/clients")
    page.get_by_role("button", name="Ben Example").click()
    page.evaluate(
        """() => {
      window.followed = [];
      HTMLAnchorElement.prototype.click = function () {
        window.followed.push([this.href, this.download]);
      };
    }"""
    )
    page.get_by_role("button", name="Send").first.click()
    page.get_by_role("button", name="Write an e-mail").click()
    (file, name), (mail, _) = page.evaluate("window.followed")
    assert file.startswith("blob:")
    assert name.endswith(".pdf")
    assert mail.startswith("mailto:?subject=Your%20posture%20check%20of%20")
    assert name in mail
