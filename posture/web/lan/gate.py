"""Gate in front of the whole server: pages, files, uploads and web sockets.

Whoever is not let in gets the code page and nothing else, not even the program's own files. The
gate also checks the name that a browser used for this computer. Otherwise a foreign site could
point its own name at this computer and read pages through the visitor's browser (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from posture.web.lan.code_page import code_page, page_language
from posture.web.lan.door import STAY_S, Door
from posture.web.lan.reach import LOOPBACK_NAMES, Reach
from posture.web.lan.sessions import Sessions
from posture.web.lan.signed_in import has_signed_in

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

BROWSER: Final = "posture_browser"
"""Cookie with a random name for a browser; its sessions, uploads and pictures are nobody else's."""

BROWSER_S: Final = 30 * 24 * 3600
TOKEN_BYTES: Final = 24
_TOKEN: Final = re.compile(r"[0-9A-Za-z_-]{20,64}")

MEDIA: Final = "/media/"
UPLOAD: Final = "/_stcore/upload_file/"
HOST_CONFIG: Final = "/_stcore/host-config"
_DIALOGS, _NO_DIALOGS = b'"blockErrorDialogs":false', b'"blockErrorDialogs":true'

_CLOSED: Final = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
"""Addresses of Streamlit that nobody needs."""

_PRIVATE: Final = (MEDIA, UPLOAD, "/camera/", "/component/", "/_stcore/bidi-components")

ANONYMOUS: Final = "anonymous"
ANONYMOUS_S: Final = 10 * 60.0
"""A page that asks to sign in is closed after this time; it opens anew at the next tap."""

MOST_MESSAGE: Final = 2_000_000
"""Bytes of a message from a page: many times what all answers and points of a visit take."""

MOST_ANONYMOUS: Final = 32_000

REQUEST_S: Final = 60.0
UPLOAD_S: Final = 300.0
"""A photo of 25 MB over slow Wi-Fi takes two minutes."""

_MOST_BYTES: Final = 2048
"""Far more than a form with a code needs."""

_log = logging.getLogger(__name__)

_SAFETY: Final = {
    # Not "no-referrer": browsers would then hide that a form comes from our own page.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
}

