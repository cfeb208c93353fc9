"""Clients page and saving of visits, without a browser."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from client_cases import DAY, LATER, photos
from conftest import SAMPLES
from streamlit.testing.v1 import AppTest

from posture.analysis.correct import correct, offered_pelvis_px, reestimated
from posture.analysis.result import Analysis
from posture.clients import ClientStore, Details, Visit
from posture.clients.archive import export_client
from posture.clients.capture import capture
from posture.clients.documents import visit_case
from posture.clients.visit_data import visit_data
from posture.inputs.corrections import Corrections
from posture.inputs.hints import Hints
from posture.inputs.protocol import Protocol
from posture.quantity import Quantity
from posture.web import visit as browser_visit
from posture.web.components.clients.notices import plain_markdown
from posture.web.components.headline import badge
from posture.web.services.clients import captures, renew_visit

OLD = Path(__file__).parents[1] / "data" / "version_0_1_0" / "clients.sqlite"


def page() -> None:
    from posture.web.pages import clients

    clients.show()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClientStore:
    monkeypatch.setenv("POSTURE_DATA", str(tmp_path))
    return ClientStore()


@pytest.fixture
def analysis(read_sample: Callable[[Path], Analysis]) -> Analysis:
    return read_sample(SAMPLES[0])


def run() -> AppTest:
    return AppTest.from_function(page, default_timeout=30).run()


def opened(client_id: str) -> AppTest:
    shown = AppTest.from_function(page, default_timeout=30)
    shown.session_state["clients_open"] = client_id
    return shown.run()


def text(shown: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in shown.get("html"))


def press(shown: AppTest, label: str) -> AppTest:
    return next(button for button in shown.button if button.label == label).click().run()


@pytest.mark.usefixtures("store")
def test_an_empty_list_says_what_to_do() -> None:
    shown = run()
    assert "Add the first one" in shown.info[0].value
    assert not shown.exception


def test_a_client_is_added_and_opened(store: ClientStore) -> None:
    shown = run()
    shown.text_input(key="add_0_name").set_value("Zoë *Test* <b>")
    shown.checkbox(key="add_0_consent").check()
    press(shown, "Add client")
    assert shown.title[0].value == plain_markdown("Zoë *Test* <b>")
    # Said once, where the eye is: no box beside the toast.
    assert "was added" in shown.toast[0].value
    assert not shown.success
    client = store.find()[0].client
    assert client.name == "Zoë *Test* <b>"
    assert client.consent is not None
    assert client.consent.given_on == date.today()


def test_a_client_without_a_name_is_refused_in_one_sentence(store: ClientStore) -> None:
    shown = press(run(), "Add client")
    assert store.find() == ()
    assert any("needs a name" in error.value for error in shown.error)
    assert not shown.exception


def test_search_finds_without_accents_and_says_when_nobody_is_there(store: ClientStore) -> None:
    store.add(Details(name="Änna Example"))
    shown = run()
    shown.text_input(key="clients_words").set_value("anna").run()
    assert any(button.label == "Änna Example" for button in shown.button)
    shown.text_input(key="clients_words").set_value("nobody").run()
    assert "Nobody goes by that name" in shown.info[0].value


def test_archived_clients_leave_the_list_and_come_back(store: ClientStore) -> None:
    client = store.add(Details(name="Anna Example"))
    shown = press(opened(client.id), "Archive")
    assert "There are no clients yet" in shown.info[0].value
    shown.toggle(key="clients_show_archived").set_value(True).run()
    press(shown, "Anna Example")
    press(shown, "Take out of the archive")
    assert store.find()[0].client.archived_at is None


def test_details_are_changed_and_an_impossible_height_cannot_be_entered(
    store: ClientStore,
) -> None:
    client = store.add(Details(name="Anna Example", notes="Runs."))
    shown = opened(client.id)
    key = f"edit_{client.id}"
    assert shown.number_input(key=f"{key}_height").max == 230
    shown.text_input(key=f"{key}_name").set_value("Anna Other")
    shown.number_input(key=f"{key}_height").set_value(170.0)
    press(shown, "Save changes")
    details = store.get(client.id).details
    assert details == Details(name="Anna Other", height_cm=170.0, notes="Runs.")


def test_deleting_needs_the_name_and_deletes_for_good(
    store: ClientStore, analysis: Analysis
) -> None:
    visit = store.add_visit(Details(name="Anna Example"), photos(analysis, 0.0), day=DAY)
    shown = opened(visit.client_id)
    key = f"delete_name_{visit.client_id}"
    shown.text_input(key=key).set_value("Anna")
    press(shown, "Delete for good")
    assert "not the name" in shown.error[0].value
    assert len(store.find()) == 1
    shown.text_input(key=key).set_value("anna  example")
    press(shown, "Delete for good")
    assert store.find() == ()
    assert b"Anna" not in store.path.read_bytes()
    assert "deleted for good" in shown.toast[0].value


def test_withdrawing_consent_says_first_that_photos_go(
    store: ClientStore, analysis: Analysis
) -> None:
    client = store.add(Details(name="Anna Example"), consented_on=DAY)
    visit = store.add_visit(client.id, photos(analysis, 0.0, 1.0), day=DAY)
    shown = opened(client.id)
    assert any("2 photos are stored" in block.value for block in shown.markdown)
    press(shown, "Withdraw consent and delete the photos")
    assert store.get(client.id).consent is None
    shot = store.visit(visit.id).shots[0]
    assert not shot.photo_kept
    assert store.thumbnail(shot.id) is not None
    press(shown, "The client agrees")
    assert store.get(client.id).consent is not None


def test_a_visit_shows_means_protocol_and_notes_as_plain_text(
    store: ClientStore, analysis: Analysis
) -> None:
    how = Protocol(arms="crossed_high", camera_height_cm=95.0)
    visit = store.add_visit(
        Details(name="A"), photos(analysis, 0.0, 1.0, 2.0), day=DAY, protocol=how, notes="<b>slept"
    )
    words = text(opened(visit.client_id))
    assert "3 Mar 2025" in words
    assert "3 photos" in words
    assert "Folded high · lens at 95 cm" in words
    assert "&lt;b&gt;slept" in words
    assert words.count("data:image/jpeg;base64,") == 3
    # The name that the photo check gives it: one word for one quantity, whichever page it is on.
    assert "<dt>Pelvic tilt</dt>" in words


def graded(words: str) -> list[str]:
    return re.findall(r"<dt>Lower crossed syndrome</dt><dd>(.*?)</dd>", words)


def test_each_visit_in_the_list_has_its_grade_in_the_words_of_the_photo_check(
    store: ClientStore, read_sample: Callable[[Path], Analysis]
) -> None:
    tilted, neutral = (read_sample(SAMPLES[number]) for number in (2, 0))
    visit = store.add_visit(Details(name="A"), [capture(tilted)], day=DAY)
    store.add_visit(visit.client_id, [capture(neutral)], day=LATER)
    # Newest first.
    assert graded(text(opened(visit.client_id))) == [
        f"<b>{badge(neutral.screening)}</b>",
        f"<b>{badge(tilted.screening)}</b>",
    ]
    assert badge(tilted.screening) == "Likely: type A, about 9 in 10"
    assert badge(neutral.screening) == "Not suggested"


def test_the_grade_of_a_visit_counts_its_tests(store: ClientStore, analysis: Analysis) -> None:
    thigh = "tests.modified_thomas.left.thigh_above_horizontal"
    visit = store.add_visit(Details(name="A"), photos(analysis, 12.0), day=DAY)
    before = graded(text(opened(visit.client_id)))
    store.save_visit_answers(visit.id, {thigh: "yes"})
    after = graded(text(opened(visit.client_id)))
    case = visit_case(store.get(visit.client_id), store.visit(visit.id))
    assert after == [f"<b>{badge(case.weighed.screening)}</b>"] != before


def test_visits_of_version_0_1_have_the_grade_of_its_rule_or_none(store: ClientStore) -> None:
    shutil.copy(OLD, store.path)
    for found in store.find():
        words = text(opened(found.client.id))
        for grade in graded(words):
            assert " (by the rule of an earlier version)" in grade
            assert " in 10" not in grade
        # An old visit that cannot be read says so instead.
        read = sum(bool(visit_data(each).records) for each in store.visits(found.client.id))
        assert len(graded(words)) == read > 0


def test_a_visit_is_changed_and_deleted(store: ClientStore, analysis: Analysis) -> None:
    visit = store.add_visit(Details(name="A"), photos(analysis, 0.0), day=DAY)
    shown = press(opened(visit.client_id), "Change the visit of 3 Mar 2025")
    shown.text_area(key=f"visit_{visit.id}_notes").set_value("Slept badly.")
    shown.button_group(key=f"visit_{visit.id}_clothing").set_value("tight")
    press(shown, "Save")
    kept = store.visit(visit.id)
    assert kept.notes == "Slept badly."
    assert kept.protocol.clothing == "tight"
    press(shown, "Change the visit of 3 Mar 2025")
    shown.checkbox(key=f"sure_{visit.id}").check().run()
    press(shown, "Delete this visit")
    assert store.visits(visit.client_id) == ()


@pytest.mark.usefixtures("store")
def test_a_client_of_another_owner_is_out_of_reach() -> None:
    other = ClientStore(owner="https://id.example|7").add(Details(name="Not Yours"))
    shown = opened(other.id)
    assert "There is no such client" in shown.error[0].value.replace("\\", "")
    assert "Not Yours" not in text(shown)
    press(shown, "All clients")
    assert "There are no clients yet" in shown.info[0].value


@pytest.mark.parametrize("name", ["clients", "compare", "studio"])
def test_a_guest_sees_one_sentence_and_no_clients(
    store: ClientStore, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    store.add(Details(name="Anna Example"))
    monkeypatch.setattr("posture.web.access.owner.is_guest", lambda: True)
    shown = AppTest.from_string(
        f"from posture.web.pages import {name}\n{name}.show()", default_timeout=30
    ).run()
    assert "trainer's computer only" in shown.error[0].value.replace("\\", "")
    assert not [button for button in shown.button if "Anna" in button.label]
    assert not shown.selectbox
    assert not shown.exception


def test_an_export_comes_back_and_a_second_time_only_as_a_copy(
    store: ClientStore, analysis: Analysis
) -> None:
    visit = store.add_visit(Details(name="Anna Example"), photos(analysis, 0.0), day=DAY)
    packed = export_client(store, visit.client_id)
    assert "client.json" in zipfile.ZipFile(io.BytesIO(packed)).namelist()
    store.delete(visit.client_id)
    shown = run()
    shown.file_uploader(key="files_import_0").set_value(("a.zip", packed, "application/zip"))
    press(shown.run(), "Import")
    assert shown.title[0].value == "Anna Example"
    press(shown, "All clients")
    shown.file_uploader(key="files_import_1").set_value(("a.zip", packed, "application/zip"))
    press(shown.run(), "Import")
    assert len(store.find()) == 1
    assert shown.error


def test_a_broken_import_changes_nothing(store: ClientStore) -> None:
    shown = run()
    shown.file_uploader(key="files_import_0").set_value(("a.zip", b"PK no", "application/zip"))
    press(shown.run(), "Import")
    assert store.find() == ()
    assert "Nothing was imported" in shown.error[0].value.replace("\\", "")
    assert not shown.exception


def saving() -> None:
    import streamlit as st

    from posture.web.components.clients.save import show_save

    show_save(st.session_state["analyses"])


def test_clothing_entered_with_the_photo_is_in_the_protocol(
    store: ClientStore, analysis: Analysis
) -> None:
    shown = AppTest.from_function(saving, default_timeout=30)
    shown.session_state["analyses"] = [replace(analysis, hints=Hints(clothing="loose"))]
    shown.run()
    # Entered after the form was shown, as the line below the values suggests.
    shown.session_state["analyses"] = [replace(analysis, hints=Hints(clothing="tight"))]
    shown.run().text_input(key="save_new_name").set_value("Anna Example")
    press(shown, "Save this visit")
    (visit,) = store.visits(store.find()[0].client.id)
    assert visit.protocol.clothing == "tight"

    shown.session_state["analyses"] = [reestimated(analysis, Hints(clothing="minimal"))]
    press(shown.run(), "Save the changed values")
    renewed = store.visit(visit.id)
    assert renewed.protocol.clothing == "minimal"
    assert renewed.shots[0].record().provenance.clothing == "minimal"


def test_a_camera_entered_with_the_photo_is_in_the_protocol(
    store: ClientStore, analysis: Analysis
) -> None:
    client = store.add(Details(name="Anna Example"))
    before = Protocol(arms="by_side", camera_height_cm=120.0, camera_distance_cm=400.0)
    store.add_visit(client.id, photos(analysis, 0.0), day=DAY, protocol=before)
    shown = AppTest.from_function(saving, default_timeout=30)
    shown.session_state["clients_last"] = client.id
    shown.session_state["analyses"] = [reestimated(analysis, Hints(camera_height_cm=160.0))]
    press(shown.run(), "Save for Anna Example")
    (_, visit) = store.visits(client.id)
    assert visit.protocol == replace(before, camera_height_cm=160.0)
    assert "camera_off_pelvis" in found_in(visit)

    shown.session_state["analyses"] = [reestimated(analysis, Hints(camera_height_cm=95.0))]
    press(shown.run(), "Save the changed values")
    renewed = store.visit(visit.id)
    assert renewed.protocol.camera_height_cm == 95.0
    assert "camera_height_known" in found_in(renewed)


def found_in(visit: Visit) -> set[str]:
    return {finding.code for finding in visit.shots[0].record().findings}


def test_what_is_entered_while_saving_reaches_the_saved_values(
    store: ClientStore, analysis: Analysis
) -> None:
    placed = correct(analysis, Corrections(**offered_pelvis_px(analysis)))
    shown = AppTest.from_function(saving, default_timeout=30)
    shown.session_state["analyses"] = [placed]
    shown.run().text_input(key="save_new_name").set_value("Anna Example")
    shown.number_input(key="save_new_height").set_value(190.0)
    shown.number_input(key="save_new_camera_height").set_value(160.0)
    shown.number_input(key="save_new_distance").set_value(250.0)
    press(shown, "Save this visit")
    (visit,) = store.visits(store.find()[0].client.id)
    assert visit.protocol == Protocol(camera_height_cm=160.0, camera_distance_cm=250.0)
    assert "camera_off_pelvis" in found_in(visit)
    hints = Hints(height_cm=190.0, camera_height_cm=160.0, camera_distance_cm=250.0)
    expected = correct(reestimated(analysis, hints), placed.corrections).estimates.asis_psis_deg
    kept = visit.shots[0].record().estimates.asis_psis_deg
    assert kept.value == pytest.approx(expected.value, abs=0.01)
    assert kept.sd == pytest.approx(expected.sd, abs=0.01)
    assert kept.value != pytest.approx(placed.estimates.asis_psis_deg.value, abs=0.5)


def test_saved_values_use_sex_and_clothing_of_the_client_file(
    store: ClientStore, analysis: Analysis
) -> None:
    """Measuring the photos again gives the saved values, also after saving changed ones."""
    # Both let the same outline stand for a hollower back.
    hints = Hints(sex="female", clothing="loose")
    expected = reestimated(analysis, hints).estimates.lumbar_depth_pct.value
    details, protocol = Details(name="A", sex="female"), Protocol(clothing="loose")
    kept = captures([analysis], details, protocol)
    client = store.add(details)
    visit = store.add_visit(client.id, kept, day=DAY, protocol=protocol)
    renewed = renew_visit(store, visit.id, [analysis])
    for found in (visit, renewed):
        kept_depth = found.shots[0].record().estimates.lumbar_depth_pct.value
        assert kept_depth == pytest.approx(expected, abs=0.01)
    assert expected != pytest.approx(analysis.estimates.lumbar_depth_pct.value, abs=0.1)
    again = captures([reestimated(analysis, hints)], Details(name="A"), Protocol())
    assert again[0].result == kept[0].result


def test_a_saved_visit_takes_over_values_that_were_changed_later(
    store: ClientStore, analysis: Analysis
) -> None:
    shown = AppTest.from_function(saving, default_timeout=30)
    shown.session_state["analyses"] = [analysis]
    shown.run().text_input(key="save_new_name").set_value("Anna Example")
    press(shown, "Save this visit")
    assert "Saved for Anna Example" in shown.success[0].value
    assert not shown.toast
    assert not shown.text_input
    visit = store.visits(store.find()[0].client.id)[0]
    assert not visit.shots[0].photo_kept

    moved = Quantity.known(30.0, 2.0, unit="deg")
    estimates = replace(analysis.estimates, pelvic_tilt_deg=moved)
    shown.session_state["analyses"] = [replace(analysis, estimates=estimates)]
    press(shown.run(), "Save the changed values")
    assert store.visit(visit.id).shots[0].record().estimates.pelvic_tilt_deg.value == 30.0
    assert not any(button.label == "Save the changed values" for button in shown.button)

    store.delete_visit(visit.id)
    shown.run()
    assert any(button.label == "Save for Anna Example" for button in shown.button)


def test_kept_photos_are_measured_again(store: ClientStore, analysis: Analysis) -> None:
    client = store.add(Details(name="A"), consented_on=DAY)
    visit = store.add_visit(client.id, photos(analysis, 9.0), day=DAY)
    before = visit.shots[0].record().estimates.pelvic_tilt_deg.value
    shown = press(opened(client.id), "Change the visit of 3 Mar 2025")
    press(shown, "Measure the photos again")
    after = store.visit(visit.id).shots[0].record().estimates.pelvic_tilt_deg.value
    assert before is not None
    # The stored JPEG is not the original file, so the last decimals may differ.
    assert after == pytest.approx(before - 9.0, abs=1.5)


def test_a_guest_is_not_asked_to_save(monkeypatch: pytest.MonkeyPatch, analysis: Analysis) -> None:
    monkeypatch.setattr("posture.web.components.clients.save.is_guest", lambda: True)
    shown = AppTest.from_function(saving, default_timeout=30)
    shown.session_state["analyses"] = [analysis]
    assert not shown.run().expander


def test_sex_and_height_entered_with_the_photo_are_not_asked_again(
    store: ClientStore, analysis: Analysis
) -> None:
    shown = AppTest.from_function(saving_known, default_timeout=30)
    shown.session_state["analyses"] = [analysis]
    shown.run()
    # Chosen after the form was on the page.
    shown.session_state["sex"] = "female"
    shown.run().text_input(key="save_new_name").set_value("Anna Example")
    press(shown, "Save this visit")
    details = store.find()[0].client.details
    assert (details.sex, details.height_cm) == ("female", 168.0)


def saving_known() -> None:
    import streamlit as st

    from posture.web.components.clients.details import Prefill
    from posture.web.components.clients.save import show_save

    sex = st.session_state.get("sex")
    show_save(st.session_state["analyses"], Prefill(sex=sex, height_cm=168.0))


def test_photos_of_somebody_else_are_asked_about_before_they_are_saved(
    store: ClientStore, analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = store.add(Details(name="Anna Example"))
    store.add_visit(client.id, photos(analysis, 0.0), day=DAY)
    monkeypatch.setattr("posture.clients.likeness.built_differently", lambda *_: True)
    shown = AppTest.from_function(saving, default_timeout=30)
    shown.session_state["clients_last"] = client.id
    shown.session_state["analyses"] = [analysis]
    press(shown.run(), "Save for Anna Example")
    assert "Is this Anna Example?" in shown.warning[0].value
    assert len(store.visits(client.id)) == 1
    press(shown, "No, somebody else")
    assert len(store.visits(client.id)) == 1
    assert any(button.label == "Save this visit" for button in shown.button)
    shown.selectbox(key="save_client").set_value(client.id).run()
    press(shown, "Save for Anna Example")
    press(shown, "Yes, same person: save")
    assert len(store.visits(client.id)) == 2


def test_answers_are_kept_with_the_visit_and_fill_in_the_next_one(
    store: ClientStore, analysis: Analysis
) -> None:
    shown = AppTest.from_function(saving, default_timeout=30)
    shown.session_state["visit"] = (
        browser_visit.Visit.new()
        .put(browser_visit.answer_name("about.age"), 41.0, now=1)
        .put(browser_visit.answer_name("tests.plank.hold_s"), 30.0, now=1)
    )
    shown.session_state["analyses"] = [analysis]
    shown.run().text_input(key="save_new_name").set_value("Anna Example")
    press(shown, "Save this visit")
    client = store.find()[0].client
    (visit,) = store.visits(client.id)
    assert visit.answers == {"about.age": 41.0, "tests.plank.hold_s": 30.0}
    # An answer that is given after saving is kept, too.
    later = shown.session_state["visit"].put(
        browser_visit.answer_name("about.age"), 42.0, now=2**60
    )
    shown.session_state["visit"] = later
    shown.run()
    assert store.visit(visit.id).answers == {"about.age": 42.0, "tests.plank.hold_s": 30.0}

    begun = AppTest.from_function(beginning, default_timeout=30)
    begun.session_state["client"] = client.id
    begun.run()
    # Tests belong to their day and are done anew.
    assert begun.session_state["visit"].answers == {"about.age": 42.0}
    assert begun.session_state["visit"].get(browser_visit.CLIENT) == client.id
    assert "New visit for" in begun.markdown[0].value


def beginning() -> None:
    import streamlit as st

    from posture.web.components.clients.begin import begin_visit, show_whose
    from posture.web.services.clients import own_store

    store = own_store()
    begin_visit(store, store.get(st.session_state["client"]))
    show_whose()
