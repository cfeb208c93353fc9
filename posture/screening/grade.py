"""Graded screening for lower crossed syndrome: how likely one photo shows either posture.

Tilt alone never flags: 75-85 % of healthy adults stand with an anterior tilt (Herrington 2011).
Type A needs position and arch, type B sway and arch, by a definition that is stated with every
grade (:mod:`posture.screening.definition`). The probability is that of this photo: of photos with
0.6, six in ten truly show the posture.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from posture.codec import Rounded, Table, encode_record
from posture.estimator.model import Estimates
from posture.quantity import Quantity
from posture.screening.build import chances_of
from posture.screening.definition import SHARE_A, SHARE_B, Definition, definition
from posture.screening.pattern_odds import Odds, Scores, odds_of, scores_by_sex
from posture.screening.signs import Seen, Sign, signs_of
from posture.types import Pattern, Sex

Grade = Literal["not_suggested", "possible", "likely", "undetermined"]
Origin = Literal["photo", "answer", "test"]

PATTERNS: Final[tuple[Pattern, ...]] = ("type_a", "type_b")

PRESENT: Final = 0.5
"""Probability from which a sign is listed as evidence for a pattern."""

LIKELY: Final = 0.50
POSSIBLE: Final = 0.20
"""Probabilities of a posture from which it is called likely, and possible: better than even, and
clearly more than the share of adults who have it. A studio that would rather miss less or flag
less reads the probability itself (docs/screening.md)."""

STILL_OPEN: Final = 0.10
"""Probability that the seen core signs of a pattern are all there, from which an unseen one could
still change the verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One sign, looked for in a photo, or one answer or test reading.

    Parameters
    ----------
    sign : str
        Machine-readable name of a sign; path of an answer; name of a test.
    pattern : {"type_a", "type_b"}
        The pattern that the sign belongs to.
    role : {"core", "support"}
        Whether the pattern cannot be without it.
    direction : {"for", "against", "not_seen"}
    probability : float or None
        Probability that the sign is really present; ``None`` when it could not be seen.
    text : str
        One line for people.
    origin : {"photo", "answer", "test"}
        Where it comes from.
    weight : float or None
        How many times better an answer or reading fits the pattern than its absence (a
        convention, see ``docs/screening.md``); ``None`` for signs of the photo.
    """

    sign: str
    pattern: Pattern
    role: Literal["core", "support"]
    direction: Literal["for", "against", "not_seen"]
    probability: Annotated[float | None, Rounded(3)]
    text: str
    origin: Origin = "photo"
    weight: float | None = None

    def to_dict(self) -> Table:
        """Return the JSON form."""
        return encode_record(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeA:
    """Type A in one photo: pelvis tipped forward, low back arched.

    Parameters
    ----------
    probability : float or None
        Of this photo alone; ``None`` when the position was not seen.
    z_position, z_arch : float or None
        Standard scores among adults of the same sex; ``None`` when sex or value are not known.
    share_of_adults : float
        Who have it by definition.
    definition : str
    """

    probability: Annotated[float | None, Rounded(3)]
    z_position: Annotated[float | None, Rounded(2)]
    z_arch: Annotated[float | None, Rounded(2)]
    share_of_adults: float
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeB:
    """Type B in one photo: hips carried in front, arch not deep.

    Parameters
    ----------
    probability : float or None
        Of this photo alone; ``None`` when position or sway were not seen.
    z_sway, z_arch : float or None
        Standard scores among adults of the same sex; ``None`` when sex or value are not known.
    share_of_adults : float
        Who have it by definition.
    definition : str
    """

    probability: Annotated[float | None, Rounded(3)]
    z_sway: Annotated[float | None, Rounded(2)]
    z_arch: Annotated[float | None, Rounded(2)]
    share_of_adults: float
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """Both postures in one photo."""

    type_a: TypeA
    type_b: TypeB

    @property
    def probabilities(self) -> dict[Pattern, float]:
        """The probabilities that are known, by pattern."""
        both: dict[Pattern, float | None] = {
            "type_a": self.type_a.probability,
            "type_b": self.type_b.probability,
        }
        return {pattern: value for pattern, value in both.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """The graded hypothesis with its evidence.

    Parameters
    ----------
    grade : {"not_suggested", "possible", "likely", "undetermined"}
    pattern : {"type_a", "type_b"} or None
        The likelier one, when the grade is possible or likely.
    probability : float or None
        Of the likelier pattern, by the photo alone.
    probability_with_tests : float or None
        The same with answers and tests; ``None`` without any.
    confirmed : bool
        Whether photo and tests agree, see :mod:`posture.case.weigh`.
    muscle_pattern : bool
        Whether hips test tight, trunk and seat weak, though the posture is not likely.
    patterns : Patterns or None
        Both postures apart; ``None`` in results that an earlier rule graded.
    evidence : tuple of Evidence
        For, against and not seen.
    missing : tuple of str
        Signs that would have to be seen for a verdict.
    """

    grade: Grade
    pattern: Pattern | None
    probability: Annotated[float | None, Rounded(3)]
    probability_with_tests: Annotated[float | None, Rounded(3)] = None
    confirmed: bool = False
    muscle_pattern: bool = False
    patterns: Patterns | None = None
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...]

    def to_dict(self) -> Table:
        """Return the JSON form."""
        return encode_record(self)

    @property
    def earlier_rule(self) -> bool:
        """Whether the grade is that of an earlier version's rule, and stays as it is."""
        return self.patterns is None

    @property
    def probabilities(self) -> dict[Pattern, float]:
        """The probabilities of the photo alone that are known, by pattern."""
        return {} if self.patterns is None else self.patterns.probabilities

    @property
    def stated(self) -> float | None:
        """The probability that the grade follows: with tests where there are any."""
        with_tests = self.probability_with_tests
        return self.probability if with_tests is None else with_tests

    @property
    def signs(self) -> frozenset[str]:
        """Signs of the photo listed as evidence for a pattern."""
        return frozenset(
            item.sign
            for item in self.evidence
            if item.origin == "photo" and item.direction == "for"
        )


