"""Translatable sentences with gaps, and the catalogues of other languages.

The English of a sentence, gaps open, is its message id (natural gettext): authors, translators and
logs read the same words, and a language that lacks a sentence shows the English one.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Self, TypeAlias

Value: TypeAlias = str | int | tuple[str, ...]
"""Content of a gap: a name or a number is shown as it is; a :class:`Message`, or a tuple of the
package's own words, is translated. The words of a tuple are listed inside the sentence."""

PlainValue: TypeAlias = str | int | list[str]
"""JSON form of :data:`Value`; a list holds words of the package."""

ENGLISH: Final = "en"
"""Language that the package is written in; it needs no catalogue."""

DOMAIN: Final = "posture"
LOCALES: Final = Path(__file__).resolve().parent / "locales"
"""Holds ``<language>/LC_MESSAGES/posture.po``, and the ``.mo`` that ``make messages`` compiles."""

NUMBER_FORMAT: Final = "number format"
"""Context of the two catalogue entries for number formats: the decimal ``.``, and the ``to`` of a
range."""

FORMER: Final = (
    "Lumbar arch deeper than in most adults",
    "Lumbar arch deeper than in 85 % of adults",
    "Hips carried in front, trunk hanging back, pelvis not tucked",
    "Clothes that hang hide the outline of the body.",
    "Wear tight clothes or little.",
    "Too much of the back is covered or out of the picture to read the arch.",
    "Hold the phone at hip height, 3 to 4 metres away.",
)
"""Sentences that only results of earlier versions hold. ``make messages`` finds them here, as it
finds every text of the package, and so catalogues keep their translations."""

_GAP: Final = re.compile(r"\{\w+\}")
_WORD: Final = re.compile(r"[^\W\d_]")
_SENTENCE_CASE: Final = re.compile(r"[A-Z](?![A-Z0-9])(?!(?<=I) )")
"""Start of a label whose capital is that of a sentence: not ASIS, T12 or "I often feel …"."""
_POINT: Final = re.compile(r"(?<=\d)\.(?=\d)")
_NUMBER: Final = r"[-+±−]?\d+(?:\.\d+)?(?: ?(?:°|%|cm|kg))?"
_NUMERIC: Final = re.compile(rf"{_NUMBER}(?: to {_NUMBER})?")


class Message(str):
    """A finished English sentence that can still be translated.

    Made by :func:`message`; everywhere else it behaves as its plain text.

    Attributes
    ----------
    msgid : str
        The English with unfilled gaps.
    values : Mapping[str, Value]
        Content of the gaps, by name.
    """

    __slots__ = ("msgid", "values")
    msgid: str
    values: Mapping[str, Value]

    def __new__(cls, msgid: str, values: Mapping[str, Value]) -> Self:
        """Fill the gaps of ``msgid``; a text without values is kept verbatim, braces and all."""
        made = super().__new__(cls, _filled(msgid, values) if values else msgid)
        made.msgid, made.values = msgid, dict(values)
        return made

    def __reduce__(self) -> tuple[object, ...]:
        # Workers send errors between processes.
        return (type(self), (self.msgid, self.values))

    def plain_values(self) -> dict[str, PlainValue]:
        """Return the content of the gaps in its JSON form."""
        return {name: _plain(value) for name, value in self.values.items()}


def message(msgid: str, /, **values: Value) -> Message:
    """Return an English sentence with its gaps filled, ready to be translated.

    >>> message("The camera was tilted by about {deg}°; this has been corrected for.", deg="4")
    'The camera was tilted by about 4°; this has been corrected for.'
    """
    return Message(msgid, values)


def in_sentence(label: str, language: str = ENGLISH) -> str:
    """Return a label as it reads inside a sentence; other languages keep their own capitals.

    >>> in_sentence("Pelvic tilt"), in_sentence("ASIS–PSIS line"), in_sentence("T12")
    ('pelvic tilt', 'ASIS–PSIS line', 'T12')
    """
    if language != ENGLISH or _SENTENCE_CASE.match(label) is None:
        return label
    return label[:1].lower() + label[1:]


def listed(labels: Iterable[str], language: str = ENGLISH) -> str:
    """Return labels as a list that stands inside a sentence, or behind a colon.

    >>> listed(("Modified Thomas test", "Curl-up"))
    'modified Thomas test, curl-up'
    """
    return ", ".join(in_sentence(label, language) for label in labels)


def sentences(*texts: str) -> Message:
    """Return sentences of the package as one text, each of them ready to be translated.

    >>> sentences("Stand tall.", "Breathe.")
    'Stand tall. Breathe.'
    """
    parts = {
        f"part{number}": text if isinstance(text, Message) else message(text)
        for number, text in enumerate(texts)
    }
    return Message(" ".join(f"{{{name}}}" for name in parts), parts)


def valid_text(name: str) -> str:
    r"""Return text that UTF-8 can hold; undecodable bytes of a file name become ``\udcff``."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Translations into one language; anything missing stays English."""

    words: gettext.NullTranslations

    def translated(self, text: str) -> str:
        """Return a label, reason, finding or refusal of the package in this language."""
        if not isinstance(text, Message) or not text.values:
            # gettext files the header of a catalogue under the empty string.
            found = self.words.gettext(text) if text else text
            return self.number_words(text) if found == text else found
        template = self.words.gettext(text.msgid)
        if template == text.msgid and _WORD.search(_GAP.sub("", template)):
            return str(text)
        return template.format(**{name: self._filler(value) for name, value in text.values.items()})

    def page_text(self, key: str, english: str) -> str:
        """Return the text of a page in this language, with unfilled gaps."""
        return self.words.pgettext(key, english)

    def number_words(self, text: str) -> str:
        """Return a number or a range ("7.0 to 9.4 %") in the notation of this language."""
        if _NUMERIC.fullmatch(text) is None:
            return text
        point, to = (self.words.pgettext(NUMBER_FORMAT, sign) for sign in (".", "to"))
        return _POINT.sub(point, text.replace(" to ", f" {to} "))

    def _filler(self, value: Value) -> str:
        if isinstance(value, tuple):
            return ", ".join(map(self.translated, value))
        return (
            self.translated(value) if isinstance(value, Message) else self.number_words(str(value))
        )


def languages() -> tuple[str, ...]:
    """Return the languages that texts can be shown in, English first."""
    return (ENGLISH, *sorted(path.parent.parent.name for path in LOCALES.glob("*/*/*.mo")))


@cache
def catalogue(language: str) -> Catalogue:
    """Read the catalogue of a language.

    Raises
    ------
    FileNotFoundError
        If the language has none.
    """
    if language == ENGLISH:
        return Catalogue(gettext.NullTranslations())
    return Catalogue(gettext.translation(DOMAIN, LOCALES, [language]))


def _plain(value: Value) -> PlainValue:
    if isinstance(value, tuple):
        return list(value)
    return [str(value)] if isinstance(value, Message) else value


def _filled(msgid: str, values: Mapping[str, Value]) -> str:
    """Fill the gaps of an English sentence; a list that opens it begins with a capital."""
    filled = {
        name: listed(value) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
    }
    text = msgid.format(**filled)
    opening = _GAP.match(msgid)
    opens = opening is not None and isinstance(values[opening.group()[1:-1]], tuple)
    return text[:1].upper() + text[1:] if opens else text
