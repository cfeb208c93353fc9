"""Plan page and its services, without a browser."""

from __future__ import annotations

import html
import json
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from posture.program import AnswersError, Plan, PlanLog, answer_fields, load_library
from posture.program.render_text import date_to_text
from posture.report.letterhead import BLANK
from posture.report.letterhead_store import LetterheadDetails, save_letterhead
from posture.web.components.questionnaire import PLAN_QUESTIONS, SAFETY
from posture.web.services.planning import (
    calendar_file,
    choices,
    error_in_words,
    fit_plan,
    next_monday,
    plan_file,
    sheet_writer,
    stored_letterhead,
)
from posture.web.services.safety import groups
from posture.web.services.training import first_met, pieces

MONDAY = date(2025, 1, 6)


def page() -> None:
    from posture.web.pages import plan

    plan.show()


def shown(app: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in app.get("html"))


def answer(app: AppTest, path: str, value: object) -> AppTest:
    key = path.replace(".", "_")
    field = next(f for f in app.button_group if f.key is not None and f.key.endswith(key))
    return field.set_value(value).run()


@pytest.fixture
def gate() -> AppTest:
    """The page as it is first opened: with the safety questions alone."""
    return AppTest.from_function(page, default_timeout=30).run()


@pytest.fixture
def app(gate: AppTest) -> AppTest:
    return gate.button(key="safety_none").click().run()


def tick(app: AppTest, words: str) -> AppTest:
    box = next(each for each in app.checkbox if words in each.label)
    return box.set_value(not box.value).run()


def test_no_exercise_is_shown_before_the_safety_questions_are_answered(gate: AppTest) -> None:
    assert [box.label for box in gate.checkbox] == [group.ask for group in groups()]
    assert "po-do" not in shown(gate)
    assert not gate.get("download_button")
    assert "po-do" in shown(gate.button(key="safety_none").click().run())


def test_a_yes_says_what_it_means_where_it_was_tapped_and_can_be_taken_back(gate: AppTest) -> None:
    tick(gate, "A leg that gets weaker")
    assert not gate.exception
    said = [str(block.proto.body) for block in gate.get("html")]
    assert sum("looked at today" in body for body in said) == 1
    assert "See a doctor today" in said[-1]
    assert not [button for button in gate.button if button.key == "safety_none"]
    tick(gate, "A leg that gets weaker")
    assert "po-do" in shown(gate.button(key="safety_none").click().run())


def test_a_condition_is_asked_for_at_once_and_changes_the_plan(gate: AppTest) -> None:
    tick(gate, "Pregnant, or")
    assert gate.button(key="safety_none").label == "None of the others"
    answer(gate, "about.conditions", ["pregnant_early"])
    gate.button(key="safety_none").click().run()
    assert "po-do" in shown(gate)
    assert any("midwife" in warning.value for warning in gate.warning)


def test_who_was_stopped_can_answer_everything_again(gate: AppTest) -> None:
    gate.button(key="safety_none").click().run()
    answer(gate, "health.leg_weakness", "yes")
    assert "See a doctor today" in shown(gate)
    gate.button(key="safety_again").click().run()
    assert "See a doctor today" not in shown(gate)
    assert "po-do" not in shown(gate)
    assert "po-do" in shown(gate.button(key="safety_none").click().run())


def test_without_a_photo_there_is_a_plan_for_upkeep(app: AppTest) -> None:
    assert not app.exception
    assert any("no photo yet" in each.value for each in app.markdown)
    # The title says what the page is; nothing else names the plan or its photo again.
    assert [title.value for title in app.title] == ["Your plan"]
    headers = [header.value for header in app.header]
    assert headers == ["Make it fit you better", "Take it with you"]
    assert "po-do" in shown(app)
    assert not any("safety questions are still open" in warning.value for warning in app.warning)


def test_the_long_safety_form_is_there_and_every_question_is_asked(app: AppTest) -> None:
    assert load_library().sections[SAFETY].title in [each.label for each in app.expander]
    questions = [f for f in app.button_group if (f.key or "").startswith("po_answer_")]
    asked = len(questions) + len(app.number_input)
    # The grouped ones came before the page.
    assert asked == len(answer_fields()) - len(groups())
    assert set(PLAN_QUESTIONS) <= set(answer_fields())


