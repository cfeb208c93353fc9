"""Data sets: built in parallel, resumable, identical for the same seed.

One body is one job. A photo's JSON is written last and atomically, so that a file that exists is
complete; an interrupted or failed run resumes where it stopped when the same command is run again.
"""

from __future__ import annotations

import errno
import functools
import json
import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from calibration.arrays import Bytes
from calibration.bodies.postures import ARM_POSITIONS, POPULATIONS
from calibration.data.records import SCHEMA, Recorder
from calibration.errors import CalibrationError, DatasetError
from calibration.render.render import person_drawables, photograph
from calibration.render.scene import Overrides, SceneBuilder, scene_builder

MASK_HEIGHT, PHOTO_HEIGHT = 512, 1024
ASPECT = 0.75
QUALITY_RANGE = (72, 95)
POOR_SHARE = 0.06
"""Share of photos with motion blur, strong noise and bad exposure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Settings of a data set; stored with it and checked on resuming.

    Parameters
    ----------
    photos : int
        Number of photos.
    photos_per_body : int
        Photos of each person, each in another posture, appearance and view.
    seed : int
        The same seed gives the same scenes.
    population : str
        ``wide`` or ``population``, see :mod:`calibration.bodies.postures`.
    masks_only : bool
        Masks, outlines and ground truth without shaded pictures.
    height : int
        Of the pictures, pixels.
    same_look : bool
        All photos of a person with the same clothes, arms, room and camera: only the posture
        differs.
    arms : str, optional
        Arm position of everybody, one of :data:`calibration.bodies.postures.ARM_POSITIONS`; drawn
        if omitted.
    """

    photos: int
    photos_per_body: int = 2
    seed: int = 1
    population: str = "wide"
    masks_only: bool = False
    height: int = PHOTO_HEIGHT
    same_look: bool = False
    arms: str | None = None

    def check(self) -> None:
        """Raise DatasetError if a setting is out of range."""
        if self.photos < 1 or self.photos_per_body < 1:
            raise DatasetError("A data set needs at least one photo and one photo per body.")
        if self.population not in POPULATIONS:
            raise DatasetError(f"The population is one of {', '.join(POPULATIONS)}.")
        if self.arms is not None and self.arms not in ARM_POSITIONS:
            raise DatasetError(f"Arms are one of {', '.join(ARM_POSITIONS)}.")
        if not 128 <= self.height <= 2048:
            raise DatasetError("The height of the pictures must lie between 128 and 2048 pixels.")
        if self.seed < 0:
            raise DatasetError("The seed must not be negative.")

    @property
    def bodies(self) -> int:
        """Number of people."""
        return -(-self.photos // self.photos_per_body)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pictures, pixels."""
        return round(self.height * ASPECT), self.height

    def names(self, body: int) -> list[str]:
        """Return the names of one person's photos."""
        count = min(self.photos_per_body, self.photos - body * self.photos_per_body)
        return [f"s{self.seed}-b{body:05d}-p{photo}" for photo in range(count)]


def build_dataset(
    plan: Plan,
    folder: Path,
    *,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the photos of a plan that do not exist yet.

    Parameters
    ----------
    folder : Path
        Created if needed.
    workers : int
        Number of processes.
    progress : callable, optional
        Called with the number of finished bodies and of all bodies.

    Returns
    -------
    int
        Number of photos written in this run.

    Raises
    ------
    DatasetError
        If a setting is out of range, the folder belongs to another plan or the disk is full. What
        is already written stays valid, and the same call resumes.
    """
    plan.check()
    with _clear_errors(folder):
        _take(plan, folder)
    todo = [body for body in range(plan.bodies) if not _finished(plan, folder, body)]
    done = plan.bodies - len(todo)
    written = 0
    with _clear_errors(folder):
        for count in _run(functools.partial(make_body, plan, folder), todo, workers):
            done += 1
            written += count
            if progress:
                progress(done, plan.bodies)
    return written


def make_body(plan: Plan, folder: Path, body: int) -> int:
    """Write all missing photos of one person; return how many were written."""
    names = [name for name in plan.names(body) if not (folder / f"{name}.json").exists()]
    builder = scene_builder(fine=not plan.masks_only)
    person = builder.person(plan.seed, body)
    for name in names:
        _make_photo(plan, folder, builder, person, int(name.rsplit("-p", 1)[1]))
    return len(names)


def read_records(folder: Path) -> list[dict[str, object]]:
    """Return the records of all finished photos, ordered by name.

    Raises
    ------
    DatasetError
        If the folder holds no data set.
    """
    paths = sorted(path for path in folder.glob("s*-b*-p*.json"))
    if not paths:
        raise DatasetError(f"{folder} holds no finished photos of a data set.")
    return [json.loads(path.read_text()) for path in paths]


def _make_photo(
    plan: Plan, folder: Path, builder: SceneBuilder, person: object, photo: int
) -> None:
    scene = builder.scene(
        person,  # type: ignore[arg-type]
        photo,
        size=plan.size,
        population=plan.population,
        overrides=Overrides(arms=plan.arms),
        same_look=plan.same_look,
    )
    drawables = person_drawables(builder, scene)
    recorder = _recorder(plan.masks_only)
    mask = recorder.mask(scene, drawables)
    record = recorder.record(scene, drawables, mask)
    record["population"] = plan.population
    _write(folder / f"{scene.name}.mask.png", _encoded(".png", mask, []))
    if not plan.masks_only:
        rng = np.random.default_rng([scene.seed, 11])
        record["poor"] = bool(rng.random() < POOR_SHARE)
        record["jpeg_quality"] = int(rng.integers(*QUALITY_RANGE))
        image = photograph(scene, drawables, poor=record["poor"])
        options = [cv2.IMWRITE_JPEG_QUALITY, record["jpeg_quality"]]
        _write(folder / f"{scene.name}.jpg", _encoded(".jpg", image[:, :, ::-1], options))
    text = json.dumps(record, separators=(",", ":"))
    _write(folder / f"{scene.name}.json", text.encode())


@functools.cache
def _recorder(masks_only: bool) -> Recorder:  # noqa: FBT001 - cache key
    return Recorder(scene_builder(fine=not masks_only))


def _encoded(suffix: str, image: Bytes, options: list[int]) -> bytes:
    return bytes(cv2.imencode(suffix, np.ascontiguousarray(image), options)[1])


def _write(path: Path, data: bytes) -> None:
    """Write atomically: under a temporary name first, then rename."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _take(plan: Plan, folder: Path) -> None:
    """Store the plan in an empty folder, or check that the folder belongs to this plan."""
    folder.mkdir(parents=True, exist_ok=True)
    description = {"schema": SCHEMA, **asdict(plan)}
    path = folder / "dataset.json"
    if not path.exists():
        _write(path, json.dumps(description, indent=1).encode())
        return
    found = json.loads(path.read_text())
    differing = sorted(k for k in description if k != "photos" and found.get(k) != description[k])
    if differing:
        raise DatasetError(
            f"{folder} already holds a data set with other settings ({', '.join(differing)}); "
            "choose another folder or repeat its settings."
        )
    _write(path, json.dumps(description, indent=1).encode())


def _finished(plan: Plan, folder: Path, body: int) -> bool:
    return all((folder / f"{name}.json").exists() for name in plan.names(body))


def _run(job: Callable[[int], int], todo: list[int], workers: int) -> Iterator[int]:
    if workers <= 1 or len(todo) <= 1:
        yield from map(job, todo)
        return
    # Spawned, not forked: OpenGL contexts do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with context.Pool(min(workers, len(todo)), initializer=_single_thread) as pool:
        yield from pool.imap_unordered(job, todo, chunksize=1)


def _single_thread() -> None:
    cv2.setNumThreads(1)


@contextmanager
def _clear_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except CalibrationError:
        raise
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else str(error)
        raise DatasetError(
            f"Writing to {folder} failed: {reason}. Finished photos are kept; make room and run "
            "the same command again to resume."
        ) from error
