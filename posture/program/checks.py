"""Cross-checks of the data files: references, evidence marks, and a plan for every client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from posture.program.answers import answer_fields
from posture.program.errors import ProgramDataError
from posture.program.expressions import terms
from posture.program.library import Library
from posture.program.model import LENGTHEN, Exercise, Question, TrainerTest

TRACKS = ("type_a", "type_b", "maintenance")
FLEXORS = 11
BOTH_SIDES = 2
EVIDENCE = frozenset({"review", "trial", "guideline"})


def check_library(library: Library) -> None:
    """Check everything that a single record cannot show.

    Raises
    ------
    ProgramDataError
        At the first problem, naming file, id and field.
    """
    for problem in _problems(library):
        raise ProgramDataError(problem + ".")


def _problems(library: Library) -> Iterator[str]:
    for exercise in library.exercises.values():
        for field, text in _exercise_problems(exercise, library):
            yield f"exercises_{exercise.type}.toml: exercise {exercise.id}: {field}: {text}"
    yield from _rules(library)
    yield from _circles(library)
    yield from _reachable(library)
    yield from _atlas(library)
    yield from _questions(library)
    yield from _flags(library)
    yield from _fallbacks(library)


def _exercise_problems(exercise: Exercise, library: Library) -> Iterator[tuple[str, str]]:
    yield from _unknown("muscles", exercise.muscles, library.muscles)
    yield from _unknown("equipment", exercise.equipment, library.equipment)
    yield from _unknown("contraindications", exercise.contraindications, library.conditions)
    yield from _unknown("easier", exercise.easier, library.exercises)
    yield from _unknown("harder", exercise.harder, library.exercises)
    yield from _unknown("role", (exercise.role,), [role.id for role in library.rules.roles])
    yield from _unknown("evidence.sources", exercise.evidence.sources, library.sources)
    for field in ("muscles", "serves", "steps", "cues", "mistakes"):
        if not getattr(exercise, field):
            yield field, "must not be empty"
    yield from _doses(exercise)
    yield from _pictures(exercise)
    yield from _evidence(exercise, library)


def _unknown(field: str, ids: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in ids:
        if name not in known:
            yield field, f"{name!r} is not known"


def _doses(exercise: Exercise) -> Iterator[tuple[str, str]]:
    for field, dose in (("dose", exercise.dose), ("hold_dose", exercise.hold_dose)):
        if dose is None:
            continue
        if not dose.reps and not dose.hold_s:
            yield field, "needs reps or hold_s"
        for name in ("sets", "reps", "hold_s", "rep_s", "per_day", "per_week"):
            value = getattr(dose, name)
            if value is not None and value < 1:
                yield f"{field}.{name}", "must be 1 or more"


def _pictures(exercise: Exercise) -> Iterator[tuple[str, str]]:
    wanted = (f"{exercise.id}_start", f"{exercise.id}_end")[: len(exercise.pictures)]
    if not exercise.pictures or exercise.pictures != wanted:
        yield "pictures", f"must be {exercise.id}_start and, if there are two, {exercise.id}_end"
    if len(exercise.poses) != len(exercise.pictures):
        yield "poses", "must describe each picture"


def _evidence(exercise: Exercise, library: Library) -> Iterator[tuple[str, str]]:
    wanted = "read" if exercise.evidence.level in EVIDENCE else "convention"
    for name in exercise.evidence.sources:
        source = library.sources.get(name)
        if source is not None and source.mark != wanted:
            yield (
                "evidence.sources",
                f"level {exercise.evidence.level!r} cannot rest on {name!r}, "
                f"which is marked {source.mark!r}",
            )
    if not exercise.evidence.sources:
        yield "evidence.sources", "must not be empty"


def _circles(library: Library) -> Iterator[str]:
    """Look for exercises that are, over some steps, a regression of themselves."""
    for exercise in library.exercises.values():
        seen: set[str] = set()
        todo = list(exercise.easier)
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += library.exercises[name].easier
        if exercise.id in seen:
            yield (
                f"exercises_{exercise.type}.toml: exercise {exercise.id}: easier: "
                "leads back to the exercise itself"
            )


def _reachable(library: Library) -> Iterator[str]:
    rules = library.rules
    roles: set[tuple[str, str]] = {
        (track.serves, role) for track in rules.tracks for role in (*track.lengthen, *track.wake)
    }
    roles |= {(serves, "opener") for serves in TRACKS}
    roles |= {(serves, role) for serves in TRACKS for s in rules.signals for role in s.roles}
    habits = {habit.exercise for habit in rules.habits}
    for exercise in library.exercises.values():
        placed = any((serves, exercise.role) in roles for serves in exercise.serves)
        if not placed and exercise.id not in habits:
            yield (
                f"exercises_{exercise.type}.toml: exercise {exercise.id}: role: "
                f"no plan has a place for {exercise.role!r}"
            )


def _atlas(library: Library) -> Iterator[str]:
    flexors = [muscle for muscle in library.muscles.values() if muscle.group == "flexor"]
    if len(flexors) != FLEXORS:
        yield f"atlas.toml: muscle: group: {len(flexors)} flexors instead of {FLEXORS}"
    used = {name for exercise in library.exercises.values() for name in exercise.muscles}
    for muscle in library.muscles:
        if muscle not in used:
            yield f"atlas.toml: muscle {muscle}: id: no exercise trains or eases it"


def _questions(library: Library) -> Iterator[str]:
    for section in library.sections.values():
        for question in section.questions:
            for text in _question_problems(question):
                yield f"questionnaire.toml: section {section.id}: {question.id}: {text}"
            known = [each.id for each in library.sections["health"].questions]
            for _, text in _unknown("covers", question.covers, known):
                yield f"questionnaire.toml: section {section.id}: {question.id}: covers: {text}"
    for test in library.tests.values():
        for field in test.fields:
            for text in _question_problems(field):
                yield f"tests.toml: test {test.id}: {field.id}: {text}"
        for _, text in _unknown("sources", test.sources, library.sources):
            yield f"tests.toml: test {test.id}: sources: {text}"
        for _, text in _unknown("", test.contraindications, library.conditions):
            yield f"tests.toml: test {test.id}: contraindications: {text}"
        for text in _test_problems(test, library):
            yield f"tests.toml: test {test.id}: {text}"
        for _, text in _unknown("", test.roles, [role.id for role in library.rules.roles]):
            yield f"tests.toml: test {test.id}: roles: {text}"


def _test_problems(test: TrainerTest, library: Library) -> Iterator[str]:
    if not test.pictures or len(test.pictures) != len(test.poses):
        yield "pictures: at least one, each with its pose"
    read = any(
        library.sources[name].mark == "read" for name in test.sources if name in library.sources
    )
    if not read and any(field.repeats_within for field in test.fields):
        yield "repeats_within: needs a source that was read"


def _question_problems(question: Question) -> Iterator[str]:
    if question.kind in ("choice", "many") and not question.options:
        yield "options: must not be empty"
    if question.kind == "number" and not question.low < question.high:
        yield "low: must be below high"
    allowed = {option.id for option in question.options} or {"yes", "no"}
    for support in question.supports:
        if support.value not in allowed:
            yield f"supports: {support.value!r} is not an answer"
        if (support.likelihood_ratio > 1) != (support.direction == "for"):
            yield "supports: likelihood_ratio: above 1 speaks for, below 1 against"


def _flags(library: Library) -> Iterator[str]:
    for flag in library.red_flags.values():
        for text in _expression_problems(flag.when, library):
            yield f"red_flags.toml: red_flag {flag.id}: when: {text}"
        for _, text in _unknown("sources", flag.sources, library.sources):
            yield f"red_flags.toml: red_flag {flag.id}: sources: {text}"
    for condition in library.conditions.values():
        for text in _expression_problems(condition.when, library):
            yield f"conditions.toml: condition {condition.id}: when: {text}"
    for rule in library.contradictions:
        for text in _expression_problems((rule.when,), library):
            yield f"contradictions.toml: contradiction {rule.field}: when: {text}"


def _expression_problems(expressions: Iterable[str], library: Library) -> Iterator[str]:
    fields = answer_fields(library)
    known = {f"photo.{sign}" for sign in library.rules.photo_signs}
    known |= {"finding.serves", "finding.grade", *fields}
    try:
        found = list(terms(expressions))
    except ValueError as error:
        yield str(error)
        return
    for term in found:
        if term.path not in known:
            yield f"{term.path} is not known"
        elif term.path in fields and (term.operator == "=") == (
            fields[term.path].question.kind == "number"
        ):
            yield f"{term.path} cannot be compared with {term.operator!r}"


def _rules(library: Library) -> Iterator[str]:
    rules = library.rules
    weeks = [week for phase in rules.phases for week in phase.weeks]
    if weeks != list(range(1, len(weeks) + 1)) or not weeks:
        yield "rules.toml: phases: weeks: must count up from 1"
    yield from _sizes(library)
    yield from _ladders(library)
    for level in rules.levels:
        for field in ("caps", "difficulty"):
            if len(getattr(level, field)) != len(rules.phases):
                yield f"rules.toml: levels {level.level}: {field}: must hold one value per phase"
    roles = [role.id for role in rules.roles]
    for track in rules.tracks:
        for field, text in _unknown("roles", (*track.lengthen, *track.wake), roles):
            yield f"rules.toml: tracks {track.serves} {track.phase}: {field}: {text}"
    pairs = {(track.serves, track.phase) for track in rules.tracks}
    for serves in TRACKS:
        for phase in rules.phases:
            if (serves, phase.id) not in pairs:
                yield f"rules.toml: tracks: phase: {serves} has no track for {phase.id}"
    for signal in rules.signals:
        for text in _expression_problems(signal.when, library):
            yield f"rules.toml: signals {signal.id}: when: {text}"
        for field, text in _unknown("roles", signal.roles, roles):
            yield f"rules.toml: signals {signal.id}: {field}: {text}"
        for _, text in _unknown("prefer", (*signal.prefer, *signal.avoid), library.exercises):
            yield f"rules.toml: signals {signal.id}: prefer: {text}"
        if not signal.lengthen_max >= rules.limits.min_share:
            yield f"rules.toml: signals {signal.id}: lengthen_max: leaves no balance"
    for habit in rules.habits:
        entry = library.exercises.get(habit.exercise)
        if entry is None or entry.type != "habit":
            yield f"rules.toml: habits {habit.exercise}: exercise: is not a habit of the library"


def _sizes(library: Library) -> Iterator[str]:
    sizes = library.rules.sizes
    if not sizes or sizes[0].minutes != library.rules.limits.minutes_min:
        yield "rules.toml: sizes: minutes: must start with the shortest session"
    pairs = [(size.minutes, size.exercises) for size in sizes]
    if pairs != sorted(set(pairs)) or any(size.exercises < BOTH_SIDES for size in sizes):
        yield "rules.toml: sizes: exercises: must rise with the minutes, from two on"


def _ladders(library: Library) -> Iterator[str]:
    rules, known = library.rules, library.exercises
    for ladder in rules.ladders:
        where = f"rules.toml: ladders {ladder.serves} {ladder.role}: steps"
        for _, text in _unknown("steps", ladder.steps, known):
            yield f"{where}: {text}"
        for exercise in (known[name] for name in ladder.steps if name in known):
            if exercise.role != ladder.role or ladder.serves not in exercise.serves:
                yield f"{where}: {exercise.id!r} has another role or serves another track"
    for daily in rules.daily:
        for _, text in _unknown("exercises", daily.exercises, known):
            yield f"rules.toml: daily {daily.serves}: exercises: {text}"
        for exercise in (known[name] for name in daily.exercises if name in known):
            if exercise.type != "activate":
                yield f"rules.toml: daily {daily.serves}: {exercise.id!r} is not a small exercise"
    for retest in rules.retests:
        for _, text in _unknown("tests", retest.tests, library.tests):
            yield f"rules.toml: retests {retest.serves}: tests: {text}"
    for serves in TRACKS:
        for name, found in (("daily", rules.daily), ("retests", rules.retests)):
            if serves not in {rule.serves for rule in found}:
                yield f"rules.toml: {name}: {serves} has none"


def _fallbacks(library: Library) -> Iterator[str]:
    """Look for two exercises that suit every client; without them the balance rule can fail."""
    for role, kinds in (("opener", LENGTHEN), ("glute", frozenset({"activate", "strengthen"}))):
        if not any(_suits_all(e, role, kinds, library) for e in library.exercises.values()):
            yield f"exercises_*.toml: exercise: role: no {role!r} suits every client"


def _suits_all(exercise: Exercise, role: str, kinds: frozenset[str], library: Library) -> bool:
    return (
        exercise.role == role
        and exercise.type in kinds
        and set(exercise.serves) == set(TRACKS)
        and exercise.level == "beginner"
        and not exercise.contraindications
        and all(library.equipment[item].household for item in exercise.equipment)
    )
