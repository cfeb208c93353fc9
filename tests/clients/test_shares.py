"""A client file on a network share without locks: named, with what to do (codegraph#448)."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from posture.clients import ClientsError, ClientStore, Details, database, shares
from posture.clients.shares import locks_files

ROOT = Path(__file__).parents[2]

# What a share without locks does, for every program that is started with it.
NO_LOCKS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
static int refuse(int fd, int cmd, void *argument, const char *name) {
    if (cmd == F_SETLK || cmd == F_SETLKW || cmd == F_GETLK) { errno = FAILURE; return -1; }
    int (*real)(int, int, ...) = dlsym(RTLD_NEXT, name);
    return real(fd, cmd, argument);
}
#define FCNTL(name) int name(int fd, int cmd, ...) { \\
    va_list list; va_start(list, cmd); void *argument = va_arg(list, void *); va_end(list); \\
    return refuse(fd, cmd, argument, #name); }
FCNTL(fcntl)
FCNTL(fcntl64)
"""


@pytest.mark.skipif("sys.platform != 'linux'", reason="uses the loader of Linux")
@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
@pytest.mark.parametrize("failure", ["ENOLCK", "EOPNOTSUPP", "EAGAIN"])
def test_a_share_without_locks_is_named_with_what_to_do(tmp_path: Path, failure: str) -> None:
    source, library = tmp_path / "share.c", tmp_path / "share.so"
    source.write_text(NO_LOCKS)
    command = ["cc", "-shared", "-fPIC", f"-DFAILURE={failure}", "-o", str(library), str(source)]
    subprocess.run(command, check=True, timeout=60)
    started = monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "posture", "clients", "--data", str(tmp_path / "c.sqlite"), "list"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "LD_PRELOAD": str(library)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "network share" in done.stderr
    assert "move it to a folder on this computer" in done.stderr
    assert "Another program" not in done.stderr
    assert monotonic() - started < database.BUSY_MS / 1000


def test_a_share_is_not_blamed_for_a_program_that_is_saving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 50)
    store = ClientStore(tmp_path / "clients.sqlite")
    store.add(Details(name="Anna"))
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for refused, code in ((False, "client_file_busy"), (True, "no_locks")):
        if refused:

            def fails(_: int) -> None:
                raise OSError(errno.ENOLCK, "No locks available")

            monkeypatch.setattr(shares, "_lock", fails)
        with pytest.raises(ClientsError) as caught:
            store.add(Details(name="Bob"))
        assert caught.value.code == code
    other.close()
    assert [item.client.name for item in store.find()] == ["Anna"]


def test_a_folder_here_locks_files(tmp_path: Path) -> None:
    assert locks_files(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert locks_files(tmp_path / "missing")  # no reason to name a share
