"""Passphrase of the client file on the page: set, asked for once in a session, changed, removed."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from posture.clients import ClientStore, Details

WORDS = "correct horse battery staple"


def page() -> None:
    from posture.web.pages import clients

    clients.show()


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClientStore:
    monkeypatch.setenv("POSTURE_DATA", str(tmp_path))
    made = ClientStore()
    made.add(Details(name="Anna"))
    return made


def run() -> AppTest:
    return AppTest.from_function(page, default_timeout=30).run()


def field(shown: AppTest, label: str, value: str) -> None:
    next(each for each in shown.text_input if each.label == label).set_value(value)


def press(shown: AppTest, label: str) -> AppTest:
    return next(button for button in shown.button if button.label == label).click().run()


def encrypted(shown: AppTest, words: str, again: str) -> AppTest:
    field(shown, "New passphrase", words)
    field(shown, "New passphrase again", again)
    button = next(
        each for each in shown.button if "passphrase" in each.label or "Encrypt" in each.label
    )
    return button.click().run()


def words_of(shown: AppTest) -> str:
    shown_words = [*shown.error, *shown.success, *shown.markdown]
    return " ".join(str(each.value) for each in shown_words) + " ".join(
        str(block.proto.body) for block in shown.get("html")
    )


def test_without_a_passphrase_the_page_says_plainly_that_nothing_is_encrypted() -> None:
    assert "The client file is not encrypted" in words_of(run())


def test_two_different_entries_change_nothing(store: ClientStore) -> None:
    shown = encrypted(run(), WORDS, WORDS + "r")
    assert "not the same" in words_of(shown)
    assert not store.locked


def test_a_passphrase_is_asked_for_once_in_a_session(store: ClientStore) -> None:
    shown = encrypted(run(), WORDS, WORDS)
    assert not shown.exception
    assert store.locked
    # The session that set it goes on; a new one has to type it.
    assert "Anna" in words_of(shown.run()) + " ".join(each.label for each in shown.button)
    other = run()
    assert "The client file is encrypted. Type its passphrase once" in words_of(other)
    assert "Anna" not in words_of(other) + " ".join(each.label for each in other.button)
    field(other, "Passphrase", "wrong")
    press(other, "Open the client file")
    assert other.error
    field(other, "Passphrase", WORDS)
    press(other, "Open the client file")
    other.run()
    assert not other.error
    assert "Anna" in words_of(other) + " ".join(each.label for each in other.button)


def test_the_page_of_a_locked_file_has_its_heading_and_only_one() -> None:
    encrypted(run(), WORDS, WORDS)
    locked = run()
    assert [each.value for each in locked.title] == ["Clients"]
    kinds = [getattr(each, "tag", each.type) for each in locked.main]
    assert kinds.index("h1") < kinds.index("form")
    field(locked, "Passphrase", WORDS)
    press(locked, "Open the client file")
    assert [each.value for each in locked.run().title] == ["Clients"]


def test_it_is_changed_and_removed(store: ClientStore) -> None:
    shown = encrypted(run(), WORDS, WORDS)
    shown = encrypted(shown.run(), WORDS + "!", WORDS + "!")
    late = run()
    field(late, "Passphrase", WORDS)
    press(late, "Open the client file")
    assert late.error
    shown = press(shown.run(), "Remove the encryption")
    assert not shown.exception
    assert not store.locked
    assert [each.client.name for each in store.find()] == ["Anna"]
