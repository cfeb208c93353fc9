"""Commands ``posture clients …``: the client file from the command line."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from posture.cli.errors import exit_on_error
from posture.cli.options import DAY, ListingGroup, day_option, language_option, sex_option
from posture.cli.selection import (
    SHORT_ID,
    client_file,
    day_of,
    name_copies,
    one_client,
    with_passphrase,
)
from posture.cli.terminal import echo, echo_json
from posture.cli.visits import compare, repeatability, visit

if TYPE_CHECKING:
    from posture.clients import Client, ClientStore, Listed, Visit
    from posture.types import Sex


@click.group(cls=ListingGroup)
@click.option(
    "--data",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The client file (default: in your data folder, or in $POSTURE_DATA).",
)
@click.option("--owner", default="local", help="Owner of the clients, on a server with sign-in.")
@click.pass_context
def clients(context: click.Context, /, *, data: Path | None, owner: str) -> None:
    """Keep clients, their visits and photos in one file on this computer.

    CLIENT is a name, a part of it, or the beginning of the code that list shows.
    """
    from posture.clients import ClientStore

    context.obj = ClientStore(data, owner=owner)


for _command in (visit, compare, repeatability):
    clients.add_command(_command)


@clients.command()
@click.argument("name")
@click.option("--height-cm", type=float, help="Body height in centimetres.")
@sex_option
@click.option("--born", type=DAY, help="Date of birth.")
@click.option("--notes", default="", help="Anything worth remembering.")
@click.option("--consent", is_flag=True, help="The client consents today to keeping photos.")
@click.pass_context
def add(
    context: click.Context,
    /,
    *,
    name: str,
    height_cm: float | None,
    sex: Sex | None,
    born: datetime | None,
    notes: str,
    consent: bool,
) -> None:
    """Add a client and print the code."""
    from posture.clients import Details

    with client_file(context) as store:
        details = Details(
            name=name,
            height_cm=height_cm,
            sex=sex,
            birth_date=born.date() if born else None,
            notes=notes,
        )
        client = store.add(details, consented_on=day_of(None) if consent else None)
        echo(client.id)


@clients.command("list")
@click.argument("words", nargs=-1)
@click.option("--archived", is_flag=True, help="Archived clients instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per client, one per line.")
@click.pass_context
def list_(
    context: click.Context, /, *, words: tuple[str, ...], archived: bool, as_json: bool
) -> None:
    """List clients whose names hold all WORDS."""
    with client_file(context) as store:
        for item in store.find(" ".join(words), archived=archived):
            if as_json:
                echo_json(_row(item))
            else:
                echo(_line(item))


@clients.command()
@click.argument("client")
@click.option("--json", "as_json", is_flag=True, help="Everything, as one JSON object.")
@click.pass_context
def show(context: click.Context, /, *, client: str, as_json: bool) -> None:
    """Show one client and their visits."""
    from posture.clients.model import damage_notice

    with client_file(context) as store:
        found = one_client(store, client)
        visits = store.visits(found.id)
        if as_json:
            echo_json(_client_json(found, visits))
            return
        for line in _description(found):
            echo(line)
        for number, item in enumerate(visits, start=1):
            echo(_visit_line(number, item))
        notice = damage_notice(_damaged(found, visits))
        if notice is not None:
            echo(f"  {notice}")


@clients.command()
@click.argument("client")
@click.option("--name", help="New name.")
@click.option("--height-cm", type=float, help="Body height in centimetres.")
@sex_option
@click.option("--born", type=DAY, help="Date of birth.")
@click.option("--notes", help="Replaces the notes.")
@click.pass_context
def edit(
    context: click.Context,
    /,
    *,
    client: str,
    name: str | None,
    height_cm: float | None,
    sex: Sex | None,
    born: datetime | None,
    notes: str | None,
) -> None:
    """Change the details of a client; what is not named stays."""
    with client_file(context) as store:
        found = one_client(store, client)
        old = found.details
        new = replace(
            old,
            name=old.name if name is None else name,
            height_cm=old.height_cm if height_cm is None else height_cm,
            sex=sex or old.sex,
            birth_date=born.date() if born else old.birth_date,
            notes=old.notes if notes is None else notes,
        )
        store.edit(found.id, new)


@clients.command()
@click.argument("client")
@click.option("--undo", is_flag=True, help="Put the client back into the list.")
@click.pass_context
def archive(context: click.Context, /, *, client: str, undo: bool) -> None:
    """Take a client out of the list; nothing is deleted."""
    with client_file(context) as store:
        found = one_client(store, client)
        (store.unarchive if undo else store.archive)(found.id)


@clients.command()
@click.argument("client")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def delete(context: click.Context, /, *, client: str, yes: bool) -> None:
    """Delete a client, all visits and all photos for good."""
    with client_file(context) as store:
        found = one_client(store, client)
        if not yes:
            click.confirm(f"Delete {found.name} with all visits and photos?", abort=True, err=True)
        store.delete(found.id)
        echo(f"deleted: {found.name}; backups and exports are not touched", err=True)
        name_copies(store)


@clients.command()
@click.argument("action", type=click.Choice(["give", "withdraw"]))
@click.argument("client")
@day_option("--on", "Day on which it was said (default: today).")
@click.pass_context
def consent(
    context: click.Context,
    /,
    *,
    action: Literal["give", "withdraw"],
    client: str,
    day: datetime | None,
) -> None:
    """Record consent to keeping photos; withdrawing it deletes the stored photos."""
    with client_file(context) as store:
        found = one_client(store, client)
        (store.give_consent if action == "give" else store.withdraw_consent)(found.id, day_of(day))
        if action == "withdraw":
            name_copies(store)


@clients.command()
@click.argument("client")
@click.option("--out", type=click.Path(path_type=Path), help="File to write.")
@click.option(
    "--plain", is_flag=True, help="Not encrypted even if the client file is, to hand it on."
)
@language_option
@click.pass_context
def export(
    context: click.Context, /, *, client: str, out: Path | None, plain: bool, language: str
) -> None:
    """Write everything about a client into a ZIP file: JSON, CSV, PDF, pictures.

    From an encrypted client file, it is encrypted with the same passphrase.
    """
    from posture.clients.archive import export_to, file_name

    with client_file(context) as store:
        found = one_client(store, client)
        encrypted = store.passphrase is not None and not plain
        target = out or Path(file_name(found, encrypted=encrypted))
        export_to(store, found.id, target, plain=plain, language=language)
        echo(f"written: {target}", err=True)


@clients.command("import")
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--copy", "as_copy", is_flag=True, help="Import even if the client is already there.")
@click.pass_context
def import_(context: click.Context, /, *, source: Path, as_copy: bool) -> None:
    """Read a client from a file that export wrote, and print the code."""
    from posture.clients.archive_import import import_from

    with client_file(context) as store:
        client = with_passphrase(
            lambda phrase: import_from(store, source, as_copy=as_copy, passphrase=phrase),
            "Passphrase of the export",
        )
        echo(client.id)


@clients.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.pass_context
def backup(context: click.Context, /, *, target: Path) -> None:
    """Write the whole client file into a new file or a folder; encrypted if it is."""
    from posture.clients.backup import backup as back_up

    with client_file(context) as store:
        echo(f"written: {back_up(store, target)}", err=True)


@clients.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def restore(context: click.Context, /, *, source: Path, yes: bool) -> None:
    """Replace the client file with a backup; the old file is kept beside it."""
    from posture.clients.backup import restore as put_back

    with client_file(context) as store:
        if not yes:
            click.confirm(f"Replace {store.path} with {source}?", abort=True, err=True)
        kept = with_passphrase(
            lambda phrase: put_back(store, source, passphrase=phrase), "Passphrase of the backup"
        )
        echo(f"restored; the old file is kept as {kept}" if kept else "restored", err=True)


@clients.command()
@click.pass_context
def encrypt(context: click.Context, /) -> None:
    """Encrypt the client file with a passphrase, or change the passphrase.

    Nobody can open the file without it: there is no way around a forgotten passphrase.
    """
    from posture.clients.encryption import change_passphrase
    from posture.clients.passphrase import Passphrase

    with client_file(context) as store:
        text = click.prompt(
            "New passphrase", hide_input=True, confirmation_prompt=True, err=True, type=str
        )
        change_passphrase(store, Passphrase.new(text))
        echo("encrypted; backups made before are not", err=True)
        name_copies(store)
        _forget_old(store)


@clients.command()
@click.pass_context
def decrypt(context: click.Context, /) -> None:
    """Remove the passphrase: anybody who has the file can read it then."""
    from posture.clients.encryption import change_passphrase

    with client_file(context) as store:
        change_passphrase(store, None)
        echo("decrypted", err=True)
        _forget_old(store)


@clients.command("key-ring")
@click.argument("action", type=click.Choice(["remember", "forget"]))
@click.pass_context
def key_ring(context: click.Context, /, *, action: Literal["remember", "forget"]) -> None:
    """Keep the passphrase in the key ring of this computer, or remove it from there.

    Commands then open the file without asking, for whoever is logged in as you. Needs the extra
    keyring; the web app always asks.
    """
    from posture.clients import ClientStore
    from posture.clients.key_ring import forget, remember

    if action == "remember":
        with client_file(context) as store:
            remember(store)
            echo("remembered: commands no longer ask for the passphrase", err=True)
        return
    with exit_on_error():
        if forget(context.ensure_object(ClientStore).path):
            echo("forgotten: commands ask for the passphrase again", err=True)
        else:
            echo("the key ring holds no passphrase of this client file", err=True)


def _forget_old(store: ClientStore) -> None:
    """Remove a passphrase that no longer opens the file from the key ring, and say so."""
    from posture.clients import ClientsError
    from posture.clients.key_ring import forget

    with contextlib.suppress(ClientsError):
        if forget(store.path):
            echo("the old passphrase was removed from the key ring", err=True)


def _row(item: Listed) -> dict[str, object]:
    last = item.last_visit
    return {
        "id": item.client.id,
        "name": item.client.name,
        "visits": item.visits,
        "last_visit": last.isoformat() if last else None,
        "photos_kept": item.client.consent is not None,
    }


def _line(item: Listed) -> str:
    last = f"last {item.last_visit}" if item.last_visit else "no visit yet"
    visits = f"{item.visits} visit{'' if item.visits == 1 else 's'}"
    return f"{item.client.id[:SHORT_ID]}  {item.client.name}  ({visits}, {last})"


def _description(client: Client) -> list[str]:
    details, consented = client.details, client.consent
    facts = {
        "code": client.id,
        "height": f"{details.height_cm:g} cm" if details.height_cm else "",
        "sex": details.sex or "",
        "born": str(details.birth_date or ""),
        "photos": f"kept, consent of {consented.given_on}" if consented else "not kept: no consent",
        "archived": f"{client.archived_at:%Y-%m-%d}" if client.archived_at else "",
        "notes": details.notes,
    }
    return [details.name, *(f"  {name}: {text}" for name, text in facts.items() if text)]


def _visit_line(number: int, item: Visit) -> str:
    kept = sum(shot.photo_kept for shot in item.shots)
    photos = f"{len(item.shots)} photo{'' if len(item.shots) == 1 else 's'}, {kept} kept"
    return f"  visit {number}: {item.day} ({photos}){': ' + item.notes if item.notes else ''}"


def _client_json(client: Client, visits: tuple[Visit, ...]) -> dict[str, object]:
    from posture.analysis.old_results import upgraded
    from posture.codec import encode_record

    return {
        "id": client.id,
        "details": encode_record(client.details),
        "consents": [encode_record(item) for item in client.consents],
        "archived": client.archived_at is not None,
        "damaged": _damaged(client, visits),
        "visits": [
            {
                "day": item.day.isoformat(),
                "protocol": encode_record(item.protocol),
                "notes": item.notes,
                "algorithm": item.algorithm,
                "results": [upgraded(shot.result) for shot in item.shots],
            }
            for item in visits
        ],
    }


def _damaged(client: Client, visits: tuple[Visit, ...]) -> list[str]:
    entries: tuple[Client | Visit, ...] = (client, *visits)
    return list(dict.fromkeys(part for entry in entries for part in entry.damaged))
