"""Clients, consent and visits in the client file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.captures import jpeg, make_capture

from posture.analysis.result import FIRST_ALGORITHM
from posture.clients import ClientsError, ClientStore, Details, library
from posture.clients.archive import export_client
from posture.clients.database import default_path, opened
from posture.errors import SettingsError
from posture.inputs.protocol import MOST_PHOTOS, Protocol

TODAY = date.today()
DAY = date(2025, 3, 1)
PROTOCOL = Protocol(
    arms="crossed_high",
    clothing="tight",
    stance="relaxed",
    footwear="barefoot",
    camera_height_cm=95.0,
    camera_distance_cm=350.0,
    instruction="Stand relaxed, look ahead, breathe out.",
)


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    return ClientStore(tmp_path / "data" / "clients.sqlite")


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(ClientsError) as caught:
        call()
    return caught.value.code


# --- clients -------------------------------------------------------------------------------


def test_a_client_comes_back_as_stored(store: ClientStore) -> None:
    details = Details(
        name="Änne Example",
        height_cm=168.5,
        sex="female",
        birth_date=date(1990, 2, 3),
        notes="Runs.\nSits a lot; likes 'quotes' and -- dashes.",
    )
    client = store.add(details)
    again = ClientStore(store.path).get(client.id)
    assert again == client
    assert again.details == details
    assert again.consent is None
    assert again.archived_at is None


def test_the_file_is_readable_by_its_owner_only(store: ClientStore) -> None:
    store.add(Details(name="Anna"))
    assert store.path.stat().st_mode & 0o077 == 0
    assert store.path.parent.stat().st_mode & 0o077 == 0


def test_names_are_found_without_case_and_accents_and_with_all_words(store: ClientStore) -> None:
    for name in ("Änne Groß-Example", "Bob Example", "Percy 100%_x"):
        store.add(Details(name=name))

    def names(words: str) -> list[str]:
        return [item.client.name for item in store.find(words)]

    assert names("") == ["Änne Groß-Example", "Bob Example", "Percy 100%_x"]
    assert names("anne GROSS") == ["Änne Groß-Example"]
    assert names("example bob") == ["Bob Example"]
    assert names("100%_") == ["Percy 100%_x"]
    assert names("0__x") == []
    assert names("' OR 1=1 --") == []


def test_a_list_shows_the_number_of_visits_and_the_last_one(store: ClientStore) -> None:
    client = store.add(Details(name="Anna"))
    for days in (3, 40, 10):
        store.add_visit(client.id, [make_capture()], day=DAY + timedelta(days=days))
    (item,) = store.find()
    assert (item.visits, item.last_visit) == (3, DAY + timedelta(days=40))


def test_archived_clients_are_listed_separately_and_lose_nothing(store: ClientStore) -> None:
    client = store.add(Details(name="Anna"))
    store.add_visit(client.id, [make_capture()], day=DAY)
    assert store.archive(client.id).archived_at is not None
    assert store.find() == ()
    assert [item.client.id for item in store.find(archived=True)] == [client.id]
    assert store.unarchive(client.id) == client
    assert len(store.visits(client.id)) == 1


def test_editing_replaces_the_details(store: ClientStore) -> None:
    client = store.add(Details(name="Anna", height_cm=170.0))
    edited = store.edit(client.id, Details(name="Berta", notes="new"))
    assert edited.details == Details(name="Berta", notes="new")
    assert [item.client.name for item in store.find("berta")] == ["Berta"]
    assert store.find("anna") == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "  "},
        {"name": "two\nlines"},
        {"name": "x" * 201},
        {"height_cm": 99.9},
        {"height_cm": float("nan")},
        {"sex": "other"},
        {"birth_date": date(1899, 12, 31)},
        {"birth_date": date(2200, 1, 1)},
        {"notes": "x" * 20_001},
        {"notes": "half a character: \ud83d"},
        {"name": "\udcff"},
    ],
)
def test_senseless_details_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ClientsError) as caught:
        Details(**({"name": "Anna"} | fields))  # type: ignore[arg-type]
    assert caught.value.code == "bad_client"
    assert str(caught.value).endswith(".")


def test_a_birth_in_the_future_is_refused_when_it_is_entered(store: ClientStore) -> None:
    """Not when it is read: a clock that was set back must not hide clients."""
    unborn = Details(name="Anna", birth_date=TODAY + timedelta(days=1))
    client = store.add(Details(name="Bob"))
    for call in (lambda: store.add(unborn), lambda: store.edit(client.id, unborn)):
        assert code_of(call) == "bad_client"
    assert [item.client.name for item in store.find()] == ["Bob"]


@pytest.mark.parametrize(
    "fields",
    [{"camera_height_cm": 301.0}, {"camera_distance_cm": 2001.0}, {"instruction": "x" * 20_001}],
)
def test_senseless_protocols_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(SettingsError) as caught:
        Protocol(**fields)  # type: ignore[arg-type]
    assert caught.value.code == "bad_setup"


@settings(max_examples=12)
@given(name=st.text(min_size=1, max_size=40).filter(lambda t: t.strip() and t.isprintable()))
def test_any_printable_name_is_kept_and_found(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = ClientStore(tmp_path_factory.mktemp("any") / "c.sqlite")
    client = store.add(Details(name=name, notes=name))
    assert store.get(client.id).details == Details(name=name, notes=name)
    assert [item.client.id for item in store.find(name)] == [client.id]


# --- consent -------------------------------------------------------------------------------


def test_photos_are_kept_only_with_consent(store: ClientStore) -> None:
    without = store.add(Details(name="Anna"))
    visit = store.add_visit(without.id, [make_capture()], day=DAY)
    assert not visit.shots[0].photo_kept
    assert store.photo(visit.shots[0].id) is None
    assert store.thumbnail(visit.shots[0].id) == jpeg(90)

    agreeing = store.add(Details(name="Bob"), consented_on=TODAY)
    visit = store.add_visit(agreeing.id, [make_capture()], day=DAY)
    assert visit.shots[0].photo_kept
    assert store.photo(visit.shots[0].id) == jpeg(150)


def test_withdrawing_consent_deletes_the_photos_and_keeps_the_values(store: ClientStore) -> None:
    given_on = TODAY - timedelta(days=30)
    client = store.add(Details(name="Anna"), consented_on=given_on)
    other = store.add(Details(name="Bob"), consented_on=given_on)
    mine = store.add_visit(client.id, [make_capture("a"), make_capture("b")], day=DAY)
    theirs = store.add_visit(other.id, [make_capture("c")], day=DAY)

    after = store.withdraw_consent(client.id, TODAY)
    assert after.consent is None
    assert [(c.given_on, c.withdrawn_on) for c in after.consents] == [(given_on, TODAY)]
    assert [shot.photo_kept for shot in store.visit(mine.id).shots] == [False, False]
    assert store.thumbnail(mine.shots[0].id) is not None
    assert store.visit(mine.id).shots[0].result == mine.shots[0].result
    assert store.photo(theirs.shots[0].id) is not None


def test_consent_can_be_given_again_and_covers_new_photos_only(store: ClientStore) -> None:
    client = store.add(Details(name="Anna"), consented_on=DAY)
    old = store.add_visit(client.id, [make_capture()], day=DAY)
    store.withdraw_consent(client.id, DAY)
    assert store.give_consent(client.id, TODAY).consent is not None
    new = store.add_visit(client.id, [make_capture()], day=TODAY)
    assert store.photo(old.shots[0].id) is None
    assert store.photo(new.shots[0].id) is not None
    assert len(store.get(client.id).consents) == 2


def test_senseless_consent_is_refused(store: ClientStore) -> None:
    client = store.add(Details(name="Anna"))
    tomorrow = TODAY + timedelta(days=1)
    assert code_of(lambda: store.withdraw_consent(client.id, TODAY)) == "no_consent"
    assert code_of(lambda: store.give_consent(client.id, tomorrow)) == "bad_client"
    store.give_consent(client.id, TODAY)
    assert code_of(lambda: store.give_consent(client.id, TODAY)) == "consent_given"
    yesterday = TODAY - timedelta(days=1)
    assert code_of(lambda: store.withdraw_consent(client.id, yesterday)) == "bad_client"


def test_the_database_itself_refuses_a_photo_without_consent(store: ClientStore) -> None:
    client = store.add(Details(name="Anna"))
    visit = store.add_visit(client.id, [make_capture()], day=DAY)
    db = sqlite3.connect(store.path)
    with pytest.raises(sqlite3.IntegrityError, match="only with consent"):
        db.execute("INSERT INTO pictures VALUES (?, 'photo', x'00')", (visit.shots[0].id,))
    db.close()


# --- visits --------------------------------------------------------------------------------


def test_a_visit_comes_back_as_stored(store: ClientStore) -> None:
    client = store.add(Details(name="Anna"), consented_on=DAY)
    captures = [make_capture(name) for name in ("a", "b", "c")]
    stored = store.add_visit(client.id, captures, day=DAY, protocol=PROTOCOL, notes="first")
    (visit,) = store.visits(client.id)
    assert visit == stored == store.visit(stored.id)
    assert (visit.day, visit.protocol, visit.notes) == (DAY, PROTOCOL, "first")
    assert [shot.result for shot in visit.shots] == [capture.result for capture in captures]
    assert [shot.outline for shot in visit.shots] == [capture.outline for capture in captures]
    assert visit.shots[0].record().estimates.pelvic_tilt_deg.value == 12.0


def test_visits_are_sorted_by_day(store: ClientStore) -> None:
    client = store.add(Details(name="Anna"))
    for days in (20, 0, 10):
        store.add_visit(client.id, [make_capture()], day=DAY + timedelta(days=days))
    days_found = [(visit.day - DAY).days for visit in store.visits(client.id)]
    assert days_found == [0, 10, 20]


def test_a_new_client_is_saved_together_with_the_first_visit(store: ClientStore) -> None:
    visit = store.add_visit(
        Details(name="Anna"), [make_capture()], day=DAY, protocol=PROTOCOL, consented_on=TODAY
    )
    (item,) = store.find()
    assert (item.client.name, item.client.id) == ("Anna", visit.client_id)
    assert visit.shots[0].photo_kept
    assert store.last_protocol(visit.client_id) == PROTOCOL
    code = code_of(lambda: store.add_visit(Details(name="Bob"), [], day=DAY))
    assert code == "bad_visit"
    assert [item.client.name for item in store.find()] == ["Anna"]


def test_results_of_other_versions_say_what_they_can(store: ClientStore) -> None:
    client = store.add(Details(name="Anna"))
    capture, other = make_capture("a"), make_capture("b")
    provenance = capture.result["provenance"]
    assert provenance is not None
    provenance["algorithm"] = 7
    later = replace(
        capture, result=capture.result | {"provenance": provenance | {"weather": "fine"}}
    )
    # One photo twice is seen whatever else its results say.
    assert code_of(lambda: store.add_visit(client.id, [capture, later], day=DAY)) == "same_photo"
    assert store.add_visit(client.id, [later], day=DAY).algorithm == 7
    assert store.add_visit(client.id, [later, other], day=DAY).algorithm is None
    for strange in (None, "unknown", {"algorithm": 7}):
        result = capture.result | {"schema_version": 0, "provenance": strange}
        kept = store.add_visit(client.id, [replace(capture, result=result)], day=DAY)
        assert kept.algorithm == FIRST_ALGORITHM


def test_senseless_visits_are_refused(store: ClientStore) -> None:
    client = store.add(Details(name="Anna"))
    many = [make_capture(str(number)) for number in range(MOST_PHOTOS + 1)]
    twice = [make_capture("same"), make_capture("same")]
    tomorrow = TODAY + timedelta(days=1)
    assert code_of(lambda: store.add_visit(client.id, [], day=DAY)) == "bad_visit"
    assert code_of(lambda: store.add_visit(client.id, many, day=DAY)) == "bad_visit"
    assert code_of(lambda: store.add_visit(client.id, twice, day=DAY)) == "same_photo"
    assert code_of(lambda: store.add_visit(client.id, many[:1], day=tomorrow)) == "bad_client"
    assert store.visits(client.id) == ()
    full = store.add_visit(client.id, many[:MOST_PHOTOS], day=DAY)
    assert len(store.visit(full.id).shots) == MOST_PHOTOS


def test_a_visit_can_be_edited_replaced_and_deleted(store: ClientStore) -> None:
    client = store.add(Details(name="Anna"), consented_on=DAY)
    visit = store.add_visit(client.id, [make_capture("a")], day=DAY)
    other = store.add_visit(client.id, [make_capture("b")], day=TODAY)
    edited = store.edit_visit(visit.id, day=DAY, protocol=PROTOCOL, notes="later")
    assert (edited.protocol, edited.notes) == (PROTOCOL, "later")
    assert edited.shots == visit.shots
    replaced = store.replace_shots(visit.id, [make_capture("c"), make_capture("d")])
    assert [shot.result["photo"] for shot in replaced.shots] == ["c.jpg", "d.jpg"]
    assert store.thumbnail(visit.shots[0].id) is None
    store.delete_visit(visit.id)
    assert store.visits(client.id) == (other,)
    assert code_of(lambda: store.visit(visit.id)) == "unknown_visit"


def test_new_results_and_set_up_are_saved_together_or_not_at_all(
    store: ClientStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = store.add(Details(name="Anna"), consented_on=DAY)
    visit = store.add_visit(client.id, [make_capture("a")], day=DAY, protocol=PROTOCOL)

    def failing(*_args: object, **_options: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("posture.clients.visits.update", failing)
        with pytest.raises(RuntimeError, match="full"):
            store.replace_shots(visit.id, [make_capture("b")], setup=Protocol(clothing="loose"))
    assert store.visit(visit.id) == visit
    stated = Protocol(clothing="loose", camera_distance_cm=300.0)
    replaced = store.replace_shots(visit.id, [make_capture("b")], setup=stated)
    assert replaced.protocol == replace(PROTOCOL, clothing="loose", camera_distance_cm=300.0)
    assert [shot.result["photo"] for shot in replaced.shots] == ["b.jpg"]
    assert store.replace_shots(visit.id, [make_capture("c")]).protocol == replaced.protocol


def test_answers_and_settings_are_kept_until_they_are_deleted(store: ClientStore) -> None:
    client = store.add(Details(name="Anna"))
    assert store.answers(client.id) is None
    store.save_answers(client.id, {"about.age": 41.0, "about.conditions": ["none"]})
    store.save_answers(client.id, {"about.age": 42.0})
    assert store.answers(client.id) == {"about.age": 42.0}
    store.save_answers(client.id, None)
    assert store.answers(client.id) is None
    store.save_setting("studio", {"name": "Example Studio"})
    assert store.setting("studio") == {"name": "Example Studio"}
    store.save_setting("studio", None)
    assert store.setting("studio") is None


# --- owners --------------------------------------------------------------------------------


def test_an_owner_sees_and_changes_only_their_own_clients(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    mine, theirs = ClientStore(path, owner="one"), ClientStore(path, owner="two")
    client = mine.add(Details(name="Anna"), consented_on=DAY)
    visit = mine.add_visit(client.id, [make_capture()], day=DAY, protocol=PROTOCOL)
    mine.save_answers(client.id, {"about.age": 41.0})
    mine.save_setting("studio", "mine")
    shot = visit.shots[0].id
    before = (mine.find(), mine.visits(client.id), mine.answers(client.id))

    calls_by_others: list[Callable[[], object]] = [
        lambda: theirs.get(client.id),
        lambda: theirs.edit(client.id, Details(name="Mine now")),
        lambda: theirs.archive(client.id),
        lambda: theirs.unarchive(client.id),
        lambda: theirs.delete(client.id),
        lambda: theirs.give_consent(client.id, TODAY),
        lambda: theirs.withdraw_consent(client.id, TODAY),
        lambda: theirs.answers(client.id),
        lambda: theirs.save_answers(client.id, None),
        lambda: theirs.visits(client.id),
        lambda: theirs.visit(visit.id),
        lambda: theirs.add_visit(client.id, [make_capture("x")], day=DAY),
        lambda: theirs.save_visit_answers(visit.id, None),
        lambda: theirs.edit_visit(visit.id, day=DAY, protocol=PROTOCOL, notes="x"),
        lambda: theirs.replace_shots(visit.id, [make_capture("x")]),
        lambda: theirs.delete_visit(visit.id),
    ]
    codes = {code_of(call) for call in calls_by_others}
    assert codes == {"unknown_client", "unknown_visit"}
    assert theirs.find() == theirs.find(archived=True) == ()
    assert theirs.thumbnail(shot) is None
    assert theirs.photo(shot) is None
    assert theirs.last_protocol(client.id) is None
    assert theirs.setting("studio") is None
    assert (mine.find(), mine.visits(client.id), mine.answers(client.id)) == before
    public = {name for name in dir(ClientStore) if not name.startswith("_")}
    covered = {"find", "thumbnail", "photo", "last_protocol", "setting", "save_setting", "add"}
    # These are about the file as a whole, and give no client to anybody.
    covered |= {"opened", "transaction", "scrub", "copies", "locked"}
    called = {name for call in calls_by_others for name in call.__code__.co_names}
    assert public - covered - called == set(), "a method without a test of its owner"


# --- promises of the file ------------------------------------------------------------------


def test_every_connection_has_the_durability_settings(store: ClientStore) -> None:
    store.find()
    with opened(store.path) as db:
        found = {
            name: db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


# --- places --------------------------------------------------------------------------------


@pytest.mark.skipif("sys.platform != 'linux'", reason="other systems have other folders")
def test_the_default_location_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("POSTURE_DATA", raising=False)
    assert default_path() == Path("/home/anna/.local/share/posture/clients.sqlite")
    monkeypatch.setenv("XDG_DATA_HOME", "/xdg")
    assert default_path() == Path("/xdg/posture/clients.sqlite")
    monkeypatch.setenv("POSTURE_DATA", "/elsewhere")
    assert default_path() == Path("/elsewhere/clients.sqlite")


def test_an_unusable_location_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    store = ClientStore(tmp_path / "file" / "clients.sqlite")
    with pytest.raises(ClientsError) as caught:
        store.find()
    assert caught.value.code == "bad_client_file"
    assert "POSTURE_DATA" in str(caught.value)


def test_other_files_are_not_mistaken_for_a_client_file(tmp_path: Path) -> None:
    text = tmp_path / "text.sqlite"
    text.write_bytes(b"this is no database at all, but it is long enough to be one" * 20)
    assert code_of(ClientStore(text).find) == "not_a_client_file"
    foreign = tmp_path / "foreign.sqlite"
    db = sqlite3.connect(foreign)
    db.execute("CREATE TABLE clients (id)")
    db.commit()
    db.close()
    before = foreign.read_bytes()
    assert code_of(ClientStore(foreign).find) == "not_a_client_file"
    assert foreign.read_bytes() == before


# --- cost ----------------------------------------------------------------------------------


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Statements that SQLite runs, row-by-row reads included; settings of the file left out."""
    asked: list[str] = []

    connect = library.connect

    def connected(*how: object) -> sqlite3.Connection:
        db = connect(*how)  # type: ignore[arg-type]
        db.set_trace_callback(
            lambda text: asked.append(text) if text.startswith("SELECT") else None
        )
        return db

    monkeypatch.setattr(library, "connect", connected)
    return asked


