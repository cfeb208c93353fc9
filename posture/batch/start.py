"""Start of a run: a new batch, or the existing one to resume."""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Final

from posture.analysis.result import ALGORITHM
from posture.batch.batch_info import Addition, BatchInfo, Plan, load_info
from posture.batch.input_list import CHUNK, Listed, append_inputs, write_inputs
from posture.batch.input_list import FOLDER as INPUTS
from posture.batch.model import Item
from posture.batch.parts import THUMBNAILS
from posture.batch.request import Reporter, Request
from posture.batch.sources import ListingNotes, Source, find_source, items_of
from posture.batch.stores.base import Store, open_store
from posture.errors import SettingsError
from posture.export.batch_folder import ANALYSES, INFO_FILE, ROWS
from posture.inputs.hints import Hints
from posture.messages import valid_text


def list_only(request: Request) -> tuple[int, ListingNotes]:
    """Count the inputs of a request without analysing or writing anything."""
    notes = ListingNotes()
    items = items_of(find_source(request.source), notes, skip=_local(request.out))
    return sum(1 for _ in itertools.islice(items, request.limit)), notes


TOLD_OF_ALL: Final = ("sex", "clothing", "height_cm", "camera_height_cm", "camera_distance_cm")
"""Hints that may be told of all photos of a batch at once."""

MAY_DIFFER_IN_ADDITIONS: Final = frozenset({"source", "manifest_sha256", "limit", *TOLD_OF_ALL})
"""What may be another for photos that are added; each row says what was told of it."""

NOTE_SECONDS: Final = 10.0
"""Time between two notes while millions of inputs are listed."""

_UNFINISHED: Final = (
    *(f"{folder}/.part-*.parquet.*" for folder in (ROWS, ANALYSES, THUMBNAILS, INPUTS)),
    *(f".{name}.*" for name in (INFO_FILE, "summary.json", "gallery.html")),
    ".rows.csv",
)
"""Hidden files being written; they take their names when complete."""


def open_batch(
    request: Request, source: Source, store: Store, stop: threading.Event, reporter: Reporter
) -> BatchInfo:
    """Return the batch to resume, or list the inputs of a new one.

    Raises
    ------
    Interrupted
        ``stop`` was set meanwhile.
    SettingsError
        ``batch_exists``, ``other_plan``, ``folder_not_empty``, ``no_inputs``, or an error of
        the source or the folder.
    """
    if request.add and request.limit is not None:
        raise SettingsError(
            "--add takes in all photos that are new: leave --limit out.", code="bad_setting"
        )
    if request.csv and store.place.scheme != "file":
        raise csv_needs_folder()
    plan = _plan(request, source)
    _sweep(store)
    info = load_info(store)
    if info is None:
        _refuse_foreign_files(store)
        if request.resume or request.add:
            reporter.note("There is nothing to resume yet: beginning anew.")
        return _begin(request, plan, source, store, stop, reporter)
    place = store.place.uri
    if not (request.resume or request.add):
        raise SettingsError(
            f"{place} already holds a batch of {info.inputs} inputs, begun {info.begun}: "
            "add --resume to go on with it, --add to take in more photos, or name another folder.",
            code="batch_exists",
        )
    info = _with_plan(info, plan, store, adding=request.add)
    if request.add:
        return _add(request, info, source, store, stop, reporter)
    reporter.note(
        f"Resuming the batch of {info.begun}, {info.inputs} inputs; photos added since are "
        "not part of it: --add takes them in."
    )
    return info


def _with_plan(info: BatchInfo, plan: Plan, store: Store, *, adding: bool) -> BatchInfo:
    """Return a batch that goes on with a plan; raises ``other_plan`` if it must not."""
    allowed = MAY_DIFFER_IN_ADDITIONS if adding else frozenset[str]()
    if plan.overlays:
        allowed |= {"overlays"}  # those of photos that are done are drawn afterwards
    differences = plan.differences(info.plan).items()
    if hard := [label for name, label in differences if name not in allowed]:
        raise SettingsError(
            f"The batch in {store.place.uri} was begun with something else: {', '.join(hard)} "
            f"changed. {_way_out(plan, info.plan)}",
            code="other_plan",
        )
    if plan.overlays and not info.plan.overlays:
        info = replace(info, plan=replace(info.plan, overlays=True))
        info.save(store)
    return info


def _add(
    request: Request,
    info: BatchInfo,
    source: Source,
    store: Store,
    stop: threading.Event,
    reporter: Reporter,
) -> BatchInfo:
    """Take the photos of a source into the batch that are not yet part of it."""
    notes = ListingNotes()
    items = items_of(source, notes, skip=_local(request.out))
    told = (_told_of_all(item, request.hints) for item in items)
    listed = Listed(store, info.inputs)
    folder = valid_text(PurePath(source.text).name)
    new = listed.new(_with_progress(told, reporter), first=info.inputs, folder=folder)
    count = append_inputs(store, info.inputs, new, stop)
    for sentence in note_sentences(notes):
        reporter.note(sentence)
    photos = "1 photo is" if count == 1 else f"{count} photos are"
    reporter.note(f"{photos} new to the batch of {info.begun}, {info.inputs} inputs.")
    if not count:
        return info
    addition = Addition(
        source=valid_text(source.text), first=info.inputs, inputs=count, when=_now()
    )
    further = dict.fromkeys((*info.further_columns, *notes.further_columns))
    grown = replace(
        info,
        inputs=info.inputs + count,
        added=(*info.added, addition),
        further_columns=tuple(further),
    )
    grown.save(store)
    return grown


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %z")


