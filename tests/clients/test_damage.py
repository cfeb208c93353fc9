"""Damaged entries: the list and everything else stays readable, and what is left out is named."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from support.captures import jpeg, make_capture, make_outline

from posture.cli.main import main
from posture.clients import ClientsError, ClientStore, Details, archive, model, people
from posture.clients.archive import export_client, values_csv
from posture.clients.archive_import import import_client
from posture.clients.model import damage_notice
from posture.clients.pairs import layer_of
from posture.clients.reanalysis import analyze_again
from posture.clients.repeatability_store import load_repeatability
from posture.clients.visit_data import visit_data
from posture.errors import PostureError
from posture.geometry.stored_outline import outline_json

DAY = date(2025, 3, 1)

DAYS = ("", "no day", "2025-02-30", "0001-01-01", "9999-12-31", "20250301x", "٢٠٢٥-٠٣-٠١")
MOMENTS = ("", "soon", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2025-03-01T25:00")
FOREIGN = '{"schema_version": "x", "estimates": 3, "provenance": [1], "view": "left"}'
TABLES = (
    "",
    "{",
    "[]",
    "null",
    "7",
    "[" * 100_000,
    '{"a": NaN}',
    FOREIGN,
    json.dumps({"photo": "\ud800", "schema_version": 1, "estimates": {"pelvic_tilt_deg": []}}),
    "{" + '"a": ' + "9" * 5000 + "}",
)
NEITHER = b"\xff\xfe\x00 no text"


def far_outline(number: float) -> str:
    table = json.loads(outline_json(make_outline()))
    table["back"][0][0] = number
    table["in_thumbnail"]["frame"]["unit_px"] = number
    return json.dumps(table)


OUTLINES = (*TABLES, far_outline(0.0), far_outline(1e308), far_outline(10**400))
PICTURES = (b"", b"GIF89a", jpeg()[:200], b"\xff\xd8\xff\xe0", jpeg()[:2] + b"\xff" * 1000)

DAMAGE: dict[tuple[str, str], tuple[object, ...]] = {
    ("clients", "birth_date"): DAYS,
    ("clients", "created_at"): MOMENTS,
    ("clients", "archived_at"): MOMENTS[1:],
    ("clients", "name"): ("", " ", "a\nb", "x" * 5000, "\x00", NEITHER),
    ("clients", "notes"): ("x" * 50_000, "a\x00b", NEITHER),
    ("clients", "height_cm"): (-1.0, 1e308),
    ("consents", "given_on"): DAYS,
    ("visits", "day"): DAYS,
    ("visits", "saved_at"): MOMENTS,
    ("visits", "protocol"): TABLES,
    ("visits", "notes"): ("a\x00b", NEITHER),
    ("shots", "result"): TABLES,
    ("shots", "outline"): OUTLINES,
    ("pictures", "jpeg"): PICTURES,
    ("answers", "entries"): TABLES,
}
MOST = max(map(len, DAMAGE.values()))
SILENT = frozenset({"pictures", "answers"})
"""Tables of which nothing is named: pictures are missing then, and answers are asked again."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one client for each way to damage them, and Bob, in whom all stays right."""
    store = ClientStore(tmp_path_factory.mktemp("whole") / "clients.sqlite")
    for name in (*(f"Client {number}" for number in range(MOST)), "Bob"):
        client = store.add(Details(name=name, birth_date=date(1990, 2, 3)), consented_on=DAY)
        store.add_visit(client.id, [make_capture(f"{name}1"), make_capture(f"{name}2")], day=DAY)
        store.save_answers(client.id, {"about.age": 40})
    return store.path


@pytest.fixture
def store(whole: Path, tmp_path: Path) -> ClientStore:
    return ClientStore(shutil.copy(whole, tmp_path / "clients.sqlite"))


def id_of(store: ClientStore, name: str) -> str:
    return next(item.client.id for item in store.find() if item.client.name == name)


