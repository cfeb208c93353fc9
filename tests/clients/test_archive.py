"""Exports of one client: complete, readable by other programs, and not trusted on import."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader
from support.captures import jpeg, make_capture
from support.records import make_record

from posture.clients import Client, ClientsError, ClientStore, Details, archive, archive_import
from posture.clients.archive import export_client, export_to, file_name, plain_cell
from posture.clients.archive_content import FORMAT_VERSION
from posture.clients.archive_import import import_client, import_from
from posture.inputs.protocol import Protocol
from posture.measures.catalogue import MEASURES

DAY = date(2025, 3, 1)
TODAY = date.today()


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    return ClientStore(tmp_path / "clients.sqlite")


def filled(store: ClientStore, *, consented_on: date | None = DAY) -> Client:
    client = store.add(
        Details(
            name="=Änne Example",
            height_cm=168.0,
            sex="female",
            birth_date=date(1990, 2, 3),
            notes="n\n@x",
        ),
        consented_on=consented_on,
    )
    protocol = Protocol(arms="clasped_front", camera_height_cm=95.0)
    store.add_visit(client.id, [make_capture("a"), make_capture("b")], day=DAY, protocol=protocol)
    covered = make_record(tilt=None, lordosis=-3.0)
    store.add_visit(client.id, [make_capture("c", record=covered)], day=TODAY, notes="second")
    store.save_answers(client.id, {"about.age": 35.0})
    return store.get(client.id)


@pytest.fixture
def sheetless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the PDF, which takes seconds, in tests of something else."""
    monkeypatch.setattr(archive, "last_sheet", lambda *_: None)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    store = ClientStore(tmp_path_factory.mktemp("exported") / "clients.sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "last_sheet", lambda *_: b"sheet")
        return export_client(store, filled(store).id)


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return buffer.getvalue()


def refused(store: ClientStore, data: bytes, code: str = "bad_archive") -> str:
    with pytest.raises(ClientsError) as caught:
        import_client(store, data)
    assert caught.value.code == code
    assert store.find() == store.find(archived=True) == ()
    return str(caught.value)


# --- what is in it -------------------------------------------------------------------------


def test_an_export_holds_json_table_sheet_and_pictures(exported: bytes) -> None:
    files = contents(exported)
    pictures = {
        f"pictures/{number}-{kind}.jpg"
        for number in ("1-1", "1-2", "2-1")
        for kind in ("thumbnail", "photo")
    }
    assert set(files) == {"client.json", "values.csv", "sheet.pdf"} | pictures
    assert files["pictures/2-1-photo.jpg"] == jpeg(150)
    table = json.loads(files["client.json"])
    assert table["details"]["name"] == "=Änne Example"
    assert [visit["day"] for visit in table["visits"]] == ["2025-03-01", TODAY.isoformat()]


def test_the_table_is_safe_in_a_spreadsheet_and_keeps_its_numbers(exported: bytes) -> None:
    text = contents(exported)["values.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    # Tilt, which is no plain measure, and the bone line, which nobody placed.
    assert len(rows) == 3 * (2 + len(MEASURES))
    assert {row["client"] for row in rows} == {"'=Änne Example"}
    first = rows[0]
    assert (first["visit"], first["photo"], first["quantity"]) == ("1", "1", "pelvic_tilt_deg")
    assert float(first["value"]) == 12.0
    absent, negative = rows[-len(MEASURES) - 2], rows[-len(MEASURES) - 1]
    assert (absent["value"], absent["reason"]) == ("", "back_covered")
    assert float(negative["value"]) == -3.0


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_become_text(text: str) -> None:
    assert plain_cell(text) == f"'{text}"
    assert plain_cell("Anna = Bob") == "Anna = Bob"


def test_the_sheet_shows_the_last_visit(store: ClientStore) -> None:
    client = store.add(Details(name="Anna", sex="female"))
    store.add_visit(client.id, [make_capture("a")], day=DAY)
    records = [make_record(tilt=tilt, lordosis=30.0) for tilt in (21.0, 25.0)]
    captures = [make_capture(str(n), record=record) for n, record in enumerate(records)]
    store.add_visit(client.id, captures, day=TODAY)
    store.save_answers(client.id, {"of.another.version": True})
    sheet = contents(export_client(store, client.id))["sheet.pdf"]
    text = PdfReader(io.BytesIO(sheet)).pages[0].extract_text()
    assert "23°" in text  # the mean of both photos
    german = contents(export_client(store, client.id, language="de"))["sheet.pdf"]
    assert "Beckenneigung" in PdfReader(io.BytesIO(german)).pages[0].extract_text()


def test_a_client_without_visits_has_no_sheet(store: ClientStore) -> None:
    client = store.add(Details(name="Anna"))
    assert set(contents(export_client(store, client.id))) == {"client.json", "values.csv"}


@pytest.mark.usefixtures("sheetless")
def test_an_export_never_replaces_a_file(store: ClientStore, tmp_path: Path) -> None:
    client = store.add(Details(name="Anna"))
    target = tmp_path / file_name(client)
    assert target.name == "posture-anna.zip"
    export_to(store, client.id, target)
    before = target.read_bytes()
    for place, code in ((target, "file_exists"), (tmp_path / "no" / "a.zip", "bad_output")):
        with pytest.raises(ClientsError) as caught:
            export_to(store, client.id, place)
        assert caught.value.code == code
    assert target.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"clients.sqlite", target.name}


def test_file_names_are_made_from_names(store: ClientStore) -> None:
    names = {"Änne Groß/../x": "posture-anne-gross-x.zip", "李": "posture-client.zip"}
    for name, expected in names.items():
        assert file_name(store.add(Details(name=name))) == expected


# --- round trip ----------------------------------------------------------------------------


@pytest.mark.usefixtures("sheetless")
def test_a_client_is_imported_completely(store: ClientStore, tmp_path: Path) -> None:
    client = filled(store)
    store.archive(client.id)
    client = store.get(client.id)
    other = ClientStore(tmp_path / "other.sqlite")
    imported = import_client(other, export_client(store, client.id))
    assert imported == other.get(client.id)
    assert other.get(client.id) == client
    assert other.answers(client.id) == store.answers(client.id)
    for mine, theirs in zip(store.visits(client.id), other.visits(client.id), strict=True):
        assert (mine.day, mine.protocol, mine.notes) == (theirs.day, theirs.protocol, theirs.notes)
        assert mine.saved_at == theirs.saved_at
        for one, two in zip(mine.shots, theirs.shots, strict=True):
            assert (one.result, one.outline) == (two.result, two.outline)
            assert store.photo(one.id) == other.photo(two.id) is not None
            assert store.thumbnail(one.id) == other.thumbnail(two.id) is not None
    again = contents(export_client(other, client.id))
    first = contents(export_client(store, client.id))
    for files in (again, first):
        table = json.loads(files.pop("client.json"))
        del table["exported_at"]
        files["table"] = json.dumps(table).encode()
    assert again == first


@pytest.mark.usefixtures("sheetless")
def test_withdrawn_consent_stays_withdrawn(store: ClientStore, tmp_path: Path) -> None:
    client = filled(store)
    store.withdraw_consent(client.id, TODAY)
    data = export_client(store, client.id)
    assert not any(name.endswith("photo.jpg") for name in contents(data))
    other = ClientStore(tmp_path / "other.sqlite")
    imported = import_client(other, data)
    assert imported.consent is None
    assert imported.consents == store.get(client.id).consents


def test_photos_are_not_imported_without_consent(store: ClientStore, exported: bytes) -> None:
    files = contents(exported)
    table = json.loads(files["client.json"])
    table["consents"] = []
    client = import_client(store, packed(files | {"client.json": json.dumps(table).encode()}))
    kept = [shot.photo_kept for visit in store.visits(client.id) for shot in visit.shots]
    assert kept == [False] * 3


def test_importing_twice_is_refused_unless_as_a_copy(store: ClientStore, exported: bytes) -> None:
    first = import_client(store, exported)
    with pytest.raises(ClientsError) as caught:
        import_client(store, exported)
    assert caught.value.code == "already_there"
    second = import_client(store, exported, as_copy=True)
    assert second.id != first.id
    assert len(store.find()) == 2


def test_another_owner_may_import_the_same_client(tmp_path: Path, exported: bytes) -> None:
    one, two = (ClientStore(tmp_path / "c.sqlite", owner=name) for name in ("one", "two"))
    first, second = import_client(one, exported), import_client(two, exported)
    assert first.id != second.id
    assert len(one.find()) == len(two.find()) == 1


# --- what is not trusted -------------------------------------------------------------------


def test_other_files_are_refused(store: ClientStore, exported: bytes, tmp_path: Path) -> None:
    assert "not a ZIP file" in refused(store, b"hello")
    assert "not a ZIP file" in refused(store, exported[: len(exported) // 2])
    assert "client.json is missing" in refused(store, packed({"values.csv": b""}))
    with pytest.raises(ClientsError, match="cannot be read"):
        import_from(store, tmp_path / "nothing.zip")


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "/etc/passwd",
        "pictures/../../evil.jpg",
        "pictures\\1-1-photo.jpg",
        "C:/evil.jpg",
        "pictures/1-1-photo.jpg/x",
        "readme.txt",
        "pictures/",
    ],
)
def test_unknown_file_names_are_refused(
    store: ClientStore, exported: bytes, tmp_path: Path, name: str
) -> None:
    before = set(tmp_path.rglob("*"))
    assert "a file that no export has" in refused(store, packed(contents(exported) | {name: b"x"}))
    assert {
        path for path in set(tmp_path.rglob("*")) - before if "sqlite" not in path.name
    } == set()


def test_decompression_bombs_are_refused(
    store: ClientStore, exported: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = contents(exported)
    bomb = packed(files | {"pictures/1-1-thumbnail.jpg": bytes(30 * 2**20)})
    assert len(bomb) < 2**20 + len(exported)
    assert "pictures/1-1-thumbnail.jpg is larger than 16 MB" in refused(store, bomb)
    monkeypatch.setattr(archive_import, "MAX_ENTRIES", 20)
    many = packed(files | {f"pictures/{n}-1-photo.jpg": b"" for n in range(3, 20)})
    assert "more than 20 files" in refused(store, many)
    buffer = io.BytesIO()
    Image.new("L", (5000, 10)).save(buffer, "JPEG")
    wide = packed(files | {"pictures/1-1-thumbnail.jpg": buffer.getvalue()})
    assert "larger than 4096 pixels" in refused(store, wide)
    monkeypatch.setattr(archive_import, "MAX_ARCHIVE_BYTES", 1000)
    assert "larger than" in refused(store, exported)


def test_a_false_size_in_a_header_is_detected(store: ClientStore, exported: bytes) -> None:
    files = contents(exported)
    data = bytearray(packed(files | {"pictures/1-1-thumbnail.jpg": bytes(30 * 2**20)}))
    size = (30 * 2**20).to_bytes(4, "little")
    assert data.count(size) == 2
    assert refused(store, bytes(data.replace(size, (100).to_bytes(4, "little"))))


def test_pictures_must_be_pictures(store: ClientStore, exported: bytes) -> None:
    files = contents(exported)
    html = packed(files | {"pictures/1-1-photo.jpg": b"<script>alert(1)</script>"})
    assert "pictures/1-1-photo.jpg is not a JPEG picture" in refused(store, html)
    png = io.BytesIO()
    Image.new("RGB", (4, 4)).save(png, "PNG")
    assert "not a JPEG" in refused(
        store, packed(files | {"pictures/1-1-photo.jpg": png.getvalue()})
    )
    del files["pictures/2-1-thumbnail.jpg"]
    assert "pictures/2-1-thumbnail.jpg is missing" in refused(store, packed(files))


def changed(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def apply(exported: bytes) -> bytes:
        files = contents(exported)
        table = json.loads(files["client.json"])
        change(table)
        return packed(files | {"client.json": json.dumps(table).encode()})

    return apply


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.update(format="other"), "client.json is not ours"),
        (lambda t: t.pop("format_version"), "which version"),
        (lambda t: t.update(format_version=True), "which version"),
        (lambda t: t.pop("visits"), "client: visits is missing"),
        (lambda t: t.update(id="../../x"), "id must be 32 hexadecimal digits"),
        (lambda t: t.update(details=3), "must be a table"),
        (lambda t: t["details"].update(name=""), "details.name must not be empty"),
        (lambda t: t["details"].update(name=7), "details.name must be text"),
        (lambda t: t["details"].update(height_cm=900), "between 100 and 230"),
        (lambda t: t["details"].update(surprise=1), "details.surprise is not a known field"),
        (lambda t: t["consents"].append(t["consents"][0]), "more than one is in force"),
        (lambda t: t["consents"][0].update(given_on="2999-01-01"), "cannot lie in the future"),
        (lambda t: t["visits"][0].update(day="yesterday"), "visits[0].day must be a date"),
        (lambda t: t["visits"][0].update(shots=[]), "shots must be one to 9"),
        (lambda t: t["visits"][0].update(saved_at="2025-01-01T00:00:00"), "its time zone"),
        (lambda t: t["visits"][0]["protocol"].update(arms="waving"), "arms is 'waving'"),
        (lambda t: t["visits"][0]["shots"][0].update(photo=1), "photo must be true or false"),
        (lambda t: t["visits"][0]["shots"][0].update(outline={}), "outline.back is missing"),
        (lambda t: t["visits"][0]["shots"][0]["result"].update(measures={}), "measures."),
        (lambda t: t["visits"][0]["shots"][0].update(result=[]), "must be a table"),
        (lambda t: t["visits"][0].update(shots=[t["visits"][0]["shots"][0]] * 2), "twice"),
        (lambda t: t.update(answers=[1]), "must be a table"),
    ],
)
def test_senseless_tables_are_refused(
    store: ClientStore, exported: bytes, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    assert words in refused(store, changed(change)(exported))


def test_invalid_json_is_refused(store: ClientStore, exported: bytes) -> None:
    files = contents(exported)
    for text in (b"", b"{", b'{"a": NaN}', b"[" * 200_000, b"\xff\xfe"):
        assert "client.json" in refused(store, packed(files | {"client.json": text}))


def test_an_export_of_a_later_version_is_refused(store: ClientStore, exported: bytes) -> None:
    later = changed(lambda t: t.update(format_version=FORMAT_VERSION + 1))(exported)
    assert "install the later version" in refused(store, later, "newer_archive")


@pytest.mark.usefixtures("sheetless")
def test_results_of_another_version_are_kept_unchanged(store: ClientStore, exported: bytes) -> None:
    def old(table: dict[str, Any]) -> None:
        table["visits"][0]["shots"][0]["result"] = {"schema_version": 0, "view": None}

    client = import_client(store, changed(old)(exported))
    assert store.visits(client.id)[0].shots[0].result == {"schema_version": 0, "view": None}
    assert import_client(store, export_client(store, client.id), as_copy=True)
