"""Profile of one client: the plan request, with all that follows from it and the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from posture.program.asymmetry import differing_roles, find_asymmetry, find_tightness
from posture.program.expressions import Facts, any_holds
from posture.program.library import Library
from posture.program.model import LENGTHEN, LEVELS, Condition, Exercise, Level, Side
from posture.program.plan import Asymmetry, PlanRequest, Tightness
from posture.program.rules import LevelRule, RoleRule, SignalRule, TrackRule
from posture.program.suitability import conditions_of

THIGH = "tests.modified_thomas.{side}.thigh_above_horizontal"
BOTH = ("left", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientProfile:
    """The request, the library, and what both say about the client.

    ``suitable`` holds the ids of the exercises that nothing speaks against, ``lengthening`` the
    roles whose exercises lengthen, ``lengthen_max`` their largest share of a session's time,
    ``size`` the number of exercises of a session, ``caps`` the hardest level of each phase as an
    index, ``lower`` the roles that start one step lower, ``preferred`` the exercises that a signal
    names, ``kit`` the ids of the exercises for which the equipment is there, ``differing`` the side
    that differs in each role, ``short_sides`` the sides on which the thigh stayed up in the Thomas
    test, and ``long_hips`` whether it came down on both.
    """

    request: PlanRequest
    library: Library
    facts: Facts
    conditions: tuple[Condition, ...]
    signals: tuple[SignalRule, ...]
    suitable: frozenset[str]
    kit: frozenset[str]
    ceiling: int
    caps: tuple[int, ...]
    level_rule: LevelRule
    size: int
    lengthen_max: float
    lower: frozenset[str]
    preferred: frozenset[str]
    roles: Mapping[str, RoleRule]
    lengthening: frozenset[str]
    ladders: Mapping[str, tuple[str, ...]]
    asymmetry: Asymmetry | None
    tightness: Tightness | None
    differing: Mapping[str, Side]
    short_sides: tuple[str, ...]
    long_hips: bool
    older: bool

    def suits(self, exercise: Exercise) -> bool:
        """Whether nothing about this client speaks against the exercise."""
        return exercise.id in self.suitable

    def contraindicated_by(self, exercise: Exercise) -> tuple[Condition, ...]:
        """Conditions of the client that are contraindications of the exercise."""
        return tuple(c for c in self.conditions if c.id in exercise.contraindications)

    def equipped(self, exercise: Exercise) -> bool:
        """Whether the client has all the equipment that the exercise needs."""
        return exercise.id in self.kit

    def track(self, phase_id: str) -> TrackRule:
        """Return the roles of a phase on this client's track."""
        serves = self.request.serves
        tracks = self.library.rules.tracks
        return next(t for t in tracks if t.serves == serves and t.phase == phase_id)


def hardest_level(conditions: tuple[Condition, ...], *, older: bool) -> int:
    """Return the index of the hardest level that conditions and age allow."""
    caps: list[Level] = [c.level_cap for c in conditions if c.level_cap is not None]
    if older:
        caps.append("intermediate")
    return min((LEVELS.index(level) for level in caps), default=len(LEVELS) - 1)


def profile_of(request: PlanRequest, library: Library) -> ClientProfile:
    """Work out conditions, signals and differences of the sides of a request."""
    facts = _facts(request)
    rules, answers = library.rules, request.answers
    older = answers.age is not None and answers.age >= rules.limits.older_age
    signals = tuple(s for s in rules.signals if any_holds(s.when, facts))
    conditions = conditions_of(answers, library)
    avoid = frozenset(name for signal in signals for name in signal.avoid)
    thighs = {side: answers.choice(THIGH.format(side=side)) for side in BOTH}
    ceiling = hardest_level(conditions, older=older)
    level = next(r for r in rules.levels if r.level == request.level)
    return ClientProfile(
        request=request,
        library=library,
        facts=facts,
        conditions=conditions,
        signals=signals,
        suitable=_suitable(library, conditions, ceiling) - avoid,
        kit=_kit(request, library),
        ceiling=ceiling,
        level_rule=level,
        caps=tuple(min(LEVELS.index(cap), ceiling) for cap in level.caps),
        size=_size(request, library),
        lengthen_max=min((signal.lengthen_max for signal in signals), default=1.0),
        lower=frozenset(role for signal in signals if signal.lower for role in signal.roles),
        preferred=frozenset(name for signal in signals for name in signal.prefer),
        roles={role.id: role for role in rules.roles},
        lengthening=frozenset(e.role for e in library.exercises.values() if e.type in LENGTHEN),
        ladders={rule.role: rule.steps for rule in rules.ladders if rule.serves == request.serves},
        asymmetry=find_asymmetry(answers, library),
        tightness=find_tightness(answers, library),
        differing=differing_roles(answers, library),
        short_sides=tuple(side for side, thigh in thighs.items() if thigh == "yes"),
        long_hips=set(thighs.values()) == {"no"},
        older=older,
    )


def _size(request: PlanRequest, library: Library) -> int:
    rules = library.rules
    size = max(r.exercises for r in rules.sizes if r.minutes <= request.minutes)
    return min(size, rules.limits.upkeep_most) if request.serves == "maintenance" else size


def _kit(request: PlanRequest, library: Library) -> frozenset[str]:
    there = {item.id for item in library.equipment.values() if item.household} | request.equipment
    return frozenset(e.id for e in library.exercises.values() if there.issuperset(e.equipment))


def _suitable(library: Library, conditions: tuple[Condition, ...], ceiling: int) -> frozenset[str]:
    held = {condition.id for condition in conditions}
    return frozenset(
        exercise.id
        for exercise in library.exercises.values()
        if held.isdisjoint(exercise.contraindications) and LEVELS.index(exercise.level) <= ceiling
    )


def _facts(request: PlanRequest) -> Facts:
    known = request.answers.facts()
    values = dict(known.values)
    values |= {f"photo.{sign}": frozenset({"yes"}) for sign in request.signs}
    values["finding.serves"] = frozenset({request.serves})
    values["finding.grade"] = frozenset({request.grade})
    return Facts(values=values, numbers=known.numbers)
