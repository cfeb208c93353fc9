"""Gallery: self-contained, honest about omissions, sorted in a real browser."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page
from support.chromium import PATIENCE_MS

from posture.batch.batch_info import BatchInfo, Plan
from posture.batch.engines.task import refused
from posture.batch.model import Item, ItemResult
from posture.batch.parts import RowWriter
from posture.batch.results.cards import (
    CARDS,
    LISTED_REFUSALS,
    OUTERMOST,
    PICTURES,
    _shown,
    card_step,
    gallery_content,
)
from posture.batch.results.charts import bar_list, histogram
from posture.batch.results.pictures import overlay_name
from posture.batch.results.statistics import Distribution, gather
from posture.batch.results.write import summary_of, write_results
from posture.batch.stores.base import Store, open_store
from posture.codec import encode_record
from posture.errors import PoseError
from posture.export.entries import entry_of
from posture.export.rows import Row, row_of

GO = threading.Event()
SAMPLES = Path(__file__).parents[2] / "sample_images"
NASTY = "</script><script>alert(1)</script><b>&\u2028.jpg"


@pytest.fixture(scope="module")
def analysed(read_sample: Callable[[Path], object]) -> Row:
    """Row of a real photo."""
    analysis = read_sample(SAMPLES / "02_neutral_man_right.jpg")
    return row_of(entry_of(analysis, id="x", uri="/x"))  # type: ignore[arg-type]


def jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 90), (120, 140, 90)).save(buffer, "JPEG")
    return buffer.getvalue()


def batch_info(count: int, *, overlays: bool = False) -> BatchInfo:
    plan = Plan(
        source="s3://bucket/summer school?endpoint_override=localhost:9",
        manifest_sha256=None,
        limit=None,
        overlays=overlays,
        blur_face=False,
        model_sha256="m",
        estimator="e",
        algorithm=1,
    )
    return BatchInfo(plan=plan, begun="2026-01-02 10:00", inputs=count, left_out={".mov": 2})


LINE = {
    "asis_psis_deg": 17.0,
    "asis_psis_deg_low": 9.0,
    "asis_psis_deg_high": 25.0,
    "asis_psis_deg_reason": None,
}
"""Cells of the first photo, on which both points were placed."""


def fill(folder: Path, analysed: Row, count: int) -> Store:
    """Write ``count`` rows, every tenth refused, with tilts of number modulo 41 minus 20."""
    store = open_store(str(folder))
    writer, picture = RowWriter(store, 0), jpeg()
    for number in range(count):
        name = NASTY if number == 1 else f"photo {number}.jpg"
        if number % 10 == 9:
            item = Item(number=number, id=name, uri=f"/{number}")
            writer.add(refused(item, PoseError("There is <nobody> in it.", code="no_person")))
            continue
        tilt = float(number % 41 - 20)
        row = {**analysed, "id": name, "photo": f"{number}.jpg", "pelvic_tilt_deg": tilt}
        row |= {"overlay": overlay_name(number, f"{number}.jpg", total=count)}
        if number == 0:
            row |= LINE | {"type_a_probability": 0.9996, "type_b_probability": 0.0004}
        if number % 10 == 4:
            row |= {"pelvic_tilt_deg": None, "pelvic_tilt_deg_reason": "back_covered"}
        wanted = number % card_step(count) == 0
        writer.add(ItemResult(number=number, row=row, thumbnail=picture if wanted else None))
        if writer.due:
            writer.flush()
    writer.flush()
    return store


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, analysed: Row) -> Path:
    folder = tmp_path_factory.mktemp("small")
    store = fill(folder, analysed, 100)
    write_results(store, batch_info(100, overlays=True), GO, csv=True, began=0.0)
    return folder


@pytest.fixture
def page(browser: Browser, small: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    asked: list[str] = []
    troubles: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: troubles.append(message.text))
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("dialog", lambda dialog: troubles.append(dialog.message))
    opened.goto((small / "gallery.html").as_uri())
    yield opened
    context.close()
    assert [url for url in asked if not url.startswith("data:")] == [asked[0]]
    assert troubles == []


def test_a_placed_line_is_on_its_card_after_tilt_and_arch(page: Page) -> None:
    with_line = page.locator("#cards li", has_text="ASIS–PSIS line")
    assert with_line.count() == 1
    words = with_line.locator(".value").last.inner_text().split()
    assert words == ["ASIS–PSIS", "line", "17°", "9", "to", "25"]


def names(page: Page) -> list[str]:
    return page.locator("#cards .name").all_inner_texts()


def tilts(page: Page) -> list[str]:
    return page.locator("#cards .value:first-of-type b, #cards .name + .value b").all_inner_texts()


def test_the_page_sorts_filters_and_turns_pages(page: Page) -> None:
    assert page.locator("#count").inner_text() == "90 photos"
    assert page.locator("#page").inner_text() == "Page 1 of 2"
    assert names(page)[:2] == ["photo 0.jpg", NASTY]
    page.select_option("#sort", "tilt")
    assert tilts(page)[:4] == ["20\u00b0", "20\u00b0", "19\u00b0", "18\u00b0"]
    page.uncheck("#down")
    assert tilts(page)[:3] == ["\u221220\u00b0", "\u221220\u00b0", "\u221220\u00b0"]
    page.get_by_role("button", name="Next").click()
    assert tilts(page)[-10:] == ["\u2013"] * 10
    assert page.get_by_role("button", name="Next").is_disabled()
    page.get_by_label("Find").fill("photo 77")
    assert names(page) == ["photo 77.jpg"]
    assert page.get_by_role("button", name="Next").is_hidden()


def test_a_card_shows_value_and_range_and_links_to_the_overlay(page: Page) -> None:
    page.get_by_label("Find").fill("photo 0.jpg")
    card = page.locator("#cards li")
    assert re.search(r"Tilt\s+−20°\s+−?\d+ to \d+", card.inner_text())
    assert card.locator(".chance").all_inner_texts() == ["type A >99 %", "type B <1 %"]
    assert card.locator("a").get_attribute("href") == "overlays/00-0.jpg"
    assert card.locator("img").evaluate("image => image.complete && image.naturalWidth") == 60
    page.get_by_label("Find").fill("photo 4.jpg")
    assert "Too much of the back is covered" in page.locator("#cards li").inner_text()


def test_refusals_are_listed_with_their_sentences(page: Page) -> None:
    refusals = page.locator("details")
    assert refusals.locator("summary").inner_text().split() == ["No", "person", "10"]
    assert refusals.locator("dd").first.inner_text() == "There is <nobody> in it."
    assert "Left out, judging by their names: 2 (.mov 2)" in page.locator("header").inner_text()
    assert page.locator("h1").inner_text() == "summer school"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overflows_and_text_has_contrast(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    style = "getComputedStyle(document.body)"
    ink = brightness(page.evaluate(f"{style}.color"))
    paper = brightness(page.evaluate(f"{style}.backgroundColor"))
    assert (ink < 60 < 200 < paper) if scheme == "light" else (paper < 60 < 200 < ink)


def brightness(colour: str) -> float:
    return float(np.mean([int(part) for part in re.findall(r"\d+", colour)[:3]]))


def test_the_file_needs_no_other_file(small: Path) -> None:
    text = (small / "gallery.html").read_text(encoding="utf-8")
    assert re.findall(r"https?://", text) == []
    assert re.findall(r"""(?:src|href)=["'](?!data:)""", text) == []
    assert "default-src 'none'" in text
    assert "localhost:9" not in text


