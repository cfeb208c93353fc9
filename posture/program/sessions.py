"""Drafts of a session: few exercises, the finding first, both sides of the balance, in the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import ceil

from posture.program.choose import Choice, block_of, by_role, choose, reason_for
from posture.program.dosing import LOADED, base_dose, dosed, effort, extra_side, range_step
from posture.program.model import LEVELS, Dose, Exercise
from posture.program.profile import ClientProfile
from posture.program.rules import PhaseRule

TAKE_TURNS = 2
"""Roles that share the last place of a side from session to session: more are not learned well."""

LEAD = 2
"""Roles of a track that what the client tells does not displace."""

DRILLS = frozenset({"stance"})
"""Roles that are practice rather than strength: they share a single place with strength work."""

ONCE = frozenset({"breathing", "soft_tissue"})
"""Roles that do not grow when there is time to spare."""

REST_STEP_S = 15
ROUNDS = 3
INTEGRATE = frozenset({"hinge", "squat", "single_leg"})
INTEGRATE_FROM = 2
"""Phase from which whole-body moves come in, except where the track has them before."""


@dataclass(slots=True, kw_only=True)
class Slot:
    """One chosen exercise: full dose, seconds of its longest set on all sides, sets and rests.

    ``light_s`` are those of a set in the first week of the phase, ``extra_s`` the seconds of one
    more set on one side, 0 without it.
    """

    choice: Choice
    reason: str
    dose: Dose
    block: str
    work_s: int
    light_s: int
    setup_s: int
    rest_s: int
    extra_s: int
    sets: int = 1

    @property
    def exercise(self) -> Exercise:
        """The exercise."""
        return self.choice.exercise

    @property
    def counted_s(self) -> int:
        """Seconds of work for the balance: strength counts as in the lighter week of the phase."""
        return self.sets * (self.light_s if self.block == "wake" else self.work_s)

    @property
    def seconds(self) -> int:
        """Seconds in the longest session of the phase, getting into place included."""
        work = self.sets * self.work_s + (self.sets - 1) * self.rest_s
        return self.setup_s + work + self.extra_s


@dataclass(slots=True, kw_only=True)
class Draft:
    """A session in the making; ``entered`` holds the first phase of each exercise of the plan."""

    client: ClientProfile
    phase: int
    turn: int
    entered: Mapping[str, int]
    slots: list[Slot] = field(default_factory=list)

    @property
    def rule(self) -> PhaseRule:
        """The rule of the phase."""
        return self.client.library.rules.phases[self.phase]

    @property
    def budget_s(self) -> int:
        """Seconds for exercises."""
        return self.client.request.minutes * 60 - self.client.library.rules.limits.warm_up_s

    def seconds(self) -> int:
        """Return the seconds of all exercises so far."""
        return sum(slot.seconds for slot in self.slots)


def draft_session(draft: Draft) -> list[Slot]:
    """Fill a session.

    The opening stretch comes first, then the places of both sides are filled in the order of the
    track, tests and signals ahead. Time that is left goes into sets, then into rests.

    Parameters
    ----------
    draft : Draft
        An empty session.

    Returns
    -------
    list of Slot
        Opening stretch first, then lengthening, activating and integrating work.
    """
    client = draft.client
    track = client.track(draft.rule.id)
    first = tuple(dict.fromkeys(r for s in client.signals if s.first for r in s.roles))
    lengthen = _queue(draft, track.lengthen, first, lengthens=True)
    wake = _queue(draft, track.wake, first, lengthens=False)
    places = _lengthening_places(client, track.share, must=len(set(first) & set(lengthen)))
    opener = choose(client, "opener", draft.phase, draft.turn)
    assert opener is not None, "one opening stretch suits everybody; check_library sees to it"  # noqa: S101
    draft.slots.append(slot_of(draft, opener))
    _fill(draft, lengthen, first, places - 1)
    _fill(draft, wake, first, client.size - len(draft.slots))
    _fill(draft, lengthen, first, client.size - len(draft.slots))
    _shrink(draft)
    _top_up(draft)
    _rebalance(draft)
    return _ordered(draft)


def slot_of(draft: Draft, choice: Choice) -> Slot:
    """Return a slot of one set, timed for the longest session of the phase."""
    client, exercise = draft.client, choice.exercise
    dose = base_dose(client, exercise)
    step = last_step(draft, exercise)
    now = effort(client, exercise, dose, step)
    work = dosed(dose, now, dose.sets, dose.rest_s).work_s
    first = effort(client, exercise, dose, step - len(draft.rule.weeks) + 1)
    light = dosed(dose, first, dose.sets, dose.rest_s).work_s
    if draft.phase == 0 and now.hold_s is None:
        slow = range_step(client, exercise, 1)
        work *= slow.tempo_factor if slow else 1
    return Slot(
        choice=choice,
        reason=reason_for(client, choice),
        dose=dose,
        block=block_of(exercise),
        work_s=work * (2 if dose.sides == "each" else 1),
        light_s=light * (2 if dose.sides == "each" else 1),
        setup_s=client.library.rules.limits.setup_s,
        rest_s=dose.rest_s,
        extra_s=work + dose.rest_s if extra_side(client, exercise) else 0,
    )


def last_step(draft: Draft, exercise: Exercise) -> int:
    """Return the step of the dose in the last week of the phase."""
    since = draft.phase - draft.entered.get(exercise.id, draft.phase)
    return since + len(draft.rule.weeks) - 1


def _lengthening_places(client: ClientProfile, share: float, *, must: int) -> int:
    """Return how many places lengthen, the opening stretch included; a test's finding has one."""
    wanted = share + sum(signal.shift for signal in client.signals)
    places = round(client.size * min(wanted, client.lengthen_max))
    least = ceil(client.size * client.library.rules.limits.min_share)
    return min(max(places, least, 1 + must), client.size - 1)