def screen(
    estimates: Estimates,
    measures: Mapping[str, Quantity],
    *,
    sex: Sex | None = None,
    male: float | None = None,
) -> Screening:
    """Grade the two patterns of lower crossed syndrome.

    Parameters
    ----------
    estimates : Estimates
    measures : mapping of str to Quantity
    sex : {"female", "male"}, optional
        As told; chooses the adults to compare with.
    male : float, optional
        Chance of a male body by its build, used only when the sex was not told; without it, both
        are taken as equally likely. See :mod:`posture.screening.build`.

    Returns
    -------
    Screening
    """
    model, chances = definition(), chances_of(sex, male)
    among = scores_by_sex(estimates, model, chances=chances)
    odds = odds_of(among, model, chances=chances)
    seen = Seen(among=among, chances=chances, arch_stated=estimates.lumbar_lordosis_deg.present)
    evidence = tuple(_evidence(sign) for sign in signs_of(seen, measures, model))
    patterns = _patterns(odds, None if sex is None else among.get(sex), seen, model)
    leading = leading_of(patterns.probabilities)
    probability = None if leading is None else patterns.probabilities[leading]
    grade = grade_of(probability if odds.informed else None)
    return Screening(
        grade=grade,
        pattern=leading if flagged(grade) else None,
        probability=probability,
        patterns=patterns,
        evidence=evidence,
        missing=missing_signs(evidence),
    )


def leading_of(probabilities: Mapping[Pattern, float]) -> Pattern | None:
    """Return the likelier pattern; type A when both are equally likely."""
    known = [pattern for pattern in PATTERNS if pattern in probabilities]
    return max(known, key=lambda pattern: probabilities[pattern], default=None)


def grade_of(probability: float | None) -> Grade:
    """Return the grade of a probability; ``None`` stands for a photo that does not tell."""
    if probability is None:
        return "undetermined"
    if probability >= LIKELY:
        return "likely"
    return "possible" if probability >= POSSIBLE else "not_suggested"


def flagged(grade: Grade) -> bool:
    """Whether a grade points to a pattern."""
    return grade in ("possible", "likely")


def missing_signs(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Return the unseen core signs that could still change the verdict.

    A pattern that its other core signs rule out stays ruled out whatever the unseen one says.
    """
    evidence = tuple(evidence)
    missing = []
    for pattern in PATTERNS:
        core = [item for item in evidence if item.pattern == pattern and item.role == "core"]
        bound = math.prod(item.probability for item in core if item.probability is not None)
        if bound >= STILL_OPEN:
            missing += [item.sign for item in core if item.probability is None]
    return tuple(dict.fromkeys(missing))


def _patterns(odds: Odds, told: Scores | None, seen: Seen, model: Definition) -> Patterns:
    z_position = z_arch = z_sway = None
    if told is not None:
        z_position = told.joint.x[0]
        z_arch = told.joint.y[0] if seen.arch_stated else None
        z_sway = None if told.sway is None else told.sway.level
    return Patterns(
        type_a=TypeA(
            probability=odds.type_a,
            z_position=z_position,
            z_arch=z_arch,
            share_of_adults=SHARE_A,
            definition=model.words["type_a"],
        ),
        type_b=TypeB(
            probability=odds.type_b,
            z_sway=z_sway,
            z_arch=z_arch,
            share_of_adults=SHARE_B,
            definition=model.words["type_b"],
        ),
    )


def _evidence(sign: Sign) -> Evidence:
    direction: Literal["for", "against", "not_seen"] = "not_seen"
    if sign.probability is not None:
        direction = "for" if sign.probability >= PRESENT else "against"
    return Evidence(
        sign=sign.name,
        pattern=sign.pattern,
        role=sign.role,
        direction=direction,
        probability=sign.probability,
        text=sign.text,
    )
