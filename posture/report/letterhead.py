"""Letterhead of one sheet: who it is for and from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from posture.messages import ENGLISH
from posture.program.render_text import date_to_text
from posture.report.letterhead_store import NAME_LENGTH, LetterheadDetails, check_line
from posture.report.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Letterhead of one sheet; an empty field is printed as a line to write on.

    Parameters
    ----------
    client, date, trainer, contact : str
    photos : int
        Number of photos whose mean the sheet is drawn from; 0 for a plan without any.
    logo : bytes or None
        PNG.
    language : str
        Of the words of the letterhead.

    Raises
    ------
    SettingsError
        ``bad_studio`` for a client's name that does not fit.
    """

    client: str = ""
    date: str = ""
    trainer: str = ""
    contact: str = ""
    logo: bytes | None = None
    photos: int = 0
    language: str = ENGLISH

    def __post_init__(self) -> None:
        check_line(self.client, NAME_LENGTH, "The name of the client")

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Key of the label, and content, of each line."""
        mean = (
            (("write_photos", say(self.language, "mean_of", count=self.photos)),)
            if self.photos > 1
            else ()
        )
        return (
            ("write_name", self.client),
            ("write_date", self.date),
            ("write_trainer", self.trainer),
            *mean,
        )


BLANK: Final = Letterhead()


def letterhead_of(
    details: LetterheadDetails,
    *,
    day: date,
    client: str = "",
    photos: int = 0,
    language: str = ENGLISH,
) -> Letterhead:
    """Return the letterhead of a sheet.

    Parameters
    ----------
    details : LetterheadDetails
    day : date
        Printed as the date of the sheet.
    client : str
        Name of the client; empty for a line to write on.
    photos : int
        Number of photos of the visit.
    language : str
        Of the words of the letterhead.

    Raises
    ------
    SettingsError
        ``bad_studio`` for a name that does not fit.
    """
    return Letterhead(
        client=client.strip(),
        date=date_to_text(day, language),
        trainer=details.name,
        contact=details.contact,
        logo=details.logo,
        photos=photos,
        language=language,
    )