def damage(store: ClientStore, table: str, column: str, value: object, client_id: str) -> None:
    belongs = {
        "clients": "id = :client",
        "consents": "client_id = :client",
        "visits": "client_id = :client",
        "shots": "visit_id IN (SELECT id FROM visits WHERE client_id = :client) AND position = 0",
        "pictures": "shot_id IN (SELECT shots.id FROM shots JOIN visits ON visits.id = visit_id"
        " WHERE client_id = :client)",
        "answers": "client_id = :client",
    }
    # Bytes that are no text, in a column of text.
    new = "CAST(:value AS TEXT)" if column != "jpeg" and isinstance(value, bytes) else ":value"
    with closing(sqlite3.connect(store.path)) as db:
        db.execute(
            f"UPDATE {table} SET {column} = {new} WHERE {belongs[table]}",  # noqa: S608
            {"value": value, "client": client_id},
        )
        db.commit()


def read_everything(store: ClientStore) -> dict[str, int]:
    """Read all that pages and commands read; return how many visits each client has."""
    found = {}
    for item in (*store.find(), *store.find(archived=True)):
        client = store.get(item.client.id)
        assert client == item.client
        visits = store.visits(client.id)
        store.answers(client.id)
        store.last_protocol(client.id)
        values_csv(client, visits)
        for visit in visits:
            visit_data(visit)
            layer_of(store, visit, hide_face=True)
            layer_of(store, visit, hide_face=False)
            for shot in visit.shots:
                store.thumbnail(shot.id)
                store.photo(shot.id)
        found[client.id] = len(visits)
        assert item.visits == len(visits)
    load_repeatability(store)
    return found


@pytest.mark.parametrize(("table", "column"), DAMAGE)
def test_damaged_fields_hide_nothing_else(store: ClientStore, table: str, column: str) -> None:
    values = DAMAGE[table, column]
    clients = [id_of(store, f"Client {number}") for number in range(len(values))]
    for client_id, value in zip(clients, values, strict=True):
        damage(store, table, column, value, client_id)
    found = read_everything(store)
    assert len(found) == MOST + 1
    assert set(found.values()) == {1}
    bob = store.get(id_of(store, "Bob"))
    assert bob.damaged == store.visits(bob.id)[0].damaged == ()
    for client_id, value in zip(clients, values, strict=True):
        entries = (store.get(client_id), *store.visits(client_id))
        named = {part for entry in entries for part in entry.damaged}
        # A result of another version is none that is damaged.
        silent = table in SILENT or (column == "result" and value == FOREIGN)
        assert bool(named) == (not silent), value
        assert (damage_notice(named) is None) == (not named)


@pytest.mark.parametrize(("table", "column"), DAMAGE)
def test_a_damaged_client_is_exported_mended_and_deleted(
    store: ClientStore, table: str, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "last_sheet", lambda *_: None)  # seconds; a test of its own below
    for number, value in enumerate(DAMAGE[table, column]):
        client_id = id_of(store, f"Client {number}")
        damage(store, table, column, value, client_id)
        again = import_client(store, export_client(store, client_id), as_copy=True)
        assert len(store.visits(again.id)) == 1
        if number:
            continue
        store.edit(client_id, Details(name="Anna Mended"))
        (visit,) = store.visits(client_id)
        store.edit_visit(visit.id, day=DAY, protocol=visit.protocol, notes="")
        assert set(store.visits(client_id)[0].damaged) <= {"a photo", "time of saving"}
        store.withdraw_consent(client_id, date.today())
        store.delete(client_id)
    assert read_everything(store)[id_of(store, "Bob")] == 1


