"""Words of the verdict: the photo's own figure, each value's own band, no alarm."""

from __future__ import annotations

from dataclasses import replace
from string import Formatter

import pytest
from support.screenings import person, stated

from posture.messages import Message, catalogue
from posture.screening.grade import Screening
from posture.screening.words import (
    ARCH,
    BADGES,
    NOT_SUGGESTED,
    PELVIS,
    UNDETERMINED,
    USUAL,
    badge_text,
    definition_lines,
    in_tenths,
    percent_of,
    verdict_lines,
    verdict_text,
)


def lines(found: Screening, *scores: float) -> tuple[str, ...]:
    return verdict_lines(found, stated(*scores, sd=(0.3, 0.3)), sex="female")


def test_the_figure_is_the_photos_own() -> None:
    for probability, words in ((0.52, "5 in 10"), (0.68, "7 in 10"), (0.97, "9 in 10")):
        found = replace(person(2.0, 2.0), probability=probability, grade="likely")
        assert f"about {words}" in lines(found, 2.0, 2.0)[0]
        assert badge_text(found).endswith(f"about {words}")


def test_tests_change_the_figure() -> None:
    found = replace(person(2.0, 2.0), probability=0.6, probability_with_tests=0.9)
    assert "about 9 in 10" in lines(found, 2.0, 2.0)[0]


@pytest.mark.parametrize(("value", "tenths"), [(0.0, 1), (0.04, 1), (0.26, 3), (0.999, 9)])
def test_nothing_is_certain(value: float, tenths: int) -> None:
    assert in_tenths(value) == tenths


def test_both_in_the_usual_range_says_so() -> None:
    assert lines(person(0.0, 0.0, sd=(0.3, 0.3)), 0.0, 0.0) == (USUAL, NOT_SUGGESTED)


def test_a_deep_arch_alone_is_named_first() -> None:
    found = lines(person(-0.6, 2.2, sd=(0.3, 0.3)), -0.6, 2.2)
    assert found == (ARCH["high"], PELVIS["common"], NOT_SUGGESTED)


def test_an_arch_that_was_not_stated_is_not_called_usual() -> None:
    estimates = replace(
        stated(-1.0, 0.0, sd=(0.3, 0.3)),
        lumbar_lordosis_deg=stated(0.0, None, sd=(0.3, 0.3)).lumbar_lordosis_deg,
    )
    found = verdict_lines(person(-1.0, None, sd=(0.3, 0.3)), estimates, sex="female")
    assert USUAL not in found
    assert ARCH["open"] in found


def test_the_other_pattern_is_named_when_it_is_possible_too() -> None:
    found = person(2.0, 2.0)
    assert found.patterns is not None
    both = replace(
        found,
        patterns=replace(found.patterns, type_b=replace(found.patterns.type_b, probability=0.31)),
    )
    assert any(
        "type B pattern is possible as well (about 3 in 10)" in line
        for line in lines(both, 2.0, 2.0)
    )
    assert not any("as well" in line for line in lines(found, 2.0, 2.0))


def test_a_photo_that_does_not_tell_says_only_that() -> None:
    found = person(None, 0.0)
    assert verdict_lines(found, stated(None, 0.0, sd=(0.3, 0.3)), sex=None) == (UNDETERMINED,)


@pytest.mark.parametrize("grade", list(BADGES))
def test_the_definition_stands_with_every_grade(grade: str) -> None:
    found = replace(person(2.0, 2.0), grade=grade)
    assert "15 % of adults" in definition_lines(found)[0]
    unnamed = definition_lines(replace(found, pattern=None))
    assert [part in line for part, line in zip(("15 %", "10 %"), unnamed, strict=True)] == [
        True
    ] * 2


SHOWN = (
    person(2.0, 2.0),
    person(1.0, 0.8, sd=(0.6, 0.6)),
    person(0.3, -1.0, 2.5, sd=(0.3, 0.3)),
    person(0.0, 0.0),
    person(-2.0, -2.0),
    person(None, 0.0),
)


@pytest.mark.parametrize("found", SHOWN, ids=lambda each: each.grade)
def test_every_sentence_is_german_too_and_none_is_a_diagnosis(found: Screening) -> None:
    german = catalogue("de")
    for line in (*lines(found, 0.0, 0.0), *definition_lines(found)):
        assert german.translated(line) != line, line
        assert not {"pain", "damage", "diagnosis", "severe", "abnormal"} & set(line.lower().split())
        if isinstance(line, Message):
            gaps = {name for _, name, _, _ in Formatter().parse(line.msgid) if name}
            assert gaps == set(line.values)


def test_one_text_joins_the_sentences() -> None:
    found = person(0.0, 0.0, sd=(0.3, 0.3))
    joined = verdict_text(found, stated(0.0, 0.0, sd=(0.3, 0.3)), sex="female")
    assert joined == f"{USUAL} {NOT_SUGGESTED}"


@pytest.mark.parametrize(
    ("probability", "percent"),
    [(0.0, "<1"), (0.004, "<1"), (0.006, "1"), (0.5, "50"), (0.994, "99"), (0.996, ">99")],
)
def test_nothing_is_called_certain(probability: float, percent: str) -> None:
    assert percent_of(probability) == percent
