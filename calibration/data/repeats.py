"""Repeated photos of unchanged people: the default within- and between-session SDs.

``python -m calibration repeats --people 30`` photographs rendered people in two sessions of three
photos each, under the protocol of docs/photo.md, and prints the standard deviations of every
quantity within and between sessions. The constants below state what differs; nothing else does.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np
from PIL import Image

from calibration.arrays import Floats
from calibration.bodies.postures import Posture
from calibration.data.no_estimator import NO_ESTIMATOR
from calibration.data.records import Recorder
from calibration.data.table import photographed_table
from calibration.render.camera import Viewpoint
from calibration.render.render import person_drawables, photograph
from calibration.render.scene import Overrides, Person, Scene, SceneBuilder, scene_builder

if TYPE_CHECKING:
    from posture.analysis.analyzer import Analyzer
    from posture.comparison.api import VisitData

SESSIONS, PHOTOS = 2, 3
SIZE = (675, 900)

SEGMENTS = 6
"""Segments that sway: pelvis, T12, T1, head, thighs and shanks."""

SWAY_DEG = 1.0
"""SD of each segment from photo to photo (Pan 2021: about 1 degree within a minute)."""

SESSION_DEG = 1.0
"""SD of each segment from session to session: an upper bound, since a calliper used on the same
people on two days has a standard error of 1.1 degrees, its own error included (Herrington 2011)."""

STEP_YAW_DEG = 2.0
"""SD of yaw from photo to photo, as the person steps off the line and back on."""

CAMERA_HEIGHT_M = 0.05
CAMERA_DISTANCE_M = 0.15
CAMERA_ROLL_DEG = 0.7
CAMERA_YAW_DEG = 1.5
"""SDs of a camera that is put back in its place with marks on the floor and a spirit level."""


class Repeat(NamedTuple):
    """One photo of an unchanged person.

    Attributes
    ----------
    session : int
    jpeg : bytes
    standing : Scene
        The person as they stand in this session, around which the photos sway.
    """

    session: int
    jpeg: bytes
    standing: Scene


def photos_of(builder: SceneBuilder, seed: int, number: int) -> Iterator[Repeat]:
    """Yield every photo of one person."""
    rng = np.random.default_rng([seed, number, 4242])
    person = builder.person(seed, number)
    first = by_the_book(builder, person, rng, size=SIZE)
    for session in range(SESSIONS):
        view = _put_back(first.view, rng)
        posture = _moved(first.posture, rng, SESSION_DEG)
        standing = builder.scene_from(person, posture, first.appearance, view, size=SIZE)
        for photo in range(PHOTOS):
            scene = builder.scene_from(
                person,
                _moved(posture, rng, SWAY_DEG),
                first.appearance,
                replace(
                    view,
                    yaw_deg=view.yaw_deg + rng.normal(0.0, STEP_YAW_DEG),
                    shift=(rng.normal(0.0, 0.02), view.shift[1]),
                ),
                size=SIZE,
                photo=session * PHOTOS + photo,
                seed=first.seed,
            )
            jpeg = as_jpeg(photograph(scene, person_drawables(builder, scene)))
            yield Repeat(session, jpeg, standing)


def by_the_book(
    builder: SceneBuilder, person: Person, rng: np.random.Generator, *, size: tuple[int, int]
) -> Scene:
    """Return a person photographed as docs/photo.md asks: tight clothes, arms off the back."""
    overrides = Overrides(
        arms=str(rng.choice(["crossed", "clasped"])),
        fit=str(rng.choice(["minimal", "tight"])),
        facing=str(rng.choice(["left", "right"])),
    )
    scene = builder.scene(person, 0, size=size, population="population", overrides=overrides)
    view = Viewpoint(
        facing=scene.view.facing,
        yaw_deg=float(rng.normal(0.0, 3.0)),
        roll_deg=float(rng.normal(0.0, 1.0)),
        height_m=float(rng.normal(0.95, 0.08)),
        distance_m=float(rng.uniform(3.0, 4.0)),
        fill=0.84,
        level=True,
    )
    return replace(scene, view=view)


def _put_back(view: Viewpoint, rng: np.random.Generator) -> Viewpoint:
    return replace(
        view,
        yaw_deg=view.yaw_deg + rng.normal(0.0, CAMERA_YAW_DEG),
        roll_deg=view.roll_deg + rng.normal(0.0, CAMERA_ROLL_DEG),
        height_m=view.height_m + rng.normal(0.0, CAMERA_HEIGHT_M),
        distance_m=view.distance_m + rng.normal(0.0, CAMERA_DISTANCE_M),
    )


def _moved(posture: Posture, rng: np.random.Generator, sd_deg: float) -> Posture:
    """Return the posture with every segment rotated a little."""
    return swayed(posture, rng.normal(0.0, sd_deg, SEGMENTS))


def swayed(posture: Posture, by_deg: Floats) -> Posture:
    """Return the posture with its segments rotated, left and right legs alike.

    Parameters
    ----------
    posture : Posture
    by_deg : ndarray, shape (SEGMENTS,)
        Pelvis, T12, T1, head, thighs and shanks.
    """
    pelvis, t12, t1, head, thigh, shank = map(float, by_deg)
    return replace(
        posture,
        pelvis_rotation=posture.pelvis_rotation + pelvis,
        t12=posture.t12 + t12,
        t1=posture.t1 + t1,
        head=posture.head + head,
        thigh=tuple(side + thigh for side in posture.thigh),
        shank=tuple(side + shank for side in posture.shank),
    )


def as_jpeg(image: np.ndarray) -> bytes:
    """Return a picture as the bytes of a JPEG file."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def _sessions(builder: SceneBuilder, analyzer: Analyzer, seed: int, number: int) -> list[VisitData]:
    from posture.analysis.record import Record
    from posture.comparison.api import VisitData
    from posture.errors import PoseError

    found: dict[int, list[Record]] = {session: [] for session in range(SESSIONS)}
    for session, photo, _ in photos_of(builder, seed, number):
        try:
            found[session].append(Record.of(analyzer.analyze(photo)))
        except PoseError as error:
            click.echo(f"person {number}: {error}", err=True)
    return [
        VisitData(
            key=f"{number}-{session}",
            day=date(2025, 1, 1) + timedelta(days=7 * session),
            records=tuple(records),
        )
        for session, records in found.items()
    ]


