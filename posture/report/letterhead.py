"""Letterhead of one sheet: who it is for and from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from posture.program.render_text import date_to_text
from posture.report.letterhead_store import NAME_LENGTH, LetterheadDetails, check_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Letterhead of one sheet; an empty field is printed as a line to write on.

    Parameters
    ----------
    client, date, trainer, contact : str
    logo : bytes or None
        PNG.

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

    def __post_init__(self) -> None:
        check_line(self.client, NAME_LENGTH, "The name of the client")

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Key of the label, and content, of each line."""
        return (
            ("write_name", self.client),
            ("write_date", self.date),
            ("write_trainer", self.trainer),
        )


BLANK: Final = Letterhead()


def letterhead_of(details: LetterheadDetails, *, day: date, client: str = "") -> Letterhead:
    """Return the letterhead of a sheet.

    Parameters
    ----------
    details : LetterheadDetails
    day : date
        Printed as the date of the sheet.
    client : str
        Name of the client; empty for a line to write on.

    Raises
    ------
    SettingsError
        ``bad_studio`` for a name that does not fit.
    """
    return Letterhead(
        client=client.strip(),
        date=date_to_text(day),
        trainer=details.name,
        contact=details.contact,
        logo=details.logo,
    )
