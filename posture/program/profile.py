"""Profile of one client: the plan request, with all that follows from it and the rules."""

from __future__ import annotations

from dataclasses import dataclass

from posture.program.asymmetry import find_asymmetry
from posture.program.expressions import Facts, any_holds
from posture.program.library import Library
from posture.program.model import LEVELS, Condition, Exercise, Level
from posture.program.plan import Asymmetry, PlanRequest
from posture.program.rules import LevelRule, RoleRule, SignalRule, TrackRule
from posture.program.suitability import conditions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientProfile:
    """The request, the library, and what both say about the client."""

    request: PlanRequest
    library: Library
    facts: Facts
    conditions: tuple[Condition, ...]
    signals: tuple[SignalRule, ...]
    avoid: frozenset[str]
    asymmetry: Asymmetry | None
    older: bool

    def suits(self, exercise: Exercise) -> bool:
        """Whether nothing about this client speaks against the exercise."""
        return (
            not self.contraindicated_by(exercise)
            and exercise.id not in self.avoid
            and LEVELS.index(exercise.level) <= self.ceiling
        )

    def contraindicated_by(self, exercise: Exercise) -> tuple[Condition, ...]:
        """Conditions of the client that are contraindications of the exercise."""
        return tuple(c for c in self.conditions if c.id in exercise.contraindications)

    def equipped(self, exercise: Exercise) -> bool:
        """Whether the client has all the equipment that the exercise needs."""
        kit = self.library.equipment
        return all(
            kit[item].household or item in self.request.equipment for item in exercise.equipment
        )

    def cap(self, phase: int) -> int:
        """Index of the hardest level that is allowed in a phase (counted from 0)."""
        return min(LEVELS.index(self.level_rule.caps[phase]), self.ceiling)

    @property
    def ceiling(self) -> int:
        """Index of the hardest level that age and conditions ever allow, progressions included."""
        caps: list[Level] = [c.level_cap for c in self.conditions if c.level_cap is not None]
        if self.older:
            caps.append("intermediate")
        return min((LEVELS.index(level) for level in caps), default=len(LEVELS) - 1)

    @property
    def level_rule(self) -> LevelRule:
        """Rule for the client's level."""
        return next(r for r in self.library.rules.levels if r.level == self.request.level)

    def role(self, role_id: str) -> RoleRule:
        """Return the rule of a role."""
        return next(r for r in self.library.rules.roles if r.id == role_id)

    def track(self, phase_id: str) -> TrackRule:
        """Return the roles of a phase on this client's track."""
        serves = self.request.serves
        tracks = self.library.rules.tracks
        return next(t for t in tracks if t.serves == serves and t.phase == phase_id)


def profile_of(request: PlanRequest, library: Library) -> ClientProfile:
    """Work out conditions, signals and asymmetry of a request."""
    facts = _facts(request)
    rules = library.rules
    age = request.answers.age
    signals = tuple(s for s in rules.signals if any_holds(s.when, facts))
    return ClientProfile(
        request=request,
        library=library,
        facts=facts,
        conditions=conditions_of(request.answers, library),
        signals=signals,
        avoid=frozenset(name for signal in signals for name in signal.avoid),
        asymmetry=find_asymmetry(request.answers, library),
        older=age is not None and age >= rules.limits.older_age,
    )


def _facts(request: PlanRequest) -> Facts:
    known = request.answers.facts()
    values = dict(known.values)
    values |= {f"photo.{sign}": frozenset({"yes"}) for sign in request.signs}
    values["finding.serves"] = frozenset({request.serves})
    values["finding.grade"] = frozenset({request.grade})
    return Facts(values=values, numbers=known.numbers)
