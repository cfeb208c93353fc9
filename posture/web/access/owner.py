"""Owner of what the visitor keeps; nobody else ever sees it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from posture.errors import SettingsError
from posture.web.lan.gate import GUEST, ROLE_HEADER

LOCAL: Final = "local"
"""Owner of everything kept by an app that has no sign-in."""


def login_configured() -> bool:
    """Return whether this app has sign-in (an ``[auth]`` section in ``secrets.toml``)."""
    return "is_logged_in" in st.user


def is_guest() -> bool:
    """Return whether the visitor came in over the local network with an access code.

    Guests may use the photo check, the plan and the library, but no pages with clients: check this
    before :func:`current_owner`.
    """
    if login_configured():
        return False
    # Streamlit gives no address for a browser on this computer itself.
    away = isinstance(st.context.ip_address, str)
    return away or st.context.headers.get(ROLE_HEADER) == GUEST


def current_owner() -> str:
    """Return the owner of what the current visitor keeps and may see.

    Returns
    -------
    str
        :data:`LOCAL` in an app without sign-in, else issuer and subject of the identity, which
        together identify a person for good (OpenID Connect Core 1.0, section 5.7).

    Raises
    ------
    SettingsError
        If the visitor has not signed in, or is a guest (``owner_unknown``).
    """
    if is_guest():
        raise SettingsError(
            "Clients are kept on the trainer's computer only: open this page there.",
            code="owner_unknown",
        )
    if not login_configured():
        return LOCAL
    issuer, subject = (st.user.get(claim) for claim in ("iss", "sub"))
    if not st.user.is_logged_in or not issuer or not subject:
        raise SettingsError("Please sign in first.", code="owner_unknown")
    return f"{issuer}|{subject}"
