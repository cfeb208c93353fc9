"""FHIR bundles, validated by another package and against the rules that it leaves out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLES
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.observation import Observation
from pydantic import ValidationError

from posture.analysis.outcome import Outcome, Refusal
from posture.analysis.result import Analysis
from posture.errors import PoseError, SettingsError
from posture.export import to_fhir
from posture.measures.catalogue import MEASURES
from posture.quantity import Quantity, Reference
from posture.screening.norms import NORMS
from posture.types import Sex

ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
REFUSED = Refusal(photo="b.jpg", error=PoseError("Nobody is there.", code="no_person"))
BAND = Reference(low=40.0, high=60.0, group="some adults", source="Somebody 2020")


@pytest.fixture(scope="module")
def analysis(read_sample: Callable[[Path], Analysis]) -> Analysis:
    return read_sample(SAMPLES[0])


@pytest.fixture(scope="module")
def outcomes(analysis: Analysis) -> list[Outcome]:
    return [analysis, REFUSED]


def resources(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the Observations of a bundle with one analysed photo, by code."""
    found = [entry["resource"] for entry in bundle["entry"]]
    return {one["code"]["coding"][0]["code"]: one for one in found}


def measured(analysis: Analysis, quantity: Quantity) -> dict[str, Any]:
    """Return the Observation of a craniovertebral angle with a chosen value."""
    measures = {**analysis.measures, "craniovertebral_deg": quantity}
    changed = dataclasses.replace(analysis, measures=measures)
    return resources(to_fhir([changed]))["measured_craniovertebral_deg"]


def test_another_package_reads_the_bundle_and_writes_it_back(
    outcomes: list[Outcome],
) -> None:
    table = json.loads(json.dumps(to_fhir(outcomes, subject="Patient/7", effective="2025-01-31")))
    bundle = Bundle.model_validate(table)
    assert json.loads(bundle.model_dump_json()) == table
    # Panel, three estimates, the bone line, the measures, the screening; the refused photo.
    assert len(bundle.entry) == 1 + 3 + 1 + len(MEASURES) + 1 + 1
    for entry in bundle.entry:
        assert isinstance(entry.resource, Observation)
        assert entry.resource.subject.reference == "Patient/7"


@pytest.mark.parametrize(
    "break_it",
    [
        lambda one: one.pop("status"),
        lambda one: one.update(value=1),
        lambda one: one.update(dataAbsentReason="unknown"),
        lambda one: one["valueQuantity"].update(value="fourteen"),
        lambda one: one["contained"][0].update(nonsense=1),
    ],
)
def test_the_validation_finds_faults(
    outcomes: list[Outcome], break_it: Callable[[dict[str, Any]], object]
) -> None:
    table = to_fhir(outcomes)
    break_it(table["entry"][1]["resource"])
    with pytest.raises(ValidationError):
        Bundle.model_validate(table)


def test_ids_are_unique_and_members_and_devices_resolve(analysis: Analysis) -> None:
    bundle = to_fhir([analysis, REFUSED, analysis])
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    panels = 0
    for entry in bundle["entry"]:
        one = entry["resource"]
        assert entry["fullUrl"] == f"urn:uuid:{one['id']}"
        assert one["device"]["reference"] == f"#{one['contained'][0]['id']}"
        members = one.get("hasMember", [])
        panels += bool(members)
        assert all(member["reference"] in urls for member in members)
    assert panels == 2


def test_the_same_result_has_the_same_ids_again_and_others_have_others(
    analysis: Analysis,
) -> None:
    assert to_fhir([analysis]) == to_fhir([analysis])
    later = resources(to_fhir([REFUSED, analysis]))["pelvic_tilt_deg"]["id"]
    assert later == resources(to_fhir([analysis]))["pelvic_tilt_deg"]["id"]
    other = dataclasses.replace(analysis, photo="other.jpg")
    assert resources(to_fhir([other]))["pelvic_tilt_deg"]["id"] != later


