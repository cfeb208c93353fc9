"""Notebook card of an analysis in a real browser, on light and dark pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import SAMPLES
from playwright.sync_api import Browser, Page

from posture.analysis.outcome import Refusal
from posture.analysis.result import Analysis
from posture.errors import PhotoError

VOID = {"img", "br", "hr"}


class Checker(HTMLParser):
    """Rejects fragments whose tags do not close, and collects addresses and tags."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(html: str) -> Checker:
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    assert "script" not in checker.tags
    assert all(address.startswith("data:image/jpeg;base64,") for address in checker.addresses)
    return checker


@pytest.fixture(scope="module")
def analysis(read_sample: Callable[[Path], Analysis]) -> Analysis:
    return read_sample(SAMPLES[2])


def page_of(browser: Browser, html: str, *, ink: str, paper: str, width: int = 900) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 700})
    page.set_content(f'<body style="color:{ink};background:{paper}">{html}</body>')
    return page


def test_the_fragment_is_whole_small_and_loads_nothing(analysis: Analysis) -> None:
    html = analysis._repr_html_()
    assert len(checked(html).addresses) == 1
    assert len(html) < 150_000


def test_names_and_sentences_are_text_never_tags(analysis: Analysis) -> None:
    evil = '<img src=x onerror="alert(1)">.jpg'
    for shown in (
        dataclasses.replace(analysis, photo=evil),
        Refusal(photo=evil, error=PhotoError(f"{evil} cannot be read.", code="photo_unreadable")),
    ):
        html = shown._repr_html_()
        checked(html)
        assert "&lt;img src=x" in html


@pytest.mark.parametrize(
    ("ink", "paper"),
    [("rgb(20, 20, 20)", "rgb(255, 255, 255)"), ("rgb(221, 221, 221)", "rgb(17, 17, 17)")],
)
def test_words_take_the_colours_of_the_notebook(
    browser: Browser, analysis: Analysis, ink: str, paper: str
) -> None:
    page = page_of(browser, analysis._repr_html_(), ink=ink, paper=paper)
    colours = "nodes => nodes.map(node => getComputedStyle(node).color)"
    papers = "nodes => nodes.map(node => getComputedStyle(node).backgroundColor)"
    assert set(page.locator("body *").evaluate_all(colours)) == {ink}
    assert set(page.locator("body *").evaluate_all(papers)) == {"rgba(0, 0, 0, 0)"}
    page.close()


def test_the_card_shows_picture_and_values_in_words(browser: Browser, analysis: Analysis) -> None:
    graded = dataclasses.replace(analysis.screening, grade="possible", pattern="type_a")
    shown = dataclasses.replace(analysis, screening=graded)
    page = page_of(browser, shown._repr_html_(), ink="black", paper="white")
    image = page.get_by_role("img")
    assert image.evaluate("node => node.complete && node.naturalHeight") == 420
    words = page.locator("body").inner_text()
    tilt = analysis.estimates.pelvic_tilt_deg
    assert f"{tilt.value:.0f}° (between {tilt.low:.0f}° and {tilt.high:.0f}°)" in words
    assert "Your posture may fit the type A pattern" in words
    assert "A screening aid, not a diagnosis." in words
    assert "Knee extension" not in words
    page.get_by_text("All measures").click()
    assert page.get_by_text("Knee extension").is_visible()
    page.close()


@pytest.mark.parametrize("width", [360, 900])
def test_the_card_fits_narrow_cells(browser: Browser, analysis: Analysis, width: int) -> None:
    page = page_of(browser, analysis._repr_html_(), ink="black", paper="white", width=width)
    page.locator("details").evaluate("node => { node.open = true }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_a_refusal_shows_its_sentence(browser: Browser) -> None:
    refusal = Refusal(photo="b.jpg", error=PhotoError("There is no file b.jpg.", code="x"))
    page = page_of(browser, refusal._repr_html_(), ink="black", paper="white")
    lines = [line for line in page.locator("body").inner_text().split("\n") if line]
    assert lines == ["b.jpg", "Not analysed: There is no file b.jpg."]
    page.close()


def test_the_face_is_not_in_the_notebook(analysis: Analysis) -> None:
    """The card always shows the face unrecognisable."""
    import base64

    from posture.draw import encode_jpeg, thumbnail
    from posture.draw.notebook import LONG_SIDE, QUALITY

    def data(*, blur_face: bool) -> str:
        picture = thumbnail(analysis, blur_face=blur_face, long_side=LONG_SIDE)
        return base64.b64encode(encode_jpeg(picture, quality=QUALITY)).decode("ascii")

    html = analysis._repr_html_()
    assert data(blur_face=True) in html
    assert data(blur_face=False) not in html
