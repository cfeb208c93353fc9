"""The app, started as a person would start it, with the options under test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from support.ports import unused_port

from posture.web.server import answers

ROOT = Path(__file__).resolve().parents[2]
PHONE_HOST = "127.0.0.2"
"""Stands for the address in the local network; tests stay on loopback."""


@dataclass(frozen=True)
class Running:
    port: int
    log: Path
    secure: bool = False
    pid: int = 0

    @property
    def here(self) -> str:
        return f"{'https' if self.secure else 'http'}://127.0.0.1:{self.port}"

    @property
    def there(self) -> str:
        return f"{'https' if self.secure else 'http'}://{PHONE_HOST}:{self.port}"

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def short_code(self) -> str:
        found = re.search(r"and type (\S+)", self.output())
        assert found
        return found.group(1)


HURRIED_GRACE_S = 4.0
HURRIED = f"""
import sys
from posture.web import server

command = server.server_command

def hurried(*how):
    python, _, module, *rest = command(*how)
    start = (
        "from posture.web.lan import sessions; from posture.web.script.start import start; "
        "sessions.GRACE_S = {HURRIED_GRACE_S}; start()"
    )
    return [python, "-c", start, *rest]

server.server_command = hurried
from posture.cli.main import main
main(sys.argv[1:], prog_name="posture")
"""
"""The same program, whose closed pages have seconds to come back instead of most of a minute."""


@contextmanager
def posture_app(
    *flags: str, port: int | None = None, secure: bool = False, hurried: bool = False
) -> Iterator[Running]:
    port = port or unused_port()
    program = ["-c", HURRIED] if hurried else ["-m", "posture"]
    command = [sys.executable, *program, "app", "--no-browser", "--port", str(port), *flags]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        env = {**os.environ, "PYTHONPATH": str(ROOT), "POSTURE_DATA": folder, "HOME": folder}
        with log.open("w") as stream:
            server = subprocess.Popen(
                command, cwd=folder, env=env, stdout=stream, stderr=subprocess.STDOUT
            )
            try:
                limit = monotonic() + 60
                while not answers(port, secure=secure):
                    assert server.poll() is None, log.read_text()
                    assert monotonic() < limit, log.read_text()
                    sleep(0.1)
                yield Running(port=port, log=log, secure=secure, pid=server.pid)
            finally:
                server.terminate()
                server.wait(timeout=20)
        assert "Traceback" not in log.read_text(), log.read_text()
