"""Graded screening for lower crossed syndrome, from several signs and their probabilities.

Tilt alone never flags: 75-85 % of healthy adults stand with an anterior tilt (Herrington
2011). A pattern needs several signs at once, and each sign counts with the probability that
it is really there, given its interval. A photo alone never says more than "possible".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from posture.codec import Rounded, Table, encode_record
from posture.estimator.model import Estimates
from posture.quantity import Quantity
from posture.screening.signs import Sign, type_a_signs, type_b_signs
from posture.types import Pattern, Sex

Grade = Literal["not_suggested", "possible", "likely", "undetermined"]
Origin = Literal["photo", "answer", "test"]

PATTERNS: Final[tuple[Pattern, ...]] = ("type_a", "type_b")

PRESENT: Final = 0.5
"""Probability from which a sign is listed as evidence for a pattern."""

POSSIBLE: Final = 0.5
NOT_SUGGESTED: Final = 0.10
"""Probability that all core signs of a pattern are there, from which the photo alone suggests
it, and below which it does not. Between the two the photo cannot tell."""


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
class Screening:
    """The graded hypothesis with its evidence.

    Parameters
    ----------
    grade : {"not_suggested", "possible", "likely", "undetermined"}
    pattern : {"type_a", "type_b"} or None
        Present when the grade is possible or likely.
    probability : float or None
        Probability that all core signs of the leading pattern are present.
    evidence : tuple of Evidence
        For, against and not seen.
    missing : tuple of str
        Signs that would have to be seen for a verdict.
    """

    grade: Grade
    pattern: Pattern | None
    probability: Annotated[float | None, Rounded(3)]
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...]

    def to_dict(self) -> Table:
        """Return the JSON form."""
        return encode_record(self)

    @property
    def signs(self) -> frozenset[str]:
        """Signs of the photo listed as evidence for a pattern."""
        return frozenset(
            item.sign
            for item in self.evidence
            if item.origin == "photo" and item.direction == "for"
        )


def screen(
    estimates: Estimates, measures: Mapping[str, Quantity], *, sex: Sex | None = None
) -> Screening:
    """Grade the two patterns of lower crossed syndrome.

    Parameters
    ----------
    estimates : Estimates
    measures : mapping of str to Quantity
    sex : {"female", "male"}, optional
        Chooses the lordosis norm.

    Returns
    -------
    Screening
    """
    signs = [*type_a_signs(estimates, measures, sex), *type_b_signs(estimates, measures, sex)]
    evidence = tuple(_evidence(sign) for sign in signs)
    scores = {pattern: core_probability(evidence, pattern) for pattern in PATTERNS}
    known = {pattern: score for pattern, score in scores.items() if score is not None}
    missing = missing_signs(evidence)
    leading = max(known, key=lambda pattern: known[pattern], default=None)
    probability = None if leading is None else known[leading]
    grade = _grade(probability, missing)
    return Screening(
        grade=grade,
        pattern=leading if grade == "possible" else None,
        probability=probability,
        evidence=evidence,
        missing=missing,
    )


def core_probability(evidence: Iterable[Evidence], pattern: Pattern) -> float | None:
    """Multiply the probabilities of a pattern's core signs; ``None`` when one was not seen.

    Errors of different signs are taken as independent, which is cautious: shared errors would
    raise the probability of the pair.
    """
    core = _core(evidence, pattern)
    known = [item.probability for item in core if item.probability is not None]
    return math.prod(known) if core and len(known) == len(core) else None


def missing_signs(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Return the unseen core signs that could still change the verdict.

    A pattern that its other core signs rule out stays ruled out whatever the unseen one says.
    """
    evidence = tuple(evidence)
    missing = []
    for pattern in PATTERNS:
        core = _core(evidence, pattern)
        bound = math.prod(item.probability for item in core if item.probability is not None)
        if bound >= NOT_SUGGESTED:
            missing += [item.sign for item in core if item.probability is None]
    return tuple(missing)


def _core(evidence: Iterable[Evidence], pattern: Pattern) -> list[Evidence]:
    return [item for item in evidence if item.pattern == pattern and item.role == "core"]


def _grade(probability: float | None, missing: tuple[str, ...]) -> Grade:
    if probability is not None and probability >= POSSIBLE:
        return "possible"
    if (probability is None or probability < NOT_SUGGESTED) and not missing:
        return "not_suggested"
    return "undetermined"


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
