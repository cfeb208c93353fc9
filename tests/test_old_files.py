"""Files of version 0.1.0: results, batches, client files, exports."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from posture.analysis import record as record_module
from posture.analysis.analyzer import Analyzer
from posture.analysis.record import Record, read_record
from posture.cli.main import main
from posture.clients import ClientStore, Visit
from posture.clients.archive import MANIFEST, export_client
from posture.clients.archive_import import import_from
from posture.clients.reanalysis import analyze_again
from posture.clients.visit_data import visit_data
from posture.comparison.api import compare
from posture.errors import SettingsError
from posture.export.rows import schema
from posture.measures.catalogue import MEASURES
from posture.texts import describe_quantity

OLD = Path(__file__).parent / "data" / "version_0_1_0"
RESULT = OLD / "results" / "03_tilted_arched_woman_right.posture.json"


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    return ClientStore(shutil.copy(OLD / "clients.sqlite", tmp_path / "clients.sqlite"))


def visits_of_anna(store: ClientStore) -> tuple[Visit, ...]:
    (anna,) = store.find("Anna")
    return store.visits(anna.client.id)


def test_a_result_file_is_read() -> None:
    record = read_record(RESULT)
    assert record.estimates.pelvic_tilt_deg.value == pytest.approx(18.962)
    assert record.screening.grade == "possible"
    assert (record.provenance.sex, record.provenance.clothing) == ("female", "tight")


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> str:
    """A measure that came with a later algorithm."""
    name, later = "shin_lean_deg", replace(MEASURES["leg_lean_deg"], since=2)
    monkeypatch.setattr(record_module, "MEASURES", {**MEASURES, name: later})
    return name


def test_a_measure_that_came_later_is_absent_with_its_reason(newer: str) -> None:
    record = read_record(RESULT)
    assert record.measures[newer].reason == "not_measured"
    assert "did not measure it" in describe_quantity(record.measures[newer])
    table = json.loads(RESULT.read_text())
    table["provenance"]["algorithm"] = 2
    table["measures"]["chest_lean_deg"] = table["measures"]["leg_lean_deg"]
    with pytest.raises(SettingsError, match=f"measures.{newer} is missing"):
        Record.from_dict(table)


def test_a_result_file_with_placed_points_is_read() -> None:
    record = read_record(OLD / "results" / "01_points.posture.json")
    assert set(record.corrected) == {"asis", "psis"}
    assert record.estimates.pelvic_tilt_deg.flags == ("manual_points", "corrected")


@pytest.mark.parametrize("name", ["json", "csv", "coco17", "fhir"])
def test_result_files_are_exported(name: str) -> None:
    files = sorted(str(path) for path in (OLD / "results").glob("*.posture.json"))
    done = CliRunner().invoke(main, ["export", *files, "--format", name])
    assert done.exit_code == 3, "one of the photos was refused"
    assert done.output


def test_a_sheet_is_printed_from_a_result_file(tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    done = CliRunner().invoke(main, ["report", str(RESULT), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF")


def test_columns_of_a_batch_keep_their_meaning() -> None:
    """None of their columns has been removed from the row schema or changed type."""
    table = pq.read_table(OLD / "batch" / "rows")
    now = schema()
    assert table.schema.metadata[b"posture.row_schema"] == now.metadata[b"posture.row_schema"]
    assert {f.name: f.type for f in table.schema} == {
        f.name: f.type for f in now if f.name in table.schema.names
    }


@pytest.fixture
def old_batch(tmp_path: Path) -> Path:
    """A finished batch of 0.1.0, with the path of its photos updated."""
    out = Path(shutil.copytree(OLD / "batch", tmp_path / "out"))
    (tmp_path / "photos").mkdir()
    batch_json = json.loads((out / "batch.json").read_text())
    batch_json["plan"]["source"] = str(tmp_path / "photos")
    (out / "batch.json").write_text(json.dumps(batch_json))
    return out


def test_a_batch_is_resumed_and_its_rows_are_kept_unchanged(old_batch: Path) -> None:
    photos = old_batch.parent / "photos"
    words = ["batch", str(photos), "--out", str(old_batch), "--resume", "--csv"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 3, done.output
    assert len((old_batch / "rows.csv").read_text("utf-8-sig").splitlines()) == 4
    assert (old_batch / "gallery.html").is_file()


def test_a_batch_of_another_algorithm_is_not_resumed(old_batch: Path) -> None:
    batch_json = json.loads((old_batch / "batch.json").read_text())
    del batch_json["plan"]["package_version"]
    batch_json["plan"]["algorithm"] = 99
    (old_batch / "batch.json").write_text(json.dumps(batch_json))
    photos = old_batch.parent / "photos"
    done = CliRunner().invoke(main, ["batch", str(photos), "--out", str(old_batch), "--resume"])
    assert done.exit_code == 2
    assert "the algorithm changed" in done.output.replace("\n", " ")


def test_a_client_file_opens_with_its_visits_and_pictures(store: ClientStore) -> None:
    first, second = visits_of_anna(store)
    assert (first.day, second.day) == (date(2026, 3, 2), date(2026, 4, 2))
    assert first.protocol == second.protocol
    assert (first.protocol.camera_height_cm, first.protocol.camera_distance_cm) == (100.0, 350.0)
    assert store.photo(first.shots[0].id) is not None
    assert first.shots[0].record().estimates.pelvic_tilt_deg.present
    assert (first.algorithm, second.algorithm) == (1, 1)


def test_visits_of_a_client_file_are_compared(store: ClientStore) -> None:
    before, after = map(visit_data, visits_of_anna(store))
    change = compare(before, after).changes["lumbar_lordosis_deg"]
    assert change.verdict == "real_change"
    assert change.change == pytest.approx(-26.1, abs=0.1)


def test_a_visit_of_a_client_file_is_analysed_again_and_stays_comparable(
    store: ClientStore, analyzer: Analyzer
) -> None:
    first, second = visits_of_anna(store)
    renewed = analyze_again(store, first.id, analyzer)
    provenance = renewed.shots[0].record().provenance
    assert (provenance.camera_height_cm, provenance.camera_distance_cm) == (100.0, 350.0)
    change = compare(visit_data(renewed), visit_data(second)).changes["lumbar_lordosis_deg"]
    assert (change.reason, change.verdict) == (None, "real_change")


def test_an_export_of_a_client_is_imported(tmp_path: Path) -> None:
    archive = tmp_path / "anna.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted((OLD / "archive").rglob("*")):
            if path.is_file():
                file.write(path, path.relative_to(OLD / "archive").as_posix())
    store = ClientStore(tmp_path / "clients.sqlite")
    anna = import_from(store, archive)
    visits = store.visits(anna.id)
    assert [visit.day for visit in visits] == [date(2026, 3, 2), date(2026, 4, 2)]
    assert {visit.protocol.camera_distance_cm for visit in visits} == {350.0}
    # Version 0.1.0 can also read exports of this version.
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(export_client(store, anna.id))).read(MANIFEST))
    old = json.loads((OLD / "archive" / "client.json").read_text())
    assert [visit["protocol"] for visit in manifest["visits"]] == [
        visit["protocol"] for visit in old["visits"]
    ]
    assert manifest["format_version"] == old["format_version"]
    assert json.loads((OLD / "archive" / "client.json").read_text())["id"] == anna.id