def test_a_large_batch_keeps_the_page_small_and_notes_it(tmp_path: Path, analysed: Row) -> None:
    count = CARDS + 2_000
    store = fill(tmp_path, analysed, count)
    content = gallery_content(store, batch_info(count), GO)
    assert content.step == 2
    # Every second input: refused ones have odd numbers and are never among them.
    assert len(content.cards) == count // 2
    assert content.pictures == PICTURES
    pictured = [card for card in content.cards if "picture" in card]
    cards = content.cards
    highest = sorted((c["tilt"][0] for c in cards if c["tilt"][0] is not None), reverse=True)  # type: ignore[index]
    shown = sorted((c["tilt"][0] for c in pictured if c["tilt"][0] is not None), reverse=True)  # type: ignore[index]
    assert shown[:OUTERMOST] == highest[:OUTERMOST]
    assert sum(len(listed) for listed in content.refusals.values()) == LISTED_REFUSALS
    write_results(store, batch_info(count), GO, csv=False, began=0.0)
    text = (tmp_path / "gallery.html").read_text(encoding="utf-8")
    assert "one in 2 has a card" in text
    assert f"{PICTURES:,} of {count // 2:,} cards carry a picture" in text
    assert "200 more are in rows/ only." in text
    assert len(text) < 20e6


