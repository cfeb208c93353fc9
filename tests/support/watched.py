"""A program under watch: whom it tries to reach, and whether it works where there is no network.

Every Python process of it reports what it connects to or looks up. Where the system allows so, it
also runs in a network namespace that holds nothing but this computer's own loopback, and strace
reports the addresses that libraries in C use.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

HOOK = """
import os, sys

def note(line):
    file = os.open(os.environ["WATCHED_CALLS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line.encode() + b"\\n")
    os.close(file)

def hook(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = given[1]
        # Others are sockets of this computer, which have no host.
        if isinstance(address, tuple):
            note(f"{event} {address[0]}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        note(f"{event} {given[0]}")

note("watched -")
sys.addaudithook(hook)
"""
"""Every Python process reads it before anything else, as ``sitecustomize``."""

LOOPBACK_UP = """
import fcntl, os, socket, struct, sys

UP = 0x1 | 0x40
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
    fcntl.ioctl(control, 0x8914, struct.pack("16sh22x", b"lo", UP))
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Switches the loopback of a new network namespace on, then becomes the program."""

PATIENCE_S = 900
"""Of a whole visit in a browser, on a busy machine; half a minute on an idle one."""

_SENDS = "trace=connect,sendto,sendmsg,sendmmsg"
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
_OWN_NAMES = {"", "None", "localhost", "b''", "b'localhost'"}


@cache
def no_network() -> tuple[str, ...]:
    """Return how to start a program without a network; empty where the system lets nobody."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    start = (unshare, "-rn", sys.executable, "-c", LOOPBACK_UP)
    return start if _works((*start, "true")) else ()


@cache
def traced() -> tuple[str, ...]:
    """Return how to start a program under strace; empty where the system lets nobody."""
    strace = shutil.which("strace")
    return (strace,) if strace and _works((strace, "-qq", "-o", os.devnull, "true")) else ()


def _works(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


@dataclass(frozen=True)
class Watch:
    """Notes about programs, in a folder of their own."""

    folder: Path

    @classmethod
    def new(cls, folder: Path) -> Watch:
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
        return cls(folder)

    def prefix(self) -> list[str]:
        """Return what goes before a command so that its libraries are watched, too."""
        if not traced():
            return []
        number = len(list(self.folder.glob("strace-*")))
        file = self.folder / f"strace-{number}-{os.getpid()}"
        return [*traced(), "-f", "-qq", "--seccomp-bpf", "-e", _SENDS, "-o", str(file)]

    def environment(self, **more: str) -> dict[str, str]:
        path, calls = _path(self.folder, ROOT, ROOT / "tests"), str(self.folder / "calls")
        return {**os.environ, "PYTHONPATH": path, "WATCHED_CALLS": calls, **more}

    def run(
        self, *command: object, typed: str = "", **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command without a network, where that is possible, and watched in any case."""
        return self._run([*self.prefix(), *map(str, command)], typed, self.environment(**more))

    def run_beside(self, *command: object) -> subprocess.CompletedProcess[str]:
        """Run a command without a network that watches programs of its own here.

        It finds the folder of the notes in ``WATCH``.
        """
        env = {**os.environ, "PYTHONPATH": _path(ROOT, ROOT / "tests"), "WATCH": str(self.folder)}
        return self._run([*map(str, command)], "", env)

    def _run(
        self, command: list[str], typed: str, env: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*no_network(), *command],
            env=env,
            input=typed,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            # A passphrase is asked for at the terminal, if there is one.
            start_new_session=True,
        )

    def processes(self) -> int:
        """Return how many Python processes were watched."""
        return self._calls().count("watched -")

    def reached_for(self) -> list[str]:
        """Return all attempts to reach anything but this computer."""
        found = [line for line in self._calls() if not _is_own(line.split(" ", 1)[1])]
        for file in self.folder.glob("strace-*"):
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
                addresses = [one or other for one, other in _ADDRESS.findall(line)]
                found += [line for address in addresses if not _is_own(address)]
        return found

    def _calls(self) -> list[str]:
        try:
            return (self.folder / "calls").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []


def _path(*folders: Path) -> str:
    return os.pathsep.join(map(str, folders))


def _is_own(host: str) -> bool:
    if host in _OWN_NAMES or host == "-":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    # A server listens on all addresses of its computer, and asks for none.
    return address.is_loopback or address.is_unspecified
