"""The printed sheet of a client's last visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posture.clients.model import Answers, Client, Visit
from posture.comparison.average import merged
from posture.comparison.model import Session
from posture.program import Answers as Answered
from posture.program import AnswersError, parse_answers
from posture.report import PlanOptions, make_case, make_sheet
from posture.report.pdf import render_pdf


def last_sheet(
    client: Client,
    visits: Sequence[Visit],
    answers: Answers | None,
    pictures: Mapping[tuple[str, str], bytes],
) -> bytes | None:
    """Return the sheet of the last visit that this version can read, as PDF.

    Parameters
    ----------
    client : Client
    visits : sequence of Visit
        Oldest first.
    answers : mapping, optional
        Stored answers to the questionnaire; answers of another version are left out.
    pictures : mapping of (shot id, kind) to bytes

    Returns
    -------
    bytes or None
    """
    for visit in reversed(visits):
        session = Session.of_visit(visit)
        if session.records:
            figure = pictures.get((visit.shots[0].id, "thumbnail"))
            return _sheet(client, session, _answered(answers), figure)
    return None


def _sheet(client: Client, session: Session, answers: Answered, figure: bytes | None) -> bytes:
    sex = client.details.sex
    case = make_case(
        merged(session.records, sex=sex),
        PlanOptions(start=session.day, sex=sex),
        answers=answers,
        figure=figure,
    )
    return render_pdf(make_sheet(case))


def _answered(answers: Answers | None) -> Answered:
    try:
        return parse_answers(answers or {})
    except AnswersError:
        return Answered()
