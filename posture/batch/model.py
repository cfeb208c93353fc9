"""What the rooms of a batch hand to each other: items in, outcomes out, and who does what."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from posture.types import Clothing, Facing, Sex

DEFAULT_TIMEOUT_S: Final = 60.0
"""A photo takes a tenth of a second; one that takes a minute hangs."""

Row = Mapping[str, object]
"""One photo's row, see :func:`posture.export.rows.schema`; every value has a JSON form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One input of a batch.

    Parameters
    ----------
    number : int
        Place in the list of inputs that was written when the batch began, from 0. Engines hand
        it back with the outcome; it is what resuming rests on.
    id : str
        Name in the results: the manifest's id, or the path below the source.
    uri : str
        Absolute path, ``file://`` URI (names that are no valid text), or URI in an object store.
    facing, sex, clothing, height_cm, camera_height_cm, camera_distance_cm
        As in :class:`posture.inputs.hints.Hints`; from the manifest.
    problem : str, optional
        Why the manifest's line cannot be used; the item is then refused unread.
    """

    number: int
    id: str
    uri: str
    facing: Facing | None = None
    sex: Sex | None = None
    clothing: Clothing | None = None
    height_cm: float | None = None
    camera_height_cm: float | None = None
    camera_distance_cm: float | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """What became of one item.

    Parameters
    ----------
    number : int
        Of the item.
    row : mapping
        See :data:`Row`.
    overlay, thumbnail : bytes, optional
        JPEG files.
    """

    number: int
    row: Row
    overlay: bytes | None = None
    thumbnail: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOptions:
    """What a worker must know to turn items into outcomes.

    Parameters
    ----------
    model : str, optional
        Path of another pose bundle.
    overlays : bool
        Draw an overlay of each analysed photo.
    thumbnail_every : int
        Draw a thumbnail of each analysed photo whose number is a multiple of this; 0 for none.
    blur_face : bool
        Make faces unrecognisable in all pictures.
    """

    model: str | None = None
    overlays: bool = False
    thumbnail_every: int = 0
    blur_face: bool = False


Task = Callable[[Item], ItemResult]
"""Turns an item into its outcome; never raises for a bad photo (that is a refused row)."""


class Interrupted(Exception):  # noqa: N818 - not an error
    """The user asked to stop, outside of the engine's work."""


class Engine(Protocol):
    """Runs a task over items, in any order, in as many places as it likes."""

    def run(
        self, items: Iterator[Item], options: TaskOptions, *, stop: threading.Event
    ) -> Generator[ItemResult, None, None]:
        """Yield exactly one outcome for each item, as they get done.

        Items are drawn as workers become free, never all at once. Closing the generator ends
        the workers. After ``stop`` is set it ends within a second; items that are then
        unfinished yield nothing and are taken up when the batch is resumed.

        Raises
        ------
        PostureError
            The run cannot go on at all (no worker can start, cluster out of reach).
        """
        ...
