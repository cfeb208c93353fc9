"""The visit in a real browser: nothing is lost by reload, Back, another tab or a server restart."""

from __future__ import annotations

from collections.abc import Callable

from access_server import posture_app
from browser_steps import pass_safety, ready, settle
from playwright.sync_api import Browser, Page, expect
from support.chromium import PATIENCE_MS
from support.ports import unused_port
from test_plan_browser import choose, open_plan, row, section

from posture.web.services.samples import find_samples

PHOTO = next(sample.path for sample in find_samples() if sample.kind == "good")

START_TITLE = "See how you hold your pelvis and low back"

KEPT = """async () => {
  const open = indexedDB.open('posture', 1);
  const database = await new Promise(done => { open.onsuccess = () => done(open.result); });
  const all = name => new Promise(done => {
    const request = database.transaction(name).objectStore(name).getAll();
    request.onsuccess = () => done(request.result);
  });
  const [visits, photos] = [await all('visits'), await all('photos')];
  database.close();
  return { visits: visits.map(each => each.visit), photos: photos.map(each => each.byteLength) };
}"""


SPOIL = """async () => {
  const open = indexedDB.open('posture', 1);
  const database = await new Promise(done => { open.onsuccess = () => done(open.result); });
  const change = database.transaction('visits', 'readwrite');
  const store = change.objectStore('visits');
  const keys = await new Promise(done => {
    const request = store.getAllKeys();
    request.onsuccess = () => done(request.result);
  });
  const visit = { id: 7, started: 9e15, entries: { photos: {} } };
  store.put({ visit, kept: Date.now() }, keys[0]);
  await new Promise(done => { change.oncomplete = done; });
  database.close();
}"""


def upload(page: Page) -> None:
    page.locator("input[type=file]").first.set_input_files(str(PHOTO))
    settle(page)


def at_the_start(page: Page) -> None:
    expect(page.get_by_role("heading", name=START_TITLE, level=1)).to_be_visible()
    expect(page.locator(".po-sentence")).to_have_count(0)


def wait_for_kept(page: Page, entry: str) -> None:
    """Wait until the browser keeps an entry of the visit."""
    script = f"async () => ((await ({KEPT})()).visits[0]?.entries ?? {{}})['{entry}'] !== undefined"
    for _ in range(50):
        if page.evaluate(script):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{entry} was not kept")


def say_female(page: Page) -> None:
    page.get_by_role("radio", name="Female").or_(
        page.get_by_role("button", name="Female", exact=True)
    ).first.click()
    settle(page)


def test_photo_hints_and_answers_survive_a_reload(open_page: Callable[..., Page]) -> None:
    page = open_page()
    upload(page)
    say_female(page)
    verdict = page.locator(".po-sentence").first.inner_text()
    wait_for_kept(page, "hint.sex")
    page.reload()
    settle(page)
    expect(page.locator(".po-sentence").first).to_have_text(verdict)
    expect(page.get_by_text(PHOTO.name)).to_be_visible()
    kept = page.evaluate(KEPT)
    assert kept["photos"] == [PHOTO.stat().st_size]
    assert kept["visits"][0]["entries"]["hint.sex"]["value"] == "female"


