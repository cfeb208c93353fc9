"""Tables and JSON, read back by other packages; no cell becomes a formula."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from conftest import SAMPLES
from hypothesis import given
from hypothesis import strategies as st

import posture
from posture.analysis.outcome import Outcome, Refusal
from posture.analysis.result import Analysis
from posture.errors import PhotoError, PoseError
from posture.export import to_csv, to_json, to_table, write_parquet
from posture.export.entries import entry_of
from posture.export.rows import COLUMNS, row_of, schema
from posture.export.tables import csv_cells

REFUSED = Refusal(photo="b.jpg", error=PoseError("Nobody is there.", code="no_person"))


@pytest.fixture(scope="module")
def outcomes(read_sample: Callable[[Path], Analysis]) -> list[Outcome]:
    return [read_sample(SAMPLES[1]), REFUSED]


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


# --- Arrow and Parquet ---------------------------------------------------------------------


def test_a_table_has_one_row_for_every_photo(outcomes: list[Outcome]) -> None:
    table = to_table(outcomes)
    assert table.schema.equals(schema(), check_metadata=True)
    assert table["id"].to_pylist() == ["1", "2"]
    assert table["status"].to_pylist() == ["ok", "refused"]
    assert posture.to_table is to_table


def test_an_analysis_gives_its_own_row(outcomes: list[Outcome]) -> None:
    analysis = outcomes[0]
    assert isinstance(analysis, Analysis)
    assert analysis.to_arrow().equals(to_table([analysis]))


def test_parquet_is_read_by_arrow_and_pandas(outcomes: list[Outcome], tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    write_parquet(outcomes, path)
    back = pq.read_table(path)
    assert back.schema.equals(schema(), check_metadata=True)
    assert back.schema.field("pelvic_tilt_deg").metadata[b"unit"] == b"deg"
    frame = pd.read_parquet(path)
    analysis = outcomes[0]
    assert isinstance(analysis, Analysis)
    assert frame.loc[0, "pelvic_tilt_deg"] == pytest.approx(
        analysis.estimates.pelvic_tilt_deg.value, abs=5e-4
    )
    assert math.isnan(frame.loc[1, "pelvic_tilt_deg"])
    assert list(frame["error_code"].isna()) == [True, False]


# --- JSON ----------------------------------------------------------------------------------


def test_json_has_every_result_on_its_own_line(outcomes: list[Outcome]) -> None:
    text = to_json(outcomes)
    assert json.loads(text) == [json.loads(json.dumps(item.to_dict())) for item in outcomes]
    lines = text.splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("[", "]", 4)
    assert json.loads(to_json([])) == []


# --- CSV -----------------------------------------------------------------------------------


def test_csv_has_the_columns_and_values_of_the_table(outcomes: list[Outcome]) -> None:
    rows = cells(to_csv(outcomes))
    assert list(rows[0]) == [column.name for column in COLUMNS]
    table = to_table(outcomes).to_pylist()
    for row, expected in zip(rows, table, strict=True):
        for column in COLUMNS:
            value = expected[column.name]
            if column.kind == "number":
                assert row[column.name] == ("" if value is None else repr(value))
            elif column.kind == "text":
                assert row[column.name] == (value or "")


def test_pandas_reads_negative_numbers_as_numbers(outcomes: list[Outcome]) -> None:
    frame = pd.read_csv(io.StringIO(to_csv(outcomes)))
    row = to_table(outcomes).to_pylist()[0]
    below = {name: value for name, value in row.items() if isinstance(value, float) and value < 0}
    assert below
    for name, value in below.items():
        assert frame[name].dtype == "float64"
        assert frame[name][0] == pytest.approx(value)
        assert math.isnan(frame[name][1])


def test_lists_become_text_that_can_be_split_again(outcomes: list[Outcome]) -> None:
    row = cells(to_csv(outcomes))[0]
    expected = to_table(outcomes).to_pylist()[0]
    assert row["parts"].split("; ") == expected["parts"]
    findings = [item.split(":") for item in row["findings"].split("; ")]
    assert [(code, float(cost)) for code, cost in findings] == [
        (item["code"], item["cost_deg"]) for item in expected["findings"]
    ]
    assert row["screening_evidence"].startswith("anterior_tilt:type_a:core:")


DANGEROUS = ("=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "\n=1", "＝1+1", "－1", "=HYPERLINK(1)")


@pytest.mark.parametrize("name", [f"{start}.jpg" for start in DANGEROUS])
def test_text_that_a_spreadsheet_would_compute_is_defused(name: str) -> None:
    error = PhotoError(f"{name} cannot be read.", code="photo_unreadable")
    (row,) = cells(to_csv([Refusal(photo=name, error=error)]))
    assert row["photo"] == f"'{name}"
    assert row["uri"] == f"'{name}"
    assert row["error_message"].startswith("'")


@given(st.text(max_size=20))
def test_no_text_becomes_a_formula_or_breaks_the_table(name: str) -> None:
    refusal = Refusal(photo=name, error=PhotoError("No.", code="photo_unreadable"))
    (row,) = cells(to_csv([refusal]))
    assert row["photo"] in {name, f"'{name}"}
    assert not row["photo"].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_number_never_gets_an_apostrophe(outcomes: list[Outcome]) -> None:
    analysis = outcomes[0]
    assert isinstance(analysis, Analysis)
    tilt = dataclasses.replace(analysis.estimates.pelvic_tilt_deg, value=-3.25, low=-9.0, high=1.0)
    changed = dataclasses.replace(
        analysis, estimates=dataclasses.replace(analysis.estimates, pelvic_tilt_deg=tilt)
    )
    row = row_of(entry_of(changed, id="1", uri="-a.jpg"))
    found = dict(zip([column.name for column in COLUMNS], csv_cells(row), strict=True))
    assert (found["pelvic_tilt_deg"], found["uri"]) == ("-3.25", "'-a.jpg")
