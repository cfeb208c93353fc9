"""What is made when all rows are there: summary, gallery, and CSV on request."""

from __future__ import annotations

import threading

from posture.batch.journal import Journal
from posture.batch.stores import Store


def write_results(
    store: Store, journal: Journal, stop: threading.Event, *, csv: bool, began: float
) -> None:
    """Write ``summary.json``, ``gallery.html`` and, if asked for, ``rows.csv``.

    Parameters
    ----------
    store : Store
    journal : Journal
    stop : Event
        Ends the writing when set.
    csv : bool
    began : float
        When this run's work began, on the monotonic clock.

    Raises
    ------
    Interrupted
        ``stop`` was set.
    """
