"""Clients, visits and days named on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, TypeVar

import click

from posture.cli.errors import exit_on_error

if TYPE_CHECKING:
    from posture.clients import Client, ClientStore, Visit
    from posture.clients.passphrase import Passphrase

SHORT_ID: Final = 8
MIN_ID: Final = 4
"""Fewest characters of an id that may stand for the whole."""


@contextmanager
def client_file(context: click.Context) -> Iterator[ClientStore]:
    """Yield the client file that the command line names; an error ends the command."""
    from posture.clients import ClientStore

    with exit_on_error():
        store = context.find_object(ClientStore)
        if store is None:
            raise click.UsageError("No client file is named.")
        yield unlocked(store)


def unlocked(store: ClientStore) -> ClientStore:
    """Return the store with the passphrase of its file, from the key ring or as typed."""
    from posture.clients import ClientStore, key_ring

    if store.locked:
        store = key_ring.unlocked(store)
    if store.locked:
        phrase = ask_passphrase("Passphrase of the client file")
        store = ClientStore(store.path, owner=store.owner, passphrase=phrase)
    return store


def ask_passphrase(what: str) -> Passphrase:
    """Ask for a passphrase without showing it; it is never an option or a variable."""
    from posture.clients.passphrase import Passphrase

    return Passphrase(click.prompt(what, hide_input=True, err=True))


T = TypeVar("T")


def with_passphrase(work: Callable[[Passphrase | None], T], what: str) -> T:
    """Do something with a file that may be encrypted; ask if it has a passphrase of its own."""
    from posture.clients import ClientsError

    try:
        return work(None)
    except ClientsError as error:
        if error.code not in ("passphrase_needed", "wrong_passphrase"):
            raise
    return work(ask_passphrase(what))


def one_client(store: ClientStore, name: str) -> Client:
    """Return the client given by name, by part of it, or by the beginning of the id.

    Raises
    ------
    ClientsError
        ``unknown_client``, or ``ambiguous_client`` with a list.
    """
    from posture.clients import ClientsError

    everyone = [item.client for state in (False, True) for item in store.find(archived=state)]
    by_id = [client for client in everyone if len(name) >= MIN_ID and client.id.startswith(name)]
    exact = [client for client in everyone if client.name == name]
    words = {item.client.id for state in (False, True) for item in store.find(name, archived=state)}
    found = by_id or exact or [client for client in everyone if client.id in words]
    if not name.strip() or not found:
        raise ClientsError(
            f"There is no client {name!r}: see posture clients list.", code="unknown_client"
        )
    if len(found) > 1:
        several = ", ".join(f"{client.name} ({client.id[:SHORT_ID]})" for client in found[:5])
        raise ClientsError(
            f"{name!r} may be several clients: {several}. Name one by the code in brackets.",
            code="ambiguous_client",
        )
    return found[0]


def one_visit(store: ClientStore, client: Client, number: int) -> Visit:
    """Return a visit by its number: 1 is the first, -1 the last.

    Raises
    ------
    ClientsError
        ``unknown_visit``.
    """
    from posture.clients import ClientsError

    visits = store.visits(client.id)
    if number == 0 or abs(number) > len(visits):
        raise ClientsError(
            f"{client.name} has {len(visits)} visits: number them from 1, or from the last "
            "with -1.",
            code="unknown_visit",
        )
    return visits[number - 1 if number > 0 else number]


def day_of(moment: datetime | None) -> date:
    """Return the given day, or today."""
    return date.today() if moment is None else moment.date()


def name_copies(store: ClientStore) -> None:
    """Name the copies of the file that what was just done does not reach."""
    for copy in store.copies():
        click.echo(f"left as it was: {copy}; delete it if you no longer need it", err=True)
