"""The coach: steady instructions, a countdown that waits for stillness, and the moment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from posture.guidance.coach import AGREE, LET_GO, OFF, STEADY_S, STILL, Coach, Further, Step
from posture.guidance.instructions import READY, Code, required
from posture.guidance.live import Look
from posture.types import Facing

TRUNK = 150.0
STOOD = np.array([[300.0, 200.0], [300.0, 350.0]])


def look(code: Code = "ready", *, moved: float = 0.0) -> Look:
    return Look(
        instruction=READY if code == "ready" else required(code),
        outline=np.empty((0, 2)),
        roll_deg=0.0,
        place=None if code == "nobody" else STOOD + moved * TRUNK,
        trunk_px=TRUNK,
        facing=None,
    )


def seen(*looks: Look, coach: Coach | None = None, every: float = 0.25) -> list[Step]:
    coach = coach or Coach()
    return [coach.see(each, at=number * every) for number, each in enumerate(looks)]


@pytest.mark.parametrize("every", [0.05, 0.25, 0.7])
def test_pictures_are_taken_after_a_second_and_a_half_of_standing_right(every: float) -> None:
    steps = seen(*[look()] * 40, every=every)
    taken = next(number for number, step in enumerate(steps) if step.phase == "take")
    assert (taken - 1) * every < STEADY_S <= taken * every + 1e-9
    assert [step.steady for step in steps[: taken + 1]] == sorted(
        step.steady for step in steps[: taken + 1]
    )
    assert steps[taken].steady == 1.0


def test_who_moves_starts_the_countdown_again() -> None:
    still, moving = look(), look(moved=1.5 * STILL)
    steps = seen(*[still] * 5, *[moving] * 6)
    assert all(step.phase == "steady" for step in steps)
    assert steps[4].steady > steps[5].steady == 0.0


def test_sway_does_not_stop_the_countdown() -> None:
    steps = seen(*[look(moved=STILL / 3 * (-1) ** number) for number in range(8)])
    assert steps[-1].phase == "take"


def test_somebody_who_drifts_slowly_is_moving() -> None:
    """Each step is small, but nobody may walk through the countdown."""
    steps = seen(*[look(moved=0.4 * STILL * number) for number in range(12)])
    assert all(step.phase == "steady" for step in steps)


def test_one_misread_frame_changes_nothing() -> None:
    steps = seen(*[look()] * 3, look("arms"), *[look()] * 4)
    assert [step.phase for step in steps] == ["steady"] * 6 + ["take"] * 2
    steps = seen(*[look("arms")] * 3, look("middle"), look("arms"))
    assert {step.instruction.code for step in steps} == {"arms"}


def test_a_lasting_flaw_ends_the_countdown_and_is_named() -> None:
    steps = seen(*[look()] * 4, *[look("arms")] * LET_GO, *[look("middle")] * AGREE)
    assert [step.phase for step in steps[-3:]] == ["guide"] * 3
    assert steps[-3].instruction.code == "arms"
    assert steps[-1].instruction.code == "middle"
    assert steps[-1].steady == 0.0


def test_the_first_look_is_shown_at_once() -> None:
    assert seen(look("nobody"))[0].instruction.code == "nobody"


def standing(*, facing: Facing | None = "left", moved: float = 0.0) -> Look:
    return replace(look(moved=moved), facing=facing)


def after_a_burst(further: Further) -> Coach:
    coach = Coach()
    assert seen(*[standing()] * 8, coach=coach)[-1].phase == "take"
    coach.go_on(further)
    return coach


def test_the_second_burst_waits_until_the_spot_was_left() -> None:
    coach = after_a_burst("again")
    stayed = seen(*[standing(moved=0.8 * OFF)] * 10, coach=coach)
    assert {(step.phase, step.instruction.code) for step in stayed} == {("guide", "step_off")}
    away = seen(*[standing(moved=1.2 * OFF)] * AGREE, coach=coach)
    assert [step.phase for step in away] == ["guide"] * (AGREE - 1) + ["steady"]
    assert seen(*[standing()] * 8, coach=coach)[-1].phase == "take"


def test_one_frame_without_anybody_is_not_stepping_off() -> None:
    coach = after_a_burst("again")
    steps = seen(look("nobody"), *[standing()] * 10, coach=coach)
    assert {step.instruction.code for step in steps} == {"step_off"}
    assert seen(*[look("nobody")] * AGREE, *[standing()] * 8, coach=coach)[-1].phase == "take"


def test_the_other_side_is_asked_for_until_it_is_seen() -> None:
    coach = after_a_burst("other_side")
    same = seen(*[standing()] * 10, coach=coach)
    assert {(step.phase, step.instruction.code) for step in same} == {("guide", "other_side")}
    # A burst that could not be used is taken again of this side, not of the first.
    assert seen(*[standing(facing="right")] * 8, coach=coach)[-1].phase == "take"
    coach.restart()
    assert seen(*[standing()] * AGREE, coach=coach)[-1].instruction.code == "other_side"
    assert seen(*[standing(facing="right")] * 8, coach=coach)[-1].phase == "take"


def test_a_burst_that_could_not_be_used_is_counted_down_to_anew() -> None:
    coach = Coach()
    assert seen(*[standing()] * 8, coach=coach)[-1].phase == "take"
    coach.restart()
    assert coach.see(standing(), at=9.0).steady == 0.0
