"""Fonts of the PDF: the one that is shipped, and those of the system for names in other scripts."""

from __future__ import annotations

import functools
import io
import os
import sys
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby, islice
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

REGULAR: Final = "Sheet"
BOLD: Final = "Sheet-Bold"

PREFERRED: Final = (
    "dejavusans.ttf",
    "notosans-regular.ttf",
    "liberationsans-regular.ttf",
    "arial.ttf",
    "arial unicode.ttf",
    "msyh.ttc",
    "simhei.ttf",
    "simsun.ttc",
    "meiryo.ttc",
    "msgothic.ttc",
    "malgun.ttf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "droidsansfallbackfull.ttf",
    "stheiti light.ttc",
    "applegothic.ttf",
)
"""Plain fonts of the usual systems, tried first; then any others."""

MOST_FONTS: Final = 60
"""Fonts that are opened in search of a character; each takes some 30 ms, once."""

_SHAPED: Final = ((0x0900, 0x109F), (0x1780, 0x17FF), (0x1A20, 0x1AAF))
"""Scripts whose letters change with their neighbours, from Devanagari to Myanmar, and Khmer."""


def runs(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield pieces of a text, each with the fallback font that it needs, or ``None``."""
    for face, characters in groupby(text, key=_fallback):
        yield "".join(characters), face


def unprintable(text: str) -> str:
    """Return the characters of a text that no font at hand can print, or not rightly.

    Arabic, Hebrew and Indic scripts are among them: their letters would stand unjoined or in the
    wrong order.
    """
    missing = [sign for sign in text if not _is_shipped(sign) and _fallback(sign) is None]
    return "".join(dict.fromkeys(missing))


@functools.cache
def register() -> None:
    """Make the shipped fonts known to reportlab."""
    for name, face in ((REGULAR, "Regular"), (BOLD, "SemiBold")):
        content = (files("posture") / "fonts" / f"Inter-{face}.ttf").read_bytes()
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(content)))
    pdfmetrics.registerFontFamily(REGULAR, REGULAR, BOLD, REGULAR, BOLD)


def font_folders() -> tuple[Path, ...]:
    """Return the folders in which this system keeps fonts."""
    if sys.platform == "win32":
        return (Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",)
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"))
    return (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        Path.home() / ".local" / "share" / "fonts",
    )


def _is_shipped(sign: str) -> bool:
    return ord(sign) in _shipped() or sign.isspace()


@functools.cache
def _shipped() -> frozenset[int]:
    register()
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


@functools.lru_cache(maxsize=4096)
def _fallback(sign: str) -> str | None:
    """Return the name of a font that holds a character which the shipped one lacks."""
    if _is_shipped(sign) or _needs_shaping(sign):
        return None
    opened = filter(None, map(_registered, _system_fonts()))
    return next((name for name, signs in opened if ord(sign) in signs), None)


def _needs_shaping(sign: str) -> bool:
    if unicodedata.bidirectional(sign) in ("R", "AL", "AN"):
        return True
    return any(first <= ord(sign) <= last for first, last in _SHAPED)


@functools.cache
def _system_fonts() -> tuple[Path, ...]:
    """Return the font files of the system, those most likely to help first."""
    found = (path for folder in font_folders() for path in folder.rglob("*.tt[fc]"))
    ordered = sorted(found, key=lambda path: (_rank(path), path.name))
    return tuple(islice(ordered, MOST_FONTS))


def _rank(path: Path) -> int:
    name = path.name.lower()
    return PREFERRED.index(name) if name in PREFERRED else len(PREFERRED)


@functools.cache
def _registered(path: Path) -> tuple[str, frozenset[int]] | None:
    """Open a font for reportlab; return its name and its characters."""
    name = f"System-{path.stem}"
    try:
        font = TTFont(name, str(path))
    except (TTFError, OSError, ValueError, KeyError, IndexError):  # damaged, or not for PDF
        return None
    pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(name, name, name, name, name)
    return name, frozenset(font.face.charToGlyph)