def test_the_summary_does_not_depend_on_the_order_of_rows(tmp_path: Path, analysed: Row) -> None:
    first = fill(tmp_path / "a", analysed, 40)
    second = open_store(str(tmp_path / "b"))
    writer = RowWriter(second, 0)
    for part in reversed(range(4)):
        for number in range(part * 10, part * 10 + 10):
            item = Item(number=number, id=f"photo {number}.jpg", uri=f"/{number}")
            row = {**analysed, "pelvic_tilt_deg": float(number % 41 - 20)}
            if number == 0:
                row |= LINE
            if number % 10 == 4:
                row |= {"pelvic_tilt_deg": None, "pelvic_tilt_deg_reason": "back_covered"}
            error = PoseError("There is <nobody> in it.", code="no_person")
            writer.add(
                refused(item, error) if number % 10 == 9 else ItemResult(number=number, row=row)
            )
        writer.flush()
    one, other = (summary_of(batch_info(40), gather(store, GO)) for store in (first, second))
    assert one == other
    assert one["statuses"] == {"ok": 36, "poor": 0, "refused": 4}
    assert one["refusals"] == {"no_person": {"count": 4, "example": "There is <nobody> in it."}}
    tilt = one["quantities"]["pelvic_tilt_deg"]  # type: ignore[index]
    assert tilt["absent"] == {"back_covered": 4, "photo_refused": 4}


def test_distributions_agree_with_numpy() -> None:
    values = np.random.default_rng(3).normal(12, 6, 5000)
    distribution = Distribution("deg", -90, 90)
    for chunk in np.split(values, 10):
        distribution.add(chunk)
    summary = encode_record(distribution.figures())
    assert summary["present"] == 5000
    assert summary["mean"] == pytest.approx(values.mean(), abs=0.01)
    assert summary["sd"] == pytest.approx(values.std(ddof=1), abs=0.01)
    for name, share in (("5%", 0.05), ("50%", 0.5), ("95%", 0.95)):
        assert summary["quantiles"][name] == pytest.approx(np.quantile(values, share), abs=0.06)


def test_distributions_without_values_and_beyond_their_range() -> None:
    empty = Distribution("deg", -90, 90)
    empty.add(np.array([np.nan]))
    assert empty.figures().mean is None
    assert empty.figures().quantiles["50%"] is None
    assert histogram(empty, title="t", sign="°", axis="a") == ""
    assert bar_list([("none", 0)], title="t") == ""
    beyond = Distribution("deg", -90, 90)
    beyond.add(np.array([-500.0, 500.0]))
    assert beyond.present == beyond.counts.sum() == 2


def test_histograms_count_every_value_once_and_have_round_edges() -> None:
    distribution = Distribution("deg", -90, 90)
    distribution.add(np.array([-0.05, 0.05, 3.0, 9.95, 10.0, 10.05]))
    drawn = histogram(distribution, title="Tilt", sign="°", axis="degrees")
    bars = re.findall(r"<title>(.*?) to (.*?)°: (\d+) photo", drawn)
    assert sum(int(count) for *_, count in bars) == 6
    assert all(float(low.replace("−", "-")) % 1 == 0 for low, *_ in bars)


def test_a_card_shows_no_negative_depth() -> None:
    row: dict[str, object] = {
        f"{name}{end}": number
        for name in ("pelvic_tilt_deg", "lumbar_depth_pct")
        for end, number in (("", 1.0), ("_low", -2.3), ("_high", 4.3))
    }
    assert _shown(row, "lumbar_depth_pct") == [1.0, 0.0, 4.3]
    assert _shown(row, "pelvic_tilt_deg") == [1.0, -2.3, 4.3]
    absent = {"lumbar_depth_pct": None, "lumbar_depth_pct_reason": "back_covered"}
    assert _shown(absent, "lumbar_depth_pct") == [None, "back_covered"]
