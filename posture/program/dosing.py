"""The dose of an exercise for one client and one week."""

from __future__ import annotations

from dataclasses import replace

from posture.program.client import Client
from posture.program.model import Dose, Exercise
from posture.program.plan import RangeCut, SideRule
from posture.program.rules import WeekRule

LOADED = frozenset({"activate", "strengthen", "integrate"})
MAX_STRETCH_SETS = 4


def base_dose(client: Client, exercise: Exercise) -> Dose:
    """Return the full dose for this client: by goal, age and condition.

    Stretches keep a total of about a minute per muscle whatever the length of one hold, as the
    guideline of the American College of Sports Medicine has it.

    Parameters
    ----------
    client : Client
        Who it is for.
    exercise : Exercise
        The exercise.

    Returns
    -------
    Dose
        Before the changes from week to week.
    """
    dose = exercise.dose
    if exercise.hold_dose is not None and client.request.answers.choice("about.goal") == "control":
        dose = exercise.hold_dose
    if exercise.type == "stretch" and dose.reps is None and dose.hold_s is not None:
        return _stretch(client, dose, dose.hold_s)
    if dose.hold_s is not None and exercise.type in LOADED:
        return replace(dose, hold_s=_held(client, dose.hold_s))
    return dose


def week_dose(client: Client, exercise: Exercise, rule: WeekRule, sets: int) -> Dose:
    """Return the dose of one week.

    Parameters
    ----------
    client : Client
        Who it is for.
    exercise : Exercise
        The exercise.
    rule : WeekRule
        How much of the full dose this week asks for, and how slow an uneven body moves.
    sets : int
        Sets as planned for the phase.

    Returns
    -------
    Dose
        What is printed for the week.
    """
    dose = replace(base_dose(client, exercise), sets=sets)
    if exercise.type in LOADED and dose.reps is not None:
        dose = replace(dose, reps=max(1, round(dose.reps * rule.reps_pct / 100)))
    if is_cut(client, exercise) and dose.hold_s is None:
        dose = replace(dose, rep_s=dose.rep_s * rule.tempo_factor)
    return dose


def range_cut(client: Client, exercise: Exercise, rule: WeekRule) -> RangeCut | None:
    """Return this week's part of the range, or None for the full range."""
    if not is_cut(client, exercise) or rule.range_low_pct >= 100:
        return None
    return RangeCut(low_pct=rule.range_low_pct, high_pct=rule.range_high_pct)


def is_cut(client: Client, exercise: Exercise) -> bool:
    """Whether the uneven-body rule applies: one side at a time, with effort, through a range."""
    return (
        client.asymmetry is not None
        and exercise.type in LOADED
        and exercise.dose.sides == "each"
        and exercise.dose.reps is not None
    )


def side_rule(client: Client, exercise: Exercise) -> SideRule:
    """Return in which order the sides are trained."""
    if exercise.dose.sides == "together":
        return "together"
    if client.asymmetry is None:
        return "each_side"
    return "left_first" if client.asymmetry.first == "left" else "right_first"


def _stretch(client: Client, dose: Dose, hold_s: int) -> Dose:
    limits = client.library.rules.limits
    if client.older:
        hold_s = limits.older_hold_s
    hold_s = _held(client, hold_s)
    sets = min(MAX_STRETCH_SETS, max(1, round(limits.stretch_total_s / hold_s)))
    return replace(dose, hold_s=hold_s, sets=sets)


def _held(client: Client, hold_s: int) -> int:
    return min([hold_s, *(c.hold_max_s for c in client.conditions if c.hold_max_s is not None)])
