"""Sign-in as the gate sees it: the signed cookie of Streamlit, before any page is drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

_COOKIE: Final = "_streamlit_user"


def has_signed_in(cookies: Mapping[str, str]) -> bool:
    """Return whether the cookies hold an identity that this server signed."""
    secret = get_cookie_secret()

    def read(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(secret, name, value.encode("latin-1"))

    try:
        identity = json.loads(get_cookie_with_chunks(read, _COOKIE) or b"{}")
    except ValueError:
        return False
    return isinstance(identity, dict) and identity.get("is_logged_in") is True
