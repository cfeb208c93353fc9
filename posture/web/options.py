"""Options of the launcher, checked before anything is started."""

from __future__ import annotations

import importlib.util
import ssl
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from posture.errors import SettingsError
from posture.web.lan.door import new_code
from posture.web.lan.reach import LOOPBACK_NAMES, Reach, lan_address

CALLBACK: Final = "/oauth2callback"
"""Path at which Streamlit takes the answer of the identity provider."""

MIN_SECRET: Final = 32
"""Fewest characters of the secret that signs the cookie of a signed-in trainer."""

_NEEDED: Final = ("client_id", "client_secret", "server_metadata_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of the app: who may connect, and how.

    Parameters
    ----------
    port : int, optional
        Port on this computer; 8501 by default, or any free one if that is taken.
    lan : bool
        Let phones in the local network in, with a code.
    host : str, optional
        Name or address of this computer in that network, if the one found is not right.
    certfile, keyfile : Path, optional
        Certificate and its key, which encrypt the connection.
    public_url : str, optional
        Address of a hosted app, where everybody signs in.
    secrets : Path, optional
        File with the ``[auth]`` section of a hosted app.
    bind : str, optional
        Address on which a hosted app listens for its reverse proxy.
    """

    port: int | None = None
    lan: bool = False
    host: str | None = None
    certfile: Path | None = None
    keyfile: Path | None = None
    public_url: str | None = None
    secrets: Path | None = None
    bind: str | None = None


def reach_of(options: Options, port: int) -> Reach:
    """Return who may connect, and how.

    Raises
    ------
    SettingsError
        If the options do not go together, or name something that does not exist.
    """
    _check_together(options)
    secure = _certificate(options)
    if options.public_url is not None:
        _check_auth(options, options.public_url)
        host = urlsplit(options.public_url).hostname or ""
        return Reach(kind="hosted", host=host, port=port, secure=secure)
    if not options.lan:
        return Reach(port=port, secure=secure)
    address = lan_address(options.host)
    return Reach(
        kind="lan",
        host=(options.host or address).lower(),
        address=address,
        port=port,
        secure=secure,
        code=new_code(),
    )


def flags_of(options: Options, reach: Reach) -> Iterator[str]:
    """Yield the Streamlit flags that differ from ``config.toml``."""
    if reach.kind == "lan":
        # The trainer's own page needs the loopback address and phones need the other one; the gate
        # refuses any further address that this computer may have.
        yield "--server.address=0.0.0.0"
    if reach.kind == "hosted" and options.bind is not None:
        yield f"--server.address={options.bind}"
    if options.certfile is not None:
        yield f"--server.sslCertFile={options.certfile}"
        yield f"--server.sslKeyFile={options.keyfile}"
    if options.secrets is not None:
        yield f"--secrets.files={options.secrets.resolve()}"
    names = {*LOOPBACK_NAMES, reach.host, reach.address} - {""}
    yield from (f"--server.allowedHosts={name}" for name in sorted(names))


def _check_together(options: Options) -> None:
    if options.lan and options.public_url is not None:
        raise SettingsError("--lan and --public-url do not go together: choose one of them.")
    if options.host is not None and not options.lan:
        raise SettingsError("--host goes with --lan: it names this computer for phones.")
    if options.bind is not None and options.public_url is None:
        raise SettingsError("--bind goes with --public-url, where everybody signs in.")
    if (options.certfile is None) != (options.keyfile is None):
        raise SettingsError("--certfile and --keyfile go together: give both or neither.")


def _certificate(options: Options) -> bool:
    """Return whether there is a certificate; refuse one that cannot be used."""
    if options.certfile is None or options.keyfile is None:
        return False
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(options.certfile, options.keyfile)
    except OSError as error:  # includes SSLError, for a file that is no certificate
        raise SettingsError(
            f"{options.certfile} and {options.keyfile} are not a certificate and its key: "
            "give both as PEM files."
        ) from error
    return True


def _check_auth(options: Options, url: str) -> None:
    """Refuse to start a hosted app whose sign-in cannot work."""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise SettingsError("--public-url is the whole address, such as https://studio.example.")
    if any(importlib.util.find_spec(name) is None for name in ("authlib", "httpx")):
        raise SettingsError(
            "Sign-in needs Authlib and httpx: pip install '.[auth]' in the folder of the project."
        )
    auth = _auth_section(options.secrets)
    wanted = f"{url.rstrip('/')}{CALLBACK}"
    if auth.get("redirect_uri") != wanted:
        raise SettingsError(f'The secrets need redirect_uri = "{wanted}" in [auth].')
    if len(str(auth.get("cookie_secret", ""))) < MIN_SECRET:
        raise SettingsError(
            f"The secrets need a cookie_secret of at least {MIN_SECRET} random characters in "
            "[auth]."
        )
    missing = [name for name in _NEEDED if not auth.get(name)]
    if missing:
        raise SettingsError(f"The secrets lack {', '.join(missing)} in [auth].")


def _auth_section(path: Path | None) -> Mapping[str, object]:
    if path is None:
        raise SettingsError("A hosted app needs sign-in: give --secrets with an [auth] section.")
    try:
        auth = tomllib.loads(path.read_text(encoding="utf-8")).get("auth")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read as TOML: {error}") from error
    if not isinstance(auth, dict):
        raise SettingsError(f"{path} has no [auth] section: sign-in needs one.")
    return auth
