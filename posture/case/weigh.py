"""Weight of answers and tests beside a photo, and the grade that follows.

The photo leads. Answers and the trainer's tests move its grade up by one step at most, and down
by two: what a photo does not show cannot become likely through a questionnaire. Every weight and
limit here is a convention of this project, not a measured value; ``docs/screening.md`` states the
rule in words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from posture.codec import Rounded
from posture.program import (
    Answers,
    SupportingSign,
    entered_tests,
    load_library,
    suitable_tests,
    supporting_signs,
)
from posture.program.answers import AnswerField, answer_fields
from posture.screening.grade import (
    NOT_SUGGESTED,
    PATTERNS,
    POSSIBLE,
    Evidence,
    Grade,
    Screening,
    core_probability,
    missing_signs,
)
from posture.types import Pattern

STEPS: Final[tuple[Grade, ...]] = ("not_suggested", "undetermined", "possible", "likely")
"""The grades in ascending order."""

WEIGHT_UP: Final = 3.0
"""Combined weight that moves a grade up by one step, if at least one test speaks for the pattern.
No single test of the library reaches it: two answers or tests have to agree."""

WEIGHT_DOWN: Final = 0.5
WEIGHT_FAR_DOWN: Final = 0.25
"""Combined weights that move a grade down by one step, and by two. The modified Thomas test with a
flat thigh on both sides reaches the first; the second takes several tests."""

ANSWERS_RANGE: Final = (0.5, 2.0)
"""Bounds on the weight of all questions together: they ask about one and the same discomfort in
several ways, and a hands-on test must outweigh them."""

TRUNK_TESTS: Final = frozenset({"curl_up", "plank"})
"""Tests of the same muscles; they count as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A screening in the light of answers and tests.

    Parameters
    ----------
    photo : Screening
        Screening by the photo alone.
    screening : Screening
        Screening by photo, answers and tests together, with all their evidence.
    weights : mapping of str to float
        Combined weight of answers and tests by pattern; above 1 speaks for it.
    """

    photo: Screening
    screening: Screening
    weights: Annotated[Mapping[Pattern, float], Rounded(3)]

    @property
    def moved(self) -> bool:
        """Whether answers and tests changed the grade."""
        return self.photo.grade != self.screening.grade


def weigh(screening: Screening, answers: Answers) -> Weighed:
    """Combine the screening of a photo with answers and test readings.

    Parameters
    ----------
    screening : Screening
        Screening of a photo; evidence from elsewhere is dropped and weighed anew.
    answers : Answers
        Questionnaire and trainer's tests; may be empty.

    Returns
    -------
    Weighed
        Without answers its ``screening`` has the grade of the photo.
    """
    of_photo = tuple(item for item in screening.evidence if item.origin == "photo")
    signs = supporting_signs(answers)
    weights = {pattern: pattern_weight(signs, pattern) for pattern in PATTERNS}
    of_answers = (*_answered(signs), *_untested(answers))
    return Weighed(
        photo=_graded(of_photo, dict.fromkeys(PATTERNS, 1.0)),
        screening=_graded(of_photo, weights, of_answers),
        weights=weights,
    )


def pattern_weight(signs: Iterable[SupportingSign], pattern: Pattern) -> float:
    """Return the combined weight of answers and tests for or against a pattern.

    Each test counts once, with its strongest reading for and its strongest against; the
    questions together stay within :data:`ANSWERS_RANGE`.

    Parameters
    ----------
    signs : iterable of SupportingSign
    pattern : {"type_a", "type_b"}

    Returns
    -------
    float
        1 when nothing counts.
    """
    tests: dict[str, list[float]] = {}
    asked = 1.0
    for sign in signs:
        if sign.pattern != pattern:
            continue
        if sign.origin == "test":
            tests.setdefault(_test_group(sign.path), []).append(sign.likelihood_ratio)
        else:
            asked *= sign.likelihood_ratio
    low, high = ANSWERS_RANGE
    strongest = (max(1.0, *ratios) * min(1.0, *ratios) for ratios in tests.values())
    return min(max(asked, low), high) * math.prod(strongest)


def _graded(
    of_photo: tuple[Evidence, ...],
    weights: Mapping[Pattern, float],
    of_answers: tuple[Evidence, ...] = (),
) -> Screening:
    """Grade by the evidence of the photo and the weights of answers and tests."""
    missing = missing_signs(of_photo)
    scores = {pattern: core_probability(of_photo, pattern) for pattern in PATTERNS}
    known = {pattern: score for pattern, score in scores.items() if score is not None}
    steps = {
        pattern: _moved(score, weights[pattern], tested=_tested(of_answers, pattern))
        for pattern, score in known.items()
    }
    leading = max(steps, key=lambda name: (steps[name], known[name]), default=None)
    grade = STEPS[steps[leading]] if leading else "not_suggested"
    if grade == "not_suggested" and missing:
        grade = "undetermined"
    return Screening(
        grade=grade,
        pattern=leading if grade in ("possible", "likely") else None,
        probability=known[leading] if leading else None,
        evidence=of_photo + of_answers,
        missing=missing,
    )


def _step(probability: float) -> int:
    """Return the step that the photo alone reaches."""
    if probability >= POSSIBLE:
        return STEPS.index("possible")
    return STEPS.index("undetermined" if probability >= NOT_SUGGESTED else "not_suggested")


def _moved(probability: float, weight: float, *, tested: bool) -> int:
    """Move the photo's step by the combined weight of answers and tests."""
    step = _step(probability)
    if weight >= WEIGHT_UP and tested:
        even = probability * weight / (1.0 - probability + probability * weight) >= POSSIBLE
        # An undetermined photo becomes "possible" only if it is better than even with the weight.
        return step + 1 if even or STEPS[step] != "undetermined" else step
    if weight <= WEIGHT_DOWN:
        return max(step - (2 if weight <= WEIGHT_FAR_DOWN else 1), 0)
    return step


