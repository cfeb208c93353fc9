"""Streamlit's own files: sent as Streamlit sends them, and nothing else with them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from browser_steps import run_beside
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.file_util import get_static_dir
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from posture.web.assets import Assets

FOLDER = Path(get_static_dir())
SCRIPT = next((FOLDER / "static" / "js").glob("index.*.js"))


def passed_on(_request: object) -> PlainTextResponse:
    return PlainTextResponse("passed on")


def behind() -> Assets:
    return Assets(Starlette(routes=[Route("/{path:path}", passed_on, methods=["GET", "POST"])]))


def ask(app: object, address: str, method: str = "GET") -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.request(method, address)

    return run_beside(run())


@pytest.mark.parametrize("ending", [".js", ".css", ".woff2"])
def test_a_file_comes_as_streamlit_sends_it(ending: str) -> None:
    path = next((FOLDER / "static").rglob(f"*{ending}"))
    address = f"/{path.relative_to(FOLDER).as_posix()}"
    ours = ask(behind(), address)
    expected = ask(create_streamlit_static_handler(str(FOLDER), None), address)
    assert ours.content == expected.content == path.read_bytes()
    for name in ("content-type", "cache-control", "content-length"):
        assert ours.headers[name] == expected.headers[name]


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/index.html",
        "/static/js",
        "/static/js/unknown.js",
        "/static/%2e%2e/index.html",
        "/static/js/%2e%2e/%2e%2e/index.html",
        f"/static/js/%2e%2e/js/{SCRIPT.name}",
    ],
)
def test_everything_else_is_passed_on(address: str) -> None:
    assert ask(behind(), address).text == "passed on"


def test_only_reading_is_answered() -> None:
    assert ask(behind(), f"/static/js/{SCRIPT.name}", "POST").text == "passed on"
