"""``posture clients …``: the client file from the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Protocol as Protocol_

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader
from support.captures import visited
from support.key_ring import KeyRing

from posture.analysis.record import Unlike
from posture.cli import visits as cli_visits
from posture.cli.clients import clients
from posture.cli.main import main
from posture.clients import ClientStore, Details, archive
from posture.comparison.sentences import say_unlike
from posture.inputs.protocol import Arms, Footwear, Protocol, Stance

SAMPLES = Path(__file__).parents[2] / "sample_images"
TODAY = date.today()


class Run(Protocol_):
    """Runs a command on the store's file."""

    def __call__(self, *arguments: object, typed: str = "") -> Result: ...


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    return ClientStore(tmp_path / "clients.sqlite")


@pytest.fixture
def run(store: ClientStore) -> Run:
    def call(*arguments: object, typed: str = "") -> Result:
        words = ["clients", "--data", str(store.path), *map(str, arguments)]
        return CliRunner().invoke(main, words, input=typed)

    return call


def test_a_client_from_beginning_to_end(run: Run, store: ClientStore) -> None:
    added = run(
        "add", "Anna Example", "--height-cm", 168, "--sex", "female", "--born", "1990-02-03",
        "--notes", "runs", "--consent",
    )  # fmt: skip
    client_id = added.stdout.strip()
    assert store.get(client_id).details.birth_date == date(1990, 2, 3)
    assert store.get(client_id).consent is not None
    assert run("edit", "anna", "--height-cm", 169, "--notes", "").exit_code == 0
    details = store.get(client_id).details
    assert (details.height_cm, details.notes, details.sex) == (169.0, "", "female")
    assert run("archive", "anna").exit_code == 0
    assert run("list").stdout == ""
    assert "Anna Example  (0 visits, no visit yet)" in run("list", "--archived").stdout
    assert run("archive", client_id[:6], "--undo").exit_code == 0
    row = json.loads(run("list", "ANNA", "--json").stdout)
    assert (row["id"], row["visits"], row["photos_kept"]) == (client_id, 0, True)
    assert run("consent", "withdraw", "anna").exit_code == 0
    shown = run("show", "anna").stdout
    assert "photos: not kept: no consent" in shown
    assert "height: 169 cm" in shown
    assert run("delete", "anna", typed="n\n").exit_code == 1
    assert len(store.find()) == 1
    assert run("delete", "anna", "--yes").exit_code == 0
    assert store.find() == ()


def test_a_day_has_one_name_and_earlier_ones_still_work(run: Run, store: ClientStore) -> None:
    for option, day in (("--on", date(2025, 3, 1)), ("--day", date(2025, 3, 2))):
        client = store.add(Details(name=f"Anna {option}"))
        done = run("consent", "give", client.id, option, day)
        assert done.exit_code == 0, done.output
        consent = store.get(client.id).consent
        assert consent is not None
        assert consent.given_on == day
    both = run("consent", "give", client.id, "--on", "2025-03-01", "--day", "2025-03-01")
    assert both.exit_code == 2
    assert "--day and --on mean the same: give the first one alone." in both.stderr
    words = run("consent", "--help").stdout
    assert "--day" in words
    assert "--on" not in words


