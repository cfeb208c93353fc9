"""Types shared by all of batch: items, results, options of a task, engines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from posture.types import Clothing, Facing, Sex

DEFAULT_TIMEOUT_S: Final = 60.0
"""A photo takes a tenth of a second; one that takes a minute has hung."""

Row = Mapping[str, object]
"""One photo's row, see :func:`posture.export.rows.schema`; every value has a JSON form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One input of a batch.

    Parameters
    ----------
    number : int
        Position in the list of inputs that was written when the batch began, from 0. Engines
        return it with the outcome; resuming relies on it.
    id : str
        Name in the results: the manifest's id, or the path relative to the source.
    uri : str
        Absolute path, ``file://`` URI (names that are not valid text), or URI in an object store.
    facing, sex, clothing, height_cm, camera_height_cm, camera_distance_cm
        As in :class:`posture.inputs.hints.Hints`; from the manifest.
    path : str, optional
        Path as the manifest has it; by default the identifier.
    subject, visit : str, optional
        Whom the photo shows, and at which of several visits.
    further : mapping of str to str
        Every other column of the manifest.
    problem : str, optional
        Reason why the manifest's line cannot be used; the item is then refused unread.
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
    path: str | None = None
    subject: str | None = None
    visit: str | None = None
    further: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """Outcome of one item.

    Parameters
    ----------
    number : int
        Number of the item.
    row : mapping
        See :data:`Row`.
    result : bytes, optional
        JSON text of the complete result, see :func:`posture.export.batch_folder.stored_text`.
    overlay, thumbnail : bytes, optional
        JPEG files.
    """

    number: int
    row: Row
    result: bytes | None = None
    overlay: bytes | None = None
    thumbnail: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOptions:
    """Options of a worker's task.

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
    """The user asked to stop while no engine was at work."""


class Engine(Protocol):
    """Runs a task over items, in any order, in any number of processes."""

    def run(
        self, items: Iterator[Item], options: TaskOptions, *, stop: threading.Event
    ) -> Generator[ItemResult, None, None]:
        """Yield exactly one outcome for each item, in order of completion.

        Items are drawn as workers become free, never all at once. Closing the generator ends
        the workers. Once ``stop`` is set it ends within a second; unfinished items yield nothing
        and are analysed when the batch is resumed.

        Raises
        ------
        PostureError
            The run cannot continue (no worker can start, cluster out of reach).
        """
        ...
