"""A key ring in memory, for keyring's own interface to those of the systems."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class KeyRing(KeyringBackend):
    """Keeps passwords until it is gone; ``fault``, if set, is raised by every call."""

    priority = 5  # type: ignore[assignment]

    def __init__(self, fault: Exception | None = None) -> None:
        super().__init__()
        self.secrets: dict[tuple[str, str], str] = {}
        self.fault = fault

    def get_password(self, service: str, username: str) -> str | None:
        self._work()
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._work()
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._work()
        if self.secrets.pop((service, username), None) is None:
            raise PasswordDeleteError("No such password!")

    def _work(self) -> None:
        if self.fault is not None:
            raise self.fault


class PlainFile(KeyRing):
    """Stands where keyring ranks files without encryption."""

    priority = 0.5  # type: ignore[assignment]
