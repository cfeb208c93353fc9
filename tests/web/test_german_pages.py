"""No page is left in English for a German visitor, whatever it shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from client_cases import two_visits
from conftest import SAMPLES
from streamlit.testing.v1 import AppTest
from support.german import left_in_english, words_of

from posture.analysis.result import Analysis
from posture.clients import ClientStore
from posture.web.language import CHOICE


def plan_page() -> None:
    from posture.web.pages import plan

    plan.show()


def library_page() -> None:
    from posture.web.pages import library

    library.show()


def muscles_page() -> None:
    from posture.web.pages import muscles

    muscles.show()


def method_page() -> None:
    from posture.web.pages import method

    method.show()


def check_page() -> None:
    from posture.web.pages import photo_check

    photo_check.show()


def clients_page() -> None:
    from posture.web.pages import clients

    clients.show()


def compare_page() -> None:
    from posture.web.pages import compare

    compare.show()


def studio_page() -> None:
    from posture.web.pages import studio

    studio.show()


def phones_page() -> None:
    from posture.web.pages import phones

    phones.show()


def send_page() -> None:
    from posture.web.pages import send

    send.show()


def tests_page() -> None:
    from posture.web.pages import tests

    tests.show()


def german(page: Callable[[], None], **held: object) -> AppTest:
    """Return a page in German after its first run, with some state before it."""
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state[CHOICE] = "de"
    for key, value in held.items():
        app.session_state[key] = value
    return clean(app.run())


def clean(app: AppTest) -> AppTest:
    """Return the page if it shows no English."""
    assert not app.exception
    words = words_of(app)
    assert len(words) > 200
    assert left_in_english(words) == []
    return app


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClientStore:
    monkeypatch.setenv("POSTURE_DATA", str(tmp_path))
    monkeypatch.setenv("POSTURE_CONFIG", str(tmp_path / "settings"))
    return ClientStore()


@pytest.fixture
def analysis(read_sample: Callable[[Path], Analysis]) -> Analysis:
    return read_sample(SAMPLES[0])


@pytest.mark.parametrize("page", [library_page, muscles_page, method_page])
def test_pages_to_read(page: Callable[[], None]) -> None:
    german(page)


def test_plan_with_its_questions_and_session() -> None:
    app = clean(german(plan_page).button(key="safety_none").click().run())
    clean(app.button(key="train_start").click().run())


def test_safety_when_the_answer_is_yes() -> None:
    app = german(plan_page)
    for box in app.checkbox:
        clean(box.check().run())


@pytest.mark.parametrize("page", [phones_page, send_page])
def test_pages_of_phones(page: Callable[[], None]) -> None:
    german(page)


@pytest.mark.parametrize("sample", [1, 2, 3, 4])
def test_photo_check(sample: int) -> None:
    app = german(check_page)
    app.button(key=f"sample_{sample}").click().run()
    if any(button.key == "next_tests" for button in app.button):
        app.button(key="next_tests").click().run()
    clean(app)


def test_plan_of_a_photo() -> None:
    check = german(check_page)
    check.button(key="sample_1").click().run()
    held = {key: check.session_state[key] for key in ("photos", "found")}
    clean(german(plan_page, **held).button(key="safety_none").click().run())


def test_clients_visits_and_change(store: ClientStore, analysis: Analysis) -> None:
    client = two_visits(store, analysis, 4.0)
    german(clients_page)
    german(clients_page, clients_open=client)
    german(compare_page)
    german(studio_page, studio_people=[])


@pytest.mark.usefixtures("store")
def test_tests_of_the_trainer() -> None:
    app, seen = german(tests_page), 0
    while skips := [each for each in app.button if str(each.key).endswith("_skip")]:
        app = clean(skips[0].click().run())
        seen += 1
    assert seen > 3