def test_photos_become_a_visit(run: Run, store: ClientStore) -> None:
    client = store.add(Details(name="Anna", sex="female", height_cm=168.0), consented_on=TODAY)
    photos = [SAMPLES / "01_neutral_woman_left.jpg", SAMPLES / "05_swayed_woman_left.jpg"]
    done = run(
        "visit", "add", "anna", *photos, "--day", "2025-03-01", "--arms", "crossed_high",
        "--clothing", "tight", "--camera-height-cm", 95, "--instruction", "Stand relaxed.",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    visit = store.visit(done.stdout.strip())
    assert (visit.client_id, visit.day, len(visit.shots)) == (client.id, date(2025, 3, 1), 2)
    assert [shot.photo_kept for shot in visit.shots] == [True, True]
    # What a third photo would bring, before it is taken.
    assert "One more photo like this would" in done.stderr
    assert "different person" not in done.stderr
    again = run("visit", "add", "anna", photos[0], "--same-as-before", "--clothing", "minimal")
    protocol = store.visit(again.stdout.strip()).protocol
    assert protocol == Protocol(
        arms="crossed_high",
        clothing="minimal",
        camera_height_cm=95.0,
        instruction="Stand relaxed.",
    )
    # The estimator uses the clothing of the protocol, too.
    tight, bare = (
        store.visit(done.stdout.strip()).shots[0].result["estimates"] for done in (done, again)
    )
    assert tight["lumbar_depth_pct"] != bare["lumbar_depth_pct"]
    assert "visit 1: 2025-03-01 (2 photos, 2 kept)" in run("show", "anna").stdout
    whole = json.loads(run("show", "anna", "--json").stdout)
    assert whole["visits"][0]["results"][0]["status"] == "ok"
    refused = run("visit", "add", "anna", photos[0], SAMPLES / "12_refused_front_view.jpg")
    assert refused.exit_code == 3
    assert "12_refused_front_view.jpg: This is not a side view" in refused.stderr
    assert len(store.visits(client.id)) == 2
    assert run("visit", "delete", "anna", "--yes", "--", -1).exit_code == 0
    assert len(store.visits(client.id)) == 1
    renewed = run("visit", "again", "anna")
    assert "visit of 2025-03-01: analysed again" in renewed.stderr


def test_a_photo_file_that_is_missing_is_named(run: Run, store: ClientStore) -> None:
    store.add(Details(name="Anna"))
    done = run("visit", "add", "anna", "nothing.jpg")
    assert done.exit_code == 3
    assert "nothing.jpg" in done.stderr


def test_photos_of_different_people_in_one_visit_are_asked_about(
    run: Run, store: ClientStore
) -> None:
    store.add(Details(name="Anna"))
    people = ("07_flat_back_man_left.jpg", "04_tilted_arched_man_left.jpg")
    done = run("visit", "add", "anna", *(SAMPLES / name for name in people))
    assert done.exit_code == 0, done.output
    assert f"Note: {say_unlike(Unlike(first=1, others=(2,)))}" in done.stderr


def test_changes_are_printed_as_sentences(run: Run, store: ClientStore) -> None:
    visited(store, "Anna", [[10.0, 11.0], [10.4], [18.0, 19.0, 20.0]])
    text = run("compare", "anna").stdout
    assert "The pelvis tips 17° more forward than before" in text
    assert text.count("does not say how sure a change is") == 1
    assert "Trunk lean" not in text
    assert "Trunk lean" in run("compare", "anna", "--all").stdout
    table = json.loads(run("compare", "anna", "--before", 1, "--after", 2, "--json").stdout)
    change = table["changes"]["pelvic_tilt_deg"]
    assert change["verdict"] == "no_change_larger_than"
    assert change["sentence"].startswith("No change larger than")
    assert change["errors"]["photo_source"] == "own_repeats"
    assert run("compare", "anna", "--before", 1, "--after", 1).exit_code == 2
    wrong = run("compare", "anna", "--after", 7)
    assert (wrong.exit_code, "Anna has 3 visits" in wrong.stderr) == (2, True)


def test_one_visit_alone_is_not_compared_and_the_way_to_the_next_is_said(
    run: Run, store: ClientStore
) -> None:
    visited(store, "Anna", [[10.0]])
    done = run("compare", "anna")
    assert done.exit_code == 2
    assert "This client has one visit so far" in done.stderr
    assert "posture clients visit add" in done.stderr


def test_tests_of_a_visit_are_recorded_shown_changed_and_compared(
    run: Run, store: ClientStore, tmp_path: Path
) -> None:
    visited(store, "Anna", [[10.0], [10.4]])
    file = tmp_path / "answers.toml"
    file.write_text("[about]\nconditions = ['osteoporosis']\n[tests.glute_bridge]\nhold_s = 20\n")
    first = run("visit", "tests", "anna", "--number", 1, "--answers", file)
    assert first.exit_code == 0, first.output
    assert "Glute bridge: How long does the hold last? 20 s" in first.stdout
    # Osteoporosis rules it out (posture/program/data/tests.toml).
    assert "curl-up" in first.stdout.split("left out for this client:")[1]
    run("visit", "tests", "anna", "--set", "glute_bridge.hold_s=35", "--set", "plank.hold_s=40")
    changed = run("visit", "tests", "anna", "--set", "plank.hold_s=45", "--json")
    assert json.loads(changed.stdout) == {
        "tests.glute_bridge.hold_s": 35.0,
        "tests.plank.hold_s": 45.0,
    }
    told = run("compare", "anna").stdout
    assert "Glute bridge: now 35 s, before 20 s." in told
    assert "Plank" not in told
    run("visit", "tests", "anna", "--remove", "glute_bridge", "--remove", "plank")
    assert store.visits(store.find("anna")[0].client.id)[1].answers is None


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (["--set", "plank.hold_s"], "READING=VALUE"),
        (["--set", "plank.hold_s=-3"], "between 0 and 600"),
        (["--set", "plonk.hold_s=3"], "did you mean tests.plank.hold_s"),
        (["--remove", "plonk"], "There is no test plonk"),
    ],
)
def test_a_wrong_reading_is_refused_in_one_sentence(
    run: Run, store: ClientStore, given: list[str], problem: str
) -> None:
    visited(store, "Anna", [[10.0]])
    done = run("visit", "tests", "anna", *given)
    assert done.exit_code != 0
    assert problem in done.stderr
    assert store.visits(store.find("anna")[0].client.id)[0].answers is None


