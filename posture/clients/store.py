"""Client file of one owner, the interface for pages and commands."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from posture.clients import people, visits
from posture.clients.database import default_path, erase, opened, scrub, transaction
from posture.clients.leftovers import copies, sweep
from posture.clients.library import is_encrypted
from posture.clients.model import (
    LOCAL_OWNER,
    Answers,
    Capture,
    Client,
    Details,
    Listed,
    Visit,
    check_day,
)
from posture.clients.passphrase import Passphrase
from posture.codec import Json
from posture.inputs.protocol import NO_PROTOCOL, Protocol


class ClientStore:
    """The clients of one owner.

    Parameters
    ----------
    path : Path, optional
        The client file, created on first use; :func:`default_path` if not given.
    owner : str
        Signed-in user, who sees and changes only their own clients.
    passphrase : Passphrase, optional
        For an encrypted file; a new file is then encrypted, too.

    Notes
    -----
    Each call opens the file, works in one transaction and closes the file again, so that threads
    may share a store and several programs may use one file.

    Raises
    ------
    ClientsError
        Every method: see :func:`posture.clients.database.opened`; and ``unknown_client`` or
        ``unknown_visit`` for an id that this owner does not have.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        owner: str = LOCAL_OWNER,
        passphrase: Passphrase | None = None,
    ) -> None:
        self.path = path or default_path()
        self.owner = owner
        self.passphrase = passphrase
        sweep(self.path)

    @property
    def locked(self) -> bool:
        """Whether the file is encrypted, and this store has no passphrase for it."""
        return self.passphrase is None and is_encrypted(self.path)

    def opened(self) -> AbstractContextManager[sqlite3.Connection]:
        """Open the file for reading; see :func:`posture.clients.database.opened`."""
        return opened(self.path, self.passphrase)

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Open the file for changes, all or nothing."""
        return transaction(self.path, self.passphrase)

    def scrub(self) -> None:
        """Remove overwritten bytes from the file's log, if no other program needs it."""
        scrub(self.path, self.passphrase)

    def copies(self) -> tuple[Path, ...]:
        """Return the copies of the file beside it, which deleting a client does not reach."""
        return copies(self.path)

    def add(self, details: Details, *, consented_on: date | None = None) -> Client:
        """Store a new client, with the day of consent to keeping photos, if given."""
        with self.transaction() as db:
            client_id = people.insert(db, self.owner, details)
            if consented_on is not None:
                self._consent(db, client_id, consented_on)
            return people.get(db, self.owner, client_id)

    def get(self, client_id: str) -> Client:
        """Return one client."""
        with self.opened() as db:
            return people.get(db, self.owner, client_id)

    def find(self, words: str = "", *, archived: bool = False) -> tuple[Listed, ...]:
        """Return the clients in whose names every word occurs, by name.

        Case and accents are ignored. Archived clients are listed separately.
        """
        with self.opened() as db:
            return people.find(db, self.owner, words, archived=archived)

    def edit(self, client_id: str, details: Details) -> Client:
        """Replace the details of a client."""
        with self.transaction() as db:
            people.update(db, self.owner, people.get(db, self.owner, client_id).id, details)
            client = people.get(db, self.owner, client_id)
        self.scrub()
        return client

    def archive(self, client_id: str) -> Client:
        """Remove a client from the list; nothing is deleted."""
        return self._set_archived(client_id, people.now())

    def unarchive(self, client_id: str) -> Client:
        """Return an archived client to the list."""
        return self._set_archived(client_id, None)

    def delete(self, client_id: str) -> None:
        """Delete a client with all visits and pictures for good.

        The bytes are removed from the file and its log. Backups and exports are not touched.

        Raises
        ------
        ClientsError
            ``erase_waits`` while another program is reading an old state of the file.
        """
        with self.transaction() as db:
            people.delete(db, self.owner, people.get(db, self.owner, client_id).id)
        self._erase()

    def give_consent(self, client_id: str, on: date) -> Client:
        """Record consent to keeping photos; applies to photos saved from now on."""
        with self.transaction() as db:
            self._consent(db, client_id, on)
            return people.get(db, self.owner, client_id)

    def withdraw_consent(self, client_id: str, on: date) -> Client:
        """Record the withdrawal of consent, and delete all stored photos of the client."""
        check_day(on, "The day on which consent was withdrawn")
        with self.transaction() as db:
            people.withdraw_consent(db, people.get(db, self.owner, client_id), on)
            client = people.get(db, self.owner, client_id)
        self._erase()
        return client

    def save_answers(self, client_id: str, answers: Answers | None) -> None:
        """Replace the answers that a client gave outside any visit; ``None`` deletes them."""
        with self.transaction() as db:
            people.save_answers(db, people.get(db, self.owner, client_id), answers)
        self.scrub()

    def answers(self, client_id: str) -> Answers | None:
        """Return the answers that a client gave outside any visit."""
        with self.opened() as db:
            return people.load_answers(db, people.get(db, self.owner, client_id))

    def save_setting(self, name: str, entry: Json) -> None:
        """Replace one setting of this owner, such as a studio's name; ``None`` deletes it."""
        with self.transaction() as db:
            people.save_setting(db, self.owner, name, entry)

    def setting(self, name: str) -> Json:
        """Return one setting of this owner, or ``None``."""
        with self.opened() as db:
            return people.load_setting(db, self.owner, name)

    def add_visit(
        self,
        client: str | Details,
        captures: Sequence[Capture],
        *,
        day: date,
        protocol: Protocol = NO_PROTOCOL,
        notes: str = "",
        consented_on: date | None = None,
        answers: Answers | None = None,
    ) -> Visit:
        """Store a visit with all its photos, all or nothing.

        Parameters
        ----------
        client : str or Details
            Id of a client, or details of a new one.
        captures : sequence of Capture
            One to nine, from :func:`posture.clients.capture.capture`. Their photos are kept only
            while the client's consent is in force.
        consented_on : date, optional
            Day of the client's consent to keeping photos, if it was given just now.
        answers : mapping, optional
            Answers and test readings of the day by path.

        Raises
        ------
        ClientsError
            ``bad_visit`` if there are no photos, or too many.
        """
        check_day(day, "The day of a visit")
        with self.transaction() as db:
            if isinstance(client, Details):
                client = people.insert(db, self.owner, client)
            if consented_on is not None:
                self._consent(db, client, consented_on)
            visit_id = visits.insert(
                db,
                people.get(db, self.owner, client),
                captures,
                day=day,
                protocol=protocol,
                notes=notes,
                answers=answers,
            )
            return visits.get(db, self.owner, visit_id)

    def save_visit_answers(self, visit_id: str, answers: Answers | None) -> Visit:
        """Replace the answers and test readings of a visit; ``None`` deletes them."""
        with self.transaction() as db:
            visits.save_answers(db, visits.get(db, self.owner, visit_id), answers)
            changed = visits.get(db, self.owner, visit_id)
        self.scrub()
        return changed

    def last_protocol(self, client_id: str) -> Protocol | None:
        """Return the set-up of the last visit, for the next one to repeat."""
        with self.opened() as db:
            return visits.last_protocol(db, self.owner, client_id)

    def visits(self, client_id: str) -> tuple[Visit, ...]:
        """Return the visits of a client, oldest first."""
        with self.opened() as db:
            return visits.of_client(db, self.owner, people.get(db, self.owner, client_id).id)

    def visit(self, visit_id: str) -> Visit:
        """Return one visit."""
        with self.opened() as db:
            return visits.get(db, self.owner, visit_id)

    def edit_visit(self, visit_id: str, *, day: date, protocol: Protocol, notes: str) -> Visit:
        """Replace day, set-up and notes of a visit."""
        check_day(day, "The day of a visit")
        with self.transaction() as db:
            visit = visits.get(db, self.owner, visit_id)
            visits.update(db, visit, day=day, protocol=protocol, notes=notes)
            edited = visits.get(db, self.owner, visit_id)
        self.scrub()
        return edited

    def replace_shots(
        self,
        visit_id: str,
        captures: Sequence[Capture],
        *,
        setup: Protocol = NO_PROTOCOL,
    ) -> Visit:
        """Replace the shots of a visit with new results, for instance after correcting points.

        A newly stated ``setup`` is stored with them: both or neither.
        """
        with self.transaction() as db:
            visit = visits.get(db, self.owner, visit_id)
            client = people.get(db, self.owner, visit.client_id)
            visits.replace_shots(db, client, visit, captures)
            protocol = setup.filled_from(visit.protocol)
            if protocol != visit.protocol:
                visits.update(db, visit, day=visit.day, protocol=protocol, notes=visit.notes)
            replaced = visits.get(db, self.owner, visit_id)
        self.scrub()
        return replaced

    def delete_visit(self, visit_id: str) -> None:
        """Delete a visit with its pictures for good."""
        with self.transaction() as db:
            visits.delete(db, visits.get(db, self.owner, visit_id))
        self._erase()

    def thumbnail(self, shot_id: str) -> bytes | None:
        """Return the thumbnail of a shot as JPEG: the person without surroundings or face."""
        with self.opened() as db:
            return visits.picture(db, self.owner, shot_id, "thumbnail")

    def photo(self, shot_id: str) -> bytes | None:
        """Return the stored photo of a shot as JPEG; ``None`` without consent."""
        with self.opened() as db:
            return visits.picture(db, self.owner, shot_id, "photo")

    def _set_archived(self, client_id: str, moment: str | None) -> Client:
        with self.transaction() as db:
            people.get(db, self.owner, client_id)
            people.set_archived(db, self.owner, client_id, moment)
            return people.get(db, self.owner, client_id)

    def _erase(self) -> None:
        sweep(self.path)
        erase(self.path, self.passphrase)

    def _consent(self, db: sqlite3.Connection, client_id: str, on: date) -> None:
        check_day(on, "The day of consent")
        people.give_consent(db, people.get(db, self.owner, client_id), on)