def test_answers_survive_a_reload_on_their_own_page_and_the_photo_counts_there(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    upload(page)
    open_plan(page)
    section(page, "What you feel")
    choose(page, "Does the front of your hip feel stiff?", "Yes")
    verdict = page.locator(".po-verdict").inner_text()
    wait_for_kept(page, "answer.signs.front_hip_stiffness")
    page.reload()
    expect(page.locator(".po-verdict")).to_have_text(verdict)
    ready(page)
    section(page, "What you feel")
    chosen = row(page, "Does the front of your hip feel stiff?").locator("[aria-checked=true]")
    expect(chosen).to_have_text("Yes")


def test_back_from_another_page_returns_to_the_same_result(open_page: Callable[..., Page]) -> None:
    page = open_page()
    upload(page)
    say_female(page)
    wait_for_kept(page, "hint.sex")
    before = shown_result(page)
    assert before["photo"]
    open_plan(page)
    page.get_by_role("link", name="Library", exact=True).first.click()
    expect(page.get_by_role("heading", name="Exercise library", level=1)).to_be_visible()
    ready(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Your plan", level=1)).to_be_visible()
    ready(page)
    page.go_back()
    settle(page)
    assert shown_result(page) == before
    # Forward and Back once more: the result is no page of its own that one could fall out of.
    page.go_forward()
    expect(page.get_by_role("heading", name="Your plan", level=1)).to_be_visible()
    ready(page)
    page.go_back()
    settle(page)
    assert shown_result(page) == before


def shown_result(page: Page) -> dict[str, object]:
    """Return what a visitor sees of the result, the picture included."""
    picture = page.locator(".st-key-po_picture img")
    expect(picture).to_be_visible()
    return {
        "verdict": page.locator(".po-sentence").first.inner_text(),
        "figures": page.locator(".po-figures").inner_text(),
        "photo": picture.evaluate("image => image.decode().then(() => image.naturalWidth)"),
        "chosen": page.locator(".stMain [aria-checked=true]:visible").all_inner_texts(),
        "place": page.url,
    }


def test_a_red_flag_empties_every_page_of_every_tab(open_page: Callable[..., Page]) -> None:
    page = open_page()
    upload(page)
    wait_for_kept(page, "photos")
    other = page.context.new_page()
    other.goto(page.url)
    settle(other)
    open_plan(page)
    expect(page.locator(".po-do").first).to_be_visible()
    section(page, "Safety, question by question")
    choose(page, "Is a leg getting weaker", "Yes")
    expect(page.get_by_text("See a doctor today").first).to_be_visible()
    expect(page.locator(".po-do")).to_have_count(0)
    # The other tab follows by itself, and so do its other pages.
    expect(other.get_by_text("See a doctor today").first).to_be_visible()
    expect(other.locator(".po-sentence, .po-figure")).to_have_count(0)
    other.get_by_role("link", name="Plan", exact=True).first.click()
    expect(other.get_by_role("heading", name="Before the first exercise")).to_be_visible()
    expect(other.get_by_text("See a doctor today").first).to_be_visible()
    expect(other.get_by_role("button", name="Calendar (ICS)")).to_have_count(0)
    other.get_by_role("link", name="Library", exact=True).first.click()
    expect(other.locator(".po-stop")).to_be_visible()
    expect(other.locator(".po-exercise")).to_have_count(0)
    # Taken back in one tab, exercises are back in both.
    page.get_by_role("button", name="Answer these questions again").click()
    pass_safety(page)
    expect(page.locator(".po-do").first).to_be_visible()
    expect(other.locator(".po-exercise").first).to_be_visible()


def test_forgetting_deletes_in_the_browser_and_in_every_tab(open_page: Callable[..., Page]) -> None:
    page = open_page()
    upload(page)
    wait_for_kept(page, "photos")
    other = page.context.new_page()
    other.goto(page.url)
    settle(other)
    page.get_by_role("button", name="Another photo").click()
    at_the_start(page)
    at_the_start(other)
    kept = page.evaluate(KEPT)
    assert kept["photos"] == []
    assert [visit["entries"] for visit in kept["visits"]] == [{}]
    page.reload()
    at_the_start(page)


def test_nothing_is_lost_when_the_server_is_started_anew(browser: Browser) -> None:
    port = unused_port()
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    with posture_app(port=port) as running:
        page.goto(running.here)
        upload(page)
        verdict = page.locator(".po-sentence").first.inner_text()
        wait_for_kept(page, "photos")
    with posture_app(port=port):
        expect(page.locator(".po-sentence").first).to_have_text(verdict)
        page.reload()
        expect(page.locator(".po-sentence").first).to_have_text(verdict)
    context.close()


def test_a_record_that_cannot_be_read_leaves_the_page_as_it_is(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    upload(page)
    wait_for_kept(page, "photos")
    page.evaluate(SPOIL)
    page.reload()
    at_the_start(page)
    upload(page)
    wait_for_kept(page, "photos")


def test_a_lost_connection_is_said_in_our_own_words_and_taken_back(browser: Browser) -> None:
    port = unused_port()
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    with posture_app(port=port) as running:
        page.goto(running.here)
        at_the_start(page)
        ready(page)
    expect(page.locator(".po-lost")).to_contain_text("The app cannot be reached right now")
    # Streamlit's own dialog comes after about four seconds.
    page.wait_for_timeout(6000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    with posture_app(port=port):
        expect(page.locator(".po-lost")).to_be_empty()
    context.close()


def test_a_server_without_room_makes_the_browser_lose_nothing(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    upload(page)
    wait_for_kept(page, "photos")
    uploads = "**/_stcore/upload_file/**"
    page.route(uploads, lambda route: route.fulfill(status=413))
    with page.expect_response(uploads):
        page.reload()
    ready(page)
    assert page.evaluate(KEPT)["photos"] == [PHOTO.stat().st_size]
    page.unroute(uploads)
    # It is tried again by itself.
    settle(page)
