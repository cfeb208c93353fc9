"""Stored answers of a visit, read leniently: what another version asked does not hide the rest."""

from __future__ import annotations

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


def answers_of(visit: Visit, client_answers: Answers | None = None) -> ParsedAnswers:
    """Return the answers of a visit, or those that the client gave outside any visit."""
    return readable(client_answers if visit.answers is None else visit.answers)


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
