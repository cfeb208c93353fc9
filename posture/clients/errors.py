"""Errors of the client file."""

from __future__ import annotations

from posture.errors import PostureError


class ClientsError(PostureError):
    """Error of the client file; the message says what to do."""

    default_code = "clients_error"
