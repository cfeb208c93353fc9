"""Answers and tests beside a photo, and the grade that follows from all of them.

Each domain of tests (hip-flexor length, abdominals, glutes, ...) multiplies the odds of the photo
once, as found or as clear; all questions together count as one more. Every ratio is a convention
of this project, kept within what the literature allows: ``docs/screening.md`` says where each comes
from. The photo's own probability stays beside the one with tests.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final

from posture.codec import Rounded
from posture.messages import message
from posture.program import (
    Answers,
    SupportingSign,
    entered_tests,
    load_library,
    suitable_tests,
    supporting_signs,
)
from posture.program.answers import Answer, AnswerField, answer_fields
from posture.screening.grade import (
    LIKELY,
    PATTERNS,
    Evidence,
    Screening,
    flagged,
    grade_of,
    leading_of,
)
from posture.screening.posterior import with_odds
from posture.types import Pattern

DOMAINS: Final[Mapping[str, str]] = {
    "modified_thomas": "hip_flexor_length",
    "curl_up": "abdominals",
    "plank": "abdominals",
    "glute_bridge": "glutes",
    "single_leg_bridge": "glutes",
    "side_lying_abduction": "abductors",
    "prone_hip_extension": "extension_order",
    "active_leg_raise": "hamstring_length",
    "knee_lift_hold": "hip_flexor_strength",
}
"""Test to the muscles that it is about; tests of the same muscles count as one."""

LEADING_DOMAIN: Final[Mapping[Pattern, str]] = {
    "type_a": "hip_flexor_length",
    "type_b": "hamstring_length",
}
"""The domain that has to be found before photo and tests are said to agree."""

ANSWERS_RANGE: Final = (0.6, 1.6)
"""Bounds on the ratio of all questions together: they ask about one and the same discomfort in
several ways, and a hands-on test must outweigh them."""

CONFIRMED: Final = 0.75
"""Least probability with tests at which photo and tests are said to agree."""

MUSCLE_DOMAINS: Final = 3
MUSCLE_RATIO: Final = 6.0
"""Domains found and their combined ratio from which the muscles show the pattern whatever the
posture: only hip-flexor length, abdominals and a test of the seat reach it together."""


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
        Combined ratio of answers and tests by pattern; above 1 speaks for it.
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
        Without answers its ``screening`` has the grade of the photo. A photo that tells nothing
        stays undetermined, and a grade of an earlier rule stays what it was.
    """
    counted = with_back_flat(answers)
    signs = supporting_signs(counted)
    weights = {pattern: pattern_weight(signs, pattern) for pattern in PATTERNS}
    photo = _of_photo(screening)
    return Weighed(
        photo=photo,
        screening=replace(
            _with_tests(photo, signs, weights) if signs else photo,
            evidence=(*photo.evidence, *_answered(signs), *_untested(counted)),
        ),
        weights=weights,
    )


def pattern_weight(signs: Iterable[SupportingSign], pattern: Pattern) -> float:
    """Return the combined ratio of answers and tests for or against a pattern.

    Parameters
    ----------
    signs : iterable of SupportingSign
    pattern : {"type_a", "type_b"}

    Returns
    -------
    float
        1 when nothing counts.
    """
    signs = tuple(signs)
    asked = math.prod(
        sign.likelihood_ratio for sign in signs if sign.pattern == pattern and sign.origin != "test"
    )
    low, high = ANSWERS_RANGE
    return min(max(asked, low), high) * math.prod(domain_ratios(signs, pattern).values())


def domain_ratios(signs: Iterable[SupportingSign], pattern: Pattern) -> dict[str, float]:
    """Return the ratio of each domain that was tested and bears on a pattern.

    Anything found counts with its strongest reading; a domain is clear only when nothing is found.
    """
    readings: dict[str, list[float]] = {}
    for sign in signs:
        if sign.pattern == pattern and sign.origin == "test":
            domain = DOMAINS[sign.path.split(".")[1]]
            readings.setdefault(domain, []).append(sign.likelihood_ratio)
    return {
        domain: max(ratios) if max(ratios) > 1.0 else min(ratios)
        for domain, ratios in readings.items()
    }


