"""Start of the server: Streamlit's own command line, behind limits on connections."""

from __future__ import annotations

import importlib.util

from streamlit.web.cli import main
from uvicorn.config import HTTP_PROTOCOLS

WANTED_FILES = 8192
"""Open files and connections; many systems start programs with 256 or 1,024."""


def start() -> None:
    """Run Streamlit with the arguments of this process."""
    HTTP_PROTOCOLS["auto"] = "posture.web.lan.connections:GuardedHTTP"
    _allow_many_files()
    main()


def _allow_many_files() -> None:
    # Windows has neither the module nor such a limit.
    if importlib.util.find_spec("resource") is None:
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, WANTED_FILES)
    if most > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


if __name__ == "__main__":
    start()
