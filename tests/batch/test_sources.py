"""Sources: each photo becomes one item, and none is silently left out."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from posture.batch.engines.task import local_path, name_of
from posture.batch.model import Item
from posture.batch.sources import ListingNotes, find_source, items_of
from posture.errors import SettingsError


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def listed(
    source: Path | str, notes: ListingNotes | None = None, skip: Path | None = None
) -> list[Item]:
    return list(items_of(find_source(str(source)), notes or ListingNotes(), skip=skip))


def ids(source: Path | str) -> list[str]:
    return [item.id for item in listed(source)]


def test_a_folder_is_searched_recursively_in_a_fixed_order(tmp_path: Path) -> None:
    touch(tmp_path, "b.JPG", "a.heic", "team/z.png", "team/deep/c.jpeg", "no ending")
    items = listed(tmp_path)
    assert [item.id for item in items] == [
        "a.heic", "b.JPG", "no ending", "team/z.png", "team/deep/c.jpeg",
    ]  # fmt: skip
    assert [item.number for item in items] == [0, 1, 2, 3, 4]
    assert all(Path(item.uri) == tmp_path / item.id for item in items)


def test_files_not_named_like_photos_are_left_out_and_counted(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "a.AAE", "b.mov", "c.mov", "notes.txt", ".hidden.jpg", ".dir/x.jpg")
    (tmp_path / "linked").symlink_to(tmp_path)
    notes = ListingNotes()
    assert [item.id for item in listed(tmp_path, notes)] == ["a.jpg"]
    assert notes.left_out == {".aae": 1, ".mov": 2, ".txt": 1, "linked folder": 1}


def test_results_inside_the_source_are_not_inputs(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "out/overlays/0-a.jpg")
    assert [item.id for item in listed(tmp_path, skip=tmp_path / "out")] == ["a.jpg"]


def test_a_batch_never_reads_its_own_output(tmp_path: Path) -> None:
    """Overlays show people, and would be measured as such."""
    earlier = tmp_path / "photos" / "results of May"
    for name in ("rows/part-000000.parquet", "overlays/0-a.jpg", "batch.json"):
        (earlier / name).parent.mkdir(parents=True, exist_ok=True)
        (earlier / name).touch()
    for name in ("a.jpg", "a.posture.png", "a.posture.json"):
        (tmp_path / "photos" / name).touch()
    notes = ListingNotes()
    assert [item.id for item in listed(tmp_path / "photos", notes)] == ["a.jpg"]
    assert notes.left_out == {"results of posture": 2, ".json": 1}
    assert [item.id for item in listed(tmp_path / "photos" / "**" / "*.jpg")] == ["a.jpg"]
    with pytest.raises(SettingsError, match="holds the results of a batch: name the folder of its"):
        find_source(str(earlier))


def test_broken_links_are_inputs(tmp_path: Path) -> None:
    (tmp_path / "gone.jpg").symlink_to("nowhere")
    assert ids(tmp_path) == ["gone.jpg"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_not_valid_text_are_read(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    with open(raw, "wb") as stream:  # noqa: PTH123 - bytes
        stream.write(b"photo")
    (item,) = listed(tmp_path)
    assert item.uri.startswith("file:///")
    assert local_path(item.uri).read_bytes() == b"photo"
    assert name_of(item).isascii()


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.jpg", ["a.jpg"]),
        ("*/*.jpg", ["x/b.jpg", "y/b.jpg"]),
        ("**/*.jpg", ["a.jpg", "x/b.jpg", "y/b.jpg", "x/z/c.jpg"]),
        ("x/**", ["b.jpg", "notes.txt", "z/c.jpg"]),
        ("**/x/**/c.*", ["x/z/c.jpg"]),
        ("[xy]/b.jp?", ["x/b.jpg", "y/b.jpg"]),
        ("x/*.txt", ["notes.txt"]),
    ],
)
def test_patterns(tmp_path: Path, pattern: str, found: list[str]) -> None:
    touch(tmp_path, "a.jpg", "x/b.jpg", "x/z/c.jpg", "y/b.jpg", "x/notes.txt", "x/.h.jpg")
    assert sorted(ids(tmp_path / pattern)) == sorted(found)


def test_a_folder_with_a_bracket_in_its_name_is_a_folder(tmp_path: Path) -> None:
    touch(tmp_path, "[2024]/a.jpg")
    assert ids(tmp_path / "[2024]") == ["a.jpg"]


def test_a_single_photo_is_a_source(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    assert ids(tmp_path / "a.jpg") == ["a.jpg"]


def test_a_missing_source_is_reported() -> None:
    with pytest.raises(SettingsError, match="There is nothing at /no/where"):
        find_source("/no/where")


def test_a_folder_that_disappears_is_reported(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "x/b.jpg")
    items = items_of(find_source(str(tmp_path)), ListingNotes())
    assert next(items).id == "a.jpg"
    (tmp_path / "x" / "b.jpg").unlink()
    (tmp_path / "x").rmdir()
    with pytest.raises(SettingsError, match=r"x cannot be read \(No such file"):
        next(items)


def manifest(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_a_text_list(tmp_path: Path) -> None:
    path = manifest(
        tmp_path, "list.txt", "\ufeffa.jpg\r\n\r\n  sub/b.jpg\n/abs/c.jpg\ns3://x/d.jpg"
    )
    items = listed(path)
    assert [item.id for item in items] == ["a.jpg", "sub/b.jpg", "/abs/c.jpg", "s3://x/d.jpg"]
    assert [item.uri for item in items] == [
        f"{tmp_path}/a.jpg", f"{tmp_path}/sub/b.jpg", "/abs/c.jpg", "s3://x/d.jpg",
    ]  # fmt: skip


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_list(tmp_path: Path, separator: str) -> None:
    titles = "ID|Photo|height_cm|Camera_Height_cm|camera_distance_cm|Sex|Clothing|facing|mood"
    titles += "|Subject|visit"
    text = f"{titles}\n7|a.jpg|168.5|95|335|F|Tight|left|fine|Anna|2\n8|b.jpg|||||||\n"
    path = manifest(tmp_path, "list.csv", text.replace("|", separator))
    notes = ListingNotes()
    first, second = listed(path, notes)
    assert first == Item(
        number=0,
        id="7",
        uri=f"{tmp_path}/a.jpg",
        height_cm=168.5,
        camera_height_cm=95.0,
        camera_distance_cm=335.0,
        sex="female",
        clothing="tight",
        facing="left",
        path="a.jpg",
        subject="Anna",
        visit="2",
        further={"mood": "fine"},
    )
    assert second == Item(number=1, id="8", uri=f"{tmp_path}/b.jpg", path="b.jpg")
    assert notes.further_columns == ["mood"]


def test_senseless_lines_stay_inputs_with_a_reason(tmp_path: Path) -> None:
    """The reason names the value, the column as the table calls it, and the line."""
    text = "path;Height;sex;facing\na.jpg;tall;;\nb.jpg;;x;\nc.jpg;;;up\n;170;;\nd.jpg;1,7;;\n"
    a, b, c, none, d = listed(manifest(tmp_path, "list.csv", text))
    assert a.problem == (
        "Height is a number of centimetres, not 'tall', or left out "
        "(column Height, line 2 of list.csv)."
    )
    assert b.problem == (
        "Sex is either female or male, not 'x', or left out (column sex, line 3 of list.csv)."
    )
    assert c.problem == (
        "Facing is either left or right, not 'up', or left out (column facing, line 4 of list.csv)."
    )
    assert none.problem == "There is no photo named in line 5 of list.csv."
    assert (none.id, none.uri, none.height_cm) == ("line 5 of list.csv", "", 170.0)
    assert d.problem == (
        "Height is a number of centimetres between 100 and 230, not '1,7', or left out "
        "(column Height, line 6 of list.csv)."
    )


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("camera_height_cm", "hip", "The height of the camera is a number of centimetres"),
        ("camera_height_cm", "0.9", "of the camera is a number of centimetres between 10 and 300"),
        ("camera_distance_cm", "far", "The distance of the camera is a number of centimetres"),
        ("camera_distance_cm", "inf", "a number of centimetres between 50 and 2000"),
        ("clothing", "jeans", "Clothing is minimal, tight or loose"),
    ],
)
def test_a_value_that_makes_no_sense_is_named_with_column_and_line(
    tmp_path: Path, column: str, value: str, words: str
) -> None:
    (line,) = listed(manifest(tmp_path, "list.csv", f"path,{column}\na.jpg,{value}\n"))
    assert line.problem is not None
    assert words in line.problem
    assert line.problem.endswith(
        f", not {value!r}, or left out (column {column}, line 2 of list.csv)."
    )


@pytest.mark.parametrize("nothing", ["", "NA", "NaN", "nan", "N/A", "null", "None", "Unknown"])
def test_words_for_nothing_are_not_told(tmp_path: Path, nothing: str) -> None:
    titles = ("sex", "clothing", "facing", "height_cm", "camera_height_cm", "subject", "visit")
    text = f"path,{','.join(titles)}\na.jpg,{','.join([nothing] * len(titles))}\n"
    (line,) = listed(manifest(tmp_path, "list.csv", text))
    assert line == Item(number=0, id="a.jpg", uri=f"{tmp_path}/a.jpg", path="a.jpg")


@pytest.mark.parametrize("titles", ["path,height,height_cm", "path,sex,Sex"])
def test_two_columns_for_the_same_are_refused(tmp_path: Path, titles: str) -> None:
    path = manifest(tmp_path, "list.csv", f"{titles}\na.jpg,170,180\n")
    with pytest.raises(SettingsError, match="two columns for the same"):
        listed(path)


def test_the_index_of_a_data_frame_is_no_column(tmp_path: Path) -> None:
    notes = ListingNotes()
    (line,) = listed(manifest(tmp_path, "list.csv", ",path,mood\n0,a.jpg,\n"), notes)
    assert (line.further, notes.further_columns) == ({}, ["mood"])


def test_cells_with_line_breaks_and_quotes(tmp_path: Path) -> None:
    text = 'id,path\n"two\nlines","a ""b"".jpg"\nx,c.jpg\n'
    first, second = listed(manifest(tmp_path, "list.csv", text))
    assert (first.id, first.uri) == ("two\nlines", f'{tmp_path}/a "b".jpg')
    assert second.id == "x"


def test_a_parquet_list(tmp_path: Path) -> None:
    table = pa.table({"uri": ["a.jpg", None], "id": [1, 2], "height_cm": [180, None], "n": [0, 0]})
    pq.write_table(table, tmp_path / "list.parquet")
    notes = ListingNotes()
    first, second = listed(tmp_path / "list.parquet", notes)
    assert (first.id, first.uri, first.height_cm) == ("1", f"{tmp_path}/a.jpg", 180.0)
    assert second.problem is not None
    assert (first.further, notes.further_columns) == ({"n": "0"}, ["n"])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("list.csv", b"name,age\nx,3\n", "no column that names the photos"),
        ("list.csv", b"", "no column that names the photos"),
        ("list.csv", "path\ncaf\u00e9.jpg\n".encode("cp1252"), "not UTF-8"),
        ("list.csv", "path\na.jpg\n".encode("utf-16"), "not UTF-8"),
        ("list.parquet", b"no parquet", "list.parquet cannot be read"),
    ],
)
def test_unreadable_lists(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsError, match=words) as raised:
        listed(tmp_path / name)
    assert raised.value.code == "bad_manifest"


# --- file shares ---------------------------------------------------------------------------


def test_trash_and_thumbnails_of_file_servers_are_passed_over_and_counted(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "IMG_1.jpg",
        "@eaDir/IMG_1.jpg/SYNOPHOTO_THUMB_M.jpg",
        "team/@eaDir/x.jpg",
        "#recycle/deleted.jpg",
        "$RECYCLE.BIN/$R12.jpg",
        ".Trash/old.jpg",
        ".Trash-1000/files/old.jpg",
        "Thumbs.db",
        "._IMG_1.jpg",
        ".@__thumb/s100IMG_1.jpg",
    )
    for source in (tmp_path, f"{tmp_path}/**/*.jpg"):
        notes = ListingNotes()
        assert [item.id for item in listed(source, notes)] == ["IMG_1.jpg"]
        assert notes.left_out == {
            "@eaDir": 2,
            "#recycle": 1,
            "$RECYCLE.BIN": 1,
            ".Trash": 1,
            ".Trash-1000": 1,
            "Thumbs.db": 1,
            "._*": 1,
            ".@__thumb": 1,
        }


def test_a_trash_folder_that_is_named_itself_is_read(tmp_path: Path) -> None:
    touch(tmp_path, "#recycle/deleted.jpg")
    assert ids(tmp_path / "#recycle") == ["deleted.jpg"]


def test_links_that_lead_to_themselves_are_inputs_and_end_nothing(tmp_path: Path) -> None:
    touch(tmp_path, "z.jpg")
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert ids(tmp_path) == ["a", "b", "loop.jpg", "z.jpg"]
    assert ids(f"{tmp_path}/*.jpg") == ["loop.jpg", "z.jpg"]


def test_quoted_paths_of_a_list_are_read(tmp_path: Path) -> None:
    text = f'"{tmp_path}/a b.jpg"\n"C:\\Photos\\side.jpg"\nplain "x".jpg\n"\n'
    items = listed(manifest(tmp_path, "list.txt", text))
    assert items[0].uri == f"{tmp_path}/a b.jpg"
    assert items[1].uri.endswith("C:\\Photos\\side.jpg")
    assert '"' not in items[1].uri
    assert items[2].uri.endswith('plain "x".jpg')
    assert items[3].uri.endswith('/"')
    cells = 'path\n"""C:\\Photos\\side.jpg"""\n'
    (item,) = listed(manifest(tmp_path, "list.csv", cells))
    assert item.uri.endswith("/C:\\Photos\\side.jpg")
