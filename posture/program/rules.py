"""Records of the plan rules: phases, tracks, roles, signals, weeks, levels and limits."""

from __future__ import annotations

from dataclasses import dataclass

from posture.program.model import Level, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRule:
    """One phase: weeks, aim, and the most sets of strength work."""

    id: str
    name: str
    weeks: tuple[int, ...]
    aim: str
    max_sets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRule:
    """Roles of the sessions of one phase on one track, in order of weight.

    ``share`` is the part of the places of a session that lengthens.
    """

    serves: Track
    phase: str
    share: float
    lengthen: tuple[str, ...]
    wake: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """A place in a session and its purpose, in the client's words.

    With ``turns`` several exercises take turns in it from session to session; otherwise a client
    keeps one exercise for a whole phase, which is easier to learn. ``type_a`` and ``type_b``
    replace ``purpose`` in plans for that pattern. ``load`` is the step after the hardest exercise.
    """

    id: str
    name: str
    purpose: str
    type_a: str = ""
    type_b: str = ""
    load: str = ""
    turns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderRule:
    """Exercises of one role on one track, from easy to hard."""

    serves: Track
    role: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRule:
    """Number of exercises in a session of so many minutes or more."""

    minutes: int
    exercises: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyRule:
    """Small exercises beside the opening stretch in the daily block; the first that suits."""

    serves: Track
    exercises: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetestRule:
    """Tests to do again during the plan."""

    serves: Track
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRule:
    """A fact about the client that changes the choice of exercises, with a note that says so.

    ``roles`` move forward: behind the leading roles of the track, or, with ``first``, ahead of
    everything. ``lower`` starts their ladders one step lower. Exercises in ``prefer`` are taken
    first within their role, those in ``avoid`` are left out. ``shift`` is added to the share of
    lengthening work, and ``lengthen_max`` limits its share of the time.
    """

    id: str
    when: tuple[str, ...]
    note: str
    roles: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    shift: float = 0.0
    first: bool = False
    lower: bool = False
    lengthen_max: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeRule:
    """Range and tempo in one session, counted from the first, where a side differs."""

    session: int
    low_pct: int
    high_pct: int
    tempo_factor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRule:
    """Hardest level in each phase, and the step on the ladder to aim for.

    The step of an exercise is the length of its chain of regressions.
    """

    level: Level
    caps: tuple[Level, ...]
    difficulty: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitRule:
    """A habit, and the expressions that put it in the plan (always, when ``when`` is empty)."""

    exercise: str
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Answers that cannot all be true; ``field`` is the one to check."""

    field: str
    when: str
    say: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Numbers of the builder, with the reason for each in ``rules.toml``."""

    minutes_min: int
    minutes_max: int
    sessions_per_week: int
    session_days: tuple[int, ...]
    warm_up_s: int
    setup_s: int
    daily_s: int
    min_share: float
    long_share: float
    stretch_total_s: int
    stretch_sets_max: int
    rest_max_s: int
    older_age: int
    older_hold_s: int
    short_minutes: int
    sitting_hours: int
    sitting_per_day: int
    habits_max: int
    upkeep_most: int
    photo_weeks: tuple[int, ...]
    side_gap_pct: int
    side_gap_least: int
    felt_roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All plan rules."""

    limits: Limits
    sizes: tuple[SizeRule, ...]
    phases: tuple[PhaseRule, ...]
    range_steps: tuple[RangeRule, ...]
    levels: tuple[LevelRule, ...]
    roles: tuple[RoleRule, ...]
    tracks: tuple[TrackRule, ...]
    ladders: tuple[LadderRule, ...]
    daily: tuple[DailyRule, ...]
    retests: tuple[RetestRule, ...]
    signals: tuple[SignalRule, ...]
    habits: tuple[HabitRule, ...]
    photo_signs: tuple[str, ...]
