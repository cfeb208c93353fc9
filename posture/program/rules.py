"""Records of the plan rules: phases, tracks, roles, signals, weeks, levels and limits."""

from __future__ import annotations

from dataclasses import dataclass

from posture.program.model import Level, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRule:
    """One phase: weeks, aim, and split of time and effort.

    ``lengthen_share`` is the intended share of session time for release, stretch and mobilise work;
    ``prefers`` lists the types of activating work to take first.
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
    """Roles of the sessions of one phase on one track, in order."""

    serves: Track
    phase: str
    lengthen: tuple[str, ...]
    wake: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """A place in a session and its purpose, in the client's words.

    With ``turns`` several exercises take turns in it from session to session; otherwise a client
    keeps one exercise for a whole phase, which is easier to learn. ``type_a`` and ``type_b``
    replace ``purpose`` in plans for that pattern.
    """

    id: str
    name: str
    purpose: str
    type_a: str = ""
    type_b: str = ""
    turns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRule:
    """A fact about the client that changes the choice of exercises, with a note that says so.

    ``roles`` move to the front, exercises in ``prefer`` are taken first within their role, those in
    ``avoid`` are left out. ``shift`` is added to the intended share of lengthening work.
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
    """Share of the full dose in one week; range and tempo for a client with uneven sides."""

    week: int
    reps_pct: int
    range_low_pct: int
    range_high_pct: int
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
