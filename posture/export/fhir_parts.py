"""The parts of a FHIR Observation that hold numbers, their intervals or their absence."""

from __future__ import annotations

from typing import Final

from posture.analysis.result import ProvenanceDict
from posture.codec import Json
from posture.quantity import Quantity, QuantityDict, ReferenceDict
from posture.screening.norms import BAND_SHARE, Band, Norm, position_in, verdict_of
from posture.texts import UNIT_WORDS

Table = dict[str, Json]

QUANTITY_SYSTEM: Final = "urn:posture:quantity"
REASON_SYSTEM: Final = "urn:posture:reason"
UCUM: Final = "http://unitsofmeasure.org"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
INTERPRETATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
UNCERTAINTY: Final = "http://hl7.org/fhir/StructureDefinition/iso21090-uncertainty"

INTERPRETATIONS: Final = {"within": "N", "above": "H", "below": "L"}
DISPLAYS: Final = {"N": "Normal", "H": "High", "L": "Low"}


def coding(system: str, code: str, display: str | None = None) -> Table:
    """Return a FHIR Coding."""
    found: Table = {"system": system, "code": code}
    if display is not None:
        found["display"] = display
    return found


def absence(reason: str, sentence: str) -> Table:
    """Return the dataAbsentReason: the standard's "unknown" beside our own reason."""
    standard = coding(ABSENT, "unknown", "Unknown")
    return {"coding": [standard, coding(REASON_SYSTEM, reason)], "text": sentence}


def value_quantity(quantity: QuantityDict) -> Table:
    """Return the value with its standard deviation, which has the unit of the value."""
    found = amount(quantity["value"], quantity["unit"])
    sd = Quantity.from_dict(quantity).sd
    if sd is not None:
        found["extension"] = [{"url": UNCERTAINTY, "valueDecimal": round(sd, 3)}]
    return found


def interval(quantity: QuantityDict) -> Table:
    """Return the component that holds the interval."""
    level = f"{100 * quantity['level']:.0f}"
    text = f"Interval that holds the true value with a probability of {level} %"
    return {
        "code": {"coding": [coding(QUANTITY_SYSTEM, f"interval_{level}")], "text": text},
        "valueRange": {
            "low": amount(quantity["low"], quantity["unit"]),
            "high": amount(quantity["high"], quantity["unit"]),
        },
    }


def reference_range(reference: ReferenceDict, unit: str) -> Table:
    """Return the published band with who was measured and by whom."""
    return {
        "low": amount(reference["low"], unit),
        "high": amount(reference["high"], unit),
        "text": f"{reference['group']} ({reference['source']})",
    }


def norm_range(norm: Norm, unit: str) -> Table:
    """Return what is common among adults, with who they are and where that comes from."""
    low, high = (round(end, 1) for end in norm.band)
    return {
        "low": amount(low, unit),
        "high": amount(high, unit),
        "text": f"{norm.group}, middle {BAND_SHARE:.0%} ({norm.source})".replace("%", " %"),
    }


def interpretation(quantity: QuantityDict, band: Band) -> Table:
    """Return the interpretation against a band, as far as the interval allows one.

    Returns
    -------
    dict
        Empty when neither of the three is surer than three to one, or there is no value.
    """
    position = position_in(band, Quantity.from_dict(quantity))
    code = None if position is None else INTERPRETATIONS.get(verdict_of(position))
    if code is None:
        return {}
    return {"interpretation": [{"coding": [coding(INTERPRETATION, code, DISPLAYS[code])]}]}


def amount(value: float | None, unit: str) -> Table:
    """Return a FHIR Quantity in UCUM; all kinds of percent have the code ``%``."""
    percent = unit.startswith("%")
    return {
        "value": value,
        "unit": f"% {UNIT_WORDS[unit]}" if percent else unit,
        "system": UCUM,
        "code": "%" if percent else unit,
    }


def device(provenance: ProvenanceDict | None) -> Table:
    """Return the contained Device: this program, and the pose model that it used."""
    found: Table = {
        "resourceType": "Device",
        "id": "posture",
        "deviceName": [{"name": "posture", "type": "model-name"}],
        "type": {"text": "Software that reads posture from a photo"},
    }
    if provenance is not None:
        found["version"] = [{"value": provenance["package_version"]}]
        words = f"Pose model with the SHA-256 {provenance['model_sha256']}"
        found["note"] = [{"text": words}]
    return found