def with_back_flat(answers: Answers) -> Answers:
    """Return the answers without Thomas tests during which the low back lifted.

    With a moving pelvis the test tells next to nothing (sensitivity 32, specificity 57 %, PeerJ
    2016). It then counts as not done.
    """
    lifted = {
        _side(entry)
        for entry in answers.entries
        if entry.path.endswith(".back_stayed_flat") and entry.value == "no"
    }
    return Answers(
        entries=tuple(
            entry
            for entry in answers.entries
            if not entry.path.startswith("tests.modified_thomas.") or _side(entry) not in lifted
        )
    )


def _side(entry: Answer) -> str:
    return entry.path.split(".")[2]


def _of_photo(screening: Screening) -> Screening:
    """Return a screening as the photo alone has it, whether it was weighed before or not."""
    evidence = tuple(item for item in screening.evidence if item.origin == "photo")
    bare = replace(
        screening,
        evidence=evidence,
        probability_with_tests=None,
        confirmed=False,
        muscle_pattern=False,
    )
    leading = leading_of(screening.probabilities)
    if screening.earlier_rule or screening.grade == "undetermined" or leading is None:
        return bare
    return _graded(bare, leading, screening.probabilities[leading])


def _graded(screening: Screening, leading: Pattern, probability: float) -> Screening:
    grade = grade_of(probability)
    return replace(
        screening,
        grade=grade,
        pattern=leading if flagged(grade) else None,
        probability=screening.probabilities[leading],
    )


def _with_tests(
    photo: Screening, signs: tuple[SupportingSign, ...], weights: Mapping[Pattern, float]
) -> Screening:
    """Grade by the photo's odds times the ratios of answers and tests."""
    muscles = _muscle_pattern(photo, signs)
    if photo.earlier_rule or photo.grade == "undetermined":
        return replace(photo, muscle_pattern=muscles)
    both = {p: with_odds(value, weights[p]) for p, value in photo.probabilities.items()}
    leading = leading_of(both)
    if leading is None:
        return photo
    return replace(
        _graded(photo, leading, both[leading]),
        probability_with_tests=both[leading],
        confirmed=_confirmed(photo, leading, both[leading], signs),
        muscle_pattern=muscles,
    )


def _confirmed(
    photo: Screening, leading: Pattern, together: float, signs: tuple[SupportingSign, ...]
) -> bool:
    found = {name for name, ratio in domain_ratios(signs, leading).items() if ratio > 1.0}
    return (
        photo.probabilities[leading] >= LIKELY
        and together >= CONFIRMED
        and LEADING_DOMAIN[leading] in found
        and len(found) > 1
    )


def _muscle_pattern(photo: Screening, signs: tuple[SupportingSign, ...]) -> bool:
    ratios = domain_ratios(signs, "type_a")
    found = sum(ratio > 1.0 for ratio in ratios.values())
    return (
        found >= MUSCLE_DOMAINS
        and math.prod(ratios.values()) >= MUSCLE_RATIO
        and photo.probabilities.get("type_a", 0.0) < LIKELY
    )


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
    said = {"ask": message(field.question.ask), "answer": message(answer)}
    if parts[0] != "tests":
        return message("{ask} {answer}.", **said)
    test = message(load_library().tests[parts[1]].name)
    return message("{test}: {ask} {answer}.", test=test, **said)


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
                    text=message("{test} (not done)", test=message(test.name)),
                    origin="test",
                )


def open_tests(answers: Answers) -> tuple[str, ...]:
    """Return the ids of the tests that could still add evidence, one for each domain.

    The first test of the library stands for its domain; a domain with a reading is closed. Tests
    that a condition of the client rules out are left out.
    """
    entered = entered_tests(with_back_flat(answers))
    done = {DOMAINS[name] for name in entered if name in DOMAINS}
    first: dict[str, str] = {}
    for name in suitable_tests(answers):
        if name in DOMAINS and DOMAINS[name] not in done:
            first.setdefault(DOMAINS[name], name)
    return tuple(first.values())
