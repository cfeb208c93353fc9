"""The clinician gate: which answers come before any exercise."""

from __future__ import annotations

from posture.program.answers import Answers
from posture.program.facts import any_holds
from posture.program.library import Library, load_library
from posture.program.model import Urgency
from posture.program.plan import Notice

ORDER: tuple[Urgency, ...] = ("urgent", "clinician_first", "check_first")


def find_notices(answers: Answers, library: Library | None = None) -> tuple[Notice, ...]:
    """Return every red flag and check that the answers raise, the most pressing first.

    Parameters
    ----------
    answers : Answers
        The questionnaire.
    library : Library, optional
        Holds the red flags; the shipped one by default.

    Returns
    -------
    tuple of Notice
        ``urgent`` and ``clinician_first`` mean: no exercises. ``check_first`` keeps the plan.
    """
    library = library or load_library()
    facts = answers.facts()
    raised = [
        Notice(flag_id=flag.id, urgency=flag.urgency, text=flag.tell)
        for flag in library.red_flags.values()
        if any_holds(flag.when, facts)
    ]
    return tuple(sorted(raised, key=lambda notice: ORDER.index(notice.urgency)))


def unanswered_safety(answers: Answers, library: Library | None = None) -> tuple[str, ...]:
    """Return the safety questions that nobody has answered yet, by path."""
    library = library or load_library()
    paths = (f"health.{question.id}" for question in library.sections["health"].questions)
    return tuple(path for path in paths if answers.choice(path) in (None, "unsure"))
