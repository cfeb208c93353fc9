"""FHIR R4 bundle: one Observation per quantity, grouped under one per photo.

Codes are this program's own (``urn:posture:...``): no public code stands for a tilt or a surface
angle read from one photo, and a borrowed one would mean something else. Units are UCUM.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from posture.analysis.record import Record
from posture.analysis.result import Provenance
from posture.codec import Json, Table
from posture.errors import SettingsError
from posture.estimator.model import LINE, OLD_LINE, POSITION, TARGETS
from posture.export.entries import Entry, Exportable, entries_of
from posture.export.rows import measured
from posture.measures.catalogue import iter_meanings
from posture.quantity import Quantity, Reference
from posture.screening.norms import BAND_SHARE, Band, Norm, norm_of, position_in, verdict_of
from posture.screening.words import TITLES, definition_lines, verdict_text
from posture.texts import CALLIPER_NOTE, UNIT_WORDS, flag_text, reason_text, trainer_label
from posture.types import Pattern, Sex

PANEL: Final = "side_view_analysis"
SCREENING: Final = "lower_crossed_syndrome_screening"
GRADE_SYSTEM: Final = "urn:posture:grade"
ESTIMATOR_SYSTEM: Final = "urn:posture:estimator"
PHOTO_SYSTEM: Final = "urn:posture:photo-sha256"
QUANTITY_SYSTEM: Final = "urn:posture:quantity"
REASON_SYSTEM: Final = "urn:posture:reason"
UCUM: Final = "http://unitsofmeasure.org"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
INTERPRETATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
UNCERTAINTY: Final = "http://hl7.org/fhir/StructureDefinition/iso21090-uncertainty"

INTERPRETATIONS: Final = {"within": "N", "above": "H", "below": "L"}
DISPLAYS: Final = {"N": "Normal", "H": "High", "L": "Low"}

ESTIMATED: Final = "estimated from outline and landmarks"
PLACED: Final = "between points placed in the photo, or stickers"
METHOD: Final = "Pose landmarks and body outline of one side-view photo"

NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:posture:observation")

NOTICE: Final = "Read by software from one photo. A screening aid, not a diagnosis."

DATE_TIME: Final = re.compile(
    r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])"
    r"(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-](0\d|1[0-4]):[0-5]\d))?)?)?"
)
REFERENCE: Final = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9.\-]{1,64}|urn:uuid:[0-9a-f\-]{36}")


def to_fhir(
    outcomes: Iterable[Exportable], *, subject: str | None = None, effective: str | None = None
) -> Table:
    """Return a FHIR R4 bundle of Observations.

    Parameters
    ----------
    outcomes : iterable of Analysis, Refusal or Entry
    subject : str, optional
        Reference to the person, such as ``"Patient/17"``; the same for every photo. By default
        the ``subject`` that a list of photos has for each.
    effective : str, optional
        When the photos were taken, as a FHIR dateTime; by default as EXIF says.

    Returns
    -------
    dict
        Bundle of the type ``collection``. Each photo has an Observation whose members are its
        quantities and the screening. A quantity carries its value with the standard deviation
        (extension ``iso21090-uncertainty``) and its interval (component with a ``valueRange``),
        or a ``dataAbsentReason``. All are ``preliminary``: no person has checked them. Ids are
        made from photo, program and code, so that the same result gets the same id again.

    Raises
    ------
    SettingsError
        ``bad_subject`` or ``bad_date``.
    """
    if subject is not None and not REFERENCE.fullmatch(subject):
        raise SettingsError(
            "The subject is a FHIR reference such as Patient/17.", code="bad_subject"
        )
    if effective is not None and not DATE_TIME.fullmatch(effective):
        raise SettingsError(
            "The time is a FHIR dateTime such as 2025-01-31 or 2025-01-31T09:30:00Z.",
            code="bad_date",
        )
    common: Table = {}
    if subject is not None:
        common["subject"] = {"reference": subject}
    if effective is not None:
        common["effectiveDateTime"] = effective
    resources = [
        one for photo in _photos(entries_of(outcomes), common) for one in photo.observations()
    ]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Photo:
    """One photo of the bundle, with what its Observations share.

    ``occurrence`` distinguishes results that are otherwise the same.
    """

    entry: Entry
    common: Table
    occurrence: int

    @property
    def provenance(self) -> Provenance | None:
        """Program and photo of the result; ``None`` for a refused photo."""
        return None if self.entry.record is None else self.entry.record.provenance

    def observations(self) -> Iterator[Table]:
        """Yield the panel of the photo and then its members."""
        record = self.entry.record
        members = [] if record is None else [*self.quantities(record), self.screening(record)]
        panel = self.observation(PANEL, "Posture in one side-view photo")
        error, view = self.entry.result["error"], self.entry.view
        if error is not None:
            panel["dataAbsentReason"] = absence(error["code"], error["message"])
        else:
            panel["hasMember"] = [{"reference": f"urn:uuid:{one['id']}"} for one in members]
        notes = [] if view is None else [str(item.message) for item in view.findings]
        panel["note"] = _notes([NOTICE, *notes])
        yield panel
        yield from members

    def quantities(self, record: Record) -> Iterator[Table]:
        """Yield an Observation for each estimate and each measure."""
        for name in TARGETS:
            yield self.estimate(name, getattr(record.estimates, name), record.provenance.sex)
        yield self.quantity(LINE, record.estimates.asis_psis_deg, PLACED)
        old = record.estimates.bone_line_estimate_deg
        if old is not None:
            yield self.quantity(OLD_LINE, old, ESTIMATED)
        for name, _, meaning in iter_meanings():
            yield self.quantity(measured(name), record.measures[name], meaning)

    def estimate(self, code: str, quantity: Quantity, sex: Sex | None) -> Table:
        """Return the Observation of an estimate, with its norm where there is one."""
        found = self.quantity(code, quantity, ESTIMATED)
        norm = norm_of(code, sex)
        if norm is not None:
            found["referenceRange"] = [norm_range(norm, quantity.unit)]
            found.update(interpretation(quantity, norm.band))
        return found

    def quantity(self, code: str, quantity: Quantity, words: str) -> Table:
        """Return the Observation of one quantity, present or absent."""
        name = trainer_label(code.removeprefix("measured_"))
        found = self.observation(code, f"{name} ({words})")
        if quantity.value is None:
            reason = str(quantity.reason)
            found["dataAbsentReason"] = absence(reason, reason_text(reason))
        else:
            found["valueQuantity"] = value_quantity(quantity)
            found["component"] = [interval(quantity)]
        reference = quantity.reference
        if reference is not None:
            found["referenceRange"] = [reference_range(reference, quantity.unit)]
            found.update(interpretation(quantity, (reference.low, reference.high)))
        notes = [CALLIPER_NOTE] if code == POSITION and quantity.present else []
        notes += [flag_text(flag) for flag in quantity.flags]
        if notes:
            found["note"] = _notes(notes)
        return found

    def screening(self, record: Record) -> Table:
        """Return the Observation of the screening."""
        found = self.observation(SCREENING, "Screening for lower crossed syndrome")
        grade, pattern = record.screening.grade, record.screening.pattern
        code = coding(GRADE_SYSTEM, grade if pattern is None else f"{grade}_{pattern}")
        sex = record.provenance.sex
        text = verdict_text(record.screening, record.estimates, sex=sex)
        found["valueCodeableConcept"] = {"coding": [code], "text": text}
        chances = record.screening.probabilities.items()
        if chances:
            found["component"] = [probability(name, value) for name, value in chances]
        found["note"] = _notes([NOTICE, *definition_lines(record.screening)])
        return found

    def observation(self, code: str, text: str) -> Table:
        """Return an Observation with what all of a photo share."""
        provenance = self.provenance
        found: Table = {
            "resourceType": "Observation",
            "id": self.identifier(code),
            "contained": [device(provenance)],
            "status": "preliminary",
            "code": {"coding": [coding(QUANTITY_SYSTEM, code)], "text": text},
            **self.of_photo(),
            **self.common,
        }
        if provenance is not None:
            method = coding(ESTIMATOR_SYSTEM, provenance.estimator)
            found["method"] = {"coding": [method], "text": METHOD}
        if self.entry.source.sha256 is not None:
            photo: Table = {"system": PHOTO_SYSTEM, "value": self.entry.source.sha256}
            source: Table = {"type": "Media", "identifier": photo, "display": self.entry.label}
            found["derivedFrom"] = [source]
        found["device"] = {"reference": "#posture"}
        return found

    def of_photo(self) -> Table:
        """Return subject and time as the list of photos and the camera have them."""
        found: Table = {}
        subject, captured = self.entry.told.subject, self.entry.source.captured
        if subject is not None:
            key = "reference" if REFERENCE.fullmatch(subject) else "display"
            found["subject"] = {key: subject}
        if captured is not None:
            # FHIR has no time of day without a zone.
            zoned = datetime.fromisoformat(captured).tzinfo is not None
            found["effectiveDateTime"] = captured if zoned else captured[:10]
        return found

    def identifier(self, code: str) -> str:
        """Return an id that is the same for the same result, wherever it stands in the bundle."""
        provenance = self.provenance
        made_of = [self.entry.uri, self.entry.photo, str(self.occurrence), code]
        if provenance is not None:
            made_of += [provenance.photo_sha256, provenance.package_version]
        return str(uuid.uuid5(NAMESPACE, "\n".join(made_of)))


def _photos(entries: Iterable[Entry], common: Table) -> Iterator[_Photo]:
    seen: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        key = (entry.uri, entry.photo)
        yield _Photo(entry=entry, common=common, occurrence=seen[key])
        seen[key] += 1


def _notes(lines: Iterable[str]) -> list[Json]:
    return [{"text": line} for line in lines]


def coding(system: str, code: str, display: str | None = None) -> Table:
    """Return a FHIR Coding."""
    found: Table = {"system": system, "code": code}
    if display is not None:
        found["display"] = display
    return found


def absence(reason: str, sentence: str) -> Table:
    """Return the dataAbsentReason: "unknown" of the standard, and this program's own reason."""
    standard = coding(ABSENT, "unknown", "Unknown")
    return {"coding": [standard, coding(REASON_SYSTEM, reason)], "text": sentence}


