"""Plan in a real browser: from a photo through the questions to the printed sheet."""

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
    ready,
    settle,
    take_sample,
    unfold_all,
)
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader


def row(page: Page, question: str) -> Locator:
    return page.get_by_test_id("stButtonGroup").filter(has_text=question)


def choose(page: Page, question: str, choice: str) -> None:
    row(page, question).get_by_text(choice, exact=True).click()
    ready(page)


def section(page: Page, title: str) -> None:
    page.locator("summary").filter(has_text=title).click()


def open_plan(page: Page) -> None:
    """Go to the plan, by way of the safety questions where they are not answered yet."""
    page.get_by_role("link", name="Plan", exact=True).first.click()
    titles = page.get_by_role("heading", name=re.compile("^(Your plan|Before the first exercise)$"))
    titles.first.wait_for()
    ready(page)
    if page.get_by_role("button", name="None of these").is_visible():
        pass_safety(page)


def test_answers_and_a_test_change_the_grade_and_the_plan_can_be_printed(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    page.get_by_role("button", name="Sample 4", exact=True).click()
    settle(page)
    open_plan(page)
    page.locator(".po-verdict").wait_for()
    ready(page)
    # Before any answer the photo is all there is: its grade is not said twice.
    grades = page.locator(".po-grades .po-badge")
    expect(grades).to_have_count(0)
    section(page, "Tests that could change this")
    expect(page.get_by_role("rowheader", name=re.compile("tests together"))).to_be_visible()
    section(page, "What you feel")
    choose(page, "Does the front of your hip feel stiff?", "Yes")
    choose(page, "Is it hard to stand up straight", "Yes")
    section(page, "Tests by a trainer")
    choose(page, "Left: Does the thigh stay above", "Yes")
    choose(page, "Right: Does the thigh stay above", "Yes")
    expect(grades).to_have_count(2)
    assert grades.first.inner_text() != grades.last.inner_text()
    section(page, "What speaks for it")
    expect(page.get_by_text("Modified Thomas test: Does the thigh").first).to_be_visible()

    text = "\n".join(
        found.extract_text()
        for found in PdfReader(io.BytesIO(downloaded(page, "Sheet (PDF)"))).pages
    )
    assert "half-kneeling" in text.lower()
    assert "Modified Thomas test" in text
    assert "The eleven hip flexors" in text
    assert b"BEGIN:VCALENDAR" in downloaded(page, "Calendar (ICS)")
    stored = json.loads(downloaded(page, "Plan (JSON)"))
    assert stored["answers"]["tests.modified_thomas.left.thigh_above_horizontal"] == "yes"
    assert stored["photo_grade"] != stored["screening"]["grade"]


def test_a_red_flag_means_no_plan_and_a_new_photo_starts_anew(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    take_sample(page)
    open_plan(page)
    expect(page.locator(".po-do").first).to_contain_text("Open with")
    section(page, "Safety, question by question")
    choose(page, "Is a leg getting weaker", "Yes")
    expect(page.locator(".po-stop.po-urgent:visible")).to_contain_text("See a doctor today")
    expect(page.locator(".po-do")).to_have_count(0)
    expect(page.get_by_role("button", name="Start session A")).to_have_count(0)
    expect(page.get_by_role("button", name="Calendar (ICS)")).to_have_count(0)
    # Every page knows of it: no exercise, no value, no file.
    page.get_by_role("link", name="Library", exact=True).first.click()
    expect(page.locator(".po-stop.po-urgent:visible")).to_contain_text("See a doctor today")
    expect(page.locator(".po-exercise")).to_have_count(0)
    page.get_by_role("link", name="Photo check", exact=True).first.click()
    expect(page.locator(".po-stop.po-urgent:visible")).to_contain_text("See a doctor today")
    expect(page.locator(".po-sentence, .po-figure, .po-card")).to_have_count(0)
    expect(page.get_by_role("button", name="All values (JSON)")).to_have_count(0)
    # The next photo may show another person.
    page.get_by_role("button", name="Another photo").click()
    take_sample(page)
    open_plan(page)
    expect(page.locator(".po-do").first).to_be_visible()
    expect(page.locator(".po-stop")).to_have_count(0)


def player(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_a_session_on_a_phone_is_one_exercise_a_screen_with_timer_and_sides(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(390, path="/plan")
    ready(page)
    pass_safety(page)
    page.get_by_role("button", name="Start session A").click()
    dialog = player(page)
    expect(dialog.get_by_role("heading", name="Warm-up")).to_be_visible()
    expect(dialog).to_contain_text("2:00")
    box = dialog.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    dialog.get_by_role("button", name="Next").click()
    names = [dialog.get_by_role("heading").inner_text()]
    expect(dialog).to_contain_text("left side")
    # All that is needed to do it lies on one screen: pictures, timer and answers.
    for part in (dialog.get_by_role("img").first, dialog.get_by_text("0:30")):
        expect(part).to_be_in_viewport()
    dialog.get_by_role("button", name="Start", exact=True).click()
    expect(dialog).to_contain_text("Get into place")
    expect(dialog).to_contain_text("Hold")
    dialog.get_by_role("button", name="Pause").click()
    stopped = dialog.locator(".big").inner_text()
    page.wait_for_timeout(1200)
    expect(dialog.locator(".big")).to_have_text(stopped)
    while dialog.get_by_role("button", name="Right", exact=True).count():
        dialog.get_by_role("button", name="Right", exact=True).click()
        ready(page)
        names.append(dialog.get_by_role("heading").inner_text())
    assert len(set(names)) == len(names)
    assert names[-1] == "That was the session"
    dialog.get_by_role("button", name="Back to the plan").click()
    ready(page)
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("1 of 24 sessions done.").last).to_be_visible()
    # The next session waits.
    expect(page.get_by_role("button", name="Start session B")).to_be_visible()


def test_sets_without_a_hold_are_counted_side_by_side(open_page: Callable[..., Page]) -> None:
    page = open_page(390, path="/plan")
    ready(page)
    pass_safety(page)
    page.get_by_role("button", name="Start session A").click()
    dialog = player(page)
    dialog.get_by_role("button", name="Next").click()
    while not dialog.get_by_role("button", name="Set done").count():
        dialog.get_by_role("button", name="Next").click()
    sides = []
    while dialog.get_by_role("button", name="Set done").count():
        sides.append(dialog.locator(".side").inner_text())
        dialog.get_by_role("button", name="Set done").click()
        if dialog.get_by_role("button", name="Skip the rest").count():
            dialog.get_by_role("button", name="Skip the rest").click()
    assert sides
    expect(dialog.locator(".big")).to_have_text("✓")
    # All sets of it are done, so it is ticked off without another word.
    ready(page)
    name = dialog.get_by_role("heading").inner_text()
    dialog.get_by_role("button", name="Leave").click()
    expect(dialog).to_have_count(0)
    ready(page)
    card = page.locator("[data-testid=stVerticalBlock]:has(> * .po-do)").filter(has_text=name).last
    expect(card.get_by_role("checkbox", name="Done")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Done", checked=True)).to_have_count(1)


def test_a_session_that_was_only_leafed_through_is_not_called_done(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(390, path="/plan")
    ready(page)
    pass_safety(page)
    page.get_by_role("button", name="Start session A").click()
    dialog = player(page)
    expect(dialog.get_by_role("heading", name="Warm-up")).to_be_visible()
    while dialog.get_by_role("button", name="Next").count():
        dialog.get_by_role("button", name="Next").first.click()
    expect(dialog).to_contain_text("Nothing is ticked off yet.")
    expect(dialog).not_to_contain_text("Well done")


def test_escape_and_swap_work_in_the_player(open_page: Callable[..., Page]) -> None:
    page = open_page(path="/plan")
    ready(page)
    pass_safety(page)
    page.get_by_role("button", name="Start session A").click()
    dialog = player(page)
    dialog.get_by_role("button", name="Next").click()
    before = dialog.get_by_role("heading").inner_text()
    swap = dialog.get_by_role("button", name=re.compile("^Easier: "))
    easier = swap.inner_text().removeprefix("Easier: ")
    swap.click()
    expect(dialog.get_by_role("heading")).to_have_text(easier)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".po-do h4").first).to_have_text(easier)
    assert before != easier


def test_on_a_phone_the_session_comes_first_and_the_rest_is_a_tap_away(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(390, path="/plan")
    ready(page)
    pass_safety(page)
    cards = page.locator(".po-do")
    expect(page.get_by_role("button", name="Start session A")).to_be_in_viewport()
    expect(cards.first.get_by_role("img").first).to_be_in_viewport()
    # Five screens in all; the last exercise of the session is on the third.
    assert page.evaluate("document.querySelector('.stMain').scrollHeight") <= 5 * 844
    assert cards.last.evaluate("card => card.getBoundingClientRect().bottom") <= 3 * 844
    expect(page.get_by_text(re.compile(r"^Every day, about \d minutes?$"))).to_be_visible()
    cards.first.get_by_text("How to do it").click()
    for part in (cards.first.locator("li").first, cards.first.locator(".po-pair img").first):
        expect(part).to_be_visible()
    before = cards.first.locator("h4").inner_text()
    page.get_by_role("button", name="Easier or harder").first.click()
    swap = page.get_by_role("button", name=re.compile("^Easier: "))
    # The first line is the name of the icon.
    easier = swap.inner_text().splitlines()[-1].removeprefix("Easier: ")
    swap.click()
    expect(cards.first.locator("h4")).to_have_text(easier)
    assert before != easier
    # How it was is asked once it is done.
    expect(page.get_by_text("How was it?")).to_have_count(0)
    page.get_by_text("Done", exact=True).first.click()
    expect(page.get_by_text("How was it?")).to_have_count(1)
    section(page, "Another session")
    row(page, "Week").get_by_text("3", exact=True).click()
    ready(page)
    row(page, "Session").get_by_text("B", exact=True).click()
    expect(page.get_by_role("button", name="Start session B")).to_be_visible()


def test_the_library_is_searched_at_its_own_address(open_page: Callable[..., Page]) -> None:
    page = open_page(path="/library")
    cards = page.locator(".po-exercise")
    expect(cards).to_have_count(12)
    page.get_by_label("Search").fill("half-kneeling")
    page.get_by_label("Search").press("Enter")
    expect(cards).not_to_have_count(12)
    expect(cards.first).to_contain_text(re.compile("half-kneeling", re.IGNORECASE))
    picture = cards.first.get_by_role("img").first
    assert picture.evaluate("picture => picture.complete && picture.naturalWidth > 200")
    cards.first.get_by_text("For trainers").click()
    expect(cards.first.get_by_text("Anatomy:")).to_be_visible()


@pytest.mark.parametrize("path", ["/plan", "/library", "/muscles", "/method"])
def test_nothing_overflows_on_a_phone(open_page: Callable[..., Page], path: str) -> None:
    page = open_page(390, path=path)
    ready(page)
    if path == "/plan":
        assert page.evaluate(OVERFLOWING) == []
        pass_safety(page)
    unfold_all(page)
    assert page.evaluate(OVERFLOWING) == []
