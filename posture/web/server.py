"""Start the web server for this computer only."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import tomllib
import urllib.request
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from typing import Final

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8501
READY_S: Final = 60.0
"""How long a slow machine may take until the page answers."""

_HERE: Final = Path(__file__).resolve().parent


def launch(port: int | None = None, *, open_browser: bool) -> int:
    """Run the web app until it is stopped.

    Parameters
    ----------
    port : int, optional
        Port on this computer; 8501, or any free one when that is taken.
    open_browser : bool
        Open the page as soon as it answers.

    Returns
    -------
    int
        Exit code of the server; 0 when it was stopped with Ctrl-C.
    """
    chosen = port or free_port(DEFAULT_PORT)
    with subprocess.Popen(server_command(chosen)) as server:  # noqa: S603  # our own program
        if open_browser:
            threading.Thread(target=_open_when_ready, args=(server, chosen), daemon=True).start()
        try:
            with _ending_together(server):
                return server.wait()
        except KeyboardInterrupt:
            # The terminal has sent Ctrl-C to the server as well; let it close its files.
            server.wait()
            return 0


def server_command(port: int) -> list[str]:
    """Return the command that serves the app on one port of this computer."""
    program = [sys.executable, "-m", "streamlit", "run", str(_HERE / "script" / "app.py")]
    return [*program, *server_flags(), f"--server.port={port}"]


def server_flags() -> list[str]:
    """Return ``config.toml`` as flags, which win over any file or variable on the machine."""
    with (_HERE / "config.toml").open("rb") as stream:
        return [f"--{name}={value}" for name, value in _flat(tomllib.load(stream))]


def free_port(wanted: int) -> int:
    """Return ``wanted`` when nobody listens there, else any free port of this computer."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return wanted


@contextmanager
def _ending_together(server: subprocess.Popen[bytes]) -> Iterator[None]:
    """Stop the server when this process is told to stop, so that none is left behind."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.terminate()

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flat(value, f"{name}.")
        else:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)


def _open_when_ready(server: subprocess.Popen[bytes], port: int) -> None:
    limit = monotonic() + READY_S
    while server.poll() is None and monotonic() < limit:
        if answers(port):
            webbrowser.open(f"http://{HOST}:{port}")
            return
        sleep(0.2)


def answers(port: int) -> bool:
    """Return whether the server on ``port`` is up."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/_stcore/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False
