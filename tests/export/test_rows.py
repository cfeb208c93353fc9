"""The flat table: one row for every photo, and a schema that only changes with its version."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ROOT

from posture.analysis.outcome import Refusal
from posture.analysis.result import Analysis
from posture.errors import PoseError
from posture.estimator.model import TARGETS
from posture.export.entries import Entry, entry_of
from posture.export.rows import COLUMNS, ROW_SCHEMA_VERSION, row_of, schema, table_of

SAMPLE = ROOT / "sample_images" / "02_neutral_man_right.jpg"
GOLDEN = ROOT / "tests" / "golden" / "row_schema_2.txt"


@pytest.fixture(scope="module")
def entry(read_sample: Callable[[Path], Analysis]) -> Entry:
    return entry_of(read_sample(SAMPLE), id="7", uri="file:///x/a.jpg")


@pytest.fixture
def refused() -> Entry:
    error = PoseError("Nobody is there.", code="no_person")
    return entry_of(Refusal(photo="b.jpg", error=error), id="8")


def stated() -> str:
    """Return the schema as text, as far as readers of old files rely on it."""
    lines = [
        f"{field.name}: {field.type}{'' if field.nullable else ' not null'}" for field in schema()
    ]
    return "\n".join(lines) + "\n"


def test_the_schema_is_the_one_of_its_version() -> None:
    """A column that changes or disappears needs a new version and a new golden file."""
    assert ROW_SCHEMA_VERSION == 2
    assert stated() == GOLDEN.read_text(encoding="utf-8")


def test_the_schema_states_version_level_units_and_meanings() -> None:
    assert schema().metadata == {b"posture.row_schema": b"2", b"posture.interval_level": b"0.9"}
    tilt = schema().field("pelvic_tilt_deg")
    assert tilt.metadata[b"unit"] == b"deg"
    for column in COLUMNS:
        assert column.meaning, column.name
        assert bool(column.unit) == (column.kind == "number"), column.name


def test_an_analysed_photo_keeps_every_number(entry: Entry) -> None:
    row, result = row_of(entry), entry.result
    assert list(row) == [column.name for column in COLUMNS]
    assert (row["id"], row["uri"], row["photo"]) == ("7", "file:///x/a.jpg", SAMPLE.name)
    assert (row["status"], row["error_code"]) == ("ok", None)
    assert result["estimates"] is not None
    numbers = {**{f"measured_{name}": quantity for name, quantity in result["measures"].items()}}
    numbers |= {name: result["estimates"][name] for name in (*TARGETS, "asis_psis_deg")}
    assert len(numbers) == 25
    for name, quantity in numbers.items():
        cells = [row[name], row[f"{name}_low"], row[f"{name}_high"], row[f"{name}_reason"]]
        assert cells == [quantity[key] for key in ("value", "low", "high", "reason")], name
    # The same name as measure and as estimate, with different values.
    assert row["lumbar_depth_pct"] != row["measured_lumbar_depth_pct"]


def test_view_screening_and_provenance_are_kept(entry: Entry) -> None:
    row, result = row_of(entry), entry.result
    view, screening, provenance = result["view"], result["screening"], result["provenance"]
    assert view is not None
    assert screening is not None
    assert provenance is not None
    assert (row["facing"], row["roll_source"]) == ("right", "lines")
    assert [item["code"] for item in row["findings"]] == [  # type: ignore[attr-defined]
        item["code"] for item in view["findings"]
    ]
    assert {"quantity": "measured_abdominal_slope_deg", "flag": "arm_on_front"} in row["flags"]  # type: ignore[operator]
    assert row["screening_grade"] == screening["grade"]
    assert len(row["screening_evidence"]) == len(screening["evidence"])  # type: ignore[arg-type]
    assert {name: row[name] for name in provenance} == provenance
    assert row["photo_sha256"] == hashlib.sha256(SAMPLE.read_bytes()).hexdigest()


def test_what_was_told_of_height_and_camera_is_kept(entry: Entry) -> None:
    told = {"height_cm": 170.0, "camera_height_cm": 0.0, "camera_distance_cm": 335.0}
    assert entry.record is not None
    provenance = replace(entry.record.provenance, **told)
    row = row_of(replace(entry, record=replace(entry.record, provenance=provenance)))
    assert {name: row[name] for name in told} == told


def test_a_refused_photo_has_a_row_without_a_number(refused: Entry) -> None:
    row = row_of(refused)
    assert list(row) == [column.name for column in COLUMNS]
    assert row["status"] == "refused"
    assert row["error_code"] == "no_person"
    assert row["error_message"] == "Nobody is there."
    assert {row[column.name] for column in COLUMNS if column.kind == "number"} == {None}
    assert row["pelvic_tilt_deg_reason"] == "photo_refused"


def test_rows_come_back_from_parquet(entry: Entry, refused: Entry, tmp_path: Path) -> None:
    rows = [row_of(entry), row_of(refused)]
    pq.write_table(table_of(rows), tmp_path / "part.parquet")
    back = pq.read_table(tmp_path / "part.parquet")
    assert back.schema.equals(schema(), check_metadata=True)
    assert back.to_pylist() == rows


def test_no_rows_make_an_empty_table_with_all_columns() -> None:
    assert table_of([]).schema.equals(schema(), check_metadata=True)


def test_a_row_with_other_columns_is_refused(refused: Entry) -> None:
    row = row_of(refused)
    with pytest.raises(ValueError, match="a row differs in typo"):
        table_of([{**row, "typo": 1}])
    del row["facing"]
    with pytest.raises(ValueError, match="a row differs in facing"):
        table_of([row])


def test_a_required_cell_cannot_be_left_out(refused: Entry, tmp_path: Path) -> None:
    table = table_of([{**row_of(refused), "status": None}])
    with pytest.raises(pa.ArrowInvalid, match="status"):
        pq.write_table(table, tmp_path / "part.parquet")


def test_arrow_is_loaded_only_when_a_table_is_made() -> None:
    probe = "import sys, posture.export.rows; print('pyarrow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.lower()) is False
