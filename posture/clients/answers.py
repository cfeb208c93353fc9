"""Stored answers of a visit, read leniently: what another version asked does not hide the rest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from posture.case.retest import without_tests
from posture.clients.model import Answers, Visit
from posture.clients.store import ClientStore
from posture.program import Answers as ParsedAnswers
from posture.program import AnswersError, parse_answers
from posture.program.answers import Answer


def readable(answers: Answers | None) -> ParsedAnswers:
    """Return the answers that this version understands.

    Parameters
    ----------
    answers : mapping or None
        As stored, by path.
    """
    found: list[Answer] = []
    for path, value in sorted((answers or {}).items()):
        try:
            found += parse_answers({path: value}).entries
        except AnswersError:
            continue
    return ParsedAnswers(entries=tuple(found))


def answers_of(
    visit: Visit, visits: Sequence[Visit] = (), client_answers: Answers | None = None
) -> ParsedAnswers:
    """Return the answers that hold for a visit.

    Tests count for the day on which they were done. The questionnaire, with all that bears on
    safety, holds until it is answered again.

    Parameters
    ----------
    visit : Visit
    visits : sequence of Visit
        All visits of the client, oldest first.
    client_answers : mapping, optional
        What the client answered outside any visit.
    """
    own = readable(visit.answers)
    if without_tests(own).entries:
        return own
    earlier = takewhile(lambda each: each.id != visit.id, visits)
    told = [without_tests(readable(each.answers)) for each in earlier]
    held = next((each for each in reversed(told) if each.entries), readable(client_answers))
    paths = {entry.path for entry in own.entries}
    entries = (*own.entries, *(entry for entry in held.entries if entry.path not in paths))
    return ParsedAnswers(entries=tuple(sorted(entries, key=lambda entry: entry.path)))


def last_answers(store: ClientStore, client_id: str) -> tuple[Visit | None, ParsedAnswers]:
    """Return the newest answers of a client, and the visit that they come from.

    Returns
    -------
    visit : Visit or None
        ``None`` for answers given outside any visit, or when there are none.
    answers : Answers
        Empty when there are none.
    """
    for visit in reversed(store.visits(client_id)):
        if visit.answers:
            return visit, readable(visit.answers)
    return None, readable(store.answers(client_id))
