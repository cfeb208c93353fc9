"""The pipeline: the estimates that a covered back costs, and the findings of the outline."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.paper_doll import Doll, with_arm

from posture.analysis.pipeline import Body, Reading, read_body
from posture.estimator.file import shipped_estimator
from posture.inputs.corrections import NO_CORRECTIONS
from posture.inputs.hints import Hints
from posture.view.gate import judge_facing, judge_view

ELBOW_BEHIND = with_arm((-0.30, 0.50), (0.0, 0.1))


def reading(doll: Doll, hints: Hints) -> Reading:
    """Read a doll, which is unlike any person, with an estimator that accepts any body."""
    facing, cues = judge_facing(doll.landmarks, doll.world, doll.mask, given=None)
    view = judge_view(
        doll.image, doll.landmarks, doll.world, doll.mask, facing=facing, cues=cues, roll_deg=0.0
    )
    body = Body(
        image=doll.image, landmarks_px=doll.landmarks, mask=doll.mask, view=view, hints=hints
    )
    return read_body(body, replace(shipped_estimator(), distance_limit=1e9), NO_CORRECTIONS)


def codes(found: Reading) -> set[str]:
    return {finding.code for finding in found.view.findings} - {"camera_height_unknown"}


def test_a_bare_back_gives_every_estimate_and_no_finding() -> None:
    found = reading(Doll(), Hints())
    assert found.estimates.complete
    assert codes(found) == set()


def test_a_covered_back_hides_the_arch_but_not_the_tilt() -> None:
    found = reading(ELBOW_BEHIND, Hints())
    assert found.estimates.pelvic_tilt_deg.present
    assert found.estimates.lumbar_lordosis_deg.reason == "back_covered"
    assert found.estimates.lumbar_depth_pct.reason == "back_covered"
    assert not found.estimates.complete
    assert codes(found) == {"arm_on_back"}


@pytest.mark.parametrize(
    ("hints", "expected"),
    [(Hints(clothing="loose"), {"loose_clothing"}), (Hints(clothing="tight"), set())],
)
def test_loose_clothes_have_a_cost_when_stated(hints: Hints, expected: set[str]) -> None:
    assert codes(reading(Doll(), hints)) == expected
