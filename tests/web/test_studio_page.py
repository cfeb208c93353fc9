"""Studio page without a browser: sessions, result, letterhead."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from client_cases import DAY, photos
from conftest import SAMPLES
from PIL import Image
from streamlit.testing.v1 import AppTest

from posture.analysis.result import Analysis
from posture.clients import ClientStore, Details
from posture.clients.repeatability_store import load_repeatability
from posture.report.letterhead_store import load_letterhead
from posture.web.services.studio import closest_pair


def page() -> None:
    from posture.web.pages import studio

    studio.show()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClientStore:
    monkeypatch.setenv("POSTURE_DATA", str(tmp_path))
    monkeypatch.setenv("POSTURE_CONFIG", str(tmp_path / "settings"))
    return ClientStore()


@pytest.fixture
def analysis(read_sample: Callable[[Path], Analysis]) -> Analysis:
    return read_sample(SAMPLES[0])


def run(people: list[str]) -> AppTest:
    shown = AppTest.from_function(page, default_timeout=30)
    shown.session_state["studio_people"] = people
    return shown.run()


def text(shown: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in shown.get("html"))


def person(store: ClientStore, analysis: Analysis, number: int) -> str:
    level, step = 2.0 * number, 0.5 + number / 10
    first = photos(analysis, level - step, level, level + step)
    second = photos(analysis, level + 1 - step, level + 1, level + 1 + step, first=10)
    visit = store.add_visit(Details(name=f"Person {number}"), first, day=DAY)
    store.add_visit(visit.client_id, second, day=DAY + timedelta(days=7))
    return visit.client_id


@pytest.mark.usefixtures("store")
def test_at_first_it_says_how_many_are_needed() -> None:
    shown = run([])
    assert "5 more people are needed" in shown.info[0].value
    assert any("general figures" in caption.value for caption in shown.caption)
    assert not shown.exception


def test_missing_sessions_are_named_for_each_person(store: ClientStore, analysis: Analysis) -> None:
    visit = store.add_visit(Details(name="A"), photos(analysis, 0.0, 1.0), day=DAY)
    store.add_visit(visit.client_id, photos(analysis, 0.0), day=DAY)
    shown = run([visit.client_id])
    assert any("1 session of 2" in caption.value for caption in shown.caption)
    assert "5 more people" in shown.info[0].value


def test_five_people_give_a_result_that_comparisons_use(
    store: ClientStore, analysis: Analysis
) -> None:
    people = [person(store, analysis, number) for number in range(5)]
    shown = run(people)
    name = "Pelvic tilt (position, on the scale of the ASIS–PSIS angle)"
    assert f"{name}: a change between two visits counts as real from" in text(shown)
    assert "po-study" in text(shown)
    button = next(each for each in shown.button if each.label.startswith("Use this"))
    button.click().run()
    kept = load_repeatability(store, method=analysis.provenance.method)
    assert kept is not None
    assert kept.measured_on == date(2025, 3, 10)
    # Photos scatter by the root of the mean of step², 0.5² to 0.9²; in units of true change.
    tilt = kept.errors["pelvic_tilt_deg"]
    assert tilt.within_session_sd * tilt.slope == pytest.approx(0.714, abs=0.01)
    assert any("your own result of 10 Mar 2025" in each.value for each in shown.success)
    next(each for each in shown.button if each.label == "Stop using it").click().run()
    assert load_repeatability(store, method=analysis.provenance.method) is None
    assert not shown.exception


def test_the_closest_sessions_are_chosen_first(store: ClientStore, analysis: Analysis) -> None:
    client = store.add(Details(name="A"))
    for number, days in enumerate((0, 60, 67, 200)):
        shots = photos(analysis, 0.0, 0.1, first=10 * number)
        store.add_visit(client.id, shots, day=DAY + timedelta(days=days))
    assert closest_pair(store.visits(client.id)) == (1, 2)


def test_photos_become_a_session_of_a_new_person(store: ClientStore) -> None:
    shown = run([])
    data = SAMPLES[0].read_bytes()
    shown.text_input(key="studio_0_name").set_value("Anna Example")
    files = shown.file_uploader(key="studio_0_files")
    files.set_value([("1.jpg", data, "image/jpeg")])
    send = next(button for button in shown.button if button.label == "Add session")
    send.click().run()
    assert "at least two photos" in shown.error[0].value.replace("\\", "")
    assert store.find() == ()
    shown.file_uploader(key="studio_0_files").set_value(
        [("1.jpg", data, "image/jpeg"), ("2.jpg", SAMPLES[1].read_bytes(), "image/jpeg")]
    )
    next(button for button in shown.button if button.label == "Add session").click().run()
    listed = store.find()[0]
    assert (listed.client.name, listed.visits) == ("Anna Example", 1)
    assert shown.multiselect[0].value == [listed.client.id]
    assert not shown.exception


def logo(size: int) -> bytes:
    stored = io.BytesIO()
    Image.new("RGB", (size, size), "teal").save(stored, "PNG")
    return stored.getvalue()


@pytest.mark.usefixtures("store")
def test_the_letterhead_is_kept_and_a_bad_logo_is_refused() -> None:
    shown = run([])
    shown.text_input[1].set_value("Invented Studio")
    shown.file_uploader(key="studio_logo_0").set_value(("a.png", logo(20), "image/png"))
    send = "Save name and logo"
    next(button for button in shown.button if button.label == send).click().run()
    assert "at least 24 pixels" in shown.error[0].value.replace("\\", "")
    assert load_letterhead().name == ""
    shown.file_uploader(key="studio_logo_0").set_value(("a.png", logo(80), "image/png"))
    next(button for button in shown.button if button.label == send).click().run()
    assert load_letterhead().name == "Invented Studio"
    assert load_letterhead().logo is not None
    assert "The logo of the studio" in text(shown)
    assert not shown.exception
