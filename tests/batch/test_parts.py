"""Parts of a batch: what is on disk says what is done, and nothing else does."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.batch_tasks import PICTURE, row

from posture.batch.inputs import CHUNK, read_inputs, write_inputs
from posture.batch.journal import Journal, Plan, load_journal
from posture.batch.lock import locked
from posture.batch.model import Interrupted, Item, ItemResult
from posture.batch.parts import (
    RowWriter,
    iter_parts,
    iter_thumbnails,
    read_done,
    spans_numbers,
    spans_text,
)
from posture.batch.results.pictures import PictureWriter, overlay_name
from posture.batch.start import _sweep, _told
from posture.batch.stores.base import open_store
from posture.errors import SettingsError
from posture.export.rows import schema

GO = threading.Event()


def outcome(number: int) -> ItemResult:
    return row(Item(number=number, id=f"photo {number}", uri=f"/photos/{number}.jpg"))


def items(count: int) -> list[Item]:
    return [Item(number=n, id=str(n), uri=f"/photos/{n}.jpg") for n in range(count)]


def wrote(folder: Path, *parts: list[int]) -> None:
    writer = RowWriter(open_store(str(folder)), 0)
    for part in parts:
        for number in part:
            writer.add(outcome(number))
        writer.flush()


@given(st.sets(st.integers(0, 500), min_size=1))
def test_spans_come_back(numbers: set[int]) -> None:
    assert spans_numbers(spans_text(sorted(numbers))).tolist() == sorted(numbers)


def test_parts_are_plain_parquet_sorted_by_input(tmp_path: Path) -> None:
    wrote(tmp_path, [4, 0, 2], [1])
    table = pq.read_table(tmp_path / "rows")
    assert table.schema.equals(schema())
    assert table["id"].to_pylist() == ["photo 0", "photo 2", "photo 4", "photo 1"]
    store = open_store(str(tmp_path))
    assert [numbers.tolist() for numbers, _ in iter_parts(store, GO)] == [[0, 2, 4], [1]]
    assert list(iter_thumbnails(store)) == [(n, PICTURE) for n in (4, 0, 2, 1)]


def test_what_is_done_is_read_from_the_parts(tmp_path: Path) -> None:
    wrote(tmp_path, [4, 0], [2])
    (tmp_path / "rows" / ".part-000002.parquet.tmp").write_bytes(b"half")
    done = read_done(open_store(str(tmp_path)), 6, GO)
    assert done.mask.tolist() == [True, False, True, False, True, False]
    assert (done.count, done.next_part, done.statuses) == (3, 2, {"ok": 3})
    assert read_done(open_store(str(tmp_path / "none")), 6, GO).count == 0


@pytest.mark.parametrize("damage", ["cut", "doubled", "beyond", "foreign"])
def test_a_part_that_is_not_right_is_named(tmp_path: Path, damage: str) -> None:
    wrote(tmp_path, [0, 1], [1, 2] if damage == "doubled" else [2, 3])
    second = tmp_path / "rows" / "part-000001.parquet"
    if damage == "cut":
        second.write_bytes(second.read_bytes()[:-20])
    elif damage == "foreign":
        pq.write_table(pq.read_table(second).replace_schema_metadata({}), second)
    total = 3 if damage == "beyond" else 4
    with pytest.raises(SettingsError, match=r"part-000001\.parquet is damaged .* remove it") as e:
        read_done(open_store(str(tmp_path)), total, GO)
    assert e.value.code == "bad_batch"
    second.unlink()
    assert read_done(open_store(str(tmp_path)), total, GO).count == 2


def test_a_part_is_due_when_it_is_full_or_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = RowWriter(open_store(str(tmp_path)), 0)
    assert not writer.due
    writer.add(outcome(0))
    assert not writer.due
    monkeypatch.setattr("posture.batch.parts.PART_SECONDS", 0.0)
    assert writer.due
    writer.flush()
    assert not writer.due
    monkeypatch.setattr("posture.batch.parts.PART_SECONDS", 1e9)
    monkeypatch.setattr("posture.batch.parts.PART_ROWS", 3)
    for number in range(3):
        assert not writer.due
        writer.add(outcome(number))
    assert writer.due


def test_a_part_that_could_not_be_written_is_written_later(tmp_path: Path) -> None:
    (tmp_path / "rows").write_text("a file where the folder should be")
    writer = RowWriter(open_store(str(tmp_path)), 0)
    writer.add(outcome(0))
    with pytest.raises(SettingsError):
        writer.flush()
    (tmp_path / "rows").unlink()
    writer.flush()
    writer.flush()
    assert read_done(open_store(str(tmp_path)), 1, GO).count == 1


def test_the_list_of_inputs_comes_back(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    given = [
        *items(CHUNK + 1),
        Item(number=CHUNK + 1, id="caf\udce9", uri="file:///caf%E9", problem="not \udce9"),
        Item(
            number=CHUNK + 2,
            id="x",
            uri="y",
            facing="left",
            sex="male",
            clothing="loose",
            height_cm=180.0,
            camera_height_cm=95.0,
            camera_distance_cm=300.0,
        ),
    ]
    assert write_inputs(store, given, GO, check_ids=True) == CHUNK + 3
    done = np.zeros(CHUNK + 3, dtype=bool)
    done[1:CHUNK] = True
    first, second, third, fourth = read_inputs(store, CHUNK + 3, done=done)
    assert (first, second, fourth) == (given[0], given[CHUNK], given[-1])
    assert (third.id, third.problem) == (r"caf\udce9", r"not \udce9")


def test_a_list_of_inputs_of_version_0_1_0_is_gone_on_with(tmp_path: Path) -> None:
    columns = {
        "id": ["a"],
        "uri": ["/a.jpg"],
        "facing": ["left"],
        "sex": [None],
        "clothing": ["tight"],
        "height_cm": [180.0],
        "problem": [None],
    }
    (tmp_path / "inputs").mkdir()
    pq.write_table(pa.table(columns), tmp_path / "inputs" / "part-000000.parquet")
    (item,) = read_inputs(open_store(str(tmp_path)), 1)
    assert item == Item(
        number=0, id="a", uri="/a.jpg", facing="left", clothing="tight", height_cm=180.0
    )


def test_a_long_listing_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    class Listener:
        note = staticmethod(said.append)

    monkeypatch.setattr("posture.batch.start.TELLING_SECONDS", 0.0)
    assert len(list(_told(iter(items(2 * CHUNK + 1)), Listener()))) == 2 * CHUNK + 1  # type: ignore[arg-type]
    assert said[-1] == "Listing the inputs: 20,000 so far."


def test_identifiers_that_occur_twice_are_refused(tmp_path: Path) -> None:
    twins = [*items(5), Item(number=5, id="3", uri="/photos/other.jpg")]
    with pytest.raises(SettingsError, match="3 is listed twice, as inputs 4 and 6") as e:
        write_inputs(open_store(str(tmp_path)), twins, GO, check_ids=True)
    assert e.value.code == "duplicate_id"


def test_equal_hashes_alone_are_no_twins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posture.batch.inputs._hash", lambda text: len(text))
    assert write_inputs(open_store(str(tmp_path)), items(5), GO, check_ids=True) == 5


def test_a_damaged_list_is_said(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    write_inputs(store, items(3), GO, check_ids=False)
    with pytest.raises(SettingsError, match="list of inputs, is missing or damaged"):
        list(read_inputs(store, 4))
    (tmp_path / "inputs" / "part-000000.parquet").write_bytes(b"PAR1")
    with pytest.raises(SettingsError, match="list of inputs, is missing or damaged"):
        list(read_inputs(store, 3))
    (tmp_path / "inputs" / "part-000000.parquet").unlink()
    with pytest.raises(SettingsError, match="list of inputs, is missing or damaged"):
        list(read_inputs(store, 3))


def test_stopping_while_listing_or_reading(tmp_path: Path) -> None:
    stopped = threading.Event()
    stopped.set()
    store = open_store(str(tmp_path))
    wrote(tmp_path, [0])
    with pytest.raises(Interrupted):
        write_inputs(store, items(1), stopped, check_ids=False)
    with pytest.raises(Interrupted):
        read_done(store, 1, stopped)
    with pytest.raises(Interrupted):
        list(iter_parts(store, stopped))


def test_only_what_this_program_left_unfinished_is_swept_away(tmp_path: Path) -> None:
    unfinished = ["rows/.part-000003.parquet.x1", "inputs/.part-000000.parquet.ab", ".rows.csv"]
    unfinished += ["thumbnails/.part-000001.parquet.q", ".batch.json.k", ".gallery.html.z"]
    kept = [".lock", ".keep.jpg", ".part-000000.parquet.x", "rows/part-000000.parquet", "rows/.x.y"]
    for name in (*unfinished, *kept):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    _sweep(open_store(str(tmp_path)))
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(kept)


def test_one_run_at_a_time(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    with locked(store), pytest.raises(SettingsError, match="Another run is at work"), locked(store):
        pass
    with locked(store):
        pass


PLAN = Plan(
    source="/photos",
    manifest_sha256=None,
    limit=None,
    overlays=False,
    blur_face=False,
    model_sha256="m",
    estimator="e",
    algorithm=1,
)


def test_the_journal_comes_back_and_damage_is_said(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    assert load_journal(store) is None
    journal = Journal(plan=PLAN, begun="today", inputs=3, left_out={".mov": 1})
    journal.save(store)
    assert load_journal(store) == journal
    for text in ("{", "[]", "{}", json.dumps({"format": 99})):
        (tmp_path / "batch.json").write_text(text)
        with pytest.raises(SettingsError, match=r"batch\.json is damaged or from another version"):
            load_journal(store)


@pytest.mark.parametrize("name", ["anna.jpg", "../../etc/passwd", "a b\n?.heic", "", "x" * 300])
def test_overlay_names_stay_in_their_folder(name: str) -> None:
    made = overlay_name(3, name, total=12)
    assert made.startswith("overlays/03-")
    assert made.count("/") == 1
    assert len(made) < 110


def test_a_picture_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "overlays").write_text("a file where the folder should be")
    with PictureWriter(open_store(str(tmp_path))) as pictures:
        pictures.put("overlays/1.jpg", PICTURE)
        with pytest.raises(SettingsError, match="cannot be written"):
            pictures.settle()
