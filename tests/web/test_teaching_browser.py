"""Every statement that the programme teaches is met on the pages of a normal journey."""

from __future__ import annotations

import pytest
from browser_steps import pass_safety, ready, settle, unfold_all
from playwright.sync_api import Browser, Page
from support.chromium import PATIENCE_MS
from support.teaching import ANSWERS, STATEMENTS, Statement, missing

from posture.program import answer_fields

OPEN = "for (const part of document.querySelectorAll('.stMain details')) part.open = true"


def shown(page: Page) -> str:
    """Return all that a page shows, every fold opened."""
    unfold_all(page)
    page.evaluate(OPEN)
    return page.locator(".stMain").inner_text()


def visit(page: Page, name: str) -> str:
    page.get_by_role("link", name=name, exact=True).first.click()
    ready(page)
    return shown(page)


def answer(page: Page, path: str, value: object) -> None:
    question = answer_fields()[path].question
    if question.kind == "number":
        field = page.get_by_role("spinbutton", name=question.ask)
        field.fill(f"{value:.0f}")
        field.press("Enter")
    else:
        row = page.get_by_test_id("stButtonGroup").filter(has_text=question.ask)
        row.get_by_text(str(value).capitalize(), exact=True).click()
    ready(page)


@pytest.fixture(scope="module")
def journey(browser: Browser, address: str) -> list[str]:
    """Texts of photo check, plan with answers, muscles and method, as a trainer goes through."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Sample 4", exact=True).click()
    settle(page)
    texts = [shown(page)]
    page.get_by_role("link", name="Plan", exact=True).first.click()
    pass_safety(page)
    shown(page)
    for path, value in ANSWERS.items():
        answer(page, path, value)
    texts.append(shown(page))
    texts += [visit(page, name) for name in ("Muscles", "How it works")]
    context.close()
    return texts


@pytest.mark.parametrize("statement", STATEMENTS, ids=[s.says for s in STATEMENTS])
def test_the_statement_is_met(statement: Statement, journey: list[str]) -> None:
    assert missing(" ".join(journey), statement.page) == []


def test_each_page_says_once_that_it_is_no_diagnosis(journey: list[str]) -> None:
    assert [text.casefold().count("diagnos") for text in journey] == [1] * len(journey)
