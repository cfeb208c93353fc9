"""Records of the client file: clients, their consent, their visits and the photos of each.

A *visit* is one day in front of the camera, with up to nine photos; a *shot* is the stored record
of one photo. Everything here is plain data; :class:`posture.clients.store.ClientStore` stores it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from posture.analysis.record import Record
from posture.analysis.result import FIRST_ALGORITHM, AnalysisDict, Provenance
from posture.clients.errors import ClientsError
from posture.clients.lenient import FIRST_DAY, LAST_DAY
from posture.codec import FreeText, Json, try_decode
from posture.geometry.stored_outline import Outline
from posture.inputs.checks import range_problem, text_problem
from posture.inputs.hints import HEIGHT_RANGE_CM
from posture.inputs.protocol import Protocol
from posture.messages import Message, message
from posture.types import Sex

LOCAL_OWNER: Final = "local"
"""Owner of the clients on a computer without sign-in."""

Answers = Mapping[str, Json]
"""Answers and test readings by path; see :meth:`posture.program.Answers.to_dict`."""

MAX_NAME: Final = 200
FIRST_BIRTH: Final = FIRST_DAY
_BIRTH: Final = "The date of birth lies between 1900 and today."


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Details of a client, as a trainer records them.

    Parameters
    ----------
    height_cm : float, optional
        Body height.
    sex : {"female", "male"}, optional
        Selects the norms.

    Raises
    ------
    ClientsError
        ``bad_client``, naming the field.
    """

    name: str
    height_cm: float | None = None
    sex: Sex | None = None
    birth_date: date | None = None
    notes: FreeText = ""

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.name.isprintable():
            raise _bad("A client needs a name of ordinary letters in one line.")
        if len(self.name) > MAX_NAME:
            raise _bad(f"A name has at most {MAX_NAME} letters.")
        if self.sex not in (None, "female", "male"):
            raise _bad("Sex is either female or male, or left out.")
        if problem := range_problem(
            "Height is given in centimetres, between {low} and {high}.",
            self.height_cm,
            HEIGHT_RANGE_CM,
        ):
            raise _bad(problem)
        # Whether it lies in the future is checked when it is entered: a clock that was set back
        # must not hide clients.
        if self.birth_date is not None and not FIRST_DAY <= self.birth_date <= LAST_DAY:
            raise _bad(_BIRTH)
        check_text("Notes", self.notes)

    def check_new(self) -> None:
        """Refuse what can only be a slip when it is entered.

        Raises
        ------
        ClientsError
            ``bad_client`` for a birth in the future.
        """
        if self.birth_date is not None and self.birth_date > date.today():
            raise _bad(_BIRTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One consent to keeping photos; in force until it is withdrawn."""

    given_on: date
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client as stored.

    Parameters
    ----------
    consents : tuple of Consent
        Oldest first.
    archived_at : datetime or None
        ``None`` unless archived.
    damaged : tuple of str
        Names of parts that could not be read and are left out.
    """

    id: str
    details: Details
    consents: tuple[Consent, ...]
    created_at: datetime
    archived_at: datetime | None
    damaged: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the client."""
        return self.details.name

    @property
    def consent(self) -> Consent | None:
        """The consent in force; without one (``None``) no photo is kept."""
        last = self.consents[-1] if self.consents else None
        return last if last is not None and last.withdrawn_on is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of a list of clients."""

    client: Client
    visits: int
    last_visit: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One analysed photo on its way into the client file.

    Parameters
    ----------
    result : AnalysisDict
        From :func:`posture.case.result_file.result_of`.
    thumbnail : bytes
        JPEG of the person without surroundings, face made unrecognisable.
    photo : bytes or None
        JPEG of the upright photo without its metadata; kept only with consent.
    """

    result: AnalysisDict
    outline: Outline
    thumbnail: bytes
    photo: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """Stored record of one photo; pictures are fetched by ``id``.

    Parameters
    ----------
    photo_kept : bool
        Whether the photo itself is stored.
    """

    id: str
    result: AnalysisDict
    outline: Outline
    photo_kept: bool

    def record(self) -> Record:
        """Return the result as a typed record.

        Raises
        ------
        SettingsError
            ``bad_analysis`` if the stored result belongs to another version.
        """
        return Record.from_dict(self.result)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One day in front of the camera.

    Parameters
    ----------
    shots : tuple of Shot
        One to nine; fewer if some could not be read.
    damaged : tuple of str
        Names of parts that could not be read and are left out.
    answers : mapping or None
        Answers and test readings of the day by path; ``None`` if none were kept with it.
    """

    id: str
    client_id: str
    day: date
    protocol: Protocol
    notes: str
    shots: tuple[Shot, ...]
    saved_at: datetime
    answers: Answers | None = None
    damaged: tuple[str, ...] = ()

    @property
    def algorithm(self) -> int | None:
        """Algorithm number shared by all results; ``None`` if they differ."""
        numbers = {_algorithm_of(shot.result) for shot in self.shots}
        return numbers.pop() if len(numbers) == 1 else None


def provenance_of(result: AnalysisDict) -> Provenance | None:
    """Return the provenance of a stored result; ``None`` if another version made it otherwise."""
    return try_decode(Provenance, result.get("provenance"))


def _algorithm_of(result: AnalysisDict) -> int:
    provenance = provenance_of(result)
    return FIRST_ALGORITHM if provenance is None else provenance.algorithm


def check_day(day: date, what: str, *, ahead_days: int = 0) -> None:
    """Refuse a day in the future.

    Parameters
    ----------
    what : str
        Beginning of the sentence.
    ahead_days : int
        Days by which another time zone may be ahead.

    Raises
    ------
    ClientsError
        ``bad_client``.
    """
    if not FIRST_BIRTH <= day <= date.today() + timedelta(days=ahead_days):
        raise _bad(f"{what} cannot lie in the future.")


def damage_notice(parts: Iterable[str]) -> Message | None:
    """Return the sentence about damaged parts of a client's entry; ``None`` if there are none."""
    named = tuple(dict.fromkeys(parts))
    if not named:
        return None
    return message(
        "Parts of this entry are damaged and left out: {parts}. Type in again what is missing, or "
        "restore a backup.",
        parts=named,
    )


def check_text(what: str, text: str) -> None:
    """Refuse text that is too long for a note.

    Raises
    ------
    ClientsError
        ``bad_client``.
    """
    if problem := text_problem(what, text):
        raise _bad(problem)


def _bad(sentence: str) -> ClientsError:
    return ClientsError(sentence, code="bad_client")
