"""The pipeline: estimates of a covered back, and the findings of the outline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.paper_doll import Doll, with_arm

from posture.analysis.pipeline import Body, Reading, read_body
from posture.estimator.file import shipped_estimator
from posture.estimator.model import Estimator
from posture.inputs.corrections import NO_CORRECTIONS
from posture.inputs.hints import Hints
from posture.measures.catalogue import back_covered
from posture.view.findings import OUTLINE_COST_DEG
from posture.view.gate import judge_facing, judge_view

ELBOW_BEHIND = with_arm((-0.30, 0.50), (0.0, 0.1))


ANY_BODY = replace(shipped_estimator(), distance_limit=1e9)
"""Accepts a doll, which is unlike any person."""


def reading(doll: Doll, hints: Hints, *, estimator: Estimator = ANY_BODY) -> Reading:
    facing, cues = judge_facing(doll.landmarks, doll.world, doll.mask, given=None)
    view = judge_view(
        doll.image, doll.landmarks, doll.world, doll.mask, facing=facing, cues=cues, roll_deg=0.0
    )
    body = Body(
        image=doll.image, landmarks_px=doll.landmarks, mask=doll.mask, view=view, hints=hints
    )
    return read_body(body, estimator, NO_CORRECTIONS)


def codes(found: Reading) -> set[str]:
    return {finding.code for finding in found.view.findings} - {"camera_height_unknown"}


def test_a_bare_back_gives_every_estimate_and_no_finding() -> None:
    found = reading(Doll(), Hints())
    assert found.estimates.complete
    assert codes(found) == set()


def test_a_covered_back_costs_the_plain_measures_but_no_estimate() -> None:
    """The estimator itself decides what the rest of the body says about a covered arch."""
    found, bare = reading(ELBOW_BEHIND, Hints()), reading(Doll(), Hints())
    assert found.estimates.complete
    assert back_covered(found.measures)
    assert found.measures["lumbar_lordosis_deg"].reason == "back_covered"
    assert not back_covered(bare.measures)
    (arm,) = (finding for finding in found.view.findings if finding.code == "arm_on_back")
    assert arm.message == (
        "An arm covers the low back: the arch is read from what is seen beside it; its range is "
        "wider."
    )
    assert arm.cost_deg == OUTLINE_COST_DEG["arm_on_back"]
    assert codes(found) == {"arm_on_back"}


def test_the_estimator_abstains_from_a_covered_arch_that_it_cannot_tell() -> None:
    guessing = replace(
        shipped_estimator(), distance_limit=1e9, conformal_factor=np.array([1.0, 50.0, 50.0])
    )
    found = reading(ELBOW_BEHIND, Hints(), estimator=guessing)
    assert found.estimates.pelvic_tilt_deg.present
    assert found.estimates.lumbar_lordosis_deg.reason == "no_better_than_population"
    (arm,) = (finding for finding in found.view.findings if finding.code == "arm_on_back")
    assert arm.message == "An arm covers part of the back."


def test_no_change_is_read_from_a_covered_arch() -> None:
    """Slope and errors of a change of the arch were measured on backs in view."""
    covered, bare = (reading(doll, Hints()).estimates.change for doll in (ELBOW_BEHIND, Doll()))
    assert covered.pelvic_tilt_deg == bare.pelvic_tilt_deg is not None
    assert covered.lumbar_lordosis_deg is None
    assert covered.lumbar_depth_pct is None
    assert bare.lumbar_lordosis_deg is not None


@pytest.mark.parametrize(
    ("hints", "expected"),
    [(Hints(clothing="loose"), {"loose_clothing"}), (Hints(clothing="tight"), set())],
)
def test_loose_clothes_have_a_cost_when_stated(hints: Hints, expected: set[str]) -> None:
    assert codes(reading(Doll(), hints)) == expected
