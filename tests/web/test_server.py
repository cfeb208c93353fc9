"""The server listens on this computer only, and reports to nobody."""

from __future__ import annotations

import socket
import sys
import tomllib
from pathlib import Path

import pytest

import posture.web
from posture.web import launch
from posture.web.server import HOST, free_port, server_command, server_flags

ROOT = Path(__file__).resolve().parents[2]
INSIDE = Path(posture.web.__file__).parent / "config.toml"


def test_checkout_and_wheel_are_configured_alike() -> None:
    assert (ROOT / ".streamlit" / "config.toml").read_bytes() == INSIDE.read_bytes()


def test_the_app_is_private() -> None:
    config = tomllib.loads(INSIDE.read_text(encoding="utf-8"))
    assert config["server"]["address"] == HOST == "127.0.0.1"
    assert config["server"]["enableXsrfProtection"] is True
    assert config["server"]["maxUploadSize"] == 25
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"


def test_flags_carry_the_whole_configuration() -> None:
    flags = server_flags()
    assert "--server.address=127.0.0.1" in flags
    assert "--browser.gatherUsageStats=false" in flags
    assert "--theme.dark.primaryColor=#5ec9be" in flags
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
    monkeypatch.setattr("posture.web.server.server_command", lambda _port: command)
    assert launch(None, open_browser=False) == code


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
