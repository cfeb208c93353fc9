"""Result files without a photo: chosen values, otherwise ordinary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from posture.analysis.record import Record
from posture.analysis.result import ALGORITHM, SCHEMA_VERSION, Provenance
from posture.estimator.leans import Leans
from posture.estimator.model import Estimates
from posture.measures.catalogue import MEASURES
from posture.quantity import Quantity
from posture.screening.grade import screen
from posture.view.findings import Finding

ORDINARY = {
    "sway_angle_deg": 178.0,
    "trunk_lean_deg": 1.0,
    "chest_lean_deg": 1.0,
    "leg_lean_deg": 2.0,
    "hip_extension_deg": 2.0,
    "knee_extension_deg": 1.0,
    "thoracic_kyphosis_index_pct": 9.0,
    "craniovertebral_deg": 55.0,
}
TYPE_A = {"tilt": 28.0, "lordosis": 62.0}
TYPE_B = {
    "tilt": 9.0,
    "lordosis": 20.0,
    "sway_angle_deg": 205.0,
    "trunk_lean_deg": -10.0,
    "chest_lean_deg": -12.0,
    "leg_lean_deg": 8.0,
}
NEUTRAL = {"tilt": 11.0, "lordosis": 38.0}


def known(value: float | None, unit: str, sd: float) -> Quantity:
    if value is None:
        return Quantity.absent("back_covered", unit=unit)
    return Quantity.known(value, sd, unit=unit)


def make_record(
    *, tilt: float | None, lordosis: float | None, sd: float = 3.0, **values: float | None
) -> Record:
    measures = {
        name: Quantity.absent("ankle_not_in_frame", unit=measure.unit)
        for name, measure in MEASURES.items()
    }
    for name, value in (ORDINARY | values).items():
        measures[name] = known(value, MEASURES[name].unit, 0.5)
    estimates = Estimates(
        pelvic_tilt_deg=known(tilt, "deg", sd),
        lumbar_lordosis_deg=known(lordosis, "deg", sd),
        lumbar_depth_pct=known(9.0, "%trunk", 1.5),
        leans=leans_of(ORDINARY | values),
    )
    return Record(
        photo="client.jpg",
        status="ok",
        findings=(
            Finding(
                code="camera_height_unknown",
                cost_deg=1.8,
                message="The height of the camera is not known.",
                advice="Hold the phone at hip height, 3 to 4 metres away.",
            ),
        ),
        measures=measures,
        estimates=estimates,
        screening=screen(estimates, measures),
        provenance=Provenance(
            package_version="0",
            model_sha256="0" * 64,
            estimator="test",
            settings_sha256="0" * 64,
            photo_sha256="abcdef12" + "0" * 56,
            algorithm=ALGORITHM,
        ),
    )


def leans_of(values: Mapping[str, float | None]) -> Leans | None:
    """The leans of somebody whose joints were read where they are."""
    trunk, bend = values["trunk_lean_deg"], values["hip_extension_deg"]
    if trunk is None:
        return None
    return Leans(
        trunk_deg=trunk,
        leg_deg=values["leg_lean_deg"],
        thigh_deg=None if bend is None else trunk + bend,
    )


def table_of(record: Record) -> dict[str, Any]:
    """The JSON form of the analysis that a record comes from."""
    return {
        "photo": record.photo,
        "status": record.status,
        "error": None,
        "view": {"findings": [finding.to_dict() for finding in record.findings]},
        "measures": {name: value.to_dict() for name, value in record.measures.items()},
        "estimates": record.estimates.to_dict(),
        "screening": record.screening.to_dict(),
        "provenance": record.provenance.to_dict(),
        "schema_version": SCHEMA_VERSION,
    }


def write_record(path: Path, record: Record) -> Path:
    path.write_text(json.dumps(table_of(record)), encoding="utf-8")
    return path