def value_quantity(quantity: Quantity) -> Table:
    """Return the value with its standard deviation, which has the unit of the value."""
    found = amount(quantity.value, quantity.unit)
    if quantity.sd is not None:
        found["extension"] = [{"url": UNCERTAINTY, "valueDecimal": round(quantity.sd, 3)}]
    return found


def probability(pattern: Pattern, value: float) -> Table:
    """Return the component with the probability of a pattern by the photo alone."""
    return {
        "code": {
            "coding": [coding(QUANTITY_SYSTEM, f"{pattern}_probability")],
            "text": f"Probability of the {TITLES[pattern]} pattern, by the photo alone",
        },
        "valueQuantity": {"value": round(value, 3), "unit": "1", "system": UCUM, "code": "1"},
    }


def interval(quantity: Quantity) -> Table:
    """Return the component that holds the interval."""
    level = f"{100 * quantity.level:.0f}"
    text = f"Interval that holds the true value with a probability of {level} %"
    return {
        "code": {"coding": [coding(QUANTITY_SYSTEM, f"interval_{level}")], "text": text},
        "valueRange": {
            "low": amount(quantity.low, quantity.unit),
            "high": amount(quantity.high, quantity.unit),
        },
    }


def reference_range(reference: Reference, unit: str) -> Table:
    """Return the published band of a measure, with the group measured and the source."""
    return {
        "low": amount(reference.low, unit),
        "high": amount(reference.high, unit),
        "text": f"{reference.group} ({reference.source})",
    }


def norm_range(norm: Norm, unit: str) -> Table:
    """Return the band of a norm, with its group and source."""
    low, high = (round(end, 1) for end in norm.band)
    return {
        "low": amount(low, unit),
        "high": amount(high, unit),
        "text": f"{norm.group}, middle {BAND_SHARE:.0%} ({norm.source})".replace("%", " %"),
    }


def interpretation(quantity: Quantity, band: Band) -> Table:
    """Return the interpretation against a band, as far as the interval allows one.

    Returns
    -------
    dict
        Empty without a value, or when none of the three has odds of three to one.
    """
    position = position_in(band, quantity)
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


def device(provenance: Provenance | None) -> Table:
    """Return the contained Device: this program and its pose model."""
    found: Table = {
        "resourceType": "Device",
        "id": "posture",
        "deviceName": [{"name": "posture", "type": "model-name"}],
        "type": {"text": "Software that reads posture from a photo"},
    }
    if provenance is not None:
        found["version"] = [{"value": provenance.package_version}]
        words = f"Pose model with the SHA-256 {provenance.model_sha256}"
        found["note"] = [{"text": words}]
    return found
