"""Files of version 0.1.0: results, batches, client files, exports."""

from __future__ import annotations

import csv
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
from posture.analysis.result import ALGORITHM, SCHEMA_VERSION
from posture.cli.main import main
from posture.clients import ClientStore, Visit
from posture.clients.archive import MANIFEST, export_client
from posture.clients.archive_import import import_from
from posture.clients.capture import capture
from posture.clients.reanalysis import analyze_again
from posture.clients.repeatability_store import load_repeatability, method_of
from posture.clients.visit_data import visit_data
from posture.comparison.api import VisitData, compare, merged
from posture.comparison.visit_data import BONE_LINES
from posture.errors import SettingsError
from posture.export.rows import schema
from posture.inputs.hints import Hints
from posture.measures.catalogue import MEASURES
from posture.report.finding_page import value_blocks
from posture.texts import describe_quantity, label

OLD = Path(__file__).parent / "data" / "version_0_1_0"
RESULT = OLD / "results" / "03_tilted_arched_woman_right.posture.json"
SAMPLES = Path(__file__).parents[1] / "sample_images"
POINTS = Hints(asis_px=(400.0, 500.0), psis_px=(475.0, 485.0))
"""A line of the same slope as in ``01_points.posture.json``, on today's picture of the sample."""


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    return ClientStore(shutil.copy(OLD / "clients.sqlite", tmp_path / "clients.sqlite"))


def visits_of_anna(store: ClientStore) -> tuple[Visit, ...]:
    (anna,) = store.find("Anna")
    return store.visits(anna.client.id)


def test_a_result_file_is_read_by_the_names_of_today() -> None:
    """What version 0.1 called pelvic tilt was its estimate of the bone line."""
    record = read_record(RESULT)
    assert record.estimates.bone_line_estimate_deg.value == pytest.approx(18.962)
    assert label("bone_line_estimate_deg") == "ASIS–PSIS line, as estimated by version 0.1"
    assert record.estimates.pelvic_tilt_deg.reason == "position_not_estimated"
    assert describe_quantity(record.estimates.pelvic_tilt_deg) == (
        "Not estimated by version 0.1: analyse the photo again."
    )
    assert record.estimates.asis_psis_deg.reason == "not_placed"
    assert record.estimates.change.pelvic_tilt_deg is None
    assert record.estimates.change.bone_line_estimate_deg.slope == pytest.approx(0.5, abs=0.2)
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
    line = record.estimates.asis_psis_deg
    assert (line.value, line.flags) == (11.17, ("manual_points", "corrected"))
    assert record.estimates.change.asis_psis_deg.slope == 1.0
    assert record.estimates.bone_line_estimate_deg is None
    assert record.estimates.pelvic_tilt_deg.reason == "position_not_estimated"


def test_an_old_result_keeps_its_grade_whatever_norms_this_version_has() -> None:
    record = read_record(RESULT)
    assert record.rescreened("male") == record
    assert merged([record]).screening == record.screening


def visit(*records: Record, key: str) -> VisitData:
    return VisitData(key=key, day=date(2026, 3, 2), records=records)


def test_an_old_placed_line_is_compared_with_a_new_one(analyzer: Analyzer) -> None:
    """A person read both off the photo: neither the estimator nor its version counts."""
    old = read_record(OLD / "results" / "01_points.posture.json")
    new = Record.of(analyzer.analyze(SAMPLES / "01_neutral_woman_left.jpg", hints=POINTS))
    comparison = compare(visit(old, key="old"), visit(new, key="new"))
    assert comparison.pelvis == "asis_psis_deg"
    change = comparison.changes["asis_psis_deg"]
    assert (change.reason, change.before) == (None, 11.17)
    # Lines of the same slope; the old one knew more of the camera's place.
    assert change.change == pytest.approx(0.0, abs=1.0)
    assert change.errors.slope == 1.0
    others = {item.reason for name, item in comparison.changes.items() if name != change.name}
    assert others == {"other_version"}


