"""What is made when all rows are there: summary, gallery, and CSV on request."""

from __future__ import annotations

import json
import threading
import time
from typing import Final

from posture.batch.journal import Journal
from posture.batch.results.cards import hang
from posture.batch.results.statistics import Statistics, gather
from posture.batch.stores.base import Store
from posture.codec import encode, encode_record
from posture.export.rows import ROW_SCHEMA_VERSION

SUMMARY: Final = "summary.json"
GALLERY: Final = "gallery.html"
SUMMARY_FORMAT: Final = 1


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
    SettingsError
        Something cannot be written.
    """
    from posture.batch.results.gallery import render_gallery

    seconds = time.monotonic() - began
    statistics = gather(store, stop)
    if csv:
        from posture.batch.results.csv import write_csv

        write_csv(store, stop)
    page = render_gallery(journal, statistics, hang(store, journal, stop))
    store.write(GALLERY, page.encode("utf-8"))
    summary = {**summary_of(journal, statistics), "last_run_seconds": round(seconds, 1)}
    text = json.dumps(summary, indent=2, ensure_ascii=False) + "\n"
    store.write(SUMMARY, text.encode("utf-8"))


def summary_of(journal: Journal, statistics: Statistics) -> dict[str, object]:
    """Return the summary of a batch; the same for the same rows, whatever their order."""
    screening: dict[str, dict[str, int]] = {}
    for (grade, pattern), count in sorted(statistics.screening.items()):
        screening.setdefault(grade, {})[pattern or "none"] = count
    return {
        "format": SUMMARY_FORMAT,
        "row_schema": ROW_SCHEMA_VERSION,
        **encode_record(journal),
        "statuses": {name: statistics.statuses[name] for name in ("ok", "poor", "refused")},
        "refusals": {
            code: {"count": count, "example": statistics.examples[code]}
            for code, count in sorted(statistics.refusals.items())
        },
        "screening": screening,
        "findings": dict(sorted(statistics.findings.items())),
        "quantities": {
            name: encode(distribution.figures())
            for name, distribution in statistics.distributions.items()
        },
    }
