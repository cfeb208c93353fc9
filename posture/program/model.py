"""Records of the library: muscles, exercises, questions, tests, red flags and sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ExerciseType: TypeAlias = Literal[
    "release", "stretch", "mobilise", "activate", "strengthen", "integrate", "habit"
]
Track: TypeAlias = Literal["type_a", "type_b", "maintenance"]
Level: TypeAlias = Literal["beginner", "intermediate", "advanced"]
Side: TypeAlias = Literal["left", "right"]
Urgency: TypeAlias = Literal["urgent", "clinician_first", "check_first"]
Direction: TypeAlias = Literal["for", "against"]
Pattern: TypeAlias = Literal["type_a", "type_b"]

LEVELS: tuple[Level, ...] = ("beginner", "intermediate", "advanced")
LENGTHEN: frozenset[str] = frozenset({"release", "stretch", "mobilise"})
WAKE: frozenset[str] = frozenset({"activate", "strengthen"})
"""Types of exercise on the two sides of the balance that every session keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """Dose of an exercise: sets of repetitions, of a hold in seconds, or of held repetitions."""

    sets: int
    reps: int | None = None
    hold_s: int | None = None
    sides: Literal["each", "together"] = "together"
    rep_s: int = 4
    rest_s: int = 15
    per_day: int = 1
    per_week: int = 3

    @property
    def unit(self) -> str:
        """Unit of one set: ``reps``, ``s``, or ``reps x s`` for held repetitions."""
        if self.reps and self.hold_s:
            return "reps x s"
        return "reps" if self.reps else "s"

    @property
    def work_s(self) -> int:
        """Seconds of one set on one side."""
        if self.reps and self.hold_s:
            return self.reps * (self.hold_s + 2)
        return self.reps * self.rep_s if self.reps else (self.hold_s or 0)

    @property
    def total_s(self) -> int:
        """Seconds for all sets and sides, with the rests between the sets."""
        sides = 2 if self.sides == "each" else 1
        return self.sets * self.work_s * sides + (self.sets - 1) * self.rest_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Source of a statement; only sources that were read count as evidence."""

    id: str
    citation: str
    finding: str
    mark: Literal["read", "convention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Evidence for an exercise, in one sentence and with its sources."""

    level: Literal["review", "trial", "guideline", "convention", "practice"]
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerText:
    """Wording for the trainer: anatomy, cues and regressions."""

    anatomy: str
    cues: tuple[str, ...]
    regressions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One entry of the exercise library.

    ``pictures`` are picture ids, start before end; ``poses`` describes what each picture shows.
    ``role`` is the place in a session that the exercise can take (see ``rules.toml``).
    ``easier`` and ``harder`` are the ids of its regressions and progressions. ``hold_dose`` is the
    dose for clients whose goal is control rather than strength.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    type: ExerciseType
    role: str
    muscles: tuple[str, ...]
    serves: tuple[Track, ...]
    level: Level
    equipment: tuple[str, ...]
    contraindications: tuple[str, ...]
    steps: tuple[str, ...]
    cues: tuple[str, ...]
    mistakes: tuple[str, ...]
    reason: str
    easier: tuple[str, ...]
    harder: tuple[str, ...]
    pictures: tuple[str, ...]
    poses: tuple[str, ...]
    dose: Dose
    trainer: TrainerText
    evidence: Evidence
    hold_dose: Dose | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Muscle:
    """One muscle of the atlas; ``in_lcs`` is its usual state in lower crossed syndrome."""

    id: str
    name: str
    group: Literal["flexor", "opponent", "partner", "other"]
    origin: str
    insertion: str
    actions: tuple[str, ...]
    in_lcs: Literal["short", "may_be_short", "minor", "long", "neutral"]
    plain: str
    choose_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Weight of one answer for or against a pattern.

    ``likelihood_ratio`` is a convention of this project, not a measured value.
    """

    value: str
    pattern: Pattern
    direction: Direction
    likelihood_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One allowed answer of a choice question."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question to the client, or one reading of a trainer's test.

    ``weaker`` is the reading that makes a side the weaker one, ``tighter`` the one that makes it
    the shorter one: the two are not the same. ``covers`` are ids of safety questions that a "no"
    to this one answers, too. ``repeats_within`` is how far two readings of an unchanged person lie
    apart in 19 of 20 cases, from a source of the test; 0 where none says.
    """

    id: str
    kind: Literal["yes_no", "side", "choice", "many", "number"]
    ask: str
    help: str = ""
    options: tuple[Option, ...] = ()
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    supports: tuple[Support, ...] = ()
    weaker: Literal["", "lower", "poor"] = ""
    tighter: Literal["", "yes"] = ""
    covers: tuple[str, ...] = ()
    repeats_within: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A page of the questionnaire."""

    id: str
    title: str
    intro: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerTest:
    """A test that a trainer does; ``sides`` says whether left and right are entered separately.

    ``contraindications`` are ids of conditions with which it is neither done nor asked for;
    ``roles`` are the places of a session in which a difference between the sides counts;
    ``pictures`` are names of files in ``pictures/``, each described by one of the ``poses``.
    """

    id: str
    name: str
    sides: Literal["each", "together"]
    how: tuple[str, ...]
    trainer_note: str
    sources: tuple[str, ...]
    fields: tuple[Question, ...]
    pictures: tuple[str, ...]
    poses: tuple[str, ...]
    contraindications: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag:
    """A reason to see a clinician; any expression of ``when`` that holds raises the flag."""

    id: str
    when: tuple[str, ...]
    urgency: Urgency
    tell: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition of the client's body that contraindicates exercises or limits their dose.

    ``when`` lists answers that say it already; such a condition is not asked for again.
    """

    id: str
    label: str
    because: str
    note: str
    hold_max_s: int | None = None
    level_cap: Level | None = None
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """Equipment to train with; household things are assumed to be there."""

    id: str
    name: str
    household: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPart:
    """One part of the explanation of why this work matters.

    ``short`` is what everybody reads, two sentences at most; ``text`` goes deeper. ``pictures`` are
    files of ``pictures/`` and ``drawings/``, each described by one of the ``poses``.
    """

    id: str
    title: str
    short: str
    text: str
    trainer_text: str
    pictures: tuple[str, ...] = ()
    poses: tuple[str, ...] = ()
