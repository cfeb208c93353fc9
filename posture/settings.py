"""Settings that a user may change: limits on photos, and the folders of their files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

_APP: Final = "posture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Limits on photos; frozen, so that a result can name the settings it came from."""

    # --- photo -------------------------------------------------------------------------
    max_side_px: int = 1280
    """Photos are reduced to at most this long side. The mask takes longer with more pixels (134 ms
    at 12 MP, 35 ms at 1 MP), while the network itself sees only 256 pixels across the body."""
    min_side_px: int = 160
    """Least long side. On a smaller photo the body is smaller than the network's own grid, and
    nothing can be measured; a slim one may be cut to the person."""
    max_bytes: int = 64 * 2**20
    """Far above any phone photo; protects servers from decompression bombs."""
    max_pixels: int = 120_000_000
    """Photos of 108 MP phones still pass; a progressive JPEG of this size decodes within 600 MB.
    Files whose header states more are refused without being decoded."""


DEFAULT = Settings()


def config_dir() -> Path:
    r"""Return the folder of the user's settings.

    ``$POSTURE_CONFIG`` if that is set; else ``$XDG_CONFIG_HOME/posture`` (``~/.config/posture``)
    on Linux, ``~/Library/Application Support/posture`` on macOS, ``%APPDATA%\posture`` on Windows.
    """
    named = os.environ.get("POSTURE_CONFIG")
    if named:
        return Path(named).expanduser()
    return platformdirs.user_config_path(_APP, appauthor=False, roaming=True)


def data_dir() -> Path:
    r"""Return the folder of the user's data.

    ``$POSTURE_DATA`` if that is set; else ``$XDG_DATA_HOME/posture`` (``~/.local/share/posture``)
    on Linux, ``~/Library/Application Support/posture`` on macOS, ``%LOCALAPPDATA%\posture`` on
    Windows.
    """
    named = os.environ.get("POSTURE_DATA")
    return Path(named).expanduser() if named else platformdirs.user_data_path(_APP, appauthor=False)
