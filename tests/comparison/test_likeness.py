"""Proportions of two visits: the same build, another build, and how rarely one is two."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from support.captures import make_outline
from support.records import NEUTRAL, make_record

from posture.analysis.record import Unlike
from posture.comparison.average import merged
from posture.comparison.likeness import (
    CAUTION,
    PHOTO_SD,
    SESSION_SD,
    built_differently,
    unlike_the_first,
)
from posture.comparison.sentences import say_unlike
from posture.geometry.proportions import proportions
from posture.geometry.stored_outline import Outline


def differ(one: list[Outline], other: list[Outline]) -> bool:
    return built_differently(*([proportions(each) for each in photos] for photos in (one, other)))


JOINTS = {
    "ear": (0.05, 1.3),
    "shoulder": (0.0, 1.0),
    "hip": (0.0, 0.0),
    "knee": (0.0, -0.8),
    "ankle": (0.0, -1.6),
}


def person(*, legs: float = 1.0, height: float = 3.2) -> Outline:
    joints = {
        name: (x, y * legs) if name in ("knee", "ankle") else (x, y)
        for name, (x, y) in JOINTS.items()
    }
    return replace(make_outline(), joints=joints, stature=height)


def test_ratios_are_read_off_the_joints() -> None:
    found = proportions(person())
    assert found["leg"] == pytest.approx(math.log(1.6))
    assert found["shank"] == pytest.approx(0.0)
    assert found["height"] == pytest.approx(math.log(3.2))
    assert found["head"] == pytest.approx(math.log(math.hypot(0.05, 0.3)))


def test_a_person_is_like_themselves_and_unlike_somebody_with_longer_legs() -> None:
    assert not differ([person()], [person()])
    other = person(legs=1.15, height=3.44)
    assert differ([person()] * 3, [other] * 3)
    assert differ([other] * 3, [person()] * 3)


def test_nothing_is_asked_where_too_little_is_seen() -> None:
    bare = replace(person(), joints={"shoulder": (0.0, 1.0)}, stature=2.0)
    assert not differ([bare], [person()])
    assert not differ([], [person()])


def test_one_person_in_a_hundred_is_asked_about_at_most() -> None:
    """With errors as large as they are taken to be; the real ones are smaller by CAUTION."""
    rng = np.random.default_rng(18)
    base = proportions(person())

    def seen() -> list[Outline]:
        session = {name: rng.normal(0.0, CAUTION * SESSION_SD[name]) for name in PHOTO_SD}
        return [
            _with({n: base[n] + session[n] + rng.normal(0.0, CAUTION * PHOTO_SD[n]) for n in base})
            for _ in range(3)
        ]

    asked = sum(differ(seen(), seen()) for _ in range(2000))
    assert 5 <= asked <= 32  # 20 expected, 2.7 SDs either way


def _with(ratios: dict[str, float]) -> Outline:
    """Return an outline that has these ratios."""
    leg, shank = math.exp(ratios["leg"]), math.exp(ratios["shank"])
    thigh = leg / (1 + shank)
    joints = {
        "hip": (0.0, 0.0),
        "knee": (0.0, -thigh),
        "ankle": (0.0, -leg),
        "shoulder": (0.0, 1.0),
        "ear": (0.0, 1.0 + math.exp(ratios["head"])),
    }
    return replace(make_outline(), joints=joints, stature=math.exp(ratios["height"]))


TALL = {"legs": 1.2, "height": 3.6}


def test_photos_of_a_visit_are_held_against_the_first() -> None:
    one, other = proportions(person()), proportions(person(**TALL))
    assert unlike_the_first([one, one, one]) is None
    assert unlike_the_first([one]) is unlike_the_first([]) is None
    assert unlike_the_first([one, other, one, other]) == Unlike(first=1, others=(2, 4))
    # What a photo does not show is no reason to ask.
    assert unlike_the_first([one, {}]) is unlike_the_first([{}, other]) is None


def test_a_mean_names_the_photos_that_may_show_somebody_else() -> None:
    one, other = (
        replace(make_record(**NEUTRAL), build=proportions(each))
        for each in (person(), person(**TALL))
    )
    assert merged([one, one]).unlike is None
    assert merged([one, one, other]).unlike == Unlike(first=1, others=(3,))
    # Nothing is known of the proportions in a result file.
    assert merged([make_record(**NEUTRAL)] * 2).unlike is None


def test_the_question_names_photos_and_what_to_do() -> None:
    assert say_unlike(Unlike(first=1, others=(3,))) == (
        "Photo 3 may show a different person from photo 1, as the proportions of the body differ: "
        "if so, leave it out or begin anew."
    )
    assert say_unlike(Unlike(first=2, others=(3, 4, 6))).startswith(
        "Photos 3, 4 and 6 may show a different person from photo 2"
    )
