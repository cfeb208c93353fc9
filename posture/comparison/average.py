"""The mean of one visit's photos, with an interval that does not promise too much."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from posture.comparison.model import Session, quantities
from posture.comparison.spread import errors_of, pooled
from posture.quantity import Quantity
from posture.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """One quantity over the photos of one visit.

    Parameters
    ----------
    quantity : Quantity
        Mean and its 90 % interval; absent when no photo shows it.
    values : tuple of float
        What each photo that shows it says.
    spread : float or None
        Standard deviation between the photos; ``None`` with fewer than two.
    """

    quantity: Quantity
    values: tuple[float, ...]
    spread: float | None


def average(session: Session) -> dict[str, Average]:
    """Average the photos of one visit.

    Parameters
    ----------
    session : Session

    Returns
    -------
    dict of str to Average
        By quantity, estimates first.

    Notes
    -----
    Photos of one visit share the bone's shape, the clothes and the camera's place. Only the part
    of the error that differs from photo to photo shrinks: variance = (one photo's variance -
    photo part) + photo part / k.
    """
    rows = [quantities(record) for record in session.records]
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: _average(name, session, [row[name] for row in rows]) for name in names}


def session_of(records: Sequence[Record]) -> Session:
    """Return photos that were never stored as a session of today."""
    from datetime import date

    return Session(key="", day=date.today(), records=tuple(records))


def _average(name: str, session: Session, items: Sequence[Quantity]) -> Average:
    present = [item for item in items if item.value is not None]
    if not present:
        return Average(quantity=items[0], values=(), spread=None)
    values = session.values(name)
    count = len(values)
    variance, freedom = pooled(name, [session])
    errors = errors_of(name, [session], history=[session])
    whole = math.fsum((item.sd or 0.0) ** 2 for item in present) / count
    base = errors_of(name, [session])
    default = 0.0 if base is None else (base.photo_sd * base.slope) ** 2
    photo = 0.0 if errors is None else (errors.photo_sd * errors.slope) ** 2
    sd = math.sqrt(max(whole - default, 0.0) + photo / count)
    first = present[0]
    return Average(
        quantity=Quantity.known(
            math.fsum(values) / count,
            sd,
            unit=first.unit,
            reference=first.reference,
            flags=tuple(dict.fromkeys(flag for item in present for flag in item.flags)),
        ),
        values=values,
        spread=math.sqrt(variance) if freedom else None,
    )
