"""Choosing clients, visits and days: shared by the commands of the client file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import click

from posture.cli.errors import failing_plainly

if TYPE_CHECKING:
    from posture.clients import Client, ClientStore, Visit

DAY: Final = click.DateTime(["%Y-%m-%d"])
SHORT_ID: Final = 8
MIN_ID: Final = 4
"""Fewest letters of an id that may stand for the whole id."""


def the_store(context: click.Context) -> ClientStore:
    """Return the client file that the command line names."""
    from posture.clients import ClientStore

    store = context.find_object(ClientStore)
    if store is None:
        raise click.UsageError("No client file is named.")
    return store


@contextmanager
def working(context: click.Context) -> Iterator[ClientStore]:
    """Yield the client file; an error becomes one sentence and an exit code."""
    with failing_plainly():
        yield the_store(context)


def one_client(store: ClientStore, name: str) -> Client:
    """Return the client with this name, or with an id that begins like this.

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
    """Return a day that was given, or today."""
    return date.today() if moment is None else moment.date()