def test_an_old_estimate_is_never_compared_with_a_new_position(analyzer: Analyzer) -> None:
    new = Record.of(analyzer.analyze(SAMPLES / RESULT.name.replace(".posture.json", ".jpg")))
    comparison = compare(visit(read_record(RESULT), key="old"), visit(new, key="new"))
    assert comparison.pelvis == "pelvic_tilt_deg"
    for name in ("pelvic_tilt_deg", "bone_line_estimate_deg"):
        change = comparison.changes[name]
        assert (change.verdict, change.change) == ("cannot_tell", None)
    assert comparison.changes["pelvic_tilt_deg"].before is None
    assert comparison.changes["bone_line_estimate_deg"].after is None
    assert "asis_psis_deg" not in comparison.changes


def test_a_placed_line_is_not_compared_with_an_old_estimate() -> None:
    placed = read_record(OLD / "results" / "01_points.posture.json")
    comparison = compare(visit(placed, key="a"), visit(read_record(RESULT), key="b"))
    assert {comparison.changes[name].change for name in BONE_LINES} == {None}


def test_the_sheet_of_an_old_result_says_whose_line_it_is() -> None:
    names = [block.name for block in value_blocks(read_record(RESULT), "female")]
    assert names[:2] == ["ASIS–PSIS line, as estimated by version 0.1", "Pelvic tilt"]
    assert value_blocks(read_record(RESULT), "female")[1].value == "not stated"


@pytest.mark.parametrize("name", ["json", "csv", "coco17", "fhir"])
def test_result_files_are_exported(name: str) -> None:
    files = sorted(str(path) for path in (OLD / "results").glob("*.posture.json"))
    done = CliRunner().invoke(main, ["export", *files, "--format", name])
    assert done.exit_code == 3, "one of the photos was refused"
    assert done.output


def test_exports_of_old_results_have_the_names_of_today() -> None:
    placed = OLD / "results" / "01_points.posture.json"
    words = ["export", str(RESULT), str(placed), "--format"]
    estimated, line = json.loads(CliRunner().invoke(main, [*words, "json"]).output)
    assert {estimated["schema_version"], line["schema_version"]} == {SCHEMA_VERSION}
    assert estimated["estimates"]["bone_line_estimate_deg"]["value"] == 18.962
    assert line["estimates"]["asis_psis_deg"]["value"] == 11.17
    for table in (estimated, line):
        assert table["estimates"]["pelvic_tilt_deg"]["reason"] == "position_not_estimated"
        assert table["standing"]["pelvic_tilt_deg"] is None
    rows = list(csv.DictReader(io.StringIO(CliRunner().invoke(main, [*words, "csv"]).output)))
    names = ("pelvic_tilt_deg", "bone_line_estimate_deg", "asis_psis_deg")
    assert [[row[name] for name in names] for row in rows] == [
        ["", "18.962", ""],
        ["", "", "11.17"],
    ]
    bundle = json.loads(CliRunner().invoke(main, [*words, "fhir"]).output)
    codes = [one["resource"]["code"]["coding"][0]["code"] for one in bundle["entry"]]
    assert codes.count("bone_line_estimate_deg") == 1


