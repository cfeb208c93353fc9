"""Drafts of a session: the opening stretch, then both sides of the balance, within the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from posture.program.choose import Choice, block_of, choices
from posture.program.dosing import base_dose, week_dose
from posture.program.profile import ClientProfile
from posture.program.rules import PhaseRule, WeekRule


@dataclass(slots=True, kw_only=True)
class Slot:
    """One chosen exercise with its sets and its time."""

    choice: Choice
    sets: int
    seconds: int

    @property
    def block(self) -> str:
        """Side of the balance that it counts for."""
        return block_of(self.choice.exercise)


@dataclass(slots=True, kw_only=True)
class Draft:
    """A session in the making."""

    client: ClientProfile
    phase: int
    budget_s: int
    target: float
    max_sets: int
    used: Counter[str]
    slots: list[Slot] = field(default_factory=list)

    def seconds(self, block: str | None = None) -> int:
        """Return the seconds so far, of one side of the balance or of all."""
        return sum(slot.seconds for slot in self.slots if block in (None, slot.block))

    def has(self, exercise_id: str) -> bool:
        """Whether an exercise is in already."""
        return any(slot.choice.exercise.id == exercise_id for slot in self.slots)

    @property
    def rule(self) -> PhaseRule:
        """The rule of the phase."""
        return self.client.library.rules.phases[self.phase]


def draft_session(draft: Draft, lengthen: Sequence[str], wake: Sequence[str]) -> list[Slot]:
    """Fill a session from two queues of roles.

    The opening stretch and one activating exercise come first, so that the shortest session has
    both sides of the balance. Then the side that is short of time gets the next exercise, as long
    as neither side falls below its least share. Time that is left goes into further sets.

    Parameters
    ----------
    draft : Draft
        An empty session with its time.
    lengthen, wake : sequence of str
        Roles in order.

    Returns
    -------
    list of Slot
        Opening stretch first, then lengthening, activating and integrating work.
    """
    _open(draft, wake)
    queues = {"lengthen": list(lengthen), "wake": list(wake)}
    while any(queues.values()):
        share = draft.seconds("lengthen") / draft.seconds()
        first, second = ("lengthen", "wake") if share < draft.target else ("wake", "lengthen")
        if not _take(draft, queues[first]) and not _take(draft, queues[second]):
            break
    _top_up(draft)
    draft.used.update(slot.choice.exercise.id for slot in draft.slots)
    return _ordered(draft)


def slot_seconds(draft: Draft, choice: Choice, sets: int) -> int:
    """Return the seconds of an exercise in the longest week of the phase."""
    rules = draft.client.library.rules
    weeks = [week for week in rules.weeks if week.week in draft.rule.weeks]
    return rules.limits.setup_s + max(_work(draft, choice, week, sets) for week in weeks)


def _work(draft: Draft, choice: Choice, week: WeekRule, sets: int) -> int:
    return week_dose(draft.client, choice.exercise, week, sets).total_s


def _open(draft: Draft, wake: Sequence[str]) -> None:
    opener = choices(draft.client, "opener", draft.phase, draft.used)[0]
    sets = min(base_dose(draft.client, opener.exercise).sets, draft.max_sets)
    draft.slots.append(Slot(choice=opener, sets=sets, seconds=slot_seconds(draft, opener, sets)))
    for role in (*wake, "glute"):
        options = choices(draft.client, role, draft.phase, draft.used)
        if _add(draft, [option for option in options if block_of(option.exercise) == "wake"]):
            return


def _take(draft: Draft, queue: list[str]) -> bool:
    for role in list(queue):
        if any(slot.choice.exercise.role == role for slot in draft.slots):
            continue
        # The best choice or none: a client keeps one exercise for a phase even when time is short.
        if _add(draft, choices(draft.client, role, draft.phase, draft.used)[:1]):
            queue.remove(role)
            return True
    return False


def _add(draft: Draft, options: Sequence[Choice]) -> bool:
    """Add the first option that fits, with as many of its sets as fit."""
    for choice in options:
        full = min(base_dose(draft.client, choice.exercise).sets, draft.max_sets)
        for sets in range(full, 0, -1):
            slot = Slot(choice=choice, sets=sets, seconds=slot_seconds(draft, choice, sets))
            if _fits(draft, [*draft.slots, slot]):
                draft.slots.append(slot)
                return True
    return False


def _fits(draft: Draft, slots: Sequence[Slot]) -> bool:
    total = sum(slot.seconds for slot in slots)
    least = draft.client.library.rules.limits.min_share * total
    shares = [
        sum(slot.seconds for slot in slots if slot.block == block) for block in ("lengthen", "wake")
    ]
    return total <= draft.budget_s and min(shares) >= least


def _top_up(draft: Draft) -> None:
    """Spend the time that is left on further sets of activating and integrating work."""
    changed = True
    while changed:
        changed = False
        for slot in sorted(draft.slots, key=lambda slot: slot.block == "lengthen"):
            changed = _one_more(draft, slot) or changed


def _one_more(draft: Draft, slot: Slot) -> bool:
    if slot.block == "lengthen" or slot.sets >= draft.max_sets:
        return False
    seconds = slot_seconds(draft, slot.choice, slot.sets + 1)
    longer = Slot(choice=slot.choice, sets=slot.sets + 1, seconds=seconds)
    if not _fits(draft, [longer if other is slot else other for other in draft.slots]):
        return False
    slot.sets, slot.seconds = longer.sets, longer.seconds
    return True


def _ordered(draft: Draft) -> list[Slot]:
    order = ("lengthen", "wake", "integrate")
    return draft.slots[:1] + sorted(draft.slots[1:], key=lambda slot: order.index(slot.block))
