"""Dose of an exercise for one client and one week."""

from __future__ import annotations

from dataclasses import replace

from posture.program.model import Dose, Exercise
from posture.program.plan import RangeCut, SideRule
from posture.program.profile import ClientProfile
from posture.program.rules import WeekRule

LOADED = frozenset({"activate", "strengthen", "integrate"})
MAX_STRETCH_SETS = 4


def base_dose(client: ClientProfile, exercise: Exercise) -> Dose:
    """Return the full dose for this client, by goal, age and conditions.

    Stretches total about a minute per muscle, however long one hold is, as the guideline of the
    American College of Sports Medicine advises. :func:`week_dose` adapts the dose to a week.
    """
    dose = exercise.dose
    if exercise.hold_dose is not None and client.request.answers.choice("about.goal") == "control":
        dose = exercise.hold_dose
    if exercise.type == "stretch" and dose.reps is None and dose.hold_s is not None:
        return _stretch(client, dose, dose.hold_s)
    if dose.hold_s is not None and exercise.type in LOADED:
        return replace(dose, hold_s=_capped_hold(client, dose.hold_s))
    return dose


def week_dose(client: ClientProfile, exercise: Exercise, rule: WeekRule, sets: int) -> Dose:
    """Return the dose of one week, as it is printed.

    Parameters
    ----------
    client : ClientProfile
    exercise : Exercise
    rule : WeekRule
        Share of the full dose in this week, and tempo for a client with uneven sides.
    sets : int
        Sets as planned for the phase.
    """
    dose = replace(base_dose(client, exercise), sets=sets)
    if exercise.type in LOADED and dose.reps is not None:
        dose = replace(dose, reps=max(1, round(dose.reps * rule.reps_pct / 100)))
    if has_range_cut(client, exercise) and dose.hold_s is None:
        dose = replace(dose, rep_s=dose.rep_s * rule.tempo_factor)
    return dose


def range_cut(client: ClientProfile, exercise: Exercise, rule: WeekRule) -> RangeCut | None:
    """Return the part of the range to use this week; None for the full range."""
    if not has_range_cut(client, exercise) or rule.range_low_pct >= 100:
        return None
    return RangeCut(low_pct=rule.range_low_pct, high_pct=rule.range_high_pct)


def has_range_cut(client: ClientProfile, exercise: Exercise) -> bool:
    """Whether the rule for uneven sides applies: loaded, one side at a time, through a range."""
    return (
        client.asymmetry is not None
        and exercise.type in LOADED
        and exercise.dose.sides == "each"
        and exercise.dose.reps is not None
    )


def side_rule(client: ClientProfile, exercise: Exercise) -> SideRule:
    """Return the order in which the sides are trained."""
    if exercise.dose.sides == "together":
        return "together"
    if client.asymmetry is None:
        return "each_side"
    return "left_first" if client.asymmetry.first == "left" else "right_first"


def _stretch(client: ClientProfile, dose: Dose, hold_s: int) -> Dose:
    limits = client.library.rules.limits
    if client.older:
        hold_s = limits.older_hold_s
    hold_s = _capped_hold(client, hold_s)
    sets = min(MAX_STRETCH_SETS, max(1, round(limits.stretch_total_s / hold_s)))
    return replace(dose, hold_s=hold_s, sets=sets)


def _capped_hold(client: ClientProfile, hold_s: int) -> int:
    return min([hold_s, *(c.hold_max_s for c in client.conditions if c.hold_max_s is not None)])
