"""Server killed in the middle of a save: nothing half-written, nothing lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

from browser_steps import settle, take_sample, unfold
from playwright.sync_api import Browser, Page, expect
from support.chromium import PATIENCE_MS
from support.ports import unused_port

from posture.clients import ClientStore, Details
from posture.clients.database import FILE_NAME
from posture.web.server import answers, server_command

ROOT = Path(__file__).resolve().parents[2]

WAITING = '''
import os, pathlib, sqlite3, time

class Connection(sqlite3.Connection):
    """Waits right before the end of a transaction, as long as there is a file "hold"."""

    def execute(self, sql, *arguments):
        folder = pathlib.Path(os.environ["POSTURE_DATA"])
        if sql == "COMMIT" and (folder / "hold").exists():
            (folder / "reached").touch()
            time.sleep(600)
        return super().execute(sql, *arguments)

connect = sqlite3.connect
sqlite3.connect = lambda *args, **named: connect(*args, **{"factory": Connection, **named})
'''


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    (folder / "sitecustomize.py").write_text(WAITING, encoding="utf-8")
    path = os.pathsep.join((str(folder), str(ROOT)))
    env = {**os.environ, "PYTHONPATH": path, "POSTURE_DATA": str(folder)}
    with (folder / "log").open("a") as log:
        server = subprocess.Popen(
            server_command(port), cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT
        )
    wait(lambda: answers(port))
    return server


def wait(done: object, seconds: float = 60.0) -> None:
    assert callable(done)
    limit = monotonic() + seconds
    while not done():
        assert monotonic() < limit
        sleep(0.05)


def begin_to_save(page: Page, port: int, *, again: bool = False) -> None:
    page.goto(f"http://127.0.0.1:{port}/")
    if again:
        # The browser kept the visit, and the new server has it back.
        settle(page)
    else:
        take_sample(page)
    unfold(page, "Save to a client")
    page.get_by_label("Name", exact=True).fill("Anna Example")
    page.get_by_role("button", name="Save this visit").click()


def test_a_save_happens_whole_or_not_at_all(browser: Browser, tmp_path: Path) -> None:
    store = ClientStore(tmp_path / FILE_NAME)
    store.add(Details(name="There Before"))
    port = unused_port()
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    server = start(tmp_path, port)
    try:
        (tmp_path / "hold").touch()
        begin_to_save(page, port)
        page.get_by_role("combobox", name="Client").wait_for()
        wait((tmp_path / "reached").exists)
        server.kill()
        server.wait(timeout=20)
        (tmp_path / "hold").unlink()
        assert [listed.client.name for listed in store.find()] == ["There Before"]
        with closing(sqlite3.connect(store.path)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert db.execute("SELECT count(*) FROM visits").fetchone() == (0,)
            assert db.execute("SELECT count(*) FROM pictures").fetchone() == (0,)

        server = start(tmp_path, port)
        begin_to_save(page, port, again=True)
        expect(page.get_by_text("Saved for Anna Example.").first).to_be_visible()
        assert [(listed.client.name, listed.visits) for listed in store.find()] == [
            ("Anna Example", 1),
            ("There Before", 0),
        ]
    finally:
        server.kill()
        server.wait(timeout=20)
        context.close()
    assert "Traceback" not in (tmp_path / "log").read_text()
