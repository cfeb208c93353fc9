"""Photo page without a browser: start, samples, failures."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from posture.errors import ModelError
from posture.web import current
from posture.web.components import picker
from posture.web.services import examine

APP = Path(__file__).resolve().parents[2] / "app.py"


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=30).run()


def shown(page: AppTest) -> str:
    bodies = [str(block.proto.body) for block in page.get("html")]
    return " ".join(body for body in bodies if not body.startswith("<style"))


def test_sex_and_upload_come_first_and_guidance_is_beside_them(page: AppTest) -> None:
    # On a phone the second column comes below: what is to be tapped is in view at once.
    choose, guide = page.columns[:2]
    assert choose.segmented_control[0].key == "hint_sex"
    assert len(choose.get("file_uploader")) == 1
    assert [header.value for header in guide.header] == ["How to take the photo"]
    assert "hip height" in shown(page)
    assert not page.exception


def test_a_sample_leads_to_a_result_and_back(page: AppTest) -> None:
    page.button(key="sample_1").click().run()
    assert "po-sentence" in shown(page)
    assert page.button(key="next_session").label == "Start session A"
    assert "Another photo" in page.button[0].label
    page.button[0].click().run()
    assert "po-sentence" not in shown(page)
    assert not page.exception


def test_height_adds_centimetres_and_a_new_photo_forgets_it(page: AppTest) -> None:
    page.button(key="sample_1").click().run()
    assert "That is about" not in shown(page)
    page.number_input(key="hint_height").set_value(170.0).run()
    assert "That is about" in shown(page)
    page.button[0].click().run()
    assert page.number_input(key="hint_height").value is None


def test_without_samples_there_is_still_the_upload(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(picker, "find_samples", list)
    page = AppTest.from_file(str(APP), default_timeout=30).run()
    assert not page.exception
    assert not [button for button in page.button if "Sample" in button.label]
    assert len(page.get("file_uploader")) == 1


def test_values_are_shown_even_if_the_picture_cannot_be_drawn(
    monkeypatch: pytest.MonkeyPatch, page: AppTest
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(examine, "draw_overlay", fail)
    page.button(key="sample_1").click().run()
    assert "could not be drawn" in page.info[0].value
    assert "po-card" in shown(page)
    assert not page.exception


def test_a_missing_model_is_named(monkeypatch: pytest.MonkeyPatch, page: AppTest) -> None:
    def missing() -> object:
        raise ModelError("The model folder is missing: install posture again.")

    monkeypatch.setattr(current, "shared_analyzer", missing)
    page.button(key="sample_1").click().run()
    assert "This did not work" in shown(page)
    assert "install posture again" in shown(page)
    assert not page.exception
