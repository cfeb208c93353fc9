"""Small identity provider (OpenID Connect, code flow) for two invented people."""

from __future__ import annotations

import base64
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "posture-test", "a-secret-of-the-client"
PEOPLE = {"anna": "Anna Example", "ben": "Ben Example"}
KEY = RSAKey.generate_key(2048, parameters={"kid": "test", "use": "sig", "alg": "RS256"})


class Provider(ThreadingHTTPServer):
    """Server that keeps the codes it issued; each is valid for one token."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.codes: dict[str, dict[str, str]] = {}

    def id_token(self, grant: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": f"sub-{grant['user']}",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 600,
            "nonce": grant["nonce"],
            "name": PEOPLE[grant["user"]],
        }
        return jwt.encode({"alg": "RS256", "kid": "test"}, claims, KEY)


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/.well-known/openid-configuration":
            self.reply(json.dumps(self.metadata()))
        elif address.path == "/jwks":
            self.reply(json.dumps({"keys": [KEY.as_dict(private=False)]}))
        elif address.path == "/authorize" and query.get("client_id") == CLIENT_ID:
            links = "".join(
                f'<p><a href="/consent?{html.escape(urlencode(query | {"user": user}))}">{name}</a>'
                for user, name in PEOPLE.items()
            )
            self.reply(f"<!doctype html><title>Who are you?</title>{links}", kind="text/html")
        elif address.path == "/consent":
            code = secrets.token_urlsafe()
            self.server.codes[code] = {"user": query["user"], "nonce": query.get("nonce", "")}
            back = urlencode({"code": code, "state": query["state"]})
            self.send_response(302)
            self.send_header("Location", f"{query['redirect_uri']}?{back}")
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        grant = self.server.codes.pop(form.get("code", ""), None)
        if grant is None or not self.known_client(form):
            self.send_error(401)
            return
        token = {
            "access_token": secrets.token_urlsafe(),
            "token_type": "Bearer",
            "expires_in": 600,
            "id_token": self.server.id_token(grant),
        }
        self.reply(json.dumps(token))

    def known_client(self, form: dict[str, str]) -> bool:
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
        header = self.headers.get("Authorization", "")
        if header.startswith("Basic "):
            both = base64.b64decode(header.removeprefix("Basic ")).decode().split(":")
            name, secret = map(unquote, both)
        return (name, secret) == (CLIENT_ID, CLIENT_SECRET)

    def metadata(self) -> dict[str, object]:
        issuer = self.server.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def reply(self, text: str, kind: str = "application/json") -> None:
        data = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        """Keep the tests' output quiet."""


@contextmanager
def identity_provider() -> Iterator[Provider]:
    provider = Provider()
    thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        provider.shutdown()
        provider.server_close()
        thread.join()


def secrets_file(provider: Provider, public_url: str) -> str:
    """Return the ``secrets.toml`` that an operator would write."""
    metadata = f"{provider.issuer}/.well-known/openid-configuration"
    return (
        "[auth]\n"
        f'redirect_uri = "{public_url}/oauth2callback"\n'
        f'cookie_secret = "{secrets.token_hex(32)}"\n'
        f'client_id = "{CLIENT_ID}"\n'
        f'client_secret = "{CLIENT_SECRET}"\n'
        f'server_metadata_url = "{quote(metadata, safe=":/")}"\n'
    )