@settings(max_examples=25)
@given(data=st.data())
def test_any_text_in_any_field(data: st.DataObject, whole: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = ClientStore(shutil.copy(whole, Path(folder) / "clients.sqlite"))
        for number in range(5):
            table, column = data.draw(st.sampled_from(sorted(DAMAGE)))
            text = data.draw(st.one_of(st.text(max_size=30), st.from_regex(r"\d{4}-\d\d-\d\d")))
            value = text.encode("utf-8", "replace")
            if column != "height_cm":
                damage(store, table, column, value, id_of(store, f"Client {9 - number}"))
        assert len(read_everything(store)) == MOST + 1


@pytest.mark.parametrize("table", ["pictures", "visits", "shots"])
def test_the_sheet_of_an_export_is_made_of_what_is_left(store: ClientStore, table: str) -> None:
    client_id = id_of(store, "Client 1")
    column = {"pictures": "jpeg", "visits": "day", "shots": "result"}[table]
    damage(store, table, column, jpeg()[:200] if table == "pictures" else "9999-12-31", client_id)
    assert import_client(store, export_client(store, client_id), as_copy=True).name == "Client 1"


def test_the_command_line_shows_the_rest_and_names_what_is_damaged(
    store: ClientStore,
) -> None:
    client_id = id_of(store, "Client 1")
    damage(store, "clients", "birth_date", "9999-99-99", client_id)
    damage(store, "shots", "outline", "{", client_id)

    def run(*words: str) -> Any:
        return CliRunner().invoke(main, ["clients", "--data", str(store.path), *words])

    listed = run("list")
    assert listed.exit_code == 0
    assert len(listed.stdout.splitlines()) == MOST + 1
    shown = run("show", client_id)
    assert shown.exit_code == 0
    assert "damaged and left out: date of birth, a photo" in shown.stdout
    assert "1 photo" in shown.stdout
    assert json.loads(run("show", client_id, "--json").stdout)["damaged"] == [
        "date of birth",
        "a photo",
    ]
    assert "damaged" not in run("show", "bob").stdout


def test_photos_beside_a_damaged_one_are_not_analysed_again_without_it(store: ClientStore) -> None:
    class Never:
        def analyze(self, *_: object, **__: object) -> Any:
            raise AssertionError

    for number, (table, column) in enumerate((("shots", "result"), ("pictures", "jpeg"))):
        client_id = id_of(store, f"Client {number}")
        damage(store, table, column, b"\xff", client_id)
        with pytest.raises(ClientsError) as caught:
            analyze_again(store, store.visits(client_id)[0].id, Never())
        assert caught.value.code == "damaged_visit"
        with closing(sqlite3.connect(store.path)) as db:
            assert db.execute("SELECT count(*) FROM shots").fetchone() == (2 * (MOST + 1),)


# --- a clock that was set back -------------------------------------------------------------


class Past(date):
    """A computer that starts with the date of its factory."""

    @classmethod
    def today(cls) -> date:  # type: ignore[override]
        return date(1985, 1, 1)


def test_a_clock_that_was_set_back_hides_nothing_and_blocks_no_withdrawal(
    store: ClientStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_id = id_of(store, "Client 1")
    before = read_everything(store)
    kept = store.get(client_id)
    for module in (model, people):
        monkeypatch.setattr(module, "date", Past)
    assert read_everything(store) == before
    assert store.get(client_id) == kept
    saved = store.add_visit(client_id, [make_capture("later")], day=Past.today())
    assert store.visit(saved.id).damaged == ()
    store.edit(client_id, Details(name="Anna", notes="edited"))
    after = store.withdraw_consent(client_id, Past.today())
    assert after.consent is None
    assert after.consents[0].withdrawn_on == DAY
    assert not any(shot.photo_kept for visit in store.visits(client_id) for shot in visit.shots)


# --- text that is none ---------------------------------------------------------------------


def test_halves_of_characters_are_refused_and_lose_nothing(store: ClientStore) -> None:
    client_id = id_of(store, "Client 1")
    half = "\ud83d"
    before = store.path.read_bytes()
    calls = [
        lambda: store.add_visit(client_id, [make_capture("x")], day=DAY, notes=half),
        lambda: store.save_answers(client_id, {"about.name": half}),
        lambda: store.save_setting("studio", half),
        lambda: store.find(half),
    ]
    for call in calls:
        with pytest.raises(PostureError) as caught:
            call()
        assert "no text" in str(caught.value)
    assert store.path.read_bytes() == before


def test_a_photo_whose_name_is_no_text_can_be_saved(store: ClientStore) -> None:
    capture = make_capture("new")
    capture.result["photo"] = "IMG\udcff.jpg"
    visit = store.add_visit(id_of(store, "Client 1"), [capture], day=DAY)
    assert visit.shots[0].result["photo"] == "IMG?.jpg"
