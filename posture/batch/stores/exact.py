"""Objects of S3 whose keys have an empty part, such as ``folder//side.jpg``.

pyarrow lists such keys but reads none of them; botocore, of the extra ``s3``, asks for a key as it
is.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posture.batch.stores.uri import Place

if TYPE_CHECKING:
    from datetime import datetime

    from botocore.client import BaseClient

__all__ = ["NO_BOTOCORE", "StoredObject", "has_empty_part", "objects_below", "read_object"]

NO_BOTOCORE: Final = "botocore is not installed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """One object of a listing: ``bucket/key``, bytes, time of the last change."""

    path: str
    size: int
    changed: datetime


def has_empty_part(place: Place) -> bool:
    """Return whether only botocore reads what is at this place."""
    return place.scheme == "s3" and "//" in place.path


def read_object(
    place: Place, options: Mapping[str, str], attempts: int, *, max_bytes: int | None = None
) -> bytes:
    """Return the content of an object; of a larger one, more than ``max_bytes`` but not all.

    Parameters
    ----------
    options : mapping
        Those of the address, with the server that the environment names.
    attempts : int
        Tries of one request.

    Raises
    ------
    OSError
        In words that :func:`posture.batch.stores.errors.plain_errors` knows.
    """
    bucket, _, key = place.path.partition("/")
    with _as_os_errors():
        found = _client(tuple(sorted(options.items())), attempts).get_object(Bucket=bucket, Key=key)
        with closing(found["Body"]) as body:
            return bytes(body.read(None if max_bytes is None else max_bytes + 1))


def objects_below(
    place: Place, options: Mapping[str, str], attempts: int
) -> Iterator[StoredObject]:
    """Yield the objects below a prefix, or the one object that has this very key.

    Raises
    ------
    OSError
        See :func:`read_object`.
    """
    bucket, _, key = place.path.partition("/")
    with _as_os_errors():
        client = _client(tuple(sorted(options.items())), attempts)
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key)
        for found in (entry for page in pages for entry in page.get("Contents", ())):
            name = str(found["Key"])
            if name == key or (name.startswith(f"{key}/") and not name.endswith("/")):
                yield StoredObject(
                    path=f"{bucket}/{name}", size=found["Size"], changed=found["LastModified"]
                )


@functools.lru_cache(maxsize=64)
def _client(options: tuple[tuple[str, str], ...], attempts: int) -> BaseClient:
    """Return the connection of this process to a store; it finds keys as pyarrow does."""
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.session import get_session

    chosen = dict(options)
    host, anonymous = chosen.get("endpoint_override"), chosen.get("anonymous", "").lower()
    config = Config(
        signature_version=UNSIGNED if anonymous in {"1", "true", "yes"} else None,
        # Servers of one's own seldom have a name for each bucket.
        s3={"addressing_style": "path" if host else "auto"},
        retries={"total_max_attempts": attempts, "mode": "standard"},
    )
    return get_session().create_client(
        "s3",
        region_name=chosen.get("region") or ("us-east-1" if host else None),
        endpoint_url=f"{chosen.get('scheme', 'https')}://{host}" if host else None,
        config=config,
    )


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """Turn botocore's errors, which share no base with pyarrow's, into those of files."""
    try:
        import botocore.exceptions as known
    except ImportError as error:
        raise OSError(NO_BOTOCORE) from error
    try:
        yield
    except known.ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            raise FileNotFoundError(str(error)) from error
        raise OSError(str(error)) from error
    except known.NoCredentialsError as error:
        raise OSError(f"ACCESS_DENIED: {error}") from error
    except (known.ConnectionError, known.HTTPClientError) as error:
        raise OSError(f"NETWORK_CONNECTION: {error}") from error
    except known.BotoCoreError as error:
        raise OSError(str(error)) from error