def test_an_urgent_answer_takes_the_plan_away_until_it_is_taken_back(app: AppTest) -> None:
    answer(app, "health.saddle_numbness", "yes")
    assert "See a doctor today" in shown(app)
    assert "po-do" not in shown(app)
    app.button(key="safety_again").click().run()
    assert "po-do" in shown(app.button(key="safety_none").click().run())
    assert not app.exception


def test_contradictory_answers_give_one_sentence_and_no_plan(app: AppTest) -> None:
    answer(app, "sides.any_difference", "no")
    answer(app, "sides.stronger", "left")
    assert "“Which side feels stronger?”: you said" in app.error[0].value
    assert "sides." not in app.error[0].value
    assert "po-do" not in shown(app)


def test_the_minutes_entered_set_the_length_of_a_session() -> None:
    short = fit_plan({"about.minutes": 10.0}, start=MONDAY, analysis=None, sex=None)
    assert short.plan.minutes == 10
    assert short.plan.serves == "maintenance"
    assert short.plan.start == MONDAY


def test_files_without_a_photo_hold_plan_and_answers() -> None:
    fitted = fit_plan({"signs.poor_sleep": "yes"}, start=MONDAY, analysis=None, sex=None)
    stored = json.loads(plan_file(fitted))
    assert stored["answers"] == {"signs.poor_sleep": "yes"}
    assert stored["plan"]["sessions"]
    assert calendar_file(fitted).count(b"BEGIN:VEVENT") > 24


