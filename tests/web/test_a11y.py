"""Accessibility of every page: axe-core, keyboard, contrast of the colours."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from a11y_steps import look
from browser_steps import OVERFLOWING, ready, take_sample
from playwright.sync_api import Page, expect

import posture.web

WEB = Path(posture.web.__file__).parent
STYLE = (WEB / "components" / "style.css").read_text(encoding="utf-8")
THEMES = tomllib.loads((WEB / "config.toml").read_text(encoding="utf-8"))["theme"]
COMBINATIONS = ((390, "dark"), (1440, "light"))
ALL_COMBINATIONS = (*COMBINATIONS, (820, "light"), (820, "dark"))


def check(page: Page, combinations: tuple[tuple[int, str], ...] = COMBINATIONS) -> None:
    # The footer comes last: a page that fails on the way has none.
    page.locator(".po-foot").wait_for()
    for width, theme in combinations:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        ready(page)
        assert look(page) == [], (width, theme)
        assert page.evaluate(OVERFLOWING) == [], (width, theme)


@pytest.mark.parametrize(
    "path", ["/", "/plan", "/library", "/method", "/clients", "/compare", "/studio"]
)
def test_every_page_is_accessible(open_page: Callable[..., Page], path: str) -> None:
    page = open_page(820, path=path)
    ready(page)
    check(page)


def test_a_result_is_accessible(open_page: Callable[..., Page]) -> None:
    page = open_page(820)
    take_sample(page)
    check(page, ALL_COMBINATIONS)


def test_safety_questions_and_what_a_yes_says_are_accessible(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(820, path="/plan")
    ready(page)
    for words in ("A leg that gets weaker", "Pregnant, or"):
        page.get_by_text(words).click()
        ready(page)
    expect(page.locator(".po-said")).to_have_count(2)
    check(page)
    for words in ("A leg that gets weaker", "Pregnant, or"):
        page.get_by_text(words).click()
        ready(page)
    page.get_by_role("button", name="None of these").click()
    page.get_by_role("heading", name="Your plan", level=1).wait_for()
    check(page)


def test_a_refusal_is_accessible(open_page: Callable[..., Page]) -> None:
    page = open_page(820)
    page.get_by_role("button", name="Wrong view", exact=True).click()
    page.get_by_role("heading", name="This photo cannot be used").wait_for()
    check(page)


def test_the_check_itself_finds_violations(open_page: Callable[..., Page]) -> None:
    page = open_page(820, path="/method")
    page.locator(".po-foot").wait_for()
    ready(page)
    page.evaluate(
        "document.querySelector('.po-foot').innerHTML = "
        '\'<p style="color:#bbb;background:#fff">faint</p><img src="x"><button></button>\''
    )
    found = " ".join(look(page))
    assert "color-contrast" in found
    assert "image-alt" in found
    assert "button-name" in found


def test_everything_can_be_done_with_the_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page(1280)
    page.get_by_role("button", name="Sample 1", exact=True).wait_for()
    ready(page)
    assert reach(page, "Sample 1")
    page.keyboard.press("Enter")
    page.locator(".po-sentence").first.wait_for()
    ready(page)
    assert reach(page, "Another photo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="How to take the photo")).to_be_visible()
    ready(page)
    page.evaluate("document.activeElement.blur()")
    assert reach(page, "Library")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(["Exercise library"])


FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  // The page itself takes the focus so that arrow keys scroll it; it needs no outline.
  if (['BODY', 'MAIN'].includes(at.tagName)) return ['', true];
  return [at.innerText || '', style.outlineStyle !== 'none' || style.boxShadow !== 'none'];
}"""


def reach(page: Page, name: str) -> bool:
    """Press Tab until an element is reached; everything on the way must show its focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        text, seen = page.evaluate(FOCUS)
        assert seen, text
        if name in text.split("\n"):
            return True
    return False


def test_the_menu_turns_everything_german(open_page: Callable[..., Page]) -> None:
    page = open_page(1280)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_text("Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sehen Sie")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    ready(page)
    page.get_by_role("button", name="Beispiel 1", exact=True).click()
    expect(page.locator(".po-sentence").first).to_contain_text("Becken")
    ready(page)
    expect(page.locator(".po-range").first).to_have_text(re.compile("zwischen .* und "))
    page.get_by_text("Alle Maße").click()
    expect(page.get_by_role("rowheader", name=re.compile("^Rumpfneigung"))).to_be_visible()
    page.get_by_role("link", name="Plan", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(["Vor der ersten Übung"])
    page.get_by_role("button", name="Nichts davon").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(["Ihr Plan"])


# --- colours ---------------------------------------------------------------------------------

PAIR = re.compile(r"--po-([\w-]+): light-dark\((#\w+), (#\w+)\)")


def lightness(colour: str) -> float:
    if len(colour) == 4:
        colour = "#" + "".join(2 * part for part in colour[1:])
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    light, dark = sorted((lightness(one), lightness(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours(theme: int) -> dict[str, str]:
    own = {name: pair[theme] for name, *pair in PAIR.findall(STYLE)}
    base = THEMES[("light", "dark")[theme]]
    return own | {"back": base["backgroundColor"], "text": base["textColor"]}


def pairs() -> Iterator[tuple[str, str]]:
    """Yield colours of text with the backgrounds that they appear on."""
    yield from (("text", ground) for ground in ("back", "soft", "warm-soft", "band"))
    yield from (("muted", ground) for ground in ("back", "soft", "warm-soft"))
    yield from (("accent", ground) for ground in ("back", "soft"))
    yield from (("warm", ground) for ground in ("back", "warm-soft"))


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("text", "ground"), list(pairs()))
def test_text_colours_are_readable(theme: int, text: str, ground: str) -> None:
    named = colours(theme)
    assert contrast(named[text], named[ground]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
def test_drawn_colours_stand_out(theme: int) -> None:
    named = colours(theme)
    assert contrast(named["accent"], named["band"]) >= 3
    assert contrast(("#ffffff", "#0d1413")[theme], named["accent"]) >= 4.5
    assert contrast(("#ffffff", "#0d1413")[theme], named["warm"]) >= 4.5


CODE_PAGE = re.compile(r"light-dark\((#\w+), (#\w+)\)")


def test_the_code_page_is_readable() -> None:
    from posture.web.lan.code_page import _STYLE

    found = CODE_PAGE.findall(_STYLE)
    back, text, *_ = found
    muted = next(pair for pair in found if pair[0] == "#4d5d5a")
    for theme in (0, 1):
        assert contrast(text[theme], back[theme]) >= 4.5
        assert contrast(muted[theme], back[theme]) >= 4.5