def _queue(
    draft: Draft, roles: Sequence[str], first: Sequence[str], *, lengthens: bool
) -> list[str]:
    """Return the roles of one side: tests, the lead of the track, what the client tells, the rest.

    Of what the client tells, a track takes the roles for which it has a ladder; whole-body moves
    wait until the second half.
    """
    client = draft.client
    sides = client.lengthening
    asked = [
        role
        for signal in client.signals
        for role in signal.roles
        if role in roles
        or (role in client.ladders and (role not in INTEGRATE or draft.phase >= INTEGRATE_FROM))
    ]
    order = [*first, *roles[:LEAD], *asked, *roles[LEAD:]]
    return [role for role in dict.fromkeys(order) if (role in sides) == lengthens]


def _fill(draft: Draft, queue: Sequence[str], first: Sequence[str], places: int) -> None:
    """Fill the places of one side: all but the last in order, the last one in turns."""
    options = _fitting(draft, queue)
    while places > 1:
        choice = next(options, None)
        if choice is None:
            return
        draft.slots.append(slot_of(draft, choice))
        places -= 1
    if places == 1:
        last = list(islice(options, TAKE_TURNS))
        if last and block_of(last[0].exercise) == "wake" and not _has_wake(draft):
            last = [choice for choice in last if block_of(choice.exercise) == "wake"]
        if last:
            role = last[0].exercise.role
            fixed = role in first and role not in DRILLS
            chosen = last[0] if fixed else last[draft.turn % len(last)]
            draft.slots.append(slot_of(draft, chosen))


def _fitting(draft: Draft, queue: Sequence[str]) -> Iterator[Choice]:
    """Yield the choices for the roles that are not filled; activating work before a whole move."""
    taken = {slot.exercise.role for slot in draft.slots}
    free = [role for role in queue if role not in taken]
    if not _has_wake(draft):
        wakes = [role for role in free if role not in INTEGRATE][:1]
        free = [*wakes, *(role for role in free if role not in wakes)]
    for role in free:
        choice = choose(draft.client, role, draft.phase, draft.turn)
        if choice is not None:
            yield choice


def _has_wake(draft: Draft) -> bool:
    return any(slot.block == "wake" for slot in draft.slots)


def _shrink(draft: Draft) -> None:
    """Drop what a short session has no room for; both sides of the balance stay."""
    while draft.seconds() > draft.budget_s:
        for slot in reversed(draft.slots):
            same = [other for other in draft.slots if other.block == slot.block]
            if len(same) > 1 or slot.block == "integrate":
                draft.slots.remove(slot)
                break
        else:
            _shorten(draft)
            return


