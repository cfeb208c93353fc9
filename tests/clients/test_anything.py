"""Random operations in random order: photos need consent, and deleted data stays deleted."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
)
from support.captures import make_capture

from posture.clients import ClientsError, ClientStore, Details

DAY = date(2025, 3, 1)
OWNERS = ("one", "two")


class AnyOrder(RuleBasedStateMachine):
    """Compares the client file with a plain dictionary."""

    clients = Bundle("clients")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "clients.sqlite"
        self.stores = {owner: ClientStore(path, owner=owner) for owner in OWNERS}
        # Per client: owner, consent in force, and for each visit whether its photo is kept.
        self.known: dict[str, tuple[str, bool, list[bool]]] = {}
        self.number = 0

    def teardown(self) -> None:
        self.folder.cleanup()

    @initialize(target=clients, owner=st.sampled_from(OWNERS))
    def first(self, owner: str) -> str:
        return self.add(owner, consent=True)

    @rule(target=clients, owner=st.sampled_from(OWNERS), consent=st.booleans())
    def someone(self, owner: str, consent: bool) -> str:  # noqa: FBT001
        return self.add(owner, consent=consent)

    def add(self, owner: str, *, consent: bool) -> str:
        details = Details(name=f"Client {len(self.known)}")
        client = self.stores[owner].add(details, consented_on=DAY if consent else None)
        self.known[client.id] = (owner, consent, [])
        return client.id

    @rule(client=clients)
    def visit(self, client: str) -> None:
        owner, consent, kept = self.known[client]
        self.number += 1
        self.stores[owner].add_visit(client, [make_capture(str(self.number))], day=DAY)
        kept.append(consent)

    @rule(client=clients, give=st.booleans())
    def consent(self, client: str, give: bool) -> None:  # noqa: FBT001
        owner, consent, kept = self.known[client]
        store = self.stores[owner]
        change = store.give_consent if give else store.withdraw_consent
        if consent is give:
            with pytest.raises(ClientsError) as caught:
                change(client, DAY)
            assert caught.value.code == ("consent_given" if give else "no_consent")
            return
        change(client, DAY)
        self.known[client] = (owner, give, kept if give else [False] * len(kept))

    @rule(client=clients)
    def archive(self, client: str) -> None:
        store = self.stores[self.known[client][0]]
        archived = store.get(client).archived_at is not None
        (store.unarchive if archived else store.archive)(client)

    @rule(client=consumes(clients))
    def delete(self, client: str) -> None:
        self.stores[self.known.pop(client)[0]].delete(client)

    @invariant()
    def the_file_agrees_with_the_dictionary(self) -> None:
        for owner, store in self.stores.items():
            mine = {client: entry for client, entry in self.known.items() if entry[0] == owner}
            listed = [*store.find(), *store.find(archived=True)]
            assert {item.client.id for item in listed} == set(mine)
            for client, (_, consent, kept) in mine.items():
                assert (store.get(client).consent is not None) == consent
                shots = [visit.shots[0] for visit in store.visits(client)]
                assert [shot.photo_kept for shot in shots] == kept
                assert [store.photo(shot.id) is not None for shot in shots] == kept


AnyOrder.TestCase.settings = settings(max_examples=10, stateful_step_count=12, deadline=None)
TestAnyOrder = AnyOrder.TestCase