def test_a_value_has_its_unit_interval_and_deviation(analysis: Analysis) -> None:
    found = resources(to_fhir([analysis]))
    tilt, depth = analysis.estimates.pelvic_tilt_deg, analysis.estimates.lumbar_depth_pct
    quantity = found["pelvic_tilt_deg"]["valueQuantity"]
    assert quantity["value"] == pytest.approx(tilt.value, abs=5e-4)
    assert (quantity["system"], quantity["code"]) == ("http://unitsofmeasure.org", "deg")
    (component,) = found["pelvic_tilt_deg"]["component"]
    assert component["code"]["coding"][0]["code"] == "interval_90"
    assert component["valueRange"]["low"]["value"] == pytest.approx(tilt.low, abs=5e-4)
    assert component["valueRange"]["high"]["value"] == pytest.approx(tilt.high, abs=5e-4)
    (extension,) = quantity["extension"]
    assert extension["url"] == "http://hl7.org/fhir/StructureDefinition/iso21090-uncertainty"
    assert extension["valueDecimal"] == pytest.approx(tilt.sd, abs=1e-3)
    percent = found["lumbar_depth_pct"]["valueQuantity"]
    assert (percent["code"], percent["unit"]) == ("%", "% of trunk length")
    assert percent["value"] == pytest.approx(depth.value, abs=5e-4)
    assert found["pelvic_tilt_deg"]["status"] == "preliminary"


def test_measure_and_estimate_of_the_same_name_have_different_codes(analysis: Analysis) -> None:
    found = resources(to_fhir([analysis]))
    measure = analysis.measures["lumbar_lordosis_deg"].value
    estimate = analysis.estimates.lumbar_lordosis_deg.value
    assert measure != estimate
    values = [
        found[f"{kind}lumbar_lordosis_deg"]["valueQuantity"]["value"] for kind in ("", "measured_")
    ]
    assert values == pytest.approx([estimate, measure], abs=5e-4)


def test_abstention_is_a_data_absent_reason_and_never_a_number(analysis: Analysis) -> None:
    found = measured(analysis, Quantity.absent("nape_covered", unit="deg"))
    assert not any(key.startswith("value") for key in found)
    assert "component" not in found
    standard, own = found["dataAbsentReason"]["coding"]
    assert (standard["system"], standard["code"]) == (ABSENT, "unknown")
    assert own == {"system": "urn:posture:reason", "code": "nape_covered"}
    assert found["dataAbsentReason"]["text"] == "Hair or a collar covers the nape."


def test_every_observation_has_a_value_a_reason_or_members(outcomes: list[Outcome]) -> None:
    for entry in to_fhir(outcomes)["entry"]:
        one = entry["resource"]
        kinds = [key for key in one if key.startswith("value")]
        kinds += [key for key in ("dataAbsentReason", "hasMember") if key in one]
        assert len(kinds) == 1, one["code"]


def test_a_refused_photo_keeps_its_reason() -> None:
    (entry,) = to_fhir([REFUSED])["entry"]
    reason = entry["resource"]["dataAbsentReason"]
    assert reason["coding"][1]["code"] == "no_person"
    assert reason["text"] == "Nobody is there."


@pytest.mark.parametrize(
    ("low", "high", "code"),
    [
        (45, 55, "N"),
        (62, 70, "H"),
        (20, 38, "L"),
        (35, 45, None),
        (55, 65, None),
        (30, 70, None),
        (58, 70, "H"),
        (39, 50, "N"),
    ],
)
def test_what_is_surer_than_three_to_one_is_interpreted(
    analysis: Analysis, low: float, high: float, code: str | None
) -> None:
    value = (low + high) / 2
    found = measured(
        analysis, Quantity(value=value, unit="deg", low=low, high=high, reference=BAND)
    )
    (band,) = found["referenceRange"]
    assert (band["low"]["value"], band["high"]["value"]) == (40.0, 60.0)
    assert band["text"] == "some adults (Somebody 2020)"
    if code is None:
        assert "interpretation" not in found
    else:
        assert found["interpretation"][0]["coding"][0]["code"] == code


@pytest.mark.parametrize(
    ("sex", "z", "code"),
    [(None, -0.5, "N"), ("female", -1.8, "L"), ("male", 1.8, "H"), ("male", 1.2816, None)],
)
def test_the_arch_has_the_norm_of_the_sex_that_was_told(
    analysis: Analysis, sex: Sex | None, z: float, code: str | None
) -> None:
    norm = NORMS["lumbar_lordosis_deg"][sex]
    arch = Quantity.known(norm.mean + z * norm.sd, 1.0, unit="deg")
    changed = dataclasses.replace(
        analysis,
        estimates=dataclasses.replace(analysis.estimates, lumbar_lordosis_deg=arch),
        provenance=dataclasses.replace(analysis.provenance, sex=sex),
    )
    found = resources(to_fhir([changed]))
    (band,) = found["lumbar_lordosis_deg"]["referenceRange"]
    assert (band["low"]["value"], band["high"]["value"]) == pytest.approx(norm.band, abs=0.051)
    assert "659 adults" in band["text"]
    assert "middle 80 %" in band["text"]
    told = found["lumbar_lordosis_deg"].get("interpretation")
    assert (None if told is None else told[0]["coding"][0]["code"]) == code
    assert "referenceRange" not in found["lumbar_depth_pct"]
    assert "referenceRange" not in found["measured_lumbar_lordosis_deg"]


