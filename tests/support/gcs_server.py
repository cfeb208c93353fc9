"""Minimal Google Cloud Storage server: lists, reads, writes and removes.

Runs as a separate program, because the client holds the GIL while it waits; prints its port.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit

BUCKET = "photos"
OBJECTS: dict[str, bytes] = {}
ARRIVED: dict[str, bytes] = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))

    @property
    def name(self) -> str:
        return unquote(urlsplit(self.path).path.partition("/o/")[2])

    def answer(self, body: object, code: int = 200, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(code)
        for key, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(data)

    def about(self, name: str) -> dict[str, str]:
        times = dict.fromkeys(("timeCreated", "updated"), "2026-01-02T03:04:05.000Z")
        size = str(len(OBJECTS[name]))
        return {"bucket": BUCKET, "name": name, "size": size, "generation": "1", **times}

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == f"/storage/v1/b/{BUCKET}":
            self.answer({"name": BUCKET, "id": BUCKET})
        elif not path.startswith(f"/storage/v1/b/{BUCKET}/o"):
            self.answer({"error": {"code": 404, "message": "no such bucket"}}, 404)
        elif not self.name:
            self.answer({"items": [self.about(name) for name in self.listed()]})
        elif self.name not in OBJECTS:
            self.answer({"error": {"code": 404, "message": "no such object"}}, 404)
        else:
            media = self.query.get("alt") == "media"
            self.answer(OBJECTS[self.name] if media else self.about(self.name))

    def listed(self) -> list[str]:
        prefix, delimiter = self.query.get("prefix", ""), self.query.get("delimiter")
        found = sorted(name for name in OBJECTS if name.startswith(prefix))
        return [name for name in found if not delimiter or delimiter not in name[len(prefix) :]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        place = f"http://{self.headers['Host']}/upload?name={quote(self.query['name'], safe='')}"
        self.answer(b"", Location=place)

    def do_PUT(self) -> None:
        """Take a piece of an upload; the object exists once the last one has arrived."""
        name = self.query["name"]
        data = ARRIVED.pop(name, b"") + self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Range"].endswith("/*"):
            ARRIVED[name] = data
            self.answer(b"", 308, Range=f"bytes=0-{len(data) - 1}")
        else:
            OBJECTS[name] = data
            self.answer(self.about(name))

    def do_DELETE(self) -> None:
        OBJECTS.pop(self.name, None)
        self.answer(b"", 204)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()
