"""From the stored letterhead of a studio to the head of one sheet."""

from __future__ import annotations

from datetime import date

from posture.program.render_text import date_to_text
from posture.report.content import Letterhead
from posture.report.letterhead_store import Studio


def letterhead_of(studio: Studio, *, day: date, client: str = "") -> Letterhead:
    """Return the head of a sheet.

    Parameters
    ----------
    studio : Studio
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
        trainer=studio.name,
        contact=studio.contact,
        logo=studio.logo,
    )