def test_a_longer_list_needs_no_more_queries(store: ClientStore, statements: list[str]) -> None:
    def asked(work: Callable[[], object]) -> int:
        statements.clear()
        work()
        return len(statements)

    def work(client_id: str) -> list[int]:
        return [
            asked(store.find),
            asked(lambda: store.visits(client_id)),
            asked(lambda: export_client(store, client_id)),
        ]

    client = store.add(Details(name="Anna"), consented_on=DAY)
    store.add_visit(client.id, [make_capture("a")], day=DAY)
    few = work(client.id)
    for number in range(5):
        store.add(Details(name=f"Bob {number}"), consented_on=DAY)
        shots = [make_capture(f"{number}{name}") for name in "bcd"]
        store.add_visit(client.id, shots, day=DAY + timedelta(days=number))
    assert work(client.id) == few
    assert max(few) <= 6


def test_visits_saved_at_the_same_moment_keep_their_own_shots(
    store: ClientStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posture.clients.visits.now", lambda: "2025-03-01T10:00:00+00:00")
    client = store.add(Details(name="Anna"))
    names = ["ab", "cde", "f"]
    for name in names:
        store.add_visit(client.id, [make_capture(letter) for letter in name], day=DAY)
    found = store.visits(client.id)
    assert [[shot.result["photo"] for shot in visit.shots] for visit in found] == [
        [f"{letter}.jpg" for letter in name] for name in names
    ]
