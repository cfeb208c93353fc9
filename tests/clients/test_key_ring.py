"""Passphrase in the key ring of the system: only on request, and never in the way."""

from __future__ import annotations

import sys
from pathlib import Path

import keyring
import pytest
from keyring.errors import KeyringLocked, NoKeyringError
from support.key_ring import KeyRing, PlainFile

from posture.clients import ClientsError, ClientStore, Details, Passphrase
from posture.clients.encryption import change_passphrase
from posture.clients.key_ring import forget, remember, unlocked

WORDS = "four quiet wörds aloud"


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    made = ClientStore(tmp_path / "clients.sqlite", passphrase=Passphrase.new(WORDS))
    made.add(Details(name="Anna"))
    return made


@pytest.fixture
def locked(store: ClientStore) -> ClientStore:
    return ClientStore(store.path)


def refusal(work: object, *arguments: object) -> tuple[str, str]:
    with pytest.raises(ClientsError) as caught:
        work(*arguments)  # type: ignore[operator]
    assert "\n" not in str(caught.value)
    assert WORDS not in str(caught.value)
    return caught.value.code, str(caught.value)


def test_what_is_remembered_opens_the_file_until_it_is_forgotten(
    store: ClientStore, locked: ClientStore, key_ring: KeyRing
) -> None:
    assert unlocked(locked).locked
    assert key_ring.secrets == {}
    remember(store)
    assert list(key_ring.secrets) == [("posture client file", str(store.path))]
    assert [item.client.name for item in unlocked(locked).find()] == ["Anna"]
    another = ClientStore(store.path.with_name("other.sqlite"))
    assert unlocked(another) is another
    assert (forget(store.path), forget(store.path)) == (True, False)
    assert unlocked(locked) is locked


def test_only_what_opens_the_file_is_remembered(
    store: ClientStore, locked: ClientStore, key_ring: KeyRing
) -> None:
    wrong = ClientStore(store.path, passphrase=Passphrase("something else entirely"))
    assert refusal(remember, wrong)[0] == "wrong_passphrase"
    assert refusal(remember, locked)[0] == "not_encrypted"
    assert key_ring.secrets == {}


@pytest.mark.usefixtures("key_ring")
def test_a_passphrase_that_no_longer_fits_is_not_used(
    store: ClientStore, locked: ClientStore
) -> None:
    remember(store)
    change_passphrase(store, Passphrase.new("another four words here"))
    assert unlocked(locked) is locked


@pytest.mark.parametrize("kind", ["none", "plain file"])
def test_nothing_is_kept_where_secrets_are_not_safe(
    store: ClientStore, locked: ClientStore, key_ring: KeyRing, kind: str
) -> None:
    from keyring.backends.fail import Keyring as NoKeyRing

    poor = PlainFile() if kind == "plain file" else NoKeyRing()
    keyring.set_keyring(poor)
    for work in (lambda: remember(store), lambda: forget(store.path)):
        code, said = refusal(work)
        assert (code, "type the passphrase" in said) == ("no_key_ring", True)
    assert unlocked(locked) is locked
    assert getattr(poor, "secrets", {}) == key_ring.secrets == {}


@pytest.mark.parametrize(
    "fault", [KeyringLocked("Failed to unlock the item!"), NoKeyringError(), OSError("bus gone")]
)
def test_a_key_ring_that_refuses_is_no_obstacle(
    store: ClientStore, locked: ClientStore, key_ring: KeyRing, fault: Exception
) -> None:
    key_ring.fault = fault
    assert unlocked(locked) is locked
    for work in (lambda: remember(store), lambda: forget(store.path)):
        code, said = refusal(work)
        assert (code, said.startswith("The key ring of this computer refuses: ")) == (
            "no_key_ring",
            True,
        )


def test_without_the_extra_one_sentence_says_what_to_install(
    store: ClientStore, locked: ClientStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    code, said = refusal(remember, store)
    assert (code, "pip install '.[keyring]'" in said) == ("no_key_ring", True)
    assert unlocked(locked) is locked
