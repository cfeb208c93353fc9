"""Printed sheets of stored visits: name, day, trainer and number of photos on each."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import SAMPLES
from PIL import Image
from pypdf import PdfReader
from support.captures import make_capture
from support.records import make_record

from posture.analysis.record import Record, Unlike
from posture.analysis.result import Analysis
from posture.case.case import NO_ANSWERS
from posture.clients import ClientsError, ClientStore, Details
from posture.clients.answers import answers_of, last_answers, readable
from posture.clients.capture import capture
from posture.clients.documents import (
    change_pdf,
    change_sheet,
    plan_start,
    visit_case,
    visit_picture,
    visit_plan,
    visit_screening,
    visit_sheet,
)
from posture.clients.pairs import pair_of
from posture.clients.visit_data import visit_data
from posture.comparison.average import merged
from posture.comparison.sentences import say_unlike
from posture.report.finding_page import screening_block
from posture.report.letterhead_store import LetterheadDetails
from posture.report.pdf import render_pdf
from posture.report.pdf.change import render_change_pdf
from posture.screening.words import badge_text

DAY, LATER = date(2025, 3, 3), date(2025, 4, 29)
STUDIO = LetterheadDetails(name="Studio Nordlicht")
URGENT = "health.saddle_numbness"
HOLD = "tests.plank.hold_s"
THIGH = "tests.modified_thomas.left.thigh_above_horizontal"


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    return ClientStore(tmp_path / "clients.sqlite")


def saved(store: ClientStore, tilts: tuple[float, ...] = (12.0, 13.0, 14.0)) -> str:
    """Save a client with one visit of three photos and one of one; return the client's id."""
    shots = [
        make_capture(f"p{n}", record=make_record(tilt=t, lordosis=30.0))
        for n, t in enumerate(tilts)
    ]
    details = Details(name="Anna Berg", sex="female")
    visit = store.add_visit(details, shots, day=DAY, answers={HOLD: 30.0})
    after = make_capture("later", record=make_record(tilt=5.0, lordosis=30.0))
    store.add_visit(visit.client_id, [after], day=LATER, answers={HOLD: 45.0})
    return visit.client_id


def words(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages))


def test_the_sheet_of_a_visit_says_whose_it_is_and_of_how_many_photos(store: ClientStore) -> None:
    visit = store.visits(saved(store))[0]
    pages = PdfReader(io.BytesIO(render_pdf(visit_sheet(store, visit, details=STUDIO)))).pages
    for page in pages:
        text = re.sub(r"\s+", " ", page.extract_text())
        for part in ("Anna Berg", "3 Mar 2025", "Studio Nordlicht", "mean of 3 photos"):
            assert part in text, part
    assert "3 side-view photos" in pages[0].extract_text()


def test_the_plan_of_a_visit_begins_on_a_monday(store: ClientStore) -> None:
    first, second = store.visits(saved(store))
    assert (plan_start(first), plan_start(second)) == (DAY, date(2025, 5, 5))


def test_tests_of_a_visit_move_its_verdict_as_an_answers_file_does(store: ClientStore) -> None:
    client_id = saved(store)
    client, visit = store.get(client_id), store.visits(client_id)[0]
    bare = visit_case(client, replace(visit, answers=None))
    tested = visit_case(client, replace(visit, answers={THIGH: "yes", HOLD: 30.0}))
    assert (tested.weighed.weights["type_a"], bare.weighed.weights["type_a"]) == (2.5, 1.0)


def test_answers_of_another_version_do_not_hide_the_others(store: ClientStore) -> None:
    client_id = saved(store)
    assert readable({"gone.question": "yes", HOLD: 30.0}).to_dict() == {HOLD: 30.0}
    visit, answers = last_answers(store, client_id)
    assert visit is not None
    assert (visit.day, answers.to_dict()) == (LATER, {HOLD: 45.0})
    store.save_visit_answers(visit.id, None)
    assert last_answers(store, client_id)[1].to_dict() == {HOLD: 30.0}


def test_the_grade_of_a_visit_is_the_one_that_its_sheet_prints(store: ClientStore) -> None:
    client_id = saved(store, (27.0, 28.0, 29.0))
    client, visits = store.get(client_id), store.visits(client_id)
    for visit in visits:
        answers = answers_of(visit, visits)
        graded = visit_screening(client, visit, answers)
        assert graded is not None
        assert screening_block(visit_case(client, visit, answers)).badge == badge_text(graded)


def test_one_photo_of_a_client_of_untold_sex_keeps_the_grade_of_the_photo_check(
    store: ClientStore, read_sample: Callable[[Path], Analysis]
) -> None:
    analysis = read_sample(SAMPLES[4])
    visit = store.add_visit(Details(name="Anna"), [capture(analysis)], day=DAY)
    graded = visit_screening(store.get(visit.client_id), visit, NO_ANSWERS)
    assert graded is not None
    assert badge_text(graded) == badge_text(analysis.screening) == "Likely: type B, about 6 in 10"
    store.edit(visit.client_id, Details(name="Anna", sex="female"))
    told = visit_screening(store.get(visit.client_id), visit, NO_ANSWERS)
    among_women = merged(visit_data(visit).records, sex="female").screening
    assert told is not None
    assert told.probability == among_women.probability != analysis.screening.probability


