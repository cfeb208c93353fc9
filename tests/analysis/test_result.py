"""The result object: when a photo is poor, and the form of a refusal."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from posture.analysis.result import POOR_ANGLE_SD_DEG, SCHEMA_VERSION, Analysis, refusal_dict
from posture.errors import ModelError, PhotoError, PoseError, PostureError
from posture.quantity import Quantity
from posture.view.findings import outline_findings

SAMPLE = sorted((Path(__file__).parents[2] / "sample_images").glob("*.jpg"))[0]


@pytest.fixture(scope="module")
def analysis(read_sample: object) -> Analysis:
    return read_sample(SAMPLE)


def costing(analysis: Analysis, sd: float) -> Analysis:
    """The same analysis, of a photo with a single finding of this cost."""
    finding = dataclasses.replace(analysis.view.findings[0], cost_deg=sd)
    view = dataclasses.replace(analysis.view, findings=(finding,))
    return dataclasses.replace(analysis, view=view)


@pytest.mark.parametrize(
    ("sd", "status"), [(POOR_ANGLE_SD_DEG - 0.1, "ok"), (POOR_ANGLE_SD_DEG + 0.1, "poor")]
)
def test_a_photo_that_costs_much_is_poor(analysis: Analysis, sd: float, status: str) -> None:
    assert costing(analysis, sd).status == status
    assert costing(analysis, sd).to_dict()["status"] == status


def test_a_photo_without_an_arch_is_poor_although_its_tilt_is_stated(analysis: Analysis) -> None:
    absent = Quantity.absent("back_covered", unit="%trunk")
    estimates = dataclasses.replace(analysis.estimates, lumbar_depth_pct=absent)
    assert analysis.status == "ok"
    assert dataclasses.replace(analysis, estimates=estimates).status == "poor"


def test_findings_about_the_outline_cost_no_angle_against_the_vertical(analysis: Analysis) -> None:
    hidden = outline_findings(("back_step",), covered=False, beside_arm=False, clothing="loose")
    view = analysis.view.with_findings(hidden, instead_of=())
    assert view.angle_sd_deg == analysis.view.angle_sd_deg
    assert dataclasses.replace(analysis, view=view).status == analysis.status


def test_a_photo_without_a_tilt_is_poor(analysis: Analysis) -> None:
    absent = Quantity.absent("outside_calibration", unit="deg")
    estimates = dataclasses.replace(analysis.estimates, pelvic_tilt_deg=absent)
    changed = dataclasses.replace(costing(analysis, 0.0), estimates=estimates)
    assert changed.status == "poor"


@pytest.mark.parametrize("kind", [PhotoError, PoseError, ModelError])
def test_a_refusal_has_the_keys_of_an_analysis(
    analysis: Analysis, kind: type[PostureError]
) -> None:
    data = refusal_dict("a.jpg", kind("Do something else.", code="own"))
    assert list(data) == list(analysis.to_dict())
    assert (data["photo"], data["status"]) == ("a.jpg", "refused")
    assert data["error"] == {"code": "own", "message": "Do something else."}
    assert data["schema_version"] == SCHEMA_VERSION
    assert json.loads(json.dumps(data)) == data


def test_results_are_frozen(analysis: Analysis) -> None:
    for part in (analysis, analysis.view, analysis.provenance, analysis.geometry):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(part, dataclasses.fields(part)[0].name, None)
        assert not hasattr(part, "__dict__")
