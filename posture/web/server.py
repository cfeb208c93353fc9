"""The web server and its launcher; by default for this computer only."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import tomllib
import urllib.request
import webbrowser
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from typing import Final

from posture.web.lan.door import readable
from posture.web.lan.qr_code import qr_text
from posture.web.lan.reach import Reach
from posture.web.options import Options, flags_of, reach_of

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8501
READY_S: Final = 60.0
"""How long a slow machine may take until the app answers."""

_HERE: Final = Path(__file__).resolve().parent


def launch(options: Options, *, open_browser: bool, tell: Callable[[str], None]) -> int:
    """Run the web app until it is stopped.

    Parameters
    ----------
    options : Options
        Who may connect, and how.
    open_browser : bool
        Open the app in a browser as soon as it answers.
    tell : Callable
        Takes each line for the person at the terminal.

    Returns
    -------
    int
        Exit code of the server; 0 if it was stopped with Ctrl-C.

    Raises
    ------
    SettingsError
        If the options do not go together.
    """
    everywhere = options.lan or options.public_url is not None
    port = options.port or free_port(DEFAULT_PORT, "" if everywhere else HOST)
    reach = reach_of(options, port)
    command = server_command(port, flags_of(options, reach))
    env = {**os.environ, **reach.to_env()}
    with subprocess.Popen(command, env=env) as server:  # noqa: S603  # our own program
        try:
            for line in greeting(reach):
                tell(line)
            if open_browser:
                threading.Thread(target=_open_when_ready, args=(server, reach), daemon=True).start()
            with _stopping_with_us(server):
                return server.wait()
        except KeyboardInterrupt:
            # The terminal sent Ctrl-C to the server, too; let it close its files.
            server.wait()
            return 0


def greeting(reach: Reach) -> Iterator[str]:
    """Yield the lines that say where the app is and how a phone gets in."""
    yield f"On this computer: {_own_url(reach)}"
    if reach.kind == "hosted":
        yield f"For everybody who signs in: the public address of {reach.host}"
    if reach.code is None:
        return
    yield "On a phone in the same network, scan this:"
    yield qr_text(reach.link(reach.code))
    yield f"or open {reach.url} and type {readable(reach.code.short)}"
    yield "The code lets one phone in, within half an hour. The page “Phones” shows the next ones."
    if reach.secure:
        yield "The link between phone and computer is encrypted."
    else:
        yield (
            "The link between phone and computer is NOT encrypted: use it only in a network that "
            "you trust, or give --certfile and --keyfile."
        )


def server_command(port: int, extra: Iterable[str] = ()) -> list[str]:
    """Return the command that serves the app on one port of this computer."""
    start = [sys.executable, "-m", "posture.web.script.start"]
    program = [*start, "run", str(_HERE / "script" / "server.py")]
    # Streamlit's own greeting asks an outside server for the address of this computer.
    quiet = "--logger.hideWelcomeMessage=true"
    return [*program, *server_flags(), quiet, *extra, f"--server.port={port}"]


def server_flags() -> list[str]:
    """Return ``config.toml`` as flags, which override any file or variable on the machine."""
    with (_HERE / "config.toml").open("rb") as stream:
        return [f"--{name}={value}" for name, value in _flat(tomllib.load(stream))]


def free_port(wanted: int, address: str = HOST) -> int:
    """Return ``wanted`` if that port is free, else any free port of this computer."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return wanted


@contextmanager
def _stopping_with_us(server: subprocess.Popen[bytes]) -> Iterator[None]:
    """Stop the server when this process gets SIGTERM, so that none is left behind."""

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
        elif isinstance(value, list):
            yield from ((name, str(item)) for item in value)
        else:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)


def _open_when_ready(server: subprocess.Popen[bytes], reach: Reach) -> None:
    limit = monotonic() + READY_S
    while server.poll() is None and monotonic() < limit:
        if answers(reach.port, secure=reach.secure):
            webbrowser.open(_own_url(reach))
            return
        sleep(0.2)


def _own_url(reach: Reach) -> str:
    return f"{'https' if reach.secure else 'http'}://{HOST}:{reach.port}"


def answers(port: int, *, secure: bool = False) -> bool:
    """Return whether a server answers on ``port`` of this computer."""
    url = f"{'https' if secure else 'http'}://{HOST}:{port}/_stcore/health"
    context = None
    if secure:
        # The certificate is for the name that phones use, not for the loopback address.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        with urllib.request.urlopen(url, timeout=2, context=context) as reply:  # noqa: S310  # our own server
            return bool(reply.status == 200)
    except OSError:
        return False