def test_before_and_after_are_written_as_one_sheet(
    run: Run, store: ClientStore, tmp_path: Path
) -> None:
    visited(store, "Anna", [[10.0, 11.0], [18.0, 19.0, 20.0]])
    out = tmp_path / "change.pdf"
    done = run("compare", "anna", "--out", out)
    assert done.exit_code == 0, done.output
    text = PdfReader(out).pages[0].extract_text()
    assert "Before and after" in text
    assert "mean of 3 photos" in text
    assert run("compare", "anna", "--out", tmp_path / "a.txt").exit_code != 0


def test_a_studio_measures_itself_from_its_clients(run: Run, store: ClientStore) -> None:
    names = [f"Person {letter}" for letter in "ABCDE"]
    for number, name in enumerate(names):
        base = 8.0 + 2.0 * number
        visited(store, name, [[base, base + 0.5], [base + 0.25, base - 0.25]])
    assert run("repeatability", *names[:4]).exit_code == 2
    done = run("repeatability", *names, "--keep")
    assert done.exit_code == 0, done.output
    name = "Pelvic tilt (position, on the scale of the ASIS–PSIS angle)"
    assert f"{name}: a change between two visits counts as real from" in done.stdout
    table = json.loads(run("compare", names[0], "--json").stdout)
    assert table["changes"]["pelvic_tilt_deg"]["errors"]["day_source"] == "studio"


def test_files_are_exported_and_imported(
    run: Run, store: ClientStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "last_sheet", lambda *_: None)
    client_id = visited(store, "Anna", [[10.0]])
    assert run("export", "anna", "--out", tmp_path / "anna.zip").exit_code == 0
    assert run("export", "anna", "--out", tmp_path / "anna.zip").exit_code == 2
    assert "already" in run("import", tmp_path / "anna.zip").stderr
    assert run("backup", tmp_path / "backup.sqlite").exit_code == 0
    assert run("delete", "anna", "--yes").exit_code == 0
    assert run("import", tmp_path / "anna.zip").stdout.strip() == client_id
    assert run("import", tmp_path / "anna.zip", "--copy").exit_code == 0
    assert len(store.find()) == 2
    assert run("restore", tmp_path / "backup.sqlite", typed="n\n").exit_code == 1
    restored = run("restore", tmp_path / "backup.sqlite", "--yes")
    assert "the old file is kept as" in restored.stderr
    assert len(store.find()) == 1


