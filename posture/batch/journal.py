"""The plan of a batch and what its listing found: ``batch.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from posture.analysis.result import FIRST_ALGORITHM
from posture.batch.stores.base import Store
from posture.codec import FreeText, decode, encode_record
from posture.errors import PostureError, SettingsError

JOURNAL: Final = "batch.json"
FORMAT: Final = 1
_MAX_BYTES: Final = 1_000_000

_WORDS: Final = {
    "source": "the source",
    "manifest_sha256": "the content of the list of photos",
    "limit": "--limit",
    "overlays": "--overlays",
    "blur_face": "--blur-face",
    "model_sha256": "the pose model",
    "estimator": "the estimator",
    "algorithm": "the algorithm",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What rows and pictures depend on; a batch is resumed only with the same plan.

    Parameters
    ----------
    source : str
        Absolute path, pattern or URI.
    manifest_sha256 : str or None
        Hash of the list of photos, if the source is one.
    limit : int or None
        Only the first inputs.
    overlays, blur_face : bool
    model_sha256, estimator : str
    algorithm : int
        As in the provenance of each row.
    """

    source: str
    manifest_sha256: str | None
    limit: int | None
    overlays: bool
    blur_face: bool
    model_sha256: str
    estimator: str
    algorithm: int

    def differences(self, other: Plan) -> list[str]:
        """Name what differs from another plan, in words."""
        return [
            words for name, words in _WORDS.items() if getattr(self, name) != getattr(other, name)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """State of a batch besides its rows.

    Parameters
    ----------
    plan : Plan
    begun : str
        Date and time, ISO 8601.
    inputs : int
        Number of inputs.
    left_out : mapping of str to int
        Files that are no photos by their names.
    unused_columns : tuple of str
        Columns of the manifest that mean nothing to this program.
    """

    plan: Plan
    begun: str
    inputs: int
    left_out: Mapping[FreeText, int] = field(default_factory=dict)
    unused_columns: tuple[FreeText, ...] = ()

    def save(self, store: Store) -> None:
        """Write the journal; raises ``SettingsError``."""
        text = json.dumps({"format": FORMAT, **encode_record(self)}, indent=2) + "\n"
        store.write(JOURNAL, text.encode("utf-8"))


def load_journal(store: Store) -> Journal | None:
    """Return the journal of a folder; ``None`` if it holds no batch.

    Raises
    ------
    SettingsError
        ``bad_batch`` if there is one that cannot be read.
    """
    if not store.exists(JOURNAL):
        return None
    try:
        fields = json.loads(store.read(JOURNAL, max_bytes=_MAX_BYTES))
        if fields.pop("format") != FORMAT:
            raise ValueError("another format")
        # Version 0.1.0 wrote its own number where the algorithm's stands now.
        if fields["plan"].pop("package_version", None) is not None:
            fields["plan"].setdefault("algorithm", FIRST_ALGORITHM)
        return decode(Journal, fields)
    except (ValueError, KeyError, TypeError, AttributeError, PostureError) as error:
        raise SettingsError(
            f"{store.place.uri}/{JOURNAL} is damaged or from another version of posture: begin "
            "again in a new folder.",
            code="bad_batch",
        ) from error
