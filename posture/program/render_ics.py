"""A plan as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from posture.messages import ENGLISH, listed
from posture.program.library import Library, load_library
from posture.program.localised import localised
from posture.program.plan import Plan, Session
from posture.program.render_text import check_to_text, item_dose, session_letter
from posture.program.texts import say_in

LINE_OCTETS = 75
EVENING = time(18, 0)


def plan_to_ics(
    plan: Plan, *, at: time = EVENING, reference: str = "", language: str = ENGLISH
) -> str:
    """Write the sessions, the daily block and the photo dates as a calendar.

    Times are floating: they mean the client's own clock. The ids depend only on start, track and
    reference, so that a changed plan updates its events instead of doubling them.

    Parameters
    ----------
    plan : Plan
    at : time
        Time of day at which sessions begin.
    reference : str
        Distinguishes clients who start on the same day, for example a client number.
    language : str
        Language of titles and descriptions.

    Returns
    -------
    str
        Text of the file, with CRLF line ends and folded lines. A plan that sends the client to a
        clinician has one all-day entry that says so.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//posture//plan//{language.upper()}",
        "CALSCALE:GREGORIAN",
    ]
    stem = sha256(f"{plan.start}|{plan.serves}|{reference}".encode()).hexdigest()[:16]
    stamp = f"DTSTAMP:{plan.start:%Y%m%d}T000000Z"
    for uid, body in _events(language, localised(plan, language), at, load_library(language)):
        lines += ["BEGIN:VEVENT", f"UID:{stem}-{uid}@posture", stamp, *body, "END:VEVENT"]
    return "".join(fold(line) for line in [*lines, "END:VCALENDAR"])


def fold(line: str) -> str:
    """Fold a content line to 75 octets without splitting a character, and end it with CRLF."""
    pieces: list[str] = []
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LINE_OCTETS:
            pieces.append(piece)
            piece = " "
        piece += character
    return "\r\n".join([*pieces, piece]) + "\r\n"


def escape(text: str) -> str:
    """Escape a text value."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, "\\" + mark)
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def _events(
    language: str, plan: Plan, at: time, library: Library
) -> Iterator[tuple[str, list[str]]]:
    if plan.outcome != "programme":
        text = "\n".join(notice.text for notice in plan.notices)
        yield "clinician", _all_day(plan.start, say_in(language, "ics_clinician"), text)
        return
    for session in plan.sessions:
        yield f"w{session.week}s{session.number}", _session(language, plan, session, at, library)
    yield "daily", _daily(language, plan, library)
    for photo in plan.photos:
        text = say_in(language, "rephoto")
        title = say_in(language, "ics_photos", week=photo.week)
        yield f"photos{photo.week}", _all_day(photo.date, title, text)
    for check in plan.checks:
        title = say_in(language, "ics_check", week=check.week)
        yield (
            f"check{check.week}",
            _all_day(check.date, title, check_to_text(check, language=language)),
        )


def _session(language: str, plan: Plan, session: Session, at: time, library: Library) -> list[str]:
    start = datetime.combine(session.date, at)
    end = start + timedelta(minutes=-(-session.seconds // 60))
    title = say_in(
        language,
        "ics_session",
        letter=session_letter(session.number, language=language),
        week=session.week,
    )
    items = [
        f"{place}. {library.exercises[item.exercise_id].name}: {item_dose(item, language=language)}"
        for place, item in enumerate(session.items, start=1)
    ]
    text = "\n".join([*([plan.warm_up] if plan.warm_up else []), *items])
    return [
        f"DTSTART:{start:%Y%m%dT%H%M%S}",
        f"DTEND:{end:%Y%m%dT%H%M%S}",
        f"SUMMARY:{escape(title)}",
        f"DESCRIPTION:{escape(text)}",
    ]


def _daily(language: str, plan: Plan, library: Library) -> list[str]:
    """Return one all-day entry for each day, since the block may be done at any time."""
    lines = [
        f"{phase.name}: "
        + listed((library.exercises[i.exercise_id].name for i in phase.daily), language)
        for phase in plan.phases
    ]
    days = 7 * sum(len(phase.weeks) for phase in plan.phases)
    return [
        *_all_day(plan.start, say_in(language, "ics_daily"), "\n".join(lines)),
        f"RRULE:FREQ=DAILY;COUNT={days}",
    ]


def _all_day(day: date, title: str, text: str) -> list[str]:
    return [
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        "TRANSP:TRANSPARENT",
        f"SUMMARY:{escape(title)}",
        f"DESCRIPTION:{escape(text)}",
    ]