def test_a_sheet_is_printed_from_a_result_file(tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    done = CliRunner().invoke(main, ["report", str(RESULT), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF")


def test_columns_of_a_batch_keep_their_types() -> None:
    """None of their columns has been removed from the row schema or changed type.

    ``pelvic_tilt_deg`` means another quantity since row schema 2, which both files say.
    """
    table = pq.read_table(OLD / "batch" / "rows")
    now = schema()
    assert table.schema.metadata[b"posture.row_schema"] == b"1"
    assert now.metadata[b"posture.row_schema"] == b"2"
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


def test_an_old_batch_is_not_resumed_and_its_rows_are_kept_unchanged(old_batch: Path) -> None:
    """Its rows hold the estimates of another quantity under the same name."""
    photos = old_batch.parent / "photos"
    before = (old_batch / "rows" / "part-000000.parquet").read_bytes()
    words = ["batch", str(photos), "--out", str(old_batch), "--resume", "--csv"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2, done.output
    assert "the algorithm changed" in done.output
    assert "name another folder to analyse all photos with this version" in done.output
    assert (old_batch / "rows" / "part-000000.parquet").read_bytes() == before


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
    assert first.shots[0].record().estimates.bone_line_estimate_deg.present
    assert (first.algorithm, second.algorithm) == (1, 1)


def test_visits_of_a_client_file_are_compared(store: ClientStore) -> None:
    before, after = map(visit_data, visits_of_anna(store))
    comparison = compare(before, after)
    change = comparison.changes["lumbar_lordosis_deg"]
    assert change.verdict == "real_change"
    assert change.change == pytest.approx(-26.1, abs=0.1)
    # Both were estimated by version 0.1, whose lines are comparable with each other.
    assert comparison.pelvis == "bone_line_estimate_deg"
    assert comparison.changes[comparison.pelvis].change is not None


def test_a_visit_of_a_client_file_is_estimated_anew_from_its_kept_photo(
    store: ClientStore, analyzer: Analyzer
) -> None:
    first, second = visits_of_anna(store)
    renewed = analyze_again(store, first.id, analyzer)
    record = renewed.shots[0].record()
    provenance = record.provenance
    assert (provenance.camera_height_cm, provenance.camera_distance_cm) == (100.0, 350.0)
    assert record.estimates.bone_line_estimate_deg is None
    assert record.estimates.pelvic_tilt_deg.reason != "position_not_estimated"
    mixed = compare(visit_data(renewed), visit_data(second))
    assert {change.reason for change in mixed.changes.values()} == {"other_version"}
    both = compare(visit_data(renewed), visit_data(analyze_again(store, second.id, analyzer)))
    assert both.changes["lumbar_lordosis_deg"].reason is None


def test_a_studio_measurement_of_version_0_1_keeps_its_meaning_and_no_longer_counts(
    store: ClientStore,
) -> None:
    """What it called pelvic tilt was the bone line: estimated, or placed where the slope is 1."""
    first, second = visits_of_anna(store)
    for slope, name in ((0.5, "bone_line_estimate_deg"), (1.0, "asis_psis_deg")):
        error = {"slope": slope, "day_sd": 1.0, "photo_sd": 2.0}
        sources = {"day_source": "studio", "photo_source": "studio", "repeats": 0}
        estimator = first.shots[0].record().provenance.estimator
        kept = {
            "measured_on": "2026-03-02",
            "people": 6,
            "estimator": estimator,
            "errors": {"pelvic_tilt_deg": {**error, **sources}},
        }
        store.save_setting("repeatability", kept)
        stored = load_repeatability(store)
        assert stored is not None
        assert stored.outdated
        assert list(stored.errors) == [name]
    new = replace(method_of(visit_data(second)), algorithm=ALGORITHM)
    assert load_repeatability(store, method=new) is None


def test_the_commands_say_that_repeats_start_again(store: ClientStore, analyzer: Analyzer) -> None:
    first, second = visits_of_anna(store)
    for item in (first, second):
        analyze_again(store, item.id, analyzer)
    (anna,) = store.find("Anna")
    old = json.loads((OLD / "archive" / "client.json").read_text())["visits"][0]
    captures = [
        replace(
            capture(analyzer.analyze(SAMPLES / name)),
            result={
                **old["shots"][0]["result"],
                "provenance": {
                    **old["shots"][0]["result"]["provenance"],
                    "photo_sha256": name,
                },
            },
        )
        for name in ("02_neutral_man_right.jpg", "03_tilted_arched_woman_right.jpg")
    ]
    store.add_visit(anna.client.id, captures, day=date(2026, 1, 2))
    words = ["clients", "--data", str(store.path), "compare", anna.client.id, "--before", "2"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert "the client's own repeats start again" in done.output
    words = ["clients", "--data", str(store.path), "show", anna.client.id, "--json"]
    shown = json.loads(CliRunner().invoke(main, words).output)
    found = [result["estimates"] for visit in shown["visits"] for result in visit["results"]]
    assert ["bone_line_estimate_deg" in estimates for estimates in found] == [
        True,
        True,
        False,
        False,
    ]


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
