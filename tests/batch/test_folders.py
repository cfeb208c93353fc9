"""A folder as a study has it, through batch, every export and back: nothing gets lost."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from fhir.resources.R4B.bundle import Bundle
from pycocotools.coco import COCO
from support.study_folder import FORMATS, make_study

from posture.cli.main import main
from posture.errors import SettingsError
from posture.export import read_results, to_csv, to_json, to_table
from posture.export.fhir import PANEL
from posture.landmarks import Landmark

COUNT = 23
COPY, CUT, FRONT = 20, 21, 22
SAMPLES = Path(__file__).parents[2] / "sample_images"


def run(command: str, *arguments: object) -> Result:
    return CliRunner().invoke(main, [command, *map(str, arguments)])


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_study(tmp_path_factory.mktemp("study") / "photos", COUNT)


@pytest.fixture(scope="module")
def out(listed: Path) -> Path:
    folder = listed.parent.parent / "results"
    before = os.umask(0o027)
    try:
        done = run("batch", listed, "--out", folder, "--csv", "--clothing", "minimal")
    finally:
        os.umask(before)
    assert done.exit_code == 3, done.output
    assert "Columns kept as they are, in further: group, pain." in done.stderr
    assert "1 photo is a byte copy of another" in done.stderr
    return folder


@pytest.fixture(scope="module")
def frame(out: Path) -> pd.DataFrame:
    return pq.read_table(out / "rows").to_pandas()


@pytest.fixture(scope="module")
def told(listed: Path) -> list[dict[str, str]]:
    with listed.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_file_has_one_row_with_its_identity(
    frame: pd.DataFrame, told: list[dict[str, str]], listed: Path
) -> None:
    assert list(frame.input_number) == list(range(COUNT))
    assert list(frame.path) == [row["photo"] for row in told]
    assert frame.photo.nunique() == 2  # the same names in every folder
    assert frame.id.is_unique
    assert frame.uri.is_unique
    assert list(frame.uri) == [str(listed.parent / row["photo"]) for row in told]
    for row in frame.itertuples():
        assert row.photo_sha256 == hashlib.sha256(Path(row.uri).read_bytes()).hexdigest()
    assert set(zip(frame.width_px, frame.height_px, strict=True)) == {(900, 1200)}
    assert list(frame.captured[:2]) == ["2025-03-01T09:00:00", "2025-03-02T09:01:00"]


def test_what_was_told_is_in_every_row_and_on_refused_ones(
    frame: pd.DataFrame, told: list[dict[str, str]]
) -> None:
    assert list(frame.status[[CUT, FRONT]]) == ["refused", "refused"]
    meant = {"female": "female", "m": "male", "NA": None, "": None}
    assert list(frame.sex.astype(object).where(frame.sex.notna(), None)) == [
        meant[row["sex"]] for row in told
    ]
    # Where the list says nothing, what was told of all photos counts.
    assert list(frame.clothing) == [
        "minimal" if row["clothing"] == "unknown" else "tight" for row in told
    ]
    assert [None if pd.isna(cell) else cell for cell in frame.height_cm] == [
        None if row["height"] == "NaN" else 168.0 for row in told
    ]
    assert set(frame.camera_height_cm) == {95.0}
    assert list(frame.subject) == [row["subject"] for row in told]
    assert list(frame.visit) == [row["visit"] for row in told]
    further = pd.DataFrame(
        [{pair["name"]: pair["value"] for pair in cell} for cell in frame.further]
    )
    assert further.to_dict("records") == [
        {"group": row["group"], "pain": row["pain"]} for row in told
    ]


def test_byte_copies_are_marked_and_counted(frame: pd.DataFrame, out: Path) -> None:
    marked = frame.copy_of.dropna()
    assert dict(marked) == {COPY: frame.id[0]}
    assert json.loads((out / "summary.json").read_text())["copies"] == 1


def test_keypoints_are_in_the_rows(frame: pd.DataFrame) -> None:
    assert {len(cell) for cell in frame.keypoints[frame.status != "refused"]} == {33}
    assert {len(cell) for cell in frame.keypoints[frame.status == "refused"]} == {0}
    first = frame.keypoints[0]
    assert [point["name"] for point in first] == [landmark.name.lower() for landmark in Landmark]
    assert set(first[0]) == {"name", "x", "y", "visibility", "shown"}


def test_all_files_have_the_mode_that_the_umask_leaves(out: Path) -> None:
    files = [path for path in out.rglob("*") if path.is_file()]
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o640"}


# --- export and back -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def exported(out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    for name in FORMATS:
        done = run("export", out, "--format", name, "--out", folder / name)
        assert done.exit_code == 3, (name, done.output)  # the refused photos
    return folder


def test_the_table_of_an_export_is_that_of_the_batch(
    exported: Path, out: Path, frame: pd.DataFrame
) -> None:
    table = pq.read_table(exported / "parquet")
    assert table.equals(pq.read_table(out / "rows"))
    text = (exported / "csv").read_text(encoding="utf-8")
    assert text == (out / "rows.csv").read_text(encoding="utf-8")
    read = pd.read_csv(io.StringIO(text))
    assert list(read.id) == list(frame.id)
    assert read.pelvic_tilt_deg.equals(frame.pelvic_tilt_deg)


def test_json_is_read_back_as_it_was_written(exported: Path, out: Path) -> None:
    from_batch, from_json = read_results(out), read_results(exported / "json")
    assert [entry.result for entry in from_json] == [entry.result for entry in from_batch]
    assert to_json(from_json) == (exported / "json").read_text(encoding="utf-8")
    table, again = to_table(from_batch), to_table(from_json)
    # A list of results has no identifiers and no batch of its own.
    lost = ["id", "uri", "input_number", "copy_of"]
    assert again.drop_columns(lost).equals(table.drop_columns(lost))


@pytest.mark.parametrize(("name", "points"), [("coco17", 17), ("coco33", 33)])
def test_coco_has_a_name_for_every_photo(
    exported: Path, frame: pd.DataFrame, listed: Path, name: str, points: int
) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(exported / name))
    images = coco.loadImgs(coco.getImgIds())
    names = [image["file_name"] for image in images]
    assert names == list(frame.path[frame.status != "refused"])
    assert all((listed.parent / name).is_file() for name in names)
    assert images[0]["date_captured"] == "2025-03-01T09:00:00"
    assert {len(one["keypoints"]) for one in coco.loadAnns(coco.getAnnIds())} == {3 * points}


def test_fhir_has_subject_time_and_photo_of_each(exported: Path, frame: pd.DataFrame) -> None:
    bundle = Bundle.model_validate_json((exported / "fhir").read_text(encoding="utf-8"))
    panels = [one.resource for one in bundle.entry if one.resource.code.coding[0].code == PANEL]
    assert [panel.subject.display for panel in panels] == list(frame.subject)
    assert [panel.derivedFrom[0].display for panel in panels] == list(frame.path)
    assert [panel.derivedFrom[0].identifier.value for panel in panels] == list(frame.photo_sha256)
    # A time of day without a zone has no place in FHIR.
    assert str(panels[0].effectiveDateTime) == "2025-03-01"


def test_formats_with_a_file_for_each_photo_have_one_for_each(
    exported: Path, frame: pd.DataFrame
) -> None:
    analysed = frame[frame.status != "refused"]
    assert len(list((exported / "openpose").iterdir())) == len(analysed)
    assert len(list((exported / "mot").iterdir())) == analysed.pelvic_tilt_deg.notna().sum()
    # The height of the list gives the scale; without one no scale is made up.
    assert len(list((exported / "trc").iterdir())) == analysed.height_cm.notna().sum()


def test_two_batches_make_one_table_with_identifiers_of_their_own(
    out: Path, tmp_path: Path
) -> None:
    again = shutil.copytree(out, tmp_path / "again")
    table = to_table(read_results([out, again]))
    ids = table["id"].to_pylist()
    assert len(set(ids)) == 2 * COUNT
    assert ids[COUNT] == f"again/{ids[0]}"


def test_a_batch_of_an_earlier_version_is_named_as_such(out: Path, tmp_path: Path) -> None:
    old = shutil.copytree(out, tmp_path / "old")
    (part,) = (old / "rows").iterdir()
    pq.write_table(pq.read_table(part).drop_columns(["keypoints"]), part)
    with pytest.raises(SettingsError, match="is of an earlier version, which kept tables only"):
        read_results(old)
    damaged = shutil.copytree(out, tmp_path / "damaged")
    next((damaged / "analyses").iterdir()).unlink()
    with pytest.raises(SettingsError, match=r"missing or damaged \(part-000000\.parquet\)"):
        read_results(damaged)


# --- folders that grow ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Result]]:
    """A batch of two photos, to which a new one, another folder and overlays come."""
    top = tmp_path_factory.mktemp("grown")
    first, second, out = top / "may" / "x", top / "june" / "x", top / "results"
    first.mkdir(parents=True)
    second.mkdir(parents=True)
    shutil.copy(SAMPLES / "01_neutral_woman_left.jpg", first / "1.jpg")
    shutil.copy(SAMPLES / "12_refused_front_view.jpg", first / "2.jpg")
    told = {"begun": run("batch", first.parent, "--out", out)}
    shutil.copy(SAMPLES / "03_tilted_arched_woman_right.jpg", first / "3.jpg")
    told["resumed"] = run("batch", first.parent, "--out", out, "--resume")
    told["added"] = run("batch", first.parent, "--out", out, "--add")
    shutil.copy(SAMPLES / "02_neutral_man_right.jpg", second / "1.jpg")
    told["merged"] = run("batch", second.parent, "--out", out, "--add", "--sex", "male")
    told["before"] = pq.read_table(out / "rows")
    # The first photo is another one by now; its row stays, and it gets no picture.
    shutil.copy(SAMPLES / "07_flat_back_man_left.jpg", first / "1.jpg")
    told["drawn"] = run("batch", first.parent, "--out", out, "--resume", "--overlays")
    return out, told


def test_new_photos_come_in_when_asked_for(grown: tuple[Path, dict[str, Result]]) -> None:
    out, told = grown
    assert "photos added since are not part of it: --add takes them in" in told["resumed"].stderr
    assert "1 photo is new to the batch" in told["added"].stderr
    # Only the new one was analysed.
    assert len(list((out / "rows").iterdir())) == 3
    rows = told["before"].sort_by("input_number").to_pylist()
    assert [row["id"] for row in rows] == ["x/1.jpg", "x/2.jpg", "x/3.jpg", "june/x/1.jpg"]
    assert [row["sex"] for row in rows] == [None, None, None, "male"]
    info = json.loads((out / "batch.json").read_text())
    assert [(one["first"], one["inputs"]) for one in info["added"]] == [(2, 1), (3, 1)]
    assert info["plan"]["sex"] is None
    assert info["inputs"] == 4


def test_overlays_wanted_later_leave_the_rows_as_they_are(
    grown: tuple[Path, dict[str, Result]],
) -> None:
    out, told = grown
    assert "Overlays of 2 photos were drawn; rows stay as they are." in told["drawn"].stderr
    assert "1 photo is no longer that of its row: it has no overlay." in told["drawn"].stderr
    after = pq.read_table(out / "rows")
    assert after.drop_columns(["overlay"]).equals(told["before"].drop_columns(["overlay"]))
    cells = after.sort_by("input_number")["overlay"].to_pylist()
    assert cells[:2] == [None, None]
    assert all((out / cell).is_file() for cell in cells[2:])
    assert (out / "gallery.html").read_text().count("overlays/") >= 2


def test_what_must_not_differ_is_refused(grown: tuple[Path, dict[str, Result]]) -> None:
    out, _ = grown
    photos = out.parent / "may"
    again = run("batch", photos, "--out", out, "--resume", "--sex", "male")
    assert again.exit_code == 2
    assert "--sex changed" in " ".join(again.stderr.split())
    limited = run("batch", photos, "--out", out, "--add", "--limit", 1)
    assert "leave --limit out" in limited.stderr
    blurred = run("batch", photos, "--out", out, "--add", "--blur-face")
    assert "--blur-face changed" in " ".join(blurred.stderr.split())


def test_an_addition_that_was_killed_half_way_leaves_the_batch_whole(
    grown: tuple[Path, dict[str, Result]], tmp_path: Path
) -> None:
    """The list had grown already, and its description had not."""
    out, _ = grown
    half = shutil.copytree(out, tmp_path / "half")
    info = json.loads((half / "batch.json").read_text())
    info |= {"inputs": 3, "added": info["added"][:1]}
    (half / "batch.json").write_text(json.dumps(info))
    for part in ("rows", "analyses"):
        (half / part / "part-000002.parquet").unlink()
    june = out.parent / "june"
    done = run("batch", june, "--out", half, "--add", "--sex", "male", "--overlays")
    assert done.exit_code == 3, done.output
    ids = pq.read_table(half / "rows").sort_by("input_number")["id"].to_pylist()
    assert ids == ["x/1.jpg", "x/2.jpg", "x/3.jpg", "june/x/1.jpg"]
    again = run("batch", june, "--out", half, "--add", "--sex", "male", "--overlays")
    assert "0 photos are new" in again.stderr
    assert to_csv(read_results(half)).count("\n") == 5
