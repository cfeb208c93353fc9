"""Run of a batch: list the inputs, analyse those not yet done, write the results."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace

from posture.batch.batch_info import BatchInfo
from posture.batch.input_list import read_inputs
from posture.batch.lock import locked
from posture.batch.model import Engine, Interrupted, ItemResult, TaskOptions
from posture.batch.overlays import draw_missing
from posture.batch.parts import Done, RowWriter, read_done
from posture.batch.request import Report, Reporter, Request
from posture.batch.results.cards import card_step
from posture.batch.results.pictures import PictureWriter, overlay_name
from posture.batch.results.write import write_results
from posture.batch.sources import find_source
from posture.batch.start import open_batch
from posture.batch.stores.base import Store, open_store
from posture.errors import PostureError


def run_batch(
    request: Request, engine: Engine, *, stop: threading.Event, reporter: Reporter
) -> Report:
    """Run a batch to its end, or until ``stop`` is set.

    Raises
    ------
    PostureError
        The run cannot begin or continue; everything already written stays valid.
    """
    source, store = find_source(request.source), open_store(request.out)
    with locked(store):
        try:
            info = open_batch(request, source, store, stop, reporter)
            done = read_done(store, info.inputs, stop)
        except Interrupted:
            return Report(total=0, statuses=Counter(), stopped=True)
        began = time.monotonic()
        _work(request, info, store, done, engine, stop, reporter)
        stopped = stop.is_set()
        missing = info.inputs - done.count
        if missing and not stopped:
            raise PostureError(
                f"{missing} photos came back without a row: run the same command with --resume.",
                code="rows_missing",
            )
        if not stopped:
            try:
                _draw_missing(request, info, store, engine, stop, reporter)
                copies = write_results(store, info, stop, csv=request.csv, began=began)
                if copies:
                    reporter.note(_copies(copies))
            except Interrupted:
                stopped = True
        return Report(total=info.inputs, statuses=done.statuses, stopped=stopped)


def _options(request: Request) -> TaskOptions:
    return TaskOptions(
        model=None if request.model is None else str(request.model.resolve()),
        overlays=request.overlays,
        blur_face=request.blur_face,
    )


def _draw_missing(
    request: Request,
    info: BatchInfo,
    store: Store,
    engine: Engine,
    stop: threading.Event,
    reporter: Reporter,
) -> None:
    """Draw overlays of photos that were done before anybody wanted them."""
    if not request.overlays:
        return
    drawn, changed = draw_missing(store, info.inputs, engine, _options(request), stop)
    if stop.is_set():
        raise Interrupted
    if drawn:
        photos = "The overlay of 1 photo was" if drawn == 1 else f"Overlays of {drawn} photos were"
        reporter.note(f"{photos} drawn; rows stay as they are.")
    if changed == 1:
        reporter.note("1 photo is no longer that of its row: it has no overlay.")
    elif changed:
        reporter.note(f"{changed} photos are no longer those of their rows: they have no overlay.")


def _copies(count: int) -> str:
    which = "1 photo is a byte copy" if count == 1 else f"{count} photos are byte copies"
    return f"{which} of another; the column copy_of names it."


def _work(
    request: Request,
    info: BatchInfo,
    store: Store,
    done: Done,
    engine: Engine,
    stop: threading.Event,
    reporter: Reporter,
) -> None:
    """Analyse the inputs not yet done and write rows and pictures."""
    total = info.inputs
    options = replace(_options(request), thumbnail_every=card_step(total))
    reporter.begin(total, done)
    writer = RowWriter(store, done.next_part)
    items = read_inputs(store, total, done=done.mask.copy())
    with PictureWriter(store) as pictures:
        try:
            with closing(engine.run(items, options, stop=stop)) as outcomes:
                for outcome in outcomes:
                    if not done.mask[outcome.number]:  # an engine may repeat itself after a loss
                        kept = _keep(outcome, total, done, writer, pictures)
                        reporter.outcome(kept)
        finally:
            reporter.end()
            pictures.settle()
            writer.flush()


def _keep(
    outcome: ItemResult, total: int, done: Done, writer: RowWriter, pictures: PictureWriter
) -> ItemResult:
    """Pass an outcome on to the writers; returns it with the name of its overlay."""
    if outcome.overlay is not None:
        photo = str(outcome.row["photo"])
        name = overlay_name(outcome.number, photo, total=total)
        pictures.put(name, outcome.overlay)
        outcome = replace(outcome, row={**outcome.row, "overlay": name})
    writer.add(outcome)
    done.mask[outcome.number] = True
    done.statuses[str(outcome.row["status"])] += 1
    if writer.due:
        pictures.settle()
        writer.flush()
    return outcome