def _begin(
    request: Request,
    plan: Plan,
    source: Source,
    store: Store,
    stop: threading.Event,
    reporter: Reporter,
) -> BatchInfo:
    notes = ListingNotes()
    items = items_of(source, notes, skip=_local(request.out))
    with_ids = source.kind in ("manifest", "store_manifest")
    items = (_told_of_all(item, request.hints) for item in items)
    noted = _with_progress(itertools.islice(items, request.limit), reporter)
    count = write_inputs(store, noted, stop, check_ids=with_ids)
    for sentence in note_sentences(notes):
        reporter.note(sentence)
    if count == 0:
        raise SettingsError(f"There are no photos in {request.source}.", code="no_inputs")
    info = BatchInfo(
        plan=plan,
        begun=_now(),
        inputs=count,
        left_out=dict(notes.left_out),
        further_columns=tuple(notes.further_columns),
    )
    info.save(store)
    return info


def _told_of_all(item: Item, hints: Hints) -> Item:
    """Return an item with what was told of all photos, where its list says nothing else."""
    gaps = {name: getattr(hints, name) for name in TOLD_OF_ALL if getattr(item, name) is None}
    return replace(item, **gaps) if any(value is not None for value in gaps.values()) else item


def _with_progress(items: Iterator[Item], reporter: Reporter) -> Iterator[Item]:
    """Pass items on, reporting their number now and then."""
    last_note = time.monotonic()
    for count, item in enumerate(items):
        if count % CHUNK == 0 and time.monotonic() - last_note >= NOTE_SECONDS:
            last_note = time.monotonic()
            reporter.note(f"Listing the inputs: {count:,} so far.")
        yield item


def note_sentences(notes: ListingNotes) -> Iterator[str]:
    """Yield the notes of a listing as sentences."""
    if notes.left_out:
        kinds = ", ".join(f"{name} {count}" for name, count in notes.left_out.most_common(6))
        yield (
            f"Left out, judging by their names: {notes.left_out.total()} ({kinds}); "
            "a list of photos takes any file."
        )
    if notes.further_columns:
        yield f"Columns kept as they are, in further: {', '.join(notes.further_columns)}."


def _plan(request: Request, source: Source) -> Plan:
    from posture.estimator.file import shipped_estimator
    from posture.pose.bundle import resolve_model

    return Plan(
        source=valid_text(source.text),
        manifest_sha256=_manifest_sha256(source),
        limit=request.limit,
        overlays=request.overlays,
        blur_face=request.blur_face,
        model_sha256=resolve_model(request.model).sha256,
        estimator=shipped_estimator().id,
        algorithm=ALGORITHM,
        **{name: getattr(request.hints, name) for name in TOLD_OF_ALL},
    )


def _way_out(plan: Plan, begun: Plan) -> str:
    """Say what to do about a batch that was begun with another plan."""
    if plan.algorithm == begun.algorithm:
        return "Resume with the same, take more photos in with --add, or name another folder."
    return (
        "Values of two algorithms do not belong in one table: name another folder to analyse all "
        "photos with this version, or finish this batch with the version that began it."
    )


def csv_needs_folder() -> SettingsError:
    """Return the error for CSV in an object store."""
    return SettingsError(
        "--csv needs a folder on this computer: rows in an object store stay Parquet.",
        code="bad_setting",
    )


def _manifest_sha256(source: Source) -> str | None:
    if source.kind not in ("manifest", "store_manifest"):
        return None
    with open_store(source.text).open("") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


def _refuse_foreign_files(store: Store) -> None:
    """Refuse a folder with other files, which results might overwrite."""
    names = _first_names(store)
    foreign = sorted(name for name in names if name != INPUTS and not name.startswith("."))
    if foreign:
        raise SettingsError(
            f"{store.place.uri} is not empty ({foreign[0]} lies in it): name a new folder.",
            code="folder_not_empty",
        )


def _sweep(store: Store) -> None:
    """Remove the unfinished files of a killed run; the lock keeps other runs out."""
    folder = _local(store.place.uri)
    for pattern in _UNFINISHED if folder else ():
        for path in Path(store.place.path).glob(pattern):
            path.unlink()


def _first_names(store: Store) -> set[str]:
    folder = _local(store.place.uri)
    if folder is None:
        return set(store.names(""))
    return {path.name for path in folder.iterdir()}


def _local(location: str) -> Path | None:
    place = open_store(location).place
    return Path(place.path) if place.scheme == "file" else None