Role = Literal["host", "guest", "stranger", "outside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is at the other end.

    Parameters
    ----------
    role : {"host", "guest", "stranger", "outside"}
    name : str
        Stays the same for one browser or phone; empty for one that has none yet.
    known : bool
        Whether they may store and see photos: not before sign-in in a hosted app.
    at : str
        Their address.
    """

    role: Role
    name: str
    known: bool
    at: str


class Gate:
    """ASGI middleware that lets only those in who may enter.

    Parameters
    ----------
    app : ASGIApp
    reach : Reach
        Who may connect, and how.
    door : Door
        Codes and connected phones.
    sessions : Sessions
        Whose sessions there are, and what they hold.
    """

    def __init__(self, app: ASGIApp, *, reach: Reach, door: Door, sessions: Sessions) -> None:
        self._app = app
        self._sessions = sessions
        self._reach = reach
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on to the app, or answer it here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        role = self._role(connection)
        visitor = self._visitor(connection, role)
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send, visitor)
            return
        try:
            async with asyncio.timeout(UPLOAD_S if _upload_size(connection) else REQUEST_S):
                await self._request(scope, receive, send, visitor)
        except TimeoutError:
            _log.info("a request took too long and was ended")

    async def _request(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        request = Request(scope, receive)
        send = _with_safety(send, request, visitor)
        reply = await self._refusal(request, visitor)
        if reply is not None:
            await reply(scope, receive, send)
            return
        if request.scope["path"] == HOST_CONFIG:
            send = _without_dialogs(send)
        try:
            scope = _marked(scope, visitor.role)
            if request.scope["path"].startswith(MEDIA):
                scope = _as_it_is(scope)
            await self._app(scope, receive, send)
        finally:
            if size := _upload_size(request):
                self._sessions.release(visitor.name, size)

    def _visitor(self, connection: HTTPConnection, role: Role) -> Visitor:
        cookies = connection.cookies
        browser = cookies.get(BROWSER, "")
        name = browser if _TOKEN.fullmatch(browser) else ""
        if role == "guest":
            # However many browsers a phone pretends to be, it came in with one code.
            name = cookies.get(COOKIE, "")
        known = role in ("host", "guest") and (
            self._reach.kind != "hosted" or has_signed_in(cookies)
        )
        address = connection.client.host if connection.client else ""
        return Visitor(role=role, name=f"{role} {name}" if name else "", known=known, at=address)

    async def _socket(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        """Serve an open page, as long as its visitor may have one."""
        name = visitor.name or f"{visitor.role} at {visitor.at}"
        if not visitor.known:
            name = f"{ANONYMOUS} at {visitor.at}"
        if visitor.role not in ("host", "guest") or self._sessions.full(name):
            await send({"type": "websocket.close", "code": 1008})
            return
        page = _OpenPage(self._sessions, visitor, name)
        if visitor.role == "guest":
            receive = self._while_inside(HTTPConnection(scope).cookies.get(COOKIE, ""), receive)
        self._sessions.page_opened(name, host=visitor.role == "host")
        try:
            async with asyncio.timeout(None if visitor.known else ANONYMOUS_S):
                joined = page.joining(_marked(scope, visitor.role))
                await self._app(joined, page.receiving(receive), page.sending(send))
        except TimeoutError:
            with suppress(RuntimeError):
                await send({"type": "websocket.close", "code": 1001})
        finally:
            self._sessions.page_closed(name, page.session, host=visitor.role == "host")

    async def _refusal(self, request: Request, visitor: Visitor) -> Response | None:
        """Return the answer to a request that the app must not see; ``None`` to pass it on."""
        if visitor.role not in ("host", "guest"):
            return await self._answer(request, visitor.role)
        # Not that of ``request.url``, into which a strange Host header would find its way.
        path = str(request.scope["path"])
        if path.startswith(_CLOSED):
            return PlainTextResponse("This address is not in use.", status_code=404)
        if not visitor.known and path.startswith(_PRIVATE):
            return PlainTextResponse("Please sign in first.", status_code=403)
        if path.startswith(MEDIA):
            if self._sessions.may_open(visitor.name, path.removeprefix(MEDIA)):
                return None
            return PlainTextResponse("This picture is not yours, or is gone.", status_code=404)
        if path.startswith(UPLOAD):
            return self._upload_refusal(request, visitor)
        return None

    def _upload_refusal(self, request: Request, visitor: Visitor) -> Response | None:
        session = request.scope["path"].removeprefix(UPLOAD).split("/")[0]
        if not self._sessions.owns(visitor.name, session):
            return PlainTextResponse("This page is no longer open.", status_code=403)
        if request.method != "PUT":
            return None
        size = _upload_size(request)
        if not size:
            return PlainTextResponse("The size of the file is missing.", status_code=411)
        if not self._sessions.reserve(visitor.name, size):
            return PlainTextResponse("There is no room for more photos now.", status_code=413)
        return None

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
        path = request.scope["path"]
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


def _as_it_is(scope: Scope) -> Scope:
    """Have a file sent as it is: to compress a photo once more takes longer than to analyse it."""
    headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
    return {**scope, "headers": headers}


def _without_dialogs(send: Send) -> Send:
    """Have pages not show Streamlit's dialog about a lost connection: they have words of their own.

    Streamlit sends this setting to pages, but has no option for it.
    """
    start: Message = {}

    async def sending(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        if start:
            body = message.get("body", b"").replace(_DIALOGS, _NO_DIALOGS)
            MutableHeaders(scope=start)["content-length"] = str(len(body))
            await send(start)
            message, start = {**message, "body": body}, {}
        await send(message)

    return sending


def _upload_size(request: HTTPConnection) -> int:
    """Return the length of an upload; 0 for any other request, or if it is not given."""
    if request.scope["method"] != "PUT" or not request.scope["path"].startswith(UPLOAD):
        return 0
    given = request.headers.get("content-length", "")
    return int(given) if given.isascii() and given.isdigit() else 0


def _with_safety(send: Send, request: Request, visitor: Visitor) -> Send:
    """Add headers for safety, and give a new browser the name that it is known by."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _SAFETY.items():
                headers.setdefault(name, value)
            if request.scope["path"].startswith(MEDIA):
                headers["cache-control"] = "no-store"
            if not visitor.name and headers.get("content-type", "").startswith("text/html"):
                secure = "; Secure" if request.url.scheme == "https" else ""
                token = secrets.token_urlsafe(TOKEN_BYTES)
                headers.append(
                    "set-cookie",
                    f"{BROWSER}={token}; Path=/; Max-Age={BROWSER_S}; HttpOnly; SameSite=Lax"
                    + secure,
                )
        await send(message)

    return sending


class _OpenPage:
    """One web socket: which session it serves, and what passes through it."""

    def __init__(self, sessions: Sessions, visitor: Visitor, name: str) -> None:
        self._sessions = sessions
        self._visitor = visitor
        self._name = name
        self.session = ""

    def joining(self, scope: Scope) -> Scope:
        """Take out the id of a session to come back to, unless it is the visitor's own."""
        header = b"sec-websocket-protocol"
        return {
            **scope,
            "headers": [
                (name, self._own_session_only(value) if name == header else value)
                for name, value in scope["headers"]
            ],
        }

    def _own_session_only(self, protocols: bytes) -> bytes:
        parts = [part.strip() for part in protocols.split(b",")]
        if len(parts) < 3 or self._sessions.owns(self._visitor.name, parts[2].decode("latin-1")):
            return protocols
        return b", ".join(parts[:2])

    def receiving(self, receive: Receive) -> Receive:
        """Close the page when it sends more than any page has to say."""
        most = MOST_MESSAGE if self._visitor.known else MOST_ANONYMOUS

        async def received() -> Message:
            message = await receive()
            if len(message.get("bytes") or b"") > most:
                return {"type": "websocket.disconnect", "code": 1009}
            return message

        return received

    def sending(self, send: Send) -> Send:
        """Note which session this is, and which pictures its visitor may open."""

        async def sending(message: Message) -> None:
            data = message.get("bytes") or b""
            if data and not self.session:
                self.session = _session_of(data)
                if self.session:
                    self._sessions.session_begun(self.session, self._visitor.name)
            if self._visitor.known and data:
                self._sessions.sent(self._name, data)
            await send(message)

        return sending


def _session_of(data: bytes) -> str:
    """Return the id of the session from the first message to a page; empty in all others."""
    message = ForwardMsg()
    message.ParseFromString(data)
    return message.new_session.initialize.session_id


async def _small_body(request: Request) -> bytes:
    """Read a form, but no more than a form with a code can hold."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            return b""
    return body
