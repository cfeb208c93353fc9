"""A visitor without a browser: raw requests and sockets, as somebody with bad intentions sends."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from access_server import Running
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

MB = 1024 * 1024


@dataclass
class Raw:
    """Somebody at one address of this computer, with the cookies that the server gave them."""

    running: Running
    host: str
    name: str = ""
    source: str = "127.0.0.1"
    cookies: str = ""

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        *,
        keep_cookies: bool = True,
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(
            self.host, self.running.port, timeout=30, source_address=(self.source, 0)
        )
        sent = {"Host": self._netloc(), "Cookie": self.cookies, **(headers or {})}
        try:
            connection.request(method, path, body or None, sent)
            reply = connection.getresponse()
            data = reply.read()
        finally:
            connection.close()
        if keep_cookies:
            self._remember(reply.headers)
        return reply.status, reply.headers, data

    def open(self) -> Raw:
        """Load the page and take its cookies, as a browser would."""
        self.ask("GET", "/", headers={"Accept": "text/html"})
        self.ask("GET", "/_stcore/health")
        return self

    def join(self, code: str) -> Raw:
        status, *_ = self.ask("POST", "/join", f"code={code}".encode())
        assert status == 303
        return self.open()

    @contextmanager
    def socket(
        self, session: str = "", *, start: bool = True
    ) -> Iterator[tuple[ClientConnection, str]]:
        """Open the socket of a page; yield it with the id of its session."""
        cookie = {"Cookie": self.cookies} if self.cookies else {}
        protocols = ["streamlit", self._token() or "none", *([session] if session else [])]
        with connect(
            f"ws://{self._netloc()}/_stcore/stream",
            additional_headers=cookie,
            origin=f"http://{self._netloc()}",  # type: ignore[arg-type]
            subprotocols=protocols,  # type: ignore[arg-type]
            source_address=(self.source, 0),
            max_size=None,
            proxy=None,
            close_timeout=1,
        ) as opened:
            yield opened, begin(opened) if start else ""

    def upload(self, session: str, file: str, size: int) -> int:
        edge = "-------edge"
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        body = head.encode() + bytes(size) + f"\r\n--{edge}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "X-Xsrftoken": self._token(),
        }
        try:
            return self.ask("PUT", f"/_stcore/upload_file/{session}/{file}", body, headers)[0]
        except OSError:
            # The server refused by the head alone and closed while the body was on its way.
            return 413

    def _netloc(self) -> str:
        return f"{self.name or self.host}:{self.running.port}"

    def _token(self) -> str:
        found = re.search(r"_streamlit_xsrf=([^;]*)", self.cookies)
        return found.group(1) if found else ""

    def _remember(self, headers: http.client.HTTPMessage) -> None:
        new = dict(pair.split(";")[0].split("=", 1) for pair in headers.get_all("set-cookie", []))
        known = dict(pair.split("=", 1) for pair in self.cookies.split("; ") if pair)
        self.cookies = "; ".join(f"{name}={value}" for name, value in (known | new).items())


def ask_for_page(socket: ClientConnection) -> None:
    """Have the page drawn, and do not wait for it."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    socket.send(message.SerializeToString())


def begin(socket: ClientConnection) -> str:
    """Ask for the page, and return the id of the session from the answer."""
    ask_for_page(socket)
    while True:
        answer = ForwardMsg.FromString(socket.recv(timeout=30))
        if answer.WhichOneof("type") == "new_session":
            return str(answer.new_session.initialize.session_id)


def memory_mb(running: Running) -> float:
    """Return the memory of the server process (Linux)."""
    status = Path(f"/proc/{server_pid(running)}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found.group(1)) / 1024


def steady_memory_mb(running: Running) -> float:
    """Return the memory of the server once nothing more is loaded in the background (Linux).

    Models are loaded three seconds after the start, if nobody has come.
    """
    before, until = 0.0, monotonic() + 60
    while abs((now := memory_mb(running)) - before) > 1:
        assert monotonic() < until
        before = now
        sleep(4)
    return now


def server_pid(running: Running) -> int:
    """Return the process that the launcher started."""
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    return int(children.read_text(encoding="utf-8").split()[0])
