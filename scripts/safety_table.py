"""Table of what each condition rules out: docs/safety.md, written from the data of the programme.

``python scripts/safety_table.py`` writes the page; a test compares it with the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from posture.program import Exercise, Library, RedFlag, load_library
from posture.program.model import LEVELS, Condition

PAGE = Path(__file__).resolve().parents[1] / "docs" / "safety.md"
OUT, TOO_HARD = "×", "•"
URGENCY = {
    "urgent": "Today: nothing but this message is shown, on pages, sheets, calendars and files.",
    "clinician_first": "A clinician first: no exercise until then.",
    "check_first": "The plan is adapted; the client shows it to a clinician before the start.",
}

INTRO = """# What is left out, and for whom

Written by `python scripts/safety_table.py` from the data of the programme; do not edit by hand.

A condition rules exercises out everywhere: in sessions, in the daily block, in habits, as an easier
or harder version, and as a test of the trainer. `tests/program/test_safety.py` draws 10,000 clients
and finds none of them there. All rules are conventions of this project, chosen on the careful side;
they do not replace the advice of a clinician who knows the client.
"""


def page(library: Library) -> str:
    """Return the page as Markdown."""
    lines = [
        INTRO,
        "## Conditions",
        "",
        *_conditions(library),
        "",
        "## Red flags",
        "",
        *_flags(library),
        "",
        "## Exercises",
        "",
        f"{OUT}: left out; {TOO_HARD}: above the hardest level. The numbers are those of the "
        "conditions above.",
        "",
        *_exercises(library),
        "",
        "## Tests of the trainer",
        "",
        *_tests(library),
    ]
    return "\n".join(lines) + "\n"


def _conditions(library: Library) -> Iterator[str]:
    yield "| | condition | hardest level | longest hold | exercises left out | note in the plan |"
    yield "|---|---|---|---|---|---|"
    for number, condition in enumerate(library.conditions.values(), start=1):
        out = sum(condition.id in e.contraindications for e in library.exercises.values())
        yield (
            f"| {number} | {_asked(condition)} | {condition.level_cap or 'any'} "
            f"| {f'{condition.hold_max_s} s' if condition.hold_max_s else 'any'} "
            f"| {out} of {len(library.exercises)} | {condition.note} |"
        )


def _asked(condition: Condition) -> str:
    answers = ", ".join(f"`{answer}`" for answer in condition.when)
    return f"{condition.label} ({answers})" if answers else f"{condition.label} (`{condition.id}`)"


def _flags(library: Library) -> Iterator[str]:
    for urgency, effect in URGENCY.items():
        yield f"**{effect}**"
        yield ""
        flags = [flag for flag in library.red_flags.values() if flag.urgency == urgency]
        yield from (f"- {_when(flag)}: {flag.tell}" for flag in flags)
        yield ""


def _when(flag: RedFlag) -> str:
    return " or ".join(f"`{expression}`" for expression in flag.when)


def _exercises(library: Library) -> Iterator[str]:
    numbers = range(1, len(library.conditions) + 1)
    yield f"| exercise | level | {' | '.join(map(str, numbers))} |"
    yield f"|---|---|{'---|' * len(library.conditions)}"
    for exercise in library.exercises.values():
        marks = [_mark(exercise, condition) for condition in library.conditions.values()]
        yield f"| {exercise.name} (`{exercise.id}`) | {exercise.level} | {' | '.join(marks)} |"


def _mark(exercise: Exercise, condition: Condition) -> str:
    if condition.id in exercise.contraindications:
        return OUT
    cap = condition.level_cap
    return TOO_HARD if cap and LEVELS.index(exercise.level) > LEVELS.index(cap) else ""


def _tests(library: Library) -> Iterator[str]:
    yield f"| test | {' | '.join(map(str, range(1, len(library.conditions) + 1)))} |"
    yield f"|---|{'---|' * len(library.conditions)}"
    for test in library.tests.values():
        marks = [OUT if name in test.contraindications else "" for name in library.conditions]
        yield f"| {test.name} (`{test.id}`) | {' | '.join(marks)} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(load_library()), encoding="utf-8")


if __name__ == "__main__":
    main()
