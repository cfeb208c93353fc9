"""What a German reader must not meet: English sentences of the package."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache

from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from posture.messages import catalogue
from posture.program import load_library
from posture.program.localised import READ, UNREAD

SAME = frozenset(
    {
        *("Psoas major", "Psoas minor", "Rectus femoris", "Tensor fasciae latae", "Linea aspera"),
        *("Adductor longus", "Adductor brevis", "Gluteus maximus", "Gluteus medius", "Linea alba"),
        *("Rectus abdominis", "Transversus abdominis", "Quadratus lumborum", "Plan (JSON)"),
    }
)
"""Names that are the same in both languages, in the capitals of German."""


def readable(record: object) -> Iterator[str]:
    """Yield every text of the library that people read."""
    for field in fields(record):  # type: ignore[arg-type]
        if field.name not in UNREAD:
            yield from _texts(getattr(record, field.name), read=field.name in READ)


def _texts(value: object, *, read: bool) -> Iterator[str]:
    if isinstance(value, str):
        yield from [value] if read else []
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part, read=read)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part, read=read)
    elif is_dataclass(value):
        yield from readable(value)


def is_sentence(text: str) -> bool:
    """Return whether a text has two words or more."""
    return len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{\w+\}", "", text))) > 1


@cache
def english() -> tuple[str, ...]:
    """Return the pieces between the gaps of every English text that has a German one."""
    catalog = catalogue("de").words._catalog  # type: ignore[attr-defined]
    texts = {key.split("\x04")[-1] for key in catalog if isinstance(key, str) and key}
    texts |= {text for text in readable(load_library()) if text not in SAME}
    pieces = {squeezed(part) for text in texts for part in re.split(r"\{\w+\}", text)}
    return tuple(piece for piece in pieces if is_sentence(piece) and len(piece) > 10)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def left_in_english(text: str) -> list[str]:
    """Return the English pieces in a text, as whole words."""
    plain = squeezed(html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.S)))
    for source in load_library().sources.values():
        # Titles of papers stay as they were printed.
        plain = plain.replace(squeezed(source.citation), "")
    found = [piece for piece in english() if piece in plain]
    return [
        piece
        for piece in found
        if piece not in SAME and re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", plain)
    ]


def words_of(app: AppTest) -> str:
    """Return every string that the page sends to the browser."""
    found: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            for part in value.values():
                collect(part)
        elif isinstance(value, list):
            for part in value:
                collect(part)

    def walk(block: object) -> None:
        proto = getattr(block, "proto", None)
        if proto is not None and hasattr(proto, "DESCRIPTOR"):
            collect(MessageToDict(proto))
        for child in getattr(block, "children", {}).values():
            walk(child)

    walk(app.main)
    return re.sub(r"data:[^\"' ]+", "", " | ".join(found))
