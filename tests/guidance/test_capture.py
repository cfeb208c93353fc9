"""Photos of both sides: guided, counted down, taken, asked to turn round, taken again."""

from __future__ import annotations

import numpy as np
import pytest
from guidance.test_live import sample

from posture.analysis.analyzer import Analyzer
from posture.guidance.capture import Frame, take
from posture.guidance.coach import Coach, Step
from posture.inputs.hints import Hints

TICK_S = 0.8


class Person:
    """Somebody in front of a camera, who turns round when asked to, and the clock."""

    def __init__(self) -> None:
        self._frame = sample(3)
        self.now = 0.0
        self.told: list[str] = []

    def read(self) -> Frame:
        self.now += TICK_S
        return self._frame

    def tell(self, step: Step) -> None:
        self.told.append(step.instruction.code if step.phase == "guide" else step.phase)
        if self.told[-2:] == ["other_side"] * 2:
            self._frame = np.ascontiguousarray(self._frame[:, ::-1])

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def person() -> Person:
    return Person()


def test_one_side_then_the_other(person: Person, analyzer: Analyzer) -> None:
    coach, hints = Coach(), Hints(sex="female")
    sides = []
    for _ in range(2):
        burst, picture = take(
            person,
            analyzer,
            coach=coach,
            tell=person.tell,
            say=pytest.fail,
            hints=hints,
            clock=lambda: person.now,
            wait=person.wait,
        )
        assert picture.shape == sample(3).shape
        assert burst.analysis.provenance.sex == "female"
        sides.append(burst.analysis.view.facing)
        coach.go_on("other_side")
    assert set(sides) == {"left", "right"}
    first, second = (number for number, word in enumerate(person.told) if word == "take")
    between = person.told[first + 1 : second]
    assert between[:2] == ["other_side"] * 2
    assert between[2:] == ["steady"] * len(between[2:])
