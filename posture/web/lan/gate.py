"""Gate in front of the whole server: pages, files, uploads and web sockets.

Whoever is not let in gets the code page and nothing else, not even the program's own files. The
gate also checks the name that a browser used for this computer. Otherwise a foreign site could
point its own name at this computer and read pages through the visitor's browser (DNS rebinding).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from posture.web.lan.code_page import code_page, page_language
from posture.web.lan.door import STAY_S, Door
from posture.web.lan.reach import LOOPBACK_NAMES, Reach

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROLE_HEADER: Final = "X-Posture-Role"
"""Set by the gate on each connection; what a browser sends under this name is dropped."""

GUEST: Final = "guest"
"""Role of a visitor who came in over the local network with a code."""

COOKIE: Final = "posture_guest"
JOIN: Final = "/join"
LANDING: Final = "/send"
"""The page that a phone is sent to once it is let in."""

_MOST_BYTES: Final = 2048
"""Far more than a form with a code needs."""

_SAFETY: Final = {
    # Not "no-referrer": browsers would then hide that a form comes from our own page.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
}

Role = Literal["host", "guest", "stranger", "outside"]


class Gate:
    """ASGI middleware that lets only those in who may enter.

    Parameters
    ----------
    app : ASGIApp
    reach : Reach
        Who may connect, and how.
    door : Door
        Codes and connected phones.
    """

    def __init__(self, app: ASGIApp, *, reach: Reach, door: Door) -> None:
        self._app = app
        self._reach = reach
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on to the app, or answer it here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        role = self._role(connection)
        if role == "guest" and scope["type"] == "websocket":
            receive = self._while_inside(connection.cookies.get(COOKIE, ""), receive)
        if role in ("host", "guest"):
            await self._app(_marked(scope, role), receive, _with_safety(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            reply = await self._answer(Request(scope, receive), role)
            await reply(scope, receive, _with_safety(send))

    def _role(self, connection: HTTPConnection) -> Role:
        """Return who is at the other end, by the addresses of both ends and the host name used."""
        if _foreign(connection.headers):
            return "outside"
        name = _host_name(connection.headers)
        peer = connection.client.host if connection.client else ""
        server = connection.scope.get("server")
        local = str(server[0]) if server else ""
        if all(end in LOOPBACK_NAMES for end in (peer, local, name)):
            return "host"
        if self._reach.kind == "hosted" and name == self._reach.host:
            # The sign-in of the pages finds out who this is.
            return "host"
        if self._reach.kind != "lan" or local != self._reach.address:
            return "outside"
        if name not in (self._reach.host, self._reach.address):
            return "outside"
        inside = self._door.knows(connection.cookies.get(COOKIE, ""))
        return "guest" if inside else "stranger"

    def _while_inside(self, token: str, receive: Receive) -> Receive:
        """Close an open socket at the next message of a phone that was disconnected meanwhile."""

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and not self._door.knows(token):
                return {"type": "websocket.disconnect", "code": 1008}
            return message

        return receiving

    async def _answer(self, request: Request, role: Role) -> Response:
        if role == "outside":
            return PlainTextResponse("This address is not in use.", status_code=403)
        path = request.url.path
        if request.method == "POST" and path == JOIN:
            return await self._try(request)
        if request.method == "GET" and (path == "/" or path.startswith(f"{JOIN}/")):
            return self._page(request, key=path.removeprefix(f"{JOIN}/").strip("/"))
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/", status_code=303)
        return PlainTextResponse("An access code is needed.", status_code=403)

    async def _try(self, request: Request) -> Response:
        form = parse_qs((await _small_body(request)).decode("utf-8", "replace"))
        client = request.client.host if request.client else ""
        reply = self._door.try_code(form.get("code", [""])[0][:200], client)
        if reply.answer != "welcome":
            return self._page(request, problem=reply.answer, wait_s=reply.wait_s)
        enter = RedirectResponse(LANDING, status_code=303)
        enter.set_cookie(
            COOKIE,
            reply.token,
            max_age=round(STAY_S),
            httponly=True,
            samesite="strict",
            secure=self._reach.secure,
        )
        return enter

    def _page(
        self, request: Request, *, key: str = "", problem: str = "", wait_s: float = 0.0
    ) -> Response:
        language = page_language(request.headers.get("accept-language", ""))
        secure = self._reach.secure
        text = code_page(language, key=key, problem=problem, wait_s=wait_s, secure=secure)
        status = {"": 200, "wrong": 403, "wait": 429}[problem]
        policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
        headers = {"content-security-policy": policy, "cache-control": "no-store"}
        return HTMLResponse(text, status_code=status, headers=headers)


def _foreign(headers: Headers) -> bool:
    """Return whether the request comes from a page of another site.

    Streamlit would refuse it too, but only after asking an outside server for its own address.
    """
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != headers.get("host")
    except ValueError:
        return True


def _host_name(headers: Headers) -> str:
    """Return the name from the Host header, without its port."""
    try:
        return (urlsplit(f"//{headers.get('host', '')}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _marked(scope: Scope, role: Role) -> Scope:
    """Mark guests for the pages, in a header that no browser can set."""
    name = ROLE_HEADER.lower().encode()
    headers = [pair for pair in scope["headers"] if pair[0] != name]
    if role == "guest":
        headers.append((name, GUEST.encode()))
    return {**scope, "headers": headers}


def _with_safety(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _SAFETY.items():
                headers.setdefault(name, value)
        await send(message)

    return sending


async def _small_body(request: Request) -> bytes:
    """Read a form, but no more than a form with a code can hold."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            return b""
    return body
