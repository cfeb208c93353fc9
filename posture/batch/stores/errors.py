"""Errors of a store, each as one sentence that says what to do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from posture.batch.stores.exact import NO_BOTOCORE
from posture.batch.stores.uri import SCHEMES, STORES
from posture.errors import PhotoError, PostureError, SettingsError
from posture.messages import message

__all__ = ["no_such_bucket", "no_such_place", "plain_errors", "too_large"]

_NO_BUCKET: Final = ("NO_SUCH_BUCKET", "bucket does not exist", "NoSuchBucket")
_DENIED: Final = (
    "ACCESS_DENIED",
    "AccessDenied",
    "INVALID_ACCESS_KEY_ID",
    "InvalidAccessKeyId",
    "SIGNATURE_DOES_NOT_MATCH",
    "SignatureDoesNotMatch",
    "EXPIRED_TOKEN",
    "HTTP status code 403",
    "HTTP status code 401",
    "PERMISSION_DENIED",
    "UNAUTHENTICATED",
)
_NO_TOKEN: Final = ("Could not create a OAuth2 access token", "google-auth")
_NO_NETWORK: Final = ("NETWORK_CONNECTION", "curlCode", "CURL error", "UNAVAILABLE", "timed out")
_EMPTY_PART: Final = ("Empty path component",)
_OTHER_REGION: Final = ("MovedPermanently", "HTTP status code 301", "AuthorizationHeaderMalformed")


@contextmanager
def plain_errors(
    uri: str, *, fallback: str, photo: bool = False, doing: str = "opened"
) -> Iterator[None]:
    """Turn errors of ``pyarrow.fs`` into one sentence about ``uri``.

    Parameters
    ----------
    uri : str
        Place being listed, read or written.
    fallback : str
        Code of unrecognised errors.
    photo : bool
        Raise PhotoError, which costs one photo, instead of SettingsError, which ends a run.
    doing : {"opened", "written", "removed"}
        Attempted action.

    Raises
    ------
    SettingsError or PhotoError
        ``no_such_source`` (for photos ``photo_missing``), ``no_such_bucket``,
        ``store_denied``, ``store_unreachable``, ``store_region`` or ``fallback``.
    """
    from pyarrow import ArrowException

    kind: type[PostureError] = PhotoError if photo else SettingsError
    try:
        yield
    except FileNotFoundError as error:
        raise (_missing_photo(uri) if photo else no_such_place(uri)) from error
    except PermissionError as error:
        raise kind(f"{uri} may not be {doing}: check its permissions.", code=fallback) from error
    except (OSError, ValueError, ArrowException) as error:
        code, sentence = _explain(uri, error, fallback, doing)
        raise kind(sentence, code=code) from error


def no_such_place(uri: str) -> SettingsError:
    """Return the error for a folder or prefix that does not exist."""
    return SettingsError(
        f"There is nothing at {uri}: check the spelling; a prefix is a whole folder name.",
        code="no_such_source",
    )


def no_such_bucket(uri: str) -> SettingsError:
    """Return the error for an address whose bucket does not exist."""
    return SettingsError(
        f"There is no bucket {_bucket(uri)}: check the spelling of {uri}.", code="no_such_bucket"
    )


def too_large(uri: str, max_bytes: int) -> PhotoError:
    """Return the error for a photo with more than ``max_bytes`` bytes."""
    return PhotoError(
        message(
            "{name} is larger than {limit} MB: save it as a smaller JPEG.",
            name=uri,
            limit=max_bytes // 2**20,
        ),
        code="photo_too_large",
    )


def _bucket(uri: str) -> str:
    return uri.partition("://")[2].split("/", 1)[0].split("?", 1)[0]


def _missing_photo(uri: str) -> PhotoError:
    return PhotoError(f"There is no file {uri}.", code="photo_missing")


def _explain(uri: str, error: Exception, fallback: str, doing: str) -> tuple[str, str]:
    text = (isinstance(error, OSError) and error.strerror) or str(error)
    bucket = _bucket(uri)
    if _has(text, _NO_TOKEN):
        return "store_denied", _no_keys(uri)
    if _has(text, _EMPTY_PART):
        return fallback, (
            f"{uri} has an empty part (//) in its key and cannot be {doing}: use a key without one."
        )
    if _has(text, (NO_BOTOCORE,)):
        return fallback, (
            f"{uri} has an empty part (//) in its key: pip install '.[s3]' in the folder of the "
            "project to read it, or copy it to a key without one."
        )
    if _has(text, _NO_BUCKET):
        return "no_such_bucket", str(no_such_bucket(uri))
    if _has(text, _DENIED):
        return "store_denied", _denied(uri)
    if _has(text, _OTHER_REGION):
        return "store_region", (
            f"The bucket {bucket} lies in another region: add ?region=NAME to the address or "
            "set AWS_REGION."
        )
    if _has(text, _NO_NETWORK):
        return "store_unreachable", (
            f"{uri} cannot be reached: check the network, and the address of the server if "
            "AWS_ENDPOINT_URL or endpoint_override names one."
        )
    return fallback, f"{uri} cannot be {doing}: {_first_words(text)}."


def _denied(uri: str) -> str:
    scheme = uri.partition("://")[0]
    if scheme == "s3" and not _has_aws_keys():
        return _no_keys(uri)
    return (
        f"{uri} may not be opened with the credentials in use: ask for access, or "
        f"{STORES[SCHEMES[scheme]]}."
    )


def _no_keys(uri: str) -> str:
    keys = STORES[SCHEMES[uri.partition("://")[0]]]
    return (
        f"{uri} may not be opened and no credentials were found: {keys}, or add "
        "?anonymous=true for a public bucket."
    )


def _has_aws_keys() -> bool:
    named = any(map(os.environ.get, ("AWS_ACCESS_KEY_ID", "AWS_PROFILE")))
    return named or (Path.home() / ".aws" / "credentials").exists()


def _has(text: str, marks: tuple[str, ...]) -> bool:
    return any(mark in text for mark in marks)


def _first_words(text: str) -> str:
    """Return the message without request numbers and library details."""
    return text.split(" (Request ID", 1)[0].split(". Detail:", 1)[0].strip().rstrip(".")
