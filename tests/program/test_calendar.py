"""Calendar file, read back by a small reader of its own."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time

import pytest

from posture.program import Plan, PlanRequest, build_plan, load_library, plan_to_ics
from posture.program.render_ics import escape, fold


@dataclass
class Event:
    fields: dict[str, str]

    @property
    def start(self) -> datetime | date:
        if "DTSTART;VALUE=DATE" in self.fields:
            return datetime.strptime(self.fields["DTSTART;VALUE=DATE"], "%Y%m%d").date()
        return datetime.strptime(self.fields["DTSTART"], "%Y%m%dT%H%M%S")


def unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), text)


def read_calendar(text: str) -> list[Event]:
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    events: list[Event] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append(Event({}))
        elif events and line not in ("END:VEVENT", "END:VCALENDAR"):
            assert name not in events[-1].fields
            events[-1].fields[name] = unescape(value)
    return events


@pytest.fixture(scope="module")
def runner(plans: dict[str, Plan]) -> Plan:
    return plans["runner_left_weakness"]


def test_round_trip_of_every_session(runner: Plan) -> None:
    events = read_calendar(plan_to_ics(runner))
    names = load_library().exercises
    sessions = [event for event in events if isinstance(event.start, datetime)]
    assert [e.start for e in sessions] == [
        datetime.combine(s.date, time(18)) for s in runner.sessions
    ]
    for event, session in zip(sessions, runner.sessions, strict=True):
        lines = event.fields["DESCRIPTION"].split("\n")
        assert lines[0] == runner.warm_up
        for line, item in zip(lines[1:], session.items, strict=True):
            assert names[item.exercise_id].name in line
        length = datetime.strptime(event.fields["DTEND"], "%Y%m%dT%H%M%S") - event.start
        assert 0 <= length.total_seconds() - session.seconds < 60


def test_photo_days_and_daily_block(runner: Plan) -> None:
    days = [e for e in read_calendar(plan_to_ics(runner)) if not isinstance(e.start, datetime)]
    photos = [e.start for e in days if "photos" in e.fields["UID"]]
    assert photos == [photo.date for photo in runner.photos]
    (daily,) = [e for e in days if "daily" in e.fields["UID"]]
    assert daily.fields["RRULE"] == "FREQ=DAILY;COUNT=56"


def test_lines_are_at_most_75_octets(runner: Plan) -> None:
    assert max(len(line.encode()) for line in plan_to_ics(runner).split("\r\n")) <= 75


def test_folding_never_splits_a_character() -> None:
    line = "SUMMARY:" + "ä" * 80
    folded = fold(line)
    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
    assert folded.replace("\r\n ", "").rstrip("\r\n") == line


def test_escapes_survive() -> None:
    text = "a, b; c\\d\ne"
    assert escape(text) == "a\\, b\\; c\\\\d\\ne"
    assert unescape(escape(text)) == text


def test_ids_are_unique_and_stable(clients: dict[str, PlanRequest], runner: Plan) -> None:
    def uids(plan: Plan, **options: str) -> list[str]:
        return [event.fields["UID"] for event in read_calendar(plan_to_ics(plan, **options))]

    assert len(set(uids(runner))) == 24 + 1 + 3 + 3
    longer = build_plan(replace(clients["runner_left_weakness"], minutes=45))
    assert uids(longer) == uids(runner)
    assert plan_to_ics(longer) != plan_to_ics(runner)
    assert set(uids(runner, reference="7")).isdisjoint(uids(runner, reference="8"))


def test_clinician_first_has_one_entry_and_no_session(plans: dict[str, Plan]) -> None:
    (event,) = read_calendar(plan_to_ics(plans["pain_red_flag"]))
    assert "clinician" in event.fields["SUMMARY"]
    assert "emergency" in event.fields["DESCRIPTION"]


def test_time_of_day_can_be_chosen(runner: Plan) -> None:
    event = read_calendar(plan_to_ics(runner, at=time(7, 30)))[0]
    assert event.start == datetime(2025, 1, 6, 7, 30)
