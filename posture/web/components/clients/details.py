"""Form fields for the details of a client, and the details in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

import streamlit as st

from posture.clients import Client, Details, Listed
from posture.clients.model import FIRST_BIRTH, MAX_NAME
from posture.inputs.checks import MAX_TEXT
from posture.inputs.hints import HEIGHT_RANGE_CM
from posture.types import Sex
from posture.web.components.words import day_words
from posture.web.texts import say

_SEXES: Final[tuple[Sex, ...]] = ("female", "male")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """Known details that a form starts with: those of a client, or hints given with a photo."""

    name: str = ""
    sex: Sex | None = None
    height_cm: float | None = None
    birth_date: date | None = None
    notes: str = ""

    @classmethod
    def of(cls, details: Details) -> Self:
        """Return the details of a client."""
        return cls(
            name=details.name,
            sex=details.sex,
            height_cm=details.height_cm,
            birth_date=details.birth_date,
            notes=details.notes,
        )


EMPTY: Final = Prefill()


def details_fields(key: str, before: Prefill = EMPTY) -> Callable[[], Details]:
    """Show the fields, filled with the known details.

    Parameters
    ----------
    key : str
        Prefix of the fields' keys.
    before : Prefill

    Returns
    -------
    callable
        Returns the details as entered; raises ``ClientsError`` if they are not valid.
    """
    name = name_field(key, before)
    rest = rest_fields(key, before)
    return lambda: rest(name)


def name_field(key: str, before: Prefill = EMPTY) -> str:
    """Show the field for the name; return what it holds."""
    name = st.text_input(
        say("client_name"),
        value=before.name,
        key=f"{key}_name",
        max_chars=MAX_NAME,
        autocomplete="off",
    )
    return (name or "").strip()


def rest_fields(key: str, before: Prefill = EMPTY) -> Callable[[str], Details]:
    """Show all other fields; return a function that makes the details of a name."""
    with st.container(horizontal=True, gap="medium"):
        sex = _sex(key, before)
        height = _height(key, before)
        birth = _birth(key, before)
    notes = st.text_area(
        say("client_notes"),
        value=before.notes,
        key=f"{key}_notes",
        max_chars=MAX_TEXT,
        height=90,
    )
    return lambda name: Details(
        name=name, sex=sex, height_cm=height, birth_date=birth, notes=notes or ""
    )


def details_words(details: Details) -> str:
    """Return sex, height and date of birth as one line; empty if none is known."""
    parts = []
    if details.sex is not None:
        parts.append(say(f"sex_{details.sex}"))
    if details.height_cm is not None:
        parts.append(f"{details.height_cm:.0f} cm")
    if details.birth_date is not None:
        parts.append(say("born", day=day_words(details.birth_date)))
    return " · ".join(parts)


def client_names(known: Mapping[str, Listed]) -> dict[str, str]:
    """Return a name for each client in a menu; equal names get a detail that tells them apart."""
    count = Counter(listed.client.name for listed in known.values())
    return {
        key: listed.client.name if count[listed.client.name] == 1 else _fuller(listed.client)
        for key, listed in known.items()
    }


def _fuller(client: Client) -> str:
    words = details_words(client.details)
    added = say("client_since", day=day_words(client.created_at.astimezone().date()))
    return f"{client.name} ({words or added})"


def _sex(key: str, before: Prefill) -> Sex | None:
    return st.pills(
        say("sex"),
        _SEXES,
        default=before.sex,
        format_func=lambda sex: say(f"sex_{sex}"),
        key=f"{key}_sex",
    )


def _height(key: str, before: Prefill) -> float | None:
    low, high = HEIGHT_RANGE_CM
    return st.number_input(
        say("height"),
        min_value=low,
        max_value=high,
        value=before.height_cm,
        step=1.0,
        format="%.0f",
        key=f"{key}_height",
        placeholder="–",
        width=170,
    )


def _birth(key: str, before: Prefill) -> date | None:
    born = st.date_input(
        say("birth_date"),
        value=before.birth_date,
        min_value=FIRST_BIRTH,
        max_value=date.today(),
        key=f"{key}_birth",
        format="YYYY-MM-DD",
        width=190,
    )
    return born if isinstance(born, date) else None
