"""Result files: read back completely, or refused with the key that is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.records import NEUTRAL, TYPE_A, make_record, table_of, write_record

from posture.analysis.record import Record, read_record
from posture.case.result_file import result_of
from posture.errors import SettingsError

SAMPLE = Path(__file__).parents[2] / "sample_images" / "03_tilted_arched_woman_right.jpg"


def test_a_real_result_comes_back_as_it_was(read_sample: Callable[[Path], Any]) -> None:
    analysis = read_sample(SAMPLE)
    table = json.loads(json.dumps(result_of(analysis)))
    record, original = Record.from_dict(table), Record.of(analysis)
    assert record.photo == original.photo
    assert record.status == original.status
    assert record.screening.to_dict() == original.screening.to_dict()
    assert record.estimates.to_dict() == original.estimates.to_dict()
    assert {n: q.to_dict() for n, q in record.measures.items()} == table["measures"]
    assert record.provenance == original.provenance


def test_another_sex_chooses_other_norms() -> None:
    record = make_record(tilt=28.0, lordosis=48.0, sd=2.0)
    deep = {
        sex: next(
            e.probability
            for e in record.rescreened(sex).screening.evidence
            if e.sign == "deep_arch"
        )
        for sex in ("male", "female")
    }
    assert (deep["male"] or 0) > (deep["female"] or 0)


def without(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda table: table.pop(key)


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "photo": without("photo"),
    "view": without("view"),
    "view.findings[0].message": lambda t: t["view"]["findings"][0].pop("message"),
    "measures.sway_angle_deg": lambda t: t["measures"].pop("sway_angle_deg"),
    "measures.trunk_lean_deg.unit": lambda t: t["measures"]["trunk_lean_deg"].update(unit=4),
    "estimates.pelvic_tilt_deg": lambda t: t["estimates"].pop("pelvic_tilt_deg"),
    "estimates.pelvic_tilt_deg makes no sense": lambda t: t["estimates"]["pelvic_tilt_deg"].update(
        low=90.0
    ),
    "screening.grade": lambda t: t["screening"].update(grade="sure"),
    "screening.evidence[0].direction": lambda t: t["screening"]["evidence"][0].update(direction=1),
    "provenance.estimator": lambda t: t["provenance"].pop("estimator"),
    "schema_version": lambda t: t.update(schema_version=99),
    "refused": lambda t: t.update(status="refused"),
}


@pytest.mark.parametrize("field", BROKEN)
def test_the_wrong_key_is_named(field: str) -> None:
    table = table_of(make_record(**TYPE_A))
    BROKEN[field](table)
    with pytest.raises(SettingsError) as caught:
        Record.from_dict(table)
    assert field in str(caught.value)
    assert caught.value.code == "bad_analysis"


@pytest.mark.parametrize("content", ["", "[]", "{", "NaN", "[" * 100_000, "\N{PILE OF POO}"])
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError):
        read_record(path)


def test_missing_and_huge_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"There is no file .*none\.json"):
        read_record(tmp_path / "none.json")
    (tmp_path / "big.json").write_bytes(b" " * 1_000_001)
    with pytest.raises(SettingsError, match="too large"):
        read_record(tmp_path / "big.json")


def test_a_later_version_may_say_more_of_photo_and_method() -> None:
    record = make_record(**NEUTRAL)
    table = table_of(record)
    table["provenance"]["weather"] = "fine"
    assert Record.from_dict(table | {"weather": "fine"}).provenance == record.provenance


def test_older_files_without_origins_of_evidence_are_read(tmp_path: Path) -> None:
    table = table_of(make_record(**NEUTRAL))
    for item in table["screening"]["evidence"]:
        del item["origin"], item["weight"]
    assert {e.origin for e in Record.from_dict(table).screening.evidence} == {"photo"}
    path = write_record(tmp_path / "a.json", make_record(**NEUTRAL))
    assert read_record(path).photo == "client.jpg"
