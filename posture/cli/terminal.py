"""Output of the command line: on any encoding, with hostile names, and to full disks."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from posture.analysis.record import Unlike

EXIT_FAILED: Final = 1
"""Exit code of a command that the machine keeps from going on."""

ERRORS: Final = "posture"
"""Name under which Python knows :func:`plain_characters`."""

PLAIN: Final[Mapping[str, str]] = {
    "−": "-",
    "–": "-",
    "—": "-",
    "→": "->",
    "±": "+/-",
    "°": " deg",
    "•": "*",
    "·": "*",
    "×": "x",
    "…": "...",
    "≥": ">=",
    "≤": "<=",
    "≈": "~",
    "„": '"',
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "\u00a0": " ",
    "\u202f": " ",
    "ß": "ss",
}
"""Characters of this program's own sentences, and what stands for them where they are missing."""

_UNSEEN: Final = "\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
_IN_TEXT: Final = re.compile(f"[{_UNSEEN}]")
_IN_NAME: Final = re.compile(f"[{_UNSEEN}\t\n\u2028\u2029]")


def shown(name: str) -> str:
    r"""Return a name or sentence on one line, control characters as escapes such as ``\x1b``."""
    return _IN_NAME.sub(_escape, name)


def echo(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Write text to stdout, or to stderr, without control characters but line ends and tabs."""
    # A stream that is named: left to itself, click writes UTF-8 where ASCII is asked for.
    click.echo(_IN_TEXT.sub(_escape, str(text)), file=sys.stderr if err else sys.stdout, nl=nl)


def note_unlike(unlike: Unlike | None, *, err: bool = True) -> None:
    """Ask about photos that may show different people, if any do."""
    if unlike is not None:
        # Imported late: most commands never need it.
        from posture.comparison.sentences import say_unlike

        echo(f"Note: {say_unlike(unlike)}", err=err)


def echo_json(value: Any, *, indent: int | None = None) -> None:
    """Write a JSON value on stdout; where that is not UTF-8, other characters as JSON escapes."""
    unicode = "utf" in (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    click.echo(json.dumps(value, ensure_ascii=not unicode, indent=indent), file=sys.stdout)


def plain_characters(error: UnicodeError) -> tuple[str, int]:
    """Replace characters that an encoding lacks; an error handler of :mod:`codecs`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(map(_plain, missing)), error.end


def ready_streams() -> None:
    """Let stdout and stderr take any character, whatever their encoding."""
    codecs.register_error(ERRORS, plain_characters)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ERRORS)


@contextmanager
def output_errors() -> Iterator[None]:
    """End the program with one sentence if the system cannot read, or take its output."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        _leave(None)
    except OSError as error:
        _leave(f"posture: {shown(error.strerror or str(error))}.")


def _leave(sentence: str | None) -> None:
    """Exit without a second attempt to write what is still buffered."""
    if sentence is not None:
        click.echo(sentence, err=True)
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
    sys.exit(EXIT_FAILED)


def _plain(character: str) -> str:
    if character in PLAIN:
        return PLAIN[character]
    bare = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode("ascii")
    return bare or _escape_character(character)


def _escape(found: re.Match[str]) -> str:
    return _escape_character(found.group())


def _escape_character(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