def test_photos_of_a_client_of_untold_sex_have_the_grade_of_the_photo_check(
    store: ClientStore, read_sample: Callable[[Path], Analysis]
) -> None:
    """A grade counts with the build, which the stored outlines still show."""
    photos = [read_sample(path) for path in (SAMPLES[4], SAMPLES[0])]
    visit = store.add_visit(Details(name="Anna"), [capture(each) for each in photos], day=DAY)
    client = store.get(visit.client_id)
    graded = visit_screening(client, visit, NO_ANSWERS)
    shown = merged([Record.of(each) for each in photos]).screening
    without = merged([replace(Record.of(each), male=None) for each in photos]).screening
    assert graded is not None
    for pattern, chance in shown.probabilities.items():
        assert graded.probabilities[pattern] == pytest.approx(chance, abs=0.003)
    assert abs(without.probabilities["type_b"] - shown.probabilities["type_b"]) > 0.03
    assert screening_block(visit_case(client, visit, NO_ANSWERS)).badge == badge_text(graded)


def test_a_visit_whose_answers_call_for_help_today_has_no_grade(store: ClientStore) -> None:
    client_id = saved(store)
    client, visit = store.get(client_id), store.visits(client_id)[0]
    assert visit_screening(client, visit, readable({URGENT: "yes"})) is None
    assert visit_screening(client, visit, readable({URGENT: "no"})) is not None


def test_a_visit_that_nobody_can_read_is_refused_in_one_sentence(store: ClientStore) -> None:
    client_id = saved(store)
    shot = store.visits(client_id)[0].shots[0]
    broken = replace(shot, result={**shot.result, "schema_version": 99})
    visit = replace(store.visits(client_id)[0], shots=(broken,))
    with pytest.raises(ClientsError, match="measure its photos again"):
        visit_case(store.get(client_id), visit)
    assert visit_screening(store.get(client_id), visit, NO_ANSWERS) is None


def test_the_sheet_of_a_visit_asks_about_photos_that_may_show_somebody_else(
    store: ClientStore, read_sample: Callable[[Path], Analysis]
) -> None:
    shots = [capture(read_sample(SAMPLES[number])) for number in (6, 3)]
    visit = store.add_visit(Details(name="Anna"), shots, day=DAY)
    asked = say_unlike(Unlike(first=1, others=(2,)))
    assert visit_sheet(store, visit).notices[0] == asked
    german = visit_sheet(store, visit, language="de").notices[0]
    assert german.startswith("Foto 2 zeigt vielleicht eine andere Person als Foto 1")


def test_the_change_sheet_has_one_sentence_a_change(store: ClientStore) -> None:
    visits = store.visits(saved(store, (20.0, 20.5, 21.0)))
    sheet = change_sheet(store, pair_of(visits, visits[0].id, visits[1].id), details=STUDIO)
    assert sheet.tests == ("Plank hold: now 45 s, before 30 s.",)
    text = words(render_change_pdf(sheet))
    for part in (
        "Anna Berg",
        "29 Apr 2025",
        "Studio Nordlicht",
        "3 Mar 2025, mean of 3 photos",
        "29 Apr 2025, one photo",
        "Plank hold: now 45 s, before 30 s.",
        *sheet.changes,
    ):
        assert part in text, part


def test_the_change_sheet_shows_both_people_on_one_scale(
    store: ClientStore, read_sample: Callable[[Path], Analysis]
) -> None:
    first, second = (capture(read_sample(SAMPLES[number])) for number in (0, 2))
    visit = store.add_visit(Details(name="Anna"), [first], day=DAY)
    store.add_visit(visit.client_id, [second], day=LATER)
    visits = store.visits(visit.client_id)
    sheet = change_sheet(store, pair_of(visits, visits[0].id, visits[1].id))
    assert sheet.before.picture is not None
    assert sheet.after.picture is not None
    pdf = render_change_pdf(sheet)
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    assert len(page.images) == 2
    # Whole degrees, like every value on the photo page.
    told = " ".join(sheet.changes)
    assert re.search(r"\d° more .* \(most likely \d+° to \d+°\)", told), told
    assert not re.search(r"\d\.\d°", words(pdf))


def test_the_questionnaire_holds_until_it_is_answered_again_and_tests_for_their_day(
    store: ClientStore,
) -> None:
    client_id = saved(store)
    first, second = store.visits(client_id)
    store.save_visit_answers(first.id, {"health.night_pain": "yes", HOLD: 30.0})
    visits = store.visits(client_id)
    held = answers_of(visits[1], visits, None)
    assert held.to_dict() == {"health.night_pain": "yes", HOLD: 45.0}
    store.save_visit_answers(second.id, {"health.night_pain": "no"})
    visits = store.visits(client_id)
    assert answers_of(visits[1], visits, None).to_dict() == {"health.night_pain": "no"}
    # What comes later does not count for an earlier visit.
    assert answers_of(visits[0], visits, None).to_dict()["health.night_pain"] == "yes"


def test_plan_and_picture_say_whose_they_are(store: ClientStore) -> None:
    visit = store.visits(saved(store))[0]
    plan = words(render_pdf(visit_plan(store, visit, details=STUDIO)))
    for part in ("Anna Berg", "3 Mar 2025", "Studio Nordlicht", "mean of 3 photos"):
        assert part in plan
    picture, bare = visit_picture(store, visit), store.thumbnail(visit.shots[0].id)
    assert picture is not None
    assert bare is not None
    sizes = [Image.open(io.BytesIO(each)).size for each in (picture, bare)]
    assert sizes[0][1] > sizes[1][1] + 3 * 18


def test_an_urgent_answer_empties_every_sheet_of_the_visit(store: ClientStore) -> None:
    client_id = saved(store)
    store.save_visit_answers(store.visits(client_id)[1].id, {URGENT: "yes"})
    visits = store.visits(client_id)
    pair = pair_of(visits, visits[0].id, visits[1].id)
    sheets = (
        render_pdf(visit_sheet(store, visits[1])),
        render_pdf(visit_plan(store, visits[1])),
        change_pdf(store, pair),
    )
    for sheet in map(words, sheets):
        assert "Before any exercise" in sheet
        assert not re.search(r"pelvi[cs]|\d°|Session", sheet)