def test_a_sheet_needs_no_photo_and_carries_the_letterhead(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POSTURE_CONFIG", str(tmp_path))
    save_letterhead(LetterheadDetails(name="Studio Nord"))
    letterhead, problem = stored_letterhead(MONDAY)
    assert problem == ""
    fitted = fit_plan({}, start=MONDAY, analysis=None, sex=None)
    page = sheet_writer(fitted, ".html", blur_face=False, phases=(0,), letterhead=letterhead)()
    assert page.startswith(b"<!DOCTYPE html>")
    assert b"Studio Nord" in page
    assert b"from your answers alone" in page
    (tmp_path / "studio.json").write_text("{", encoding="utf-8")
    letterhead, problem = stored_letterhead(MONDAY)
    assert "damaged" in problem
    assert letterhead.trainer == ""


def test_the_reason_for_a_stop_is_given_once(app: AppTest) -> None:
    answer(app, "health.saddle_numbness", "yes")
    headline = fit_plan(
        {"health.saddle_numbness": "yes"}, start=MONDAY, analysis=None, sex=None
    ).plan.headline
    assert shown(app).count(headline) == 1
    assert not [text for text in app.markdown if headline in text.value]


# --- the session to do -----------------------------------------------------------------------


def planned() -> Plan:
    return fit_plan({}, start=next_monday(date.today()), analysis=None, sex=None).plan


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def group(app: AppTest, key: str) -> object:
    return next(f for f in app.button_group if f.key == key)


def test_the_first_session_explains_each_exercise_with_both_pictures(app: AppTest) -> None:
    first = planned().sessions[0]
    text = shown(app)
    assert text.count("po-pair") == len(first.items)
    assert "<details open>" not in text  # a tap away: the player shows one at a time
    library = load_library()
    for item in first.items:
        exercise = library.exercises[item.exercise_id]
        for sentence in (exercise.name, item.reason, *exercise.steps):
            assert html.escape(sentence) in text
    opener = library.exercises[first.items[0].exercise_id]
    for sentence in (*opener.cues, *opener.mistakes):
        assert html.escape(sentence) in text
    assert "march on the spot" in text
    assert "Next step, once you manage" in text


def test_a_known_exercise_is_not_explained_with_both_pictures_and_later_weeks_are_announced(
    app: AppTest,
) -> None:
    plan = planned()
    assert "Later: from week 2: " in shown(app)  # a dose that stays is not said again
    group(app, "plan_week").set_value(3).run()
    text = shown(app)
    fresh = first_met(plan, plan.week(3)[0])
    assert text.count("po-pair") == len(fresh) < len(plan.week(3)[0].items)


def test_a_tick_is_kept_and_all_ticks_make_a_session_done(app: AppTest) -> None:
    assert "0 of 24 sessions done." in shown(app)
    for number in range(len(planned().sessions[0].items)):
        app.checkbox[number].check().run()
    assert "1 of 24 sessions done." in shown(app)
    assert len(app.session_state["visit"].ticks) == len(planned().sessions[0].items)
    app.checkbox[0].uncheck().run()
    assert "0 of 24 sessions done." in shown(app)


def test_what_was_too_much_is_easier_in_the_next_session_on_page_sheet_and_calendar(
    app: AppTest,
) -> None:
    plan = planned()
    item = next(item for item in plan.sessions[0].items if item.easier_id)
    app.checkbox(key=f"po_tick_1-1_{item.exercise_id}").check().run()
    group(app, f"po_feel_1-1_{item.exercise_id}").set_value("too_much").run()
    log = PlanLog.from_ticks(app.session_state["visit"].ticks)
    changed = fit_plan({}, start=plan.start, analysis=None, sex=None, log=log)
    later = next(
        session
        for session in plan.sessions[1:]
        if item.exercise_id in {other.exercise_id for other in session.items}
    )
    group(app, "plan_session").set_value(later.number).run()
    group(app, "plan_week").set_value(later.week).run()
    easier = load_library().exercises[item.easier_id].name
    assert f"{easier}</h4>" in shown(app)
    assert easier.encode() in calendar_file(changed).replace(b"\r\n ", b"")
    write = sheet_writer(changed, ".html", blur_face=False, phases=(0,), letterhead=BLANK)
    assert easier in write().decode()


def test_a_swap_takes_effect_at_once(app: AppTest) -> None:
    item = next(item for item in planned().sessions[0].items if item.easier_id)
    easier = load_library().exercises[item.easier_id].name
    press(app, f"Easier: {easier}")
    assert not app.exception
    assert f"{easier}</h4>" in shown(app)


def test_clearing_the_answers_keeps_what_was_done(app: AppTest) -> None:
    app.checkbox[0].check().run()
    press(app, "Clear all answers")
    app.button(key="safety_none").click().run()
    assert app.checkbox[0].value
    assert app.session_state["visit"].ticks


def test_the_checks_and_the_next_photos_are_on_the_page(app: AppTest) -> None:
    plan = planned()
    for check in plan.checks:
        assert html.escape(check.then) in shown(app)
    assert f"Next photos: {date_to_text(plan.photos[1].date)}." in shown(app)


@pytest.mark.parametrize("minutes", [5.0, 20.0, 45.0])
def test_the_pieces_of_an_exercise_last_as_long_as_planned(minutes: float) -> None:
    answers = {"about.minutes": minutes, "sides.tighter": "left"}
    plan = fit_plan(answers, start=MONDAY, analysis=None, sex=None).plan
    for item in {item for session in plan.sessions for item in session.items}:
        work = pieces(item)
        counted = sum(piece.seconds(item.dose.rep_s) + piece.rest_s for piece in work)
        assert counted == item.seconds
        assert ({piece.side for piece in work} == {""}) == (item.dose.sides == "together")
        assert (work[-1].side == "left") or item.extra_side is None


def test_strength_starts_with_the_weaker_side() -> None:
    plan = fit_plan({"sides.stronger": "left"}, start=MONDAY, analysis=None, sex=None).plan
    items = [item for item in plan.sessions[0].items if item.side_rule == "right_first"]
    assert items
    assert [piece.side for piece in pieces(items[0])][:2] == ["right", "left"]


def test_an_error_names_questions_and_options_in_words() -> None:
    raw = {"about.conditions": ("pregnant_early", "pregnant_later")}
    with pytest.raises(AnswersError) as caught:
        fit_plan(raw, start=MONDAY, analysis=None, sex=None)
    sentence = error_in_words(caught.value.message)
    assert sentence.startswith("“Does one of these apply to you?”")
    assert "_" not in sentence
    assert error_in_words("Something else.") == "Something else."


def test_weeks_begin_on_a_monday_and_all_choices_have_words() -> None:
    assert next_monday(MONDAY) == MONDAY
    assert next_monday(date(2025, 1, 7)) == date(2025, 1, 13)
    for field in answer_fields().values():
        assert all(choices(field.question).values())
