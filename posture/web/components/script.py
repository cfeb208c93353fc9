"""Scripts of our own components: each is one file, behind what all of them share.

The browser loads a component's script as one module, with nothing to import from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_SHARED: Final = Path(__file__).resolve().parent / "shared.js"


def script(path: Path) -> str:
    """Return the script of a component as the browser gets it."""
    return _SHARED.read_text(encoding="utf-8") + path.read_text(encoding="utf-8")