def test_a_name_must_match_a_single_client(run: Run, store: ClientStore) -> None:
    first = store.add(Details(name="Anna Example"))
    store.add(Details(name="Anna Example-Two"))
    several = run("show", "example")
    assert several.exit_code == 2
    assert f"Anna Example ({first.id[:8]})" in several.stderr
    assert run("show", "Anna Example").exit_code == 0  # the whole name is no doubt
    assert run("show", first.id[:8]).stdout.startswith("Anna Example\n")
    for nobody in ("Zoe", "", "%"):
        assert "There is no client" in run("show", nobody).stderr


def test_wrong_values_are_refused_in_one_sentence(run: Run, tmp_path: Path) -> None:
    nameless = run("add", " ")
    assert nameless.exit_code == 2
    assert nameless.stderr.endswith(
        "Error: A client needs a name of ordinary letters in one line.\n"
    )
    assert "between 100 and 230" in run("add", "Anna", "--height-cm", 17).stderr
    assert run("add", "Anna", "--born", "03.02.1990").exit_code == 2
    place = ["clients", "--data", str(tmp_path / "no-sqlite")]
    (tmp_path / "no-sqlite").write_text("no database, but long enough " * 50)
    done = CliRunner().invoke(main, [*place, "list"])
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)


def test_owners_are_kept_separate(store: ClientStore) -> None:
    store.add(Details(name="Anna"))
    other = CliRunner().invoke(
        main, ["clients", "--data", str(store.path), "--owner", "trainer", "list"]
    )
    assert (other.exit_code, other.stdout) == (0, "")


def test_the_choices_are_those_of_the_protocol() -> None:
    pairs = (
        (cli_visits.ARMS, Arms),
        (cli_visits.STANCES, Stance),
        (cli_visits.FOOTWEAR, Footwear),
    )
    assert [choices for choices, _ in pairs] == [kind.__args__ for _, kind in pairs]


@pytest.mark.parametrize("words", [[], ["clients"], ["clients", "visit"]])
def test_the_list_of_commands_cuts_no_sentence_short(words: list[str]) -> None:
    listed = CliRunner().invoke(main, [*words, "--help"]).stdout.partition("Commands:")[2]
    assert listed.count("\n") > 3
    assert "..." not in listed


def test_every_command_is_documented() -> None:
    text = (SAMPLES.parent / "docs" / "clients.md").read_text(encoding="utf-8")
    names = {*clients.commands, *(f"visit {name}" for name in cli_visits.visit.commands)}
    assert {name for name in names if f"`{name}" not in text} == set()


# --- encryption ----------------------------------------------------------------------------

WORDS = "four quiet words aloud"


def test_the_file_is_encrypted_with_a_typed_passphrase(run: Run, store: ClientStore) -> None:
    run("add", "Zsuzsanna")
    done = run("encrypt", typed=f"{WORDS}\n{WORDS}\n")
    assert done.exit_code == 0, done.output
    assert WORDS not in done.output
    assert b"Zsuzsanna" not in store.path.read_bytes()
    listed = run("list", typed=f"{WORDS}\n")
    assert "Zsuzsanna" in listed.stdout
    assert "Passphrase of the client file" in listed.stderr
    assert WORDS not in listed.output
    wrong = run("list", typed="something else entirely\n")
    assert wrong.exit_code == 1
    assert wrong.stdout == ""
    assert "does not open the client file" in wrong.stderr


def test_the_passphrase_is_changed_and_removed(run: Run, store: ClientStore) -> None:
    run("add", "Anna")
    run("encrypt", typed=f"{WORDS}\n{WORDS}\n")
    changed = run("encrypt", typed=f"{WORDS}\nanother four words\nanother four words\n")
    assert changed.exit_code == 0, changed.output
    assert run("list", typed=f"{WORDS}\n").exit_code == 1
    assert run("decrypt", typed="another four words\n").exit_code == 0
    assert [item.client.name for item in store.find()] == ["Anna"]


