"""Errors that a user can act on.

The tree::

    PostureError
    ├── PhotoError     the file is not a readable photo
    ├── ModelError     the pose model is missing or is not the one that was shipped
    ├── PoseError      the photo was read but shows no usable side view of one person
    └── SettingsError  an option or argument makes no sense

Each error carries a machine-readable ``code`` and one sentence (``str(error)``) that says
what is wrong and what to do about it. The command line, a batch row and the web page all show the
same sentence.
"""

from __future__ import annotations

from typing import ClassVar


class PostureError(Exception):
    """Base of every error that this package raises on purpose.

    Parameters
    ----------
    message : str
        One sentence that the user can act on; where something is filled in, made with
        :func:`posture.messages.message`, so that pages can translate it.
    code : str, optional
        Machine-readable reason in snake case; defaults to the code of the class.
    """

    default_code: ClassVar[str] = "posture_error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code

    def __reduce__(self) -> tuple[object, ...]:
        # Workers send errors between processes: pickle must hand on the keyword-only code too.
        return (_rebuild, (type(self), self.message, self.code))

    def to_dict(self) -> dict[str, str]:
        """Return ``{"code": ..., "message": ...}`` as it appears in JSON output."""
        return {"code": self.code, "message": str(self)}


def _rebuild(kind: type[PostureError], message: str, code: str) -> PostureError:
    return kind(message, code=code)


class PhotoError(PostureError):
    """The input is not a photo that can be read within the limits."""

    default_code = "photo_unreadable"


class ModelError(PostureError):
    """The pose model is missing, changed or unusable."""

    default_code = "model_missing"


class PoseError(PostureError):
    """The photo shows no usable side view of one standing person."""

    default_code = "no_person"


class SettingsError(PostureError):
    """An option or argument is outside its allowed range."""

    default_code = "bad_setting"
