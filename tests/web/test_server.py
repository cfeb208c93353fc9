"""Server: listens on this computer only, and reports to nobody."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from time import sleep

import pytest
from click.testing import CliRunner

import posture.web
from posture.cli.main import main
from posture.errors import SettingsError
from posture.web import Options, launch
from posture.web.lan.reach import Reach, lan_address, reach_of_server
from posture.web.options import flags_of, reach_of
from posture.web.server import HOST, answers, free_port, greeting, server_command, server_flags

ROOT = Path(__file__).resolve().parents[2]
INSIDE = Path(posture.web.__file__).parent / "config.toml"


def test_checkout_and_wheel_are_configured_alike() -> None:
    assert (ROOT / ".streamlit" / "config.toml").read_bytes() == INSIDE.read_bytes()


def test_the_app_is_private() -> None:
    config = tomllib.loads(INSIDE.read_text(encoding="utf-8"))
    assert config["server"]["address"] == HOST == "127.0.0.1"
    assert config["server"]["enableXsrfProtection"] is True
    assert config["server"]["enableCORS"] is True  # on keeps other sites out
    assert set(config["server"]["allowedHosts"]) == {"127.0.0.1", "localhost", "::1"}
    assert config["server"]["maxUploadSize"] == 25
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"


def test_flags_carry_the_whole_configuration() -> None:
    flags = server_flags()
    assert "--server.address=127.0.0.1" in flags
    assert "--browser.gatherUsageStats=false" in flags
    assert "--theme.dark.primaryColor=#5ec9be" in flags
    assert "--server.allowedHosts=localhost" in flags
    command = server_command(8600)
    assert command[0] == sys.executable
    assert command[-1] == "--server.port=8600"
    assert Path(command[4]).is_file()


def test_a_taken_port_gives_way() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) not in (0, port)


@pytest.mark.parametrize("code", [0, 3])
def test_launch_returns_what_the_server_returned(
    monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    command = [sys.executable, "-c", f"raise SystemExit({code})"]
    monkeypatch.setattr("posture.web.server.server_command", lambda _port, _extra: command)
    lines: list[str] = []
    assert launch(Options(), open_browser=False, tell=lines.append) == code
    assert lines[0].startswith("On this computer: http://127.0.0.1:")


@pytest.mark.skipif(sys.platform == "win32", reason="needs process groups of POSIX")
@pytest.mark.parametrize("moment", ["it starts", "it answers"])
def test_ctrl_c_closes_the_app_without_a_word(moment: str, tmp_path: Path) -> None:
    port = free_port(0)
    command = [sys.executable, "-m", "posture", "app", "--no-browser", "--port", str(port)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        cwd=tmp_path,
    ) as app:
        assert app.stdout is not None
        said = app.stdout.readline()
        while moment == "it answers" and not answers(port):
            sleep(0.2)
        os.killpg(app.pid, signal.SIGINT)  # a terminal sends it to the server, too
        try:
            said += app.communicate(timeout=120)[0]
        except subprocess.TimeoutExpired:
            os.killpg(app.pid, signal.SIGKILL)
            raise
    assert app.returncode == 0
    assert said.decode().strip() == f"On this computer: http://127.0.0.1:{port}"


def test_the_server_learns_its_reach_from_its_own_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert reach_of_server() == Reach()
    reach = reach_of(Options(lan=True, host="127.0.0.1"), 8600)
    for name, value in reach.to_env().items():
        monkeypatch.setenv(name, value)
    assert reach_of_server() == reach
    assert reach.code is not None
    # Every user of a computer can read the arguments of a process.
    assert reach.code.key not in " ".join(server_command(8600, flags_of(Options(), reach)))


def test_options_that_do_not_go_together_are_refused() -> None:
    wrong = (
        Options(lan=True, public_url="https://a.example"),
        Options(host="127.0.0.1"),
        Options(bind="127.0.0.1"),
        Options(certfile=INSIDE),
        Options(certfile=INSIDE, keyfile=INSIDE),
        Options(public_url="studio"),
        Options(public_url="https://a.example"),
        Options(lan=True, host="192.0.2.77"),
        Options(lan=True, host="no..name"),
    )
    for options in wrong:
        with pytest.raises(SettingsError) as caught:
            reach_of(options, 8501)
        assert str(caught.value).endswith(".")
        assert "\n" not in str(caught.value)


def test_the_command_line_refuses_options_that_do_not_go_together() -> None:
    done = CliRunner().invoke(main, ["app", "--lan", "--public-url", "https://a.example"])
    assert done.exit_code == 2
    assert "choose one of them" in done.output
    assert "Traceback" not in done.output


def test_the_command_line_hands_everything_on(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def pretend(options: Options, *, open_browser: bool, tell: object) -> int:
        seen.extend((options, open_browser, callable(tell)))
        return 5

    monkeypatch.setattr("posture.web.launch", pretend)
    arguments = ["app", "--lan", "--host", "127.0.0.1", "--port", "8700", "--no-browser"]
    assert CliRunner().invoke(main, arguments).exit_code == 5
    assert seen == [Options(lan=True, host="127.0.0.1", port=8700), False, True]


def test_an_address_of_this_computer_is_taken_as_it_is() -> None:
    assert lan_address("127.0.0.1") == "127.0.0.1"
    assert reach_of(Options(lan=True, host="127.0.0.1"), 8501).url == "http://127.0.0.1:8501"


def test_codes_are_shown_only_for_the_local_network() -> None:
    assert list(greeting(Reach(port=8501))) == ["On this computer: http://127.0.0.1:8501"]
    hosted = "\n".join(greeting(Reach(kind="hosted", host="a.example", port=8501)))
    assert "a.example" in hosted
    assert "code" not in hosted


def test_no_outside_server_is_asked_for_an_address() -> None:
    assert "--logger.hideWelcomeMessage=true" in server_command(8600)


def lightness(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    light, dark = sorted((lightness(one), lightness(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["textColor", "primaryColor", "linkColor"])
def test_colours_can_be_read(theme: str, colour: str) -> None:
    colours = tomllib.loads(INSIDE.read_text(encoding="utf-8"))["theme"][theme]
    assert contrast(colours[colour], colours["backgroundColor"]) >= 4.5
    assert contrast(colours[colour], colours["secondaryBackgroundColor"]) >= 4.5


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("def (", "was not started"),
        ("import streamlit as st\nst.write('open to everybody')", "was not started"),
        ("import streamlit as st\nimport nowhere\napp = st.App('x.py')", "nowhere"),
    ],
    ids=["damaged", "no application", "an import that fails"],
)
def test_a_server_without_its_gate_is_not_started(tmp_path: Path, script: str, words: str) -> None:
    path = tmp_path / "server.py"
    path.write_text(script, encoding="utf-8")
    port = free_port(0)
    command = [str(path) if part.endswith("server.py") else part for part in server_command(port)]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        assert server.stdout is not None
        try:
            while server.poll() is None:
                assert not answers(port)
                sleep(0.2)
            assert server.returncode not in (0, None)
            assert words in server.stdout.read()
        finally:
            server.kill()
