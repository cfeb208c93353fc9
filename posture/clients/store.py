"""The client file of one owner: everything that pages and commands do with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from posture.clients import extras, people, visits
from posture.clients.database import default_path, erase, opened, scrub, transaction
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
from posture.codec import Json
from posture.inputs.protocol import NOT_WRITTEN_DOWN, Protocol


class ClientStore:
    """The clients of one owner.

    Parameters
    ----------
    path : Path, optional
        The client file, made at the first use; by default :func:`default_path`.
    owner : str
        Who is signed in; sees and changes only their own clients.

    Notes
    -----
    Each call opens the file, does its work in one transaction and closes the file again, so that
    a store may be shared between threads and several programs may use one file.

    Raises
    ------
    ClientsError
        Every method: see :func:`posture.clients.database.in_words`; and ``unknown_client`` or
        ``unknown_visit`` for an id that this owner does not have.
    """

    def __init__(self, path: Path | None = None, *, owner: str = LOCAL_OWNER) -> None:
        self.path = path or default_path()
        self.owner = owner

    def add(self, details: Details, *, consented_on: date | None = None) -> Client:
        """Store a new client, with the day of consent to keeping photos if it was given."""
        with transaction(self.path) as db:
            client_id = people.insert(db, self.owner, details)
            if consented_on is not None:
                self._consent(db, client_id, consented_on)
            return people.get(db, self.owner, client_id)

    def get(self, client_id: str) -> Client:
        """Return one client."""
        with opened(self.path) as db:
            return people.get(db, self.owner, client_id)

    def find(self, words: str = "", *, archived: bool = False) -> tuple[Listed, ...]:
        """Return the clients in whose names every word occurs, by name.

        Case and accents make no difference. Archived clients are listed apart.
        """
        with opened(self.path) as db:
            return people.find(db, self.owner, words, archived=archived)

    def edit(self, client_id: str, details: Details) -> Client:
        """Replace what is written down about a client."""
        with transaction(self.path) as db:
            people.update(db, self.owner, people.get(db, self.owner, client_id).id, details)
            client = people.get(db, self.owner, client_id)
        scrub(self.path)
        return client

    def archive(self, client_id: str) -> Client:
        """Take a client out of the list; nothing is deleted."""
        return self._set_archived(client_id, people.now())

    def unarchive(self, client_id: str) -> Client:
        """Put an archived client back into the list."""
        return self._set_archived(client_id, None)

    def delete(self, client_id: str) -> None:
        """Delete a client with all visits and pictures for good.

        The bytes leave the file and its log. Backups and exports are not touched.

        Raises
        ------
        ClientsError
            ``erase_waits`` when another program holds on to an old state of the file.
        """
        with transaction(self.path) as db:
            people.delete(db, self.owner, people.get(db, self.owner, client_id).id)
        erase(self.path)

    def give_consent(self, client_id: str, on: date) -> Client:
        """Record that a client consented to keeping photos; holds for photos saved from now."""
        with transaction(self.path) as db:
            self._consent(db, client_id, on)
            return people.get(db, self.owner, client_id)

    def withdraw_consent(self, client_id: str, on: date) -> Client:
        """Record that consent was withdrawn, and delete all stored photos of the client."""
        check_day(on, "The day on which consent was withdrawn")
        with transaction(self.path) as db:
            people.withdraw_consent(db, people.get(db, self.owner, client_id), on)
            client = people.get(db, self.owner, client_id)
        erase(self.path)
        return client

    def save_answers(self, client_id: str, answers: Answers | None) -> None:
        """Replace the stored questionnaire answers of a client; ``None`` deletes them."""
        with transaction(self.path) as db:
            extras.save_answers(db, people.get(db, self.owner, client_id), answers)
        scrub(self.path)

    def answers(self, client_id: str) -> Answers | None:
        """Return the stored questionnaire answers of a client."""
        with opened(self.path) as db:
            return extras.load_answers(db, people.get(db, self.owner, client_id))

    def save_setting(self, name: str, entry: Json) -> None:
        """Replace one setting of this owner, such as a studio's name; ``None`` deletes it."""
        with transaction(self.path) as db:
            extras.save_setting(db, self.owner, name, entry)

    def setting(self, name: str) -> Json:
        """Return one setting of this owner, or ``None``."""
        with opened(self.path) as db:
            return extras.load_setting(db, self.owner, name)

    def add_visit(
        self,
        client: str | Details,
        captures: Sequence[Capture],
        *,
        day: date,
        protocol: Protocol = NOT_WRITTEN_DOWN,
        notes: str = "",
        consented_on: date | None = None,
    ) -> Visit:
        """Store a visit with all its photos, or nothing of it.

        Parameters
        ----------
        client : str or Details
            Id of a client, or what is written down about a new one.
        captures : sequence of Capture
            One to nine, see :func:`posture.clients.capture.capture`. Photos in them are kept
            only while the client's consent is in force.
        day : date
        protocol : Protocol
        notes : str
        consented_on : date, optional
            Day on which the client consented to keeping photos, if that was just now.

        Raises
        ------
        ClientsError
            ``bad_visit`` without photos or with too many.
        """
        check_day(day, "The day of a visit")
        with transaction(self.path) as db:
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
            )
            return visits.get(db, self.owner, visit_id)

    def last_protocol(self, client_id: str) -> Protocol | None:
        """Return how the photos of the last visit were taken: the next one repeats it."""
        with opened(self.path) as db:
            return visits.last_protocol(db, self.owner, client_id)

    def visits(self, client_id: str) -> tuple[Visit, ...]:
        """Return the visits of a client, oldest first."""
        with opened(self.path) as db:
            return visits.of_client(db, self.owner, people.get(db, self.owner, client_id).id)

    def visit(self, visit_id: str) -> Visit:
        """Return one visit."""
        with opened(self.path) as db:
            return visits.get(db, self.owner, visit_id)

    def edit_visit(self, visit_id: str, *, day: date, protocol: Protocol, notes: str) -> Visit:
        """Replace what is written down about a visit."""
        check_day(day, "The day of a visit")
        with transaction(self.path) as db:
            visit = visits.get(db, self.owner, visit_id)
            visits.update(db, visit, day=day, protocol=protocol, notes=notes)
            edited = visits.get(db, self.owner, visit_id)
        scrub(self.path)
        return edited

    def replace_shots(
        self,
        visit_id: str,
        captures: Sequence[Capture],
        *,
        told: Protocol = NOT_WRITTEN_DOWN,
    ) -> Visit:
        """Put new results in the place of a visit's shots, as after correcting points.

        What was told anew of how the photos were taken is written down as well: both or neither.
        """
        with transaction(self.path) as db:
            visit = visits.get(db, self.owner, visit_id)
            client = people.get(db, self.owner, visit.client_id)
            visits.replace_shots(db, client, visit, captures)
            protocol = told.filled_from(visit.protocol)
            if protocol != visit.protocol:
                visits.update(db, visit, day=visit.day, protocol=protocol, notes=visit.notes)
            replaced = visits.get(db, self.owner, visit_id)
        scrub(self.path)
        return replaced

    def delete_visit(self, visit_id: str) -> None:
        """Delete a visit with its pictures for good."""
        with transaction(self.path) as db:
            visits.delete(db, visits.get(db, self.owner, visit_id))
        erase(self.path)

    def thumbnail(self, shot_id: str) -> bytes | None:
        """Return the thumbnail of a shot as JPEG: the person alone, without a face."""
        with opened(self.path) as db:
            return visits.picture(db, self.owner, shot_id, "thumbnail")

    def photo(self, shot_id: str) -> bytes | None:
        """Return the stored photo of a shot as JPEG; ``None`` without consent."""
        with opened(self.path) as db:
            return visits.picture(db, self.owner, shot_id, "photo")

    def _set_archived(self, client_id: str, moment: str | None) -> Client:
        with transaction(self.path) as db:
            people.get(db, self.owner, client_id)
            people.set_archived(db, self.owner, client_id, moment)
            return people.get(db, self.owner, client_id)

    def _consent(self, db: sqlite3.Connection, client_id: str, on: date) -> None:
        check_day(on, "The day of consent")
        people.give_consent(db, people.get(db, self.owner, client_id), on)
