"""The records of the plan rules: phases, tracks, signals, progress and asymmetry."""

from __future__ import annotations

from dataclasses import dataclass

from posture.program.model import Level, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRule:
    """One phase: its weeks, its aim, and how its time and effort are shared out.

    ``lengthen_share`` is the wanted share of session time for release, stretch and mobilise work;
    ``prefers`` lists the types of waking work to take first.
    """

    id: str
    name: str
    weeks: tuple[int, ...]
    aim: str
    lengthen_share: float
    max_sets: int
    prefers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRule:
    """Which roles a session of one phase draws from, in order, for one kind of client."""

    serves: Track
    phase: str
    lengthen: tuple[str, ...]
    wake: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """A place in a session and what it is there for, in client words.

    ``turns`` says that several exercises take turns in it from session to session; elsewhere a
    client keeps one exercise for a whole phase, which is easier to learn. ``type_a`` and
    ``type_b`` take the place of ``purpose`` in plans for that pattern.
    """

    id: str
    name: str
    purpose: str
    type_a: str = ""
    type_b: str = ""
    turns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRule:
    """A fact about the client that changes the choice of exercises, and the sentence that says so.

    ``roles`` move to the front, ``prefer`` are taken first within their role, ``avoid`` are left
    out. ``shift`` changes the wanted share of lengthening work.
    """

    id: str
    when: tuple[str, ...]
    note: str
    roles: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    shift: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRule:
    """How much of the full dose is done in a week, and how far an uneven body moves in it."""

    week: int
    reps_pct: int
    range_low_pct: int
    range_high_pct: int
    tempo_factor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRule:
    """The hardest level a client meets in each phase, and the step on the ladder to aim for.

    The step of an exercise is the length of its chain of easier versions.
    """

    level: Level
    caps: tuple[Level, ...]
    difficulty: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitRule:
    """A habit and when it belongs in the plan (always, if ``when`` is empty)."""

    exercise: str
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two answers that cannot both hold; ``field`` is the one to look at."""

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
    setup_s: int
    daily_s: int
    min_share: float
    stretch_total_s: int
    older_age: int
    older_hold_s: int
    sitting_hours: int
    sitting_per_day: int
    photo_weeks: tuple[int, ...]
    side_gap_pct: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All plan rules."""

    limits: Limits
    phases: tuple[PhaseRule, ...]
    weeks: tuple[WeekRule, ...]
    levels: tuple[LevelRule, ...]
    roles: tuple[RoleRule, ...]
    tracks: tuple[TrackRule, ...]
    signals: tuple[SignalRule, ...]
    habits: tuple[HabitRule, ...]
    photo_signs: tuple[str, ...]