def test_flags_are_notes(analysis: Analysis) -> None:
    found = measured(
        analysis, Quantity(value=50, unit="deg", low=49, high=51, flags=("hair_on_back",))
    )
    assert found["note"] == [{"text": "Hair or a hood covers the upper back."}]


def test_the_screening_is_a_grade_and_not_a_diagnosis(
    read_sample: Callable[[Path], Analysis],
) -> None:
    analysis = read_sample(SAMPLES[2])
    graded = dataclasses.replace(analysis.screening, grade="possible", pattern="type_a")
    found = to_fhir([dataclasses.replace(analysis, screening=graded)])
    screening = resources(found)["lower_crossed_syndrome_screening"]
    concept = screening["valueCodeableConcept"]
    assert concept["coding"][0]["code"] == "possible_type_a"
    assert "may fit the type A pattern" in concept["text"]
    chances = {
        part["code"]["coding"][0]["code"]: part["valueQuantity"]["value"]
        for part in screening["component"]
    }
    assert chances.keys() == {"type_a_probability", "type_b_probability"}
    assert chances["type_a_probability"] > chances["type_b_probability"]
    assert "not a diagnosis" in screening["note"][0]["text"]


def test_no_code_of_a_public_system_stands_for_a_quantity(outcomes: list[Outcome]) -> None:
    text = json.dumps(to_fhir(outcomes)).lower()
    assert "loinc" not in text
    assert "snomed" not in text
    for entry in to_fhir(outcomes)["entry"]:
        (coding,) = entry["resource"]["code"]["coding"]
        assert coding["system"] == "urn:posture:quantity"


def test_provenance_names_photo_program_and_model(analysis: Analysis) -> None:
    tilt = resources(to_fhir([analysis]))["pelvic_tilt_deg"]
    (source,) = tilt["derivedFrom"]
    assert source["identifier"]["value"] == analysis.provenance.photo_sha256
    (device,) = tilt["contained"]
    assert device["version"] == [{"value": analysis.provenance.package_version}]
    assert analysis.provenance.model_sha256 in device["note"][0]["text"]
    assert tilt["method"]["coding"][0]["code"] == analysis.provenance.estimator


@pytest.mark.parametrize("subject", ["7", "patient/7", "Patient/", "Patient/7 x", "javascript:1"])
def test_a_subject_is_a_reference(subject: str) -> None:
    with pytest.raises(SettingsError, match="FHIR reference such as Patient/17"):
        to_fhir([REFUSED], subject=subject)


@pytest.mark.parametrize("effective", ["31.1.2025", "2025-13", "2025-01-31T09:30", "today"])
def test_a_time_is_a_fhir_date_time(effective: str) -> None:
    with pytest.raises(SettingsError, match="FHIR dateTime"):
        to_fhir([REFUSED], effective=effective)


@pytest.mark.parametrize(
    "effective", ["2025", "2025-01", "2025-01-31", "2025-01-31T09:30:00+01:00"]
)
def test_times_of_every_precision_are_valid(effective: str) -> None:
    (entry,) = to_fhir([REFUSED], effective=effective)["entry"]
    Observation.model_validate(entry["resource"])


def test_the_bone_line_has_a_code_of_its_own(analysis: Analysis) -> None:
    absent = resources(to_fhir([analysis]))["asis_psis_deg"]
    assert absent["dataAbsentReason"]["coding"][1]["code"] == "not_placed"
    line = Quantity(value=14.5, unit="deg", low=8.0, high=21.0, flags=("manual_points",))
    estimates = dataclasses.replace(analysis.estimates, asis_psis_deg=line)
    found = resources(to_fhir([dataclasses.replace(analysis, estimates=estimates)]))
    placed, position = found["asis_psis_deg"], found["pelvic_tilt_deg"]
    assert (placed["valueQuantity"]["value"], placed["valueQuantity"]["code"]) == (14.5, "deg")
    assert "referenceRange" not in placed
    assert placed["code"]["text"].startswith("ASIS–PSIS line (between points placed")
    assert position["code"]["text"].startswith(
        "Pelvic tilt (position, on the scale of the ASIS–PSIS angle)"
    )
    assert "a calliper on the bones can check its change" in position["note"][0]["text"]
    assert "bone_line_estimate_deg" not in found
