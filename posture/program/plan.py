"""Plan request and plan."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from posture.codec import FieldError, FreeText, Table, decode, encode_record
from posture.program.answers import Answers
from posture.program.errors import PlanFormatError, PlanRequestError
from posture.program.library import load_library
from posture.program.model import LEVELS, Dose, Level, Pattern, Side, Track, Urgency

Grade: TypeAlias = Literal["not_suggested", "possible", "likely", "undetermined"]
PlanKind: TypeAlias = Literal["programme", "clinician_first", "urgent"]
SideRule: TypeAlias = Literal["together", "each_side", "left_first", "right_first"]
ExtraSide: TypeAlias = Literal["left", "right", "shorter"]
"""Side that is stretched once more; ``shorter`` leaves it to what the client feels."""
Block: TypeAlias = Literal["open", "lengthen", "wake", "integrate", "habit"]

GRADES: tuple[Grade, ...] = ("not_suggested", "possible", "likely", "undetermined")
PATTERNS: tuple[Pattern, ...] = ("type_a", "type_b")
SCHEMA_VERSION = 1
DEFAULT_MINUTES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """Everything that a plan depends on.

    Parameters
    ----------
    start : date
        Day of the first session and of the first photos.
    pattern : {"type_a", "type_b"}, optional
        Leading pattern of the screening.
    grade : str
        Grade of the screening. Only ``possible`` and ``likely`` lead to a plan for the pattern.
    signs : frozenset of str
        Signs present in the photo, out of ``rules.photo_signs``.
    muscle_pattern : bool
        Whether hips test tight, trunk and seat weak: the plan for type A, whatever the posture.
    answers : Answers
        The questionnaire and the trainer's tests.
    minutes : int
        Minutes for one session.
    equipment : frozenset of str
        Equipment besides household things.
    level : {"beginner", "intermediate", "advanced"}
        Training experience of the client.

    Raises
    ------
    PlanRequestError
        If a value is not known or out of range.
    """

    start: date
    pattern: Pattern | None = None
    grade: Grade = "not_suggested"
    signs: frozenset[str] = frozenset()
    muscle_pattern: bool = False
    answers: Answers = field(default_factory=Answers)
    minutes: int = DEFAULT_MINUTES
    equipment: frozenset[str] = frozenset()
    level: Level = LEVELS[0]

    def __post_init__(self) -> None:
        library = load_library()
        limits = library.rules.limits
        if not limits.minutes_min <= self.minutes <= limits.minutes_max:
            span = f"{limits.minutes_min} and {limits.minutes_max}"
            raise PlanRequestError(f"minutes is {self.minutes} but must be between {span}.")
        _require("pattern", {self.pattern or PATTERNS[0]}, PATTERNS)
        _require("grade", {self.grade}, GRADES)
        _require("level", {self.level}, LEVELS)
        _require("equipment", self.equipment, tuple(library.equipment))
        _require("signs", self.signs, library.rules.photo_signs)

    @classmethod
    def from_answers(
        cls,
        answers: Answers,
        *,
        start: date,
        pattern: Pattern | None = None,
        grade: Grade = "not_suggested",
        signs: frozenset[str] = frozenset(),
        muscle_pattern: bool = False,
        minutes: int | None = None,
        equipment: frozenset[str] | None = None,
        level: Level | None = None,
    ) -> PlanRequest:
        """Make a request that takes time, equipment and level from the answers.

        Arguments override the answers; what neither states has the default of the class.

        Raises
        ------
        PlanRequestError
            As for the class itself.
        """
        answered_minutes = answers.number("about.minutes")
        answered_level = answers.choice("about.level")
        usual: Level = next((name for name in LEVELS if name == answered_level), LEVELS[0])
        return cls(
            start=start,
            pattern=pattern,
            grade=grade,
            signs=signs,
            muscle_pattern=muscle_pattern,
            answers=answers,
            minutes=int(answered_minutes or DEFAULT_MINUTES) if minutes is None else minutes,
            equipment=answers.selected("about.equipment") if equipment is None else equipment,
            level=level or usual,
        )

    @property
    def serves(self) -> Track:
        """The track of the plan: the pattern if it is at least possible, else maintenance.

        Hips that test tight with a weak trunk and seat get the plan for type A, whatever the
        posture.
        """
        if self.pattern is not None and self.grade in ("possible", "likely"):
            return self.pattern
        return "type_a" if self.muscle_pattern else "maintenance"


def _require(name: str, given: AbstractSet[str], known: tuple[str, ...]) -> None:
    for value in sorted(given):
        if value not in known:
            raise PlanRequestError(f"{name} {value!r} is not one of: {', '.join(known)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeCut:
    """Part of the earlier range of motion to use, in percent, on the side that differs."""

    low_pct: int
    high_pct: int
    side: Side | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """One exercise of a session, with this week's dose and the reason for it.

    ``top`` is the number of repetitions, or of seconds of a hold, at which the next step is due:
    ``harder_id``, or ``load`` where there is no harder exercise. ``extra_side`` gets one more set.
    """

    exercise_id: str
    block: Block
    dose: Dose
    side_rule: SideRule
    reason: str
    range_cut: RangeCut | None = None
    easier_id: str | None = None
    harder_id: str | None = None
    load: FreeText = ""
    top: int | None = None
    extra_side: ExtraSide | None = None

    @property
    def seconds(self) -> int:
        """Seconds of work and rests, the additional set on one side included."""
        extra = self.dose.work_s + self.dose.rest_s if self.extra_side else 0
        return self.dose.total_s + extra


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One training session; ``seconds`` includes warm-up, rests and set-up."""

    week: int
    number: int
    date: date
    seconds: int
    items: tuple[PlanItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhasePlan:
    """One phase with its aim and its short daily block."""

    id: str
    name: str
    aim: str
    weeks: tuple[int, ...]
    daily: tuple[PlanItem, ...]

    @property
    def daily_minutes(self) -> int:
        """Minutes of a day for the daily block, as every page, sheet and file states them."""
        return -(-sum(item.seconds * item.dose.per_day for item in self.daily) // 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoDate:
    """Day on which the photos are taken again."""

    week: int
    date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckUp:
    """Day after so many weeks on which tests are done again, and what changes then.

    ``tests`` are ids of tests that suit the client; ``photo`` says whether photos are taken too.
    """

    week: int
    date: date
    tests: tuple[str, ...]
    photo: bool
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A reason to see or ask a clinician."""

    flag_id: str
    urgency: Urgency
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asymmetry:
    """Side to train first, and the answer or test that says so."""

    first: Side
    source: Literal["test", "stronger", "moves_differently", "spine_compensates", "tighter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tightness:
    """Side that is the shorter or tighter one, and what says so; it need not be the weaker one."""

    side: Side
    source: Literal["test", "felt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A programme; or the advice to see a clinician first, without any exercise."""

    outcome: PlanKind
    serves: Track
    grade: Grade
    headline: str
    start: date
    minutes: int
    level: Level
    equipment: frozenset[str]
    notices: tuple[Notice, ...]
    notes: tuple[str, ...]
    asymmetry: Asymmetry | None
    phases: tuple[PhasePlan, ...]
    sessions: tuple[Session, ...]
    habits: tuple[PlanItem, ...]
    photos: tuple[PhotoDate, ...]
    tightness: Tightness | None = None
    warm_up: FreeText = ""
    checks: tuple[CheckUp, ...] = ()
    schema_version: int = SCHEMA_VERSION

    @property
    def urgent(self) -> bool:
        """Whether help is needed today: then nothing but that message is shown anywhere."""
        return self.outcome == "urgent"

    def week(self, number: int) -> tuple[Session, ...]:
        """Return the sessions of one week (1 to 8)."""
        return tuple(session for session in self.sessions if session.week == number)

    def exercise_ids(self) -> tuple[str, ...]:
        """Return every exercise of the plan once, in order of appearance."""
        items = [item for session in self.sessions for item in session.items]
        items += [item for phase in self.phases for item in phase.daily] + list(self.habits)
        return tuple(dict.fromkeys(item.exercise_id for item in items))

    def to_dict(self) -> Table:
        """Return the plan as plain JSON values, with its schema version."""
        return encode_record(self)

    @classmethod
    def from_dict(cls, table: object) -> Plan:
        """Read a plan back from what ``to_dict`` returned, also by way of JSON.

        Raises
        ------
        PlanFormatError
            If the version is unknown, a field is wrong, or an exercise is not in the library.
        """
        version = table.get("schema_version") if isinstance(table, dict) else None
        if version != SCHEMA_VERSION:
            raise PlanFormatError(
                f"schema_version is {version!r}; this version reads {SCHEMA_VERSION}."
            )
        try:
            plan = decode(cls, table)
        except FieldError as error:
            raise PlanFormatError(f"The plan cannot be read: {error}.") from None
        known = load_library().exercises
        for name in plan.exercise_ids():
            if name not in known:
                raise PlanFormatError(f"exercise_id {name!r} is not in the library.")
        return plan