def _shorten(draft: Draft) -> None:
    """Make the shortest pair fit: no additional set, and at last the shortest seat exercise."""
    draft.slots[0].extra_s = 0
    if draft.seconds() <= draft.budget_s:
        return
    client = draft.client
    short = [
        slot_of(draft, Choice(exercise=exercise, ideal=exercise))
        for exercise in by_role(client.library, "glute")
        if client.suits(exercise) and client.equipped(exercise) and exercise.level == LEVELS[0]
    ]
    draft.slots[-1] = min(short, key=lambda slot: slot.seconds)


def _top_up(draft: Draft) -> None:
    """Spend the time that is left: full sets, more sets of strength work, rests, one more hold.

    One more hold makes room in the balance for strength work, so this is done a few times.
    """
    limits = draft.client.library.rules.limits
    most = draft.rule.max_sets
    opener = draft.slots[0]
    room = draft.budget_s - draft.seconds()
    # The finding decides the sets of the opening stretch; strength work then follows it.
    opener.sets += min(_full_sets(draft, opener) - 1, room // (opener.work_s + opener.rest_s))
    for slot in draft.slots[1:]:
        _raise_sets(draft, slot, min(_full_sets(draft, slot), most))
    loaded = [slot for slot in draft.slots if slot.exercise.type in LOADED]
    for _ in range(ROUNDS):
        before = draft.seconds()
        for sets in range(2, most + 1):
            for slot in loaded:
                _raise_sets(draft, slot, sets)
        for rest in range(REST_STEP_S, limits.rest_max_s + 1, REST_STEP_S):
            for slot in loaded:
                _raise_rest(draft, slot, rest)
        for slot in draft.slots:
            if slot.block == "lengthen" and slot.exercise.role not in ONCE:
                _raise_sets(draft, slot, min(slot.sets + 1, limits.stretch_sets_max))
        if draft.seconds() == before:
            return


def _rebalance(draft: Draft) -> None:
    """Take back sets of the opening stretch where strength work found no room beside them."""
    least = draft.client.library.rules.limits.min_share
    opener = draft.slots[0]
    while opener.sets > 1:
        work = [(slot.block, slot.counted_s) for slot in draft.slots]
        wake = sum(seconds for block, seconds in work if block == "wake")
        if wake >= least * sum(seconds for _, seconds in work):
            return
        opener.sets -= 1


def _full_sets(draft: Draft, slot: Slot) -> int:
    """Return the sets to aim for; the opening stretch has one where hips are long, or sway."""
    client = draft.client
    if slot.exercise.role != "opener":
        return slot.dose.sets
    if len(client.short_sides) > 1:
        return slot.dose.sets + 1
    brief = client.long_hips or (client.request.serves == "type_b" and not client.short_sides)
    return 1 if brief else slot.dose.sets


def _raise_sets(draft: Draft, slot: Slot, sets: int) -> None:
    brief = slot.exercise.role == "opener" and sets > _full_sets(draft, slot)
    while slot.sets < sets and not brief:
        slot.sets += 1
        if not _fits(draft, slot):
            slot.sets -= 1
            return


def _raise_rest(draft: Draft, slot: Slot, rest_s: int) -> None:
    before = slot.rest_s
    if slot.sets == 1 or rest_s <= before:
        return
    slot.rest_s = rest_s
    if not _fits(draft, slot):
        slot.rest_s = before


def _fits(draft: Draft, slot: Slot) -> bool:
    """Whether the time holds, and the slot does not crowd out the other side of the balance.

    The balance is one of work: rests belong to neither side.
    """
    limits = draft.client.library.rules.limits
    total = draft.seconds()
    if total > draft.budget_s:
        return False
    work = {"lengthen": 0, "wake": 0, "integrate": 0}
    for other in draft.slots:
        work[other.block] += other.counted_s
    least = limits.min_share * sum(work.values())
    if slot.block == "lengthen":
        spent = sum(other.seconds for other in draft.slots if other.block == "lengthen")
        most = draft.client.lengthen_max * (total + limits.warm_up_s)
        return spent <= most and work["wake"] >= least
    if draft.client.long_hips:
        eased = work["lengthen"] >= limits.long_share * sum(work.values())
    else:
        eased = work["lengthen"] >= least
    return eased and (slot.block == "wake" or work["wake"] >= least)


def _ordered(draft: Draft) -> list[Slot]:
    order = ("lengthen", "wake", "integrate")
    return draft.slots[:1] + sorted(draft.slots[1:], key=lambda slot: order.index(slot.block))