def _tested(evidence: Iterable[Evidence], pattern: Pattern) -> bool:
    """Whether at least one test speaks for the pattern."""
    return any(
        item.origin == "test" and item.pattern == pattern and item.direction == "for"
        for item in evidence
    )


def _test_group(path: str) -> str:
    name = path.split(".")[1]
    return "trunk" if name in TRUNK_TESTS else name


def _answered(signs: Iterable[SupportingSign]) -> Iterable[Evidence]:
    fields = answer_fields()
    for sign in signs:
        yield Evidence(
            sign=sign.path,
            pattern=sign.pattern,
            role="support",
            direction=sign.direction,
            probability=None,
            text=_spoken(fields[sign.path], sign.value),
            origin=sign.origin,
            weight=sign.likelihood_ratio,
        )


def _spoken(field: AnswerField, value: str) -> str:
    """Return a question with its answer, in words."""
    labels = {option.id: option.label for option in field.question.options}
    answer = labels.get(value, value.capitalize())
    parts = field.path.split(".")
    lead = f"{load_library().tests[parts[1]].name}: " if parts[0] == "tests" else ""
    return f"{lead}{field.question.ask} {answer}."


def _untested(answers: Answers) -> Iterable[Evidence]:
    """Yield the tests not done yet, once for each pattern on which they bear."""
    for name in open_tests(answers):
        test = load_library().tests[name]
        served = {support.pattern for field in test.fields for support in field.supports}
        for pattern in PATTERNS:
            if pattern in served:
                yield Evidence(
                    sign=name,
                    pattern=pattern,
                    role="support",
                    direction="not_seen",
                    probability=None,
                    text=f"{test.name} (not done)",
                    origin="test",
                )


def open_tests(answers: Answers) -> tuple[str, ...]:
    """Return the ids of the tests that could still add evidence.

    A test without a reading is open, unless another one of the same muscles was done or a
    condition of the client rules it out.
    """
    done = entered_tests(answers)
    groups = TRUNK_TESTS if done & TRUNK_TESTS else done
    return tuple(
        name
        for name in suitable_tests(answers)
        if name not in done | groups
        and any(field.supports for field in load_library().tests[name].fields)
    )
