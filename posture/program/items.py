"""One exercise of a plan, with dose, reason, side rule and the next steps of its ladder."""

from __future__ import annotations

from posture.program.choose import block_of
from posture.program.dosing import dosed, effort, extra_side, range_cut, range_step, side_rule
from posture.program.plan import Block, PlanItem
from posture.program.profile import ClientProfile
from posture.program.sessions import Slot
from posture.program.swaps import easier_id, harder_id, load_of


def plan_item(
    client: ClientProfile, slot: Slot, *, step: int, session: int | None, late: bool
) -> PlanItem:
    """Return an item; a daily one, which has no ``session``, does every day what is planned."""
    exercise = slot.exercise
    now = effort(client, exercise, slot.dose, step)
    rule = range_step(client, exercise, session) if session else None
    dose = dosed(
        slot.dose,
        now,
        slot.sets,
        slot.rest_s,
        slower=rule.tempo_factor if rule else 1,
        per_week=client.library.rules.limits.sessions_per_week if session else 7,
    )
    block: Block = "open" if exercise.role == "opener" else block_of(exercise)
    return PlanItem(
        exercise_id=exercise.id,
        block=block,
        dose=dose,
        side_rule=side_rule(client, exercise),
        reason=slot.reason,
        range_cut=range_cut(client, exercise, session) if session else None,
        easier_id=easier_id(client, exercise),
        harder_id=harder_id(client, exercise, late=late),
        load=load_of(client, exercise),
        top=now.top,
        extra_side=extra_side(client, exercise) if slot.extra_s else None,
    )
