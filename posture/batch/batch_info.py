"""Description of a batch, ``batch.json``: its plan and the results of its listing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from posture.analysis.result import FIRST_ALGORITHM
from posture.batch.stores.base import Store
from posture.codec import FreeText, decode, encode_record
from posture.errors import PostureError, SettingsError
from posture.export.batch_folder import INFO_FILE
from posture.types import Clothing, Sex

FORMAT: Final = 1
_MAX_BYTES: Final = 1_000_000

_LABELS: Final = {
    "source": "the source",
    "manifest_sha256": "the content of the list of photos",
    "limit": "--limit",
    "overlays": "--overlays",
    "blur_face": "--blur-face",
    "model_sha256": "the pose model",
    "estimator": "the estimator",
    "algorithm": "the algorithm",
    "sex": "--sex",
    "clothing": "--clothing",
    "height_cm": "--height-cm",
    "camera_height_cm": "--camera-height-cm",
    "camera_distance_cm": "--camera-distance-cm",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that rows and pictures depend on; a batch is resumed only with the same plan.

    Parameters
    ----------
    source : str
        Absolute path, pattern or URI.
    manifest_sha256 : str or None
        Hash of the manifest, if the source is one.
    limit : int or None
        Only the first inputs.
    model_sha256, estimator, algorithm
        As in the provenance of each row.
    sex, clothing, height_cm, camera_height_cm, camera_distance_cm
        Told of all photos; ``None`` where nothing was.
    """

    source: str
    manifest_sha256: str | None
    limit: int | None
    overlays: bool
    blur_face: bool
    model_sha256: str
    estimator: str
    algorithm: int
    sex: Sex | None = None
    clothing: Clothing | None = None
    height_cm: float | None = None
    camera_height_cm: float | None = None
    camera_distance_cm: float | None = None

    def differences(self, other: Plan) -> dict[str, str]:
        """Return the fields that differ from another plan, with a readable name of each."""
        return {
            name: label
            for name, label in _LABELS.items()
            if getattr(self, name) != getattr(other, name)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Photos taken into a batch after it had begun.

    Parameters
    ----------
    source : str
        Absolute path, pattern or URI.
    first : int
        Number of the first of them.
    inputs : int
        How many they are.
    when : str
        Date and time, ISO 8601.
    """

    source: str
    first: int
    inputs: int
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchInfo:
    """Description of a batch, written when it begins and when it grows.

    Parameters
    ----------
    plan : Plan
    begun : str
        Date and time, ISO 8601.
    inputs : int
        Number of inputs.
    left_out : mapping of str to int
        Files whose names show that they are not photos: ending to number.
    further_columns : tuple of str
        Columns of the manifest that mean nothing to this program.
    added : tuple of Addition
        Photos taken in later; each is listed after those before it.
    """

    plan: Plan
    begun: str
    inputs: int
    left_out: Mapping[FreeText, int] = field(default_factory=dict)
    further_columns: tuple[FreeText, ...] = ()
    added: tuple[Addition, ...] = ()

    def save(self, store: Store) -> None:
        """Write ``batch.json``; raises ``SettingsError``."""
        text = json.dumps({"format": FORMAT, **encode_record(self)}, indent=2) + "\n"
        store.write(INFO_FILE, text.encode("utf-8"))


def load_info(store: Store) -> BatchInfo | None:
    """Read the description of the batch in a folder; ``None`` if it holds no batch.

    Raises
    ------
    SettingsError
        ``bad_batch`` if it cannot be read.
    """
    if not store.exists(INFO_FILE):
        return None
    try:
        fields = json.loads(store.read(INFO_FILE, max_bytes=_MAX_BYTES))
        if fields.pop("format") != FORMAT:
            raise ValueError("another format")
        # Version 0.1.0 stored its own version number instead of the algorithm's.
        if fields["plan"].pop("package_version", None) is not None:
            fields["plan"].setdefault("algorithm", FIRST_ALGORITHM)
        # Further columns were ignored in 0.1.0.
        fields.setdefault("further_columns", fields.pop("unused_columns", []))
        return decode(BatchInfo, fields)
    except (ValueError, KeyError, TypeError, AttributeError, PostureError) as error:
        raise SettingsError(
            f"{store.place.uri}/{INFO_FILE} is damaged or from another version of posture: begin "
            "again in a new folder.",
            code="bad_batch",
        ) from error