def described_photos(
    builder: SceneBuilder, people: int, seed: int
) -> Iterator[tuple[bytes, dict[str, object]]]:
    """Yield (JPEG, record) of every photo of every person, for a feature table.

    The truth is that of the session: what the mean of its photos estimates.
    """
    recorder = Recorder(builder)
    for number in range(people):
        for session, photo, standing in photos_of(builder, seed, number):
            yield (
                photo,
                {
                    "body": f"r{seed}-b{number:05d}",
                    "session": session,
                    "split": "repeat",
                    "population": "population",
                    "truth": recorder.truth(standing).to_dict(),
                    "traits": standing.person.traits.to_dict(),
                },
            )


def run(people: int, seed: int, out: Path | None) -> None:
    """Print the standard deviations within and between sessions, or write the photos' features.

    Parameters
    ----------
    out : Path or None
        File for the features of all photos, an input of the fit; None to print.
    """
    from posture import Analyzer

    builder = scene_builder(fine=True)
    with Analyzer(estimator=NO_ESTIMATOR if out else None) as analyzer:
        if out:
            found = photographed_table(described_photos(builder, people, seed), analyzer)
            found.save(out)
            click.echo(f"{out}: {len(found.features)} rows, refused {found.refused}")
        else:
            click.echo(_study(builder, analyzer, people, seed))


def _study(builder: SceneBuilder, analyzer: Analyzer, people: int, seed: int) -> str:
    from posture.comparison.repeatability import study

    everyone = []
    for number in range(people):
        sessions = _sessions(builder, analyzer, seed, number)
        if all(len(session.records) == PHOTOS for session in sessions):
            everyone.append(sessions)
        click.echo(f"{number + 1} of {people}", err=True)
    result = study(everyone)
    lines = [
        f"{result.people} people",
        "",
        "| quantity | unit | people | within-session SD | between-session SD |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {item.unit} | {item.people} | {item.within_session_sd:.2f} "
            f"| {item.between_session_sd:.2f} |"
            for name, item in result.found.items()
        ),
    ]
    return "\n".join(lines)
