"""Clients drawn at random: answers, photo, time, equipment and level."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from posture.program import Answers, Plan, PlanRequest, answer_fields, load_library
from posture.program.answers import SIDES, YES_NO, Answer, AnswerField
from posture.program.model import LEVELS
from posture.program.plan import GRADES, PATTERNS

START = date(2025, 1, 6)
LIBRARY = load_library()
SEED = 17
ALL_KIT = frozenset(LIBRARY.equipment)


def drawn(field: AnswerField, draw: random.Random) -> str | float | tuple[str, ...]:
    """Draw an answer to one question."""
    question = field.question
    if question.kind == "number":
        return round(draw.uniform(question.low, question.high), 1)
    if question.kind == "many":
        names = [option.id for option in question.options if option.id != "none"]
        return tuple(sorted(draw.sample(names, draw.choice((1, 1, 2, 3, 7)))))
    if question.kind == "choice":
        return draw.choice([option.id for option in question.options])
    return draw.choice(YES_NO if question.kind == "yes_no" else SIDES)


def drawn_answers(draw: random.Random) -> Answers:
    """Draw answers without a red flag that stops the plan, some left open."""
    entries = [
        Answer(path=path, value=drawn(field, draw))
        for path, field in FIELDS
        if draw.random() < (0.9 if path == "about.conditions" else 0.3)
    ]
    entries.append(Answer(path="about.age", value=float(draw.randint(18, 95))))
    return Answers(entries=tuple(sorted(entries, key=lambda entry: entry.path)))


FIELDS = [
    (path, field)
    for path, field in answer_fields().items()
    if not path.startswith(("health.", "safety.")) and path not in ("about.age", "about.minutes")
]


def requests() -> Iterator[PlanRequest]:
    """Draw clients without end, always the same ones."""
    draw = random.Random(SEED)  # noqa: S311
    limits = LIBRARY.rules.limits
    while True:
        yield PlanRequest(
            start=START,
            pattern=draw.choice((None, *PATTERNS)),
            grade=draw.choice(GRADES),
            signs=frozenset(draw.sample(LIBRARY.rules.photo_signs, draw.randint(0, 4))),
            answers=drawn_answers(draw),
            minutes=draw.randint(limits.minutes_min, limits.minutes_max),
            equipment=draw.choice((frozenset(), ALL_KIT)),
            level=draw.choice(LEVELS),
        )


def shown(plan: Plan) -> set[str]:
    """Return every exercise that the plan names: given, easier or harder."""
    items = [item for session in plan.sessions for item in session.items]
    items += [item for phase in plan.phases for item in phase.daily] + list(plan.habits)
    names = {name for item in items for name in (item.exercise_id, item.easier_id, item.harder_id)}
    return {name for name in names if name}
