"""Final results of a batch: summary, gallery, and CSV on request."""

from __future__ import annotations

import json
import threading
import time
from typing import Final

from posture.batch.batch_info import BatchInfo
from posture.batch.results.cards import gallery_content
from posture.batch.results.copies import mark_copies
from posture.batch.results.statistics import Statistics, gather
from posture.batch.stores.base import Store
from posture.codec import encode, encode_record
from posture.export.rows import ROW_SCHEMA_VERSION

SUMMARY: Final = "summary.json"
GALLERY: Final = "gallery.html"
SUMMARY_FORMAT: Final = 1


def write_results(
    store: Store, info: BatchInfo, stop: threading.Event, *, csv: bool, began: float
) -> int:
    """Write ``summary.json``, ``gallery.html`` and, if requested, ``rows.csv``.

    Byte copies of photos are marked in the rows first.

    Parameters
    ----------
    stop : Event
        Ends the writing when set.
    began : float
        Start of this run's work, on the monotonic clock.

    Returns
    -------
    int
        Number of photos that are byte copies of others.

    Raises
    ------
    Interrupted
        ``stop`` was set.
    SettingsError
        A file cannot be written.
    """
    from posture.batch.results.gallery import render_gallery

    seconds = time.monotonic() - began
    copies = mark_copies(store, stop)
    statistics = gather(store, stop)
    if csv:
        from posture.batch.results.csv import write_csv

        write_csv(store, stop)
    page = render_gallery(info, statistics, gallery_content(store, info, stop))
    store.write(GALLERY, page.encode("utf-8"))
    summary = {
        **summary_of(info, statistics),
        "copies": copies,
        "last_run_seconds": round(seconds, 1),
    }
    text = json.dumps(summary, indent=2, ensure_ascii=False) + "\n"
    store.write(SUMMARY, text.encode("utf-8"))
    return copies


def summary_of(info: BatchInfo, statistics: Statistics) -> dict[str, object]:
    """Return the summary of a batch, which does not depend on the order of its rows."""
    screening: dict[str, dict[str, int]] = {}
    for (grade, pattern), count in sorted(statistics.screening.items()):
        screening.setdefault(grade, {})[pattern or "none"] = count
    return {
        "format": SUMMARY_FORMAT,
        "row_schema": ROW_SCHEMA_VERSION,
        **encode_record(info),
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