def test_a_short_or_mistyped_passphrase_changes_nothing(run: Run, store: ClientStore) -> None:
    run("add", "Anna")
    before = store.path.read_bytes()
    short = run("encrypt", typed="short\nshort\n")
    assert short.exit_code == 1
    assert "at least 12 letters" in short.stderr
    assert run("encrypt", typed=f"{WORDS}\n{WORDS}x\n").exit_code == 1
    assert store.path.read_bytes() == before


def test_no_option_or_variable_takes_the_passphrase() -> None:
    named = [
        word.lower()
        for command in clients.commands.values()
        for option in command.params
        for word in (*option.opts, *([option.envvar] if isinstance(option.envvar, str) else []))
    ]
    assert not any("pass" in word or "key" in word for word in named)


# --- key ring ------------------------------------------------------------------------------


def test_the_key_ring_is_asked_only_once_it_was_told(run: Run, key_ring: KeyRing) -> None:
    run("add", "Zsuzsanna")
    run("encrypt", typed=f"{WORDS}\n{WORDS}\n")
    assert run("list", typed=f"{WORDS}\n").exit_code == 0
    assert key_ring.secrets == {}
    done = run("key-ring", "remember", typed=f"{WORDS}\n")
    assert (done.exit_code, WORDS in done.output) == (0, False)
    assert list(key_ring.secrets.values()) == [WORDS]
    listed = run("list")
    assert ("Zsuzsanna" in listed.stdout, listed.stderr) == (True, "")
    assert run("key-ring", "forget").exit_code == 0
    assert key_ring.secrets == {}
    assert "Passphrase of the client file" in run("list", typed=f"{WORDS}\n").stderr
    assert "holds no passphrase" in run("key-ring", "forget").stderr


def test_a_changed_passphrase_leaves_the_key_ring(run: Run, key_ring: KeyRing) -> None:
    run("add", "Anna")
    run("encrypt", typed=f"{WORDS}\n{WORDS}\n")
    run("key-ring", "remember", typed=f"{WORDS}\n")
    changed = run("encrypt", typed="another four words\nanother four words\n")
    assert "removed from the key ring" in changed.stderr
    assert key_ring.secrets == {}
    run("key-ring", "remember", typed="another four words\n")
    assert "removed from the key ring" in run("decrypt").stderr
    assert key_ring.secrets == {}


def test_without_a_key_ring_a_sentence_says_so(run: Run) -> None:
    run("add", "Anna")
    run("encrypt", typed=f"{WORDS}\n{WORDS}\n")
    done = run("key-ring", "remember", typed=f"{WORDS}\n")
    assert done.exit_code == 1
    assert "No key ring was found here" in done.stderr
    assert run("list", typed=f"{WORDS}\n").exit_code == 0


def test_encrypted_exports_and_backups_ask_for_their_passphrase(run: Run, tmp_path: Path) -> None:
    run("add", "Anna")
    run("encrypt", typed=f"{WORDS}\n{WORDS}\n")
    target, saved = tmp_path / "anna.posture", tmp_path / "backup.sqlite"
    run("export", "anna", "--out", target, typed=f"{WORDS}\n")
    run("backup", saved, typed=f"{WORDS}\n")
    assert b"Anna" not in target.read_bytes() + saved.read_bytes()
    run("encrypt", typed=f"{WORDS}\nanother four words\nanother four words\n")
    copied = run("import", target, "--copy", typed=f"another four words\n{WORDS}\n")
    assert copied.exit_code == 0, copied.output
    assert "Passphrase of the export" in copied.stderr
    back = run("restore", saved, "--yes", typed=f"another four words\n{WORDS}\n")
    assert back.exit_code == 0, back.output
    assert "Passphrase of the backup" in back.stderr
    assert run("list", typed="another four words\n").stdout.count("Anna") == 1


def test_a_deletion_names_the_copies_that_it_does_not_reach(run: Run, tmp_path: Path) -> None:
    run("add", "Anna")
    saved = tmp_path / "backup.sqlite"
    run("backup", saved)
    run("restore", saved, "--yes")
    (kept,) = tmp_path.glob("clients-before-*.sqlite")
    done = run("delete", "anna", "--yes")
    assert done.exit_code == 0
    assert str(kept) in done.stderr
