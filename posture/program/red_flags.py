"""Red flags: answers that call for a clinician before any exercise."""

from __future__ import annotations

from posture.program.answers import Answers
from posture.program.expressions import any_holds
from posture.program.library import Library, load_library
from posture.program.model import Urgency
from posture.program.plan import Notice

MOST_URGENT_FIRST: tuple[Urgency, ...] = ("urgent", "clinician_first", "check_first")


def find_notices(answers: Answers, library: Library | None = None) -> tuple[Notice, ...]:
    """Return a notice for every red flag that the answers raise, the most urgent first.

    Parameters
    ----------
    answers : Answers
    library : Library, optional
        The red flags; the shipped ones by default.

    Returns
    -------
    tuple of Notice
        With ``urgent`` and ``clinician_first`` there are no exercises; ``check_first`` keeps the
        plan, and is left out where there is none.
    """
    library = library or load_library()
    facts = answers.facts()
    raised = [
        Notice(flag_id=flag.id, urgency=flag.urgency, text=flag.tell)
        for flag in library.red_flags.values()
        if any_holds(flag.when, facts)
    ]
    if any(notice.urgency != "check_first" for notice in raised):
        # "Show this plan" says nothing where there is none.
        raised = [notice for notice in raised if notice.urgency != "check_first"]
    return tuple(sorted(raised, key=lambda notice: MOST_URGENT_FIRST.index(notice.urgency)))


def unanswered_safety(answers: Answers, library: Library | None = None) -> tuple[str, ...]:
    """Return the paths of the safety questions without a clear answer.

    A "no" to a grouped question answers all that it covers.
    """
    library = library or load_library()
    clear = {
        question
        for group in library.sections["safety"].questions
        if answers.choice(f"safety.{group.id}") == "no"
        for question in group.covers
    }
    asked = (each.id for each in library.sections["health"].questions if each.id not in clear)
    paths = (f"health.{name}" for name in asked)
    return tuple(path for path in paths if answers.choice(path) in (None, "unsure"))
