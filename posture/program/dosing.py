"""Dose of an exercise for one client and one week.

Strength work rises: every exercise starts two repetitions (or one step of its hold) below its full
dose and gains one within each phase and from phase to phase, so that it never falls back while the
exercise stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from posture.program.model import Dose, Exercise
from posture.program.plan import ExtraSide, RangeCut, SideRule
from posture.program.profile import ClientProfile
from posture.program.rules import RangeRule

LOADED: Final = frozenset({"activate", "strengthen", "integrate"})
MAX_STRETCH_SETS: Final = 4
STEPS: Final = 4
"""Steps from the first to the last week of an exercise that stays for all four phases."""

START_BELOW: Final = 2
LONG_HOLD_S: Final = 10
HOLD_STEP_S: Final = 5
SHORT_HOLD: Final = (5, 10)
"""Bounds in seconds of holds that are repeated: one second is added per step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Dose at one step: repetitions, hold in seconds, and the number at which the next is due."""

    reps: int | None
    hold_s: int | None
    top: int | None


def base_dose(client: ClientProfile, exercise: Exercise) -> Dose:
    """Return the full dose for this client, by goal, age, time and conditions.

    Stretches total about a minute per muscle, however long one hold is, as the guideline of the
    American College of Sports Medicine advises.
    """
    dose = exercise.dose
    if exercise.hold_dose is not None and client.request.answers.choice("about.goal") == "control":
        dose = exercise.hold_dose
    if exercise.type == "stretch" and dose.reps is None and dose.hold_s is not None:
        return _stretch(client, dose, dose.hold_s)
    return dose


def effort(client: ClientProfile, exercise: Exercise, dose: Dose, step: int) -> Effort:
    """Return repetitions and hold after a number of steps since the exercise came in.

    Parameters
    ----------
    client : ClientProfile
    exercise : Exercise
    dose : Dose
        Full dose for this client.
    step : int
        0 in the first week of the exercise, up to :data:`STEPS`.
    """
    if exercise.type not in LOADED:
        return Effort(reps=dose.reps, hold_s=dose.hold_s, top=None)
    if dose.reps is None:
        full = dose.hold_s or 0
        start = full - HOLD_STEP_S if full > HOLD_STEP_S else full
        top = _capped_hold(client, start + HOLD_STEP_S * STEPS)
        return Effort(reps=None, hold_s=min(start + HOLD_STEP_S * step, top), top=top)
    if exercise.hold_dose is not None and dose is exercise.hold_dose:
        low, high = SHORT_HOLD
        return Effort(reps=dose.reps, hold_s=min(low + step, high), top=low + STEPS)
    reps = max(1, dose.reps - START_BELOW)
    return Effort(reps=reps + step, hold_s=dose.hold_s, top=reps + STEPS)


def dosed(
    dose: Dose, now: Effort, sets: int, rest_s: int, *, slower: int = 1, per_week: int = 7
) -> Dose:
    """Return a dose with the effort of one step; ``slower`` stretches its repetitions."""
    return Dose(
        sets=sets,
        reps=now.reps,
        hold_s=now.hold_s,
        sides=dose.sides,
        rep_s=dose.rep_s * (slower if now.hold_s is None else 1),
        rest_s=rest_s,
        per_week=per_week,
    )


def range_step(client: ClientProfile, exercise: Exercise, session: int) -> RangeRule | None:
    """Return the rule for a reduced range in a session, counted from 1; None for the full range.

    It holds only for loaded moves through a range, in the role in which a difference was found.
    """
    if (
        exercise.role not in client.differing
        or exercise.type not in LOADED
        or exercise.dose.sides != "each"
        or exercise.dose.reps is None
    ):
        return None
    steps = client.library.rules.range_steps
    return steps[session - 1] if session <= len(steps) else None


def range_cut(client: ClientProfile, exercise: Exercise, session: int) -> RangeCut | None:
    """Return the part of the range to use in a session, and the side; None for the full range."""
    rule = range_step(client, exercise, session)
    if rule is None:
        return None
    side = client.differing[exercise.role]
    return RangeCut(low_pct=rule.low_pct, high_pct=rule.high_pct, side=side)


def side_rule(client: ClientProfile, exercise: Exercise) -> SideRule:
    """Return the order in which the sides are trained: strength work starts with the weaker one."""
    if exercise.dose.sides == "together":
        return "together"
    weaker = client.differing.get(exercise.role)
    if weaker is None and client.asymmetry is not None and exercise.type in LOADED:
        weaker = client.asymmetry.first
    if weaker is None:
        return "each_side"
    return "left_first" if weaker == "left" else "right_first"


def extra_side(client: ClientProfile, exercise: Exercise) -> ExtraSide | None:
    """Return the side on which the opening stretch gets one more set: the shorter one.

    With both sides short in the Thomas test both get it, as a set of the dose; see
    :func:`base_dose`. In type A without a test or a feeling, the client finds the side.
    """
    if exercise.role != "opener" or client.long_hips or len(client.short_sides) > 1:
        return None
    if client.short_sides:
        return "left" if client.short_sides[0] == "left" else "right"
    if client.tightness is not None:
        return client.tightness.side
    felt_same = client.request.answers.choice("sides.tighter") == "same"
    return "shorter" if client.request.serves == "type_a" and not felt_same else None


def _stretch(client: ClientProfile, dose: Dose, hold_s: int) -> Dose:
    limits = client.library.rules.limits
    if client.older and client.request.minutes >= limits.short_minutes:
        hold_s = limits.older_hold_s
    hold_s = _capped_hold(client, hold_s)
    sets = min(MAX_STRETCH_SETS, max(1, round(limits.stretch_total_s / hold_s)))
    return replace(dose, hold_s=hold_s, sets=sets)


def _capped_hold(client: ClientProfile, hold_s: int) -> int:
    return min([hold_s, *(c.hold_max_s for c in client.conditions if c.hold_max_s is not None)])
