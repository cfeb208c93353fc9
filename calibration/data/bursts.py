"""Bursts of people who sway: what a camera that takes the photo itself has to work with.

``python -m calibration bursts --people 40 --out BURSTS.npz`` photographs rendered people from the
left and, after they have turned round, from the right: five pictures in three seconds each. The
body, its clothes, the camera and the place of the feet are the same within a burst; the sway and
the noise of the camera are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import click
import numpy as np

from calibration.arrays import Bytes, Floats
from calibration.bodies.people import sole_height
from calibration.data.no_estimator import NO_ESTIMATOR
from calibration.data.records import Recorder
from calibration.data.repeats import (
    CAMERA_YAW_DEG,
    SEGMENTS,
    STEP_YAW_DEG,
    SWAY_DEG,
    as_jpeg,
    by_the_book,
    swayed,
)
from calibration.data.table import photographed_table
from calibration.render.render import person_drawables, photograph
from calibration.render.rooms import sample_room
from calibration.render.scene import Scene, SceneBuilder, scene_builder

PICTURES: Final = 5
BURST_S: Final = 3.0
SIZE: Final = (480, 640)

SLOW_SHARE: Final = 0.6
SLOW_S: Final = 10.0
FAST_S: Final = 1.0
FAST_HZ: Final = 0.4
"""Sway as Kiemel, Oie & Jeka describe it (J Neurophysiol 2006): a slow process of the first order,
and a damped oscillation about it. Share of the slow one in the variance and the times are assumed;
the SD of the whole is :data:`calibration.data.repeats.SWAY_DEG`."""

NOISE: Final = 2.0
"""SD of the noise of each picture beside what all pictures of a burst share, in grey levels."""


class Side(NamedTuple):
    """A burst of one side of a person.

    Attributes
    ----------
    facing : str
    standing : Scene
        The person as they stand, around which the pictures sway.
    pictures : list of ndarray
        RGB.
    """

    facing: str
    standing: Scene
    pictures: list[Bytes]


def sway_covariance(times: Floats) -> Floats:
    """Return the covariance of sway of unit variance at some times.

    Parameters
    ----------
    times : ndarray, shape (T,)
        Seconds.

    Returns
    -------
    ndarray, shape (T, T)
    """
    apart = np.abs(times[:, None] - times[None, :])
    turn = 2.0 * np.pi * FAST_HZ
    slow = np.exp(-apart / SLOW_S)
    fast = np.exp(-apart / FAST_S) * (np.cos(turn * apart) + np.sin(turn * apart) / (turn * FAST_S))
    return np.asarray(SLOW_SHARE * slow + (1.0 - SLOW_SHARE) * fast)


def draw_sway(rng: np.random.Generator, times: Floats) -> Floats:
    """Return the sway of every segment, degrees, shape (T, SEGMENTS); each sways for itself."""
    root = np.linalg.cholesky(sway_covariance(times) + 1e-9 * np.eye(len(times)))
    return np.asarray(SWAY_DEG * root @ rng.standard_normal((len(times), SEGMENTS)))


def sides_of(builder: SceneBuilder, seed: int, number: int) -> Iterator[Side]:
    """Yield the two bursts of one person."""
    rng = np.random.default_rng([seed, number, 2121])
    person = builder.person(seed, number)
    first = by_the_book(builder, person, rng, size=SIZE)
    camera_yaw = rng.normal(0.0, CAMERA_YAW_DEG)
    times = np.linspace(0.0, BURST_S, PICTURES)
    for facing, turned in (("left", camera_yaw), ("right", -camera_yaw)):
        # What turns the chest to a lens on one side turns it away on the other.
        view = replace(first.view, facing=facing, yaw_deg=turned + rng.normal(0.0, STEP_YAW_DEG))
        standing = builder.scene_from(
            person, first.posture, first.appearance, view, size=SIZE, seed=first.seed
        )
        room = sample_room(
            np.random.default_rng([first.seed, 7]), standing.camera, sole_height(first.appearance)
        )
        pictures = []
        for by_deg in draw_sway(rng, times):
            scene = builder.scene_from(
                person,
                swayed(first.posture, by_deg),
                first.appearance,
                view,
                size=SIZE,
                seed=first.seed,
            )
            shown = photograph(scene, person_drawables(builder, scene), room=room)
            pictures.append(_noisy(shown, rng))
        yield Side(facing, standing, pictures)


def described_pictures(
    builder: SceneBuilder, people: int, seed: int
) -> Iterator[tuple[bytes, dict[str, object]]]:
    """Yield (JPEG, record) of every picture, for a feature table; the truth is how they stand."""
    recorder = Recorder(builder)
    for number in range(people):
        for side in sides_of(builder, seed, number):
            truth = recorder.truth(side.standing).to_dict()
            for picture in side.pictures:
                yield (
                    as_jpeg(picture),
                    {
                        "body": f"u{seed}-b{number:05d}",
                        "session": side.facing,
                        "split": "burst",
                        "population": "population",
                        "truth": truth,
                        "traits": side.standing.person.traits.to_dict(),
                    },
                )
        click.echo(f"{number + 1} of {people}", err=True)


def run(people: int, seed: int, out: Path) -> None:
    """Write the features of all pictures."""
    from posture import Analyzer

    builder = scene_builder(fine=True)
    with Analyzer(estimator=NO_ESTIMATOR, bystanders=False) as analyzer:
        found = photographed_table(described_pictures(builder, people, seed), analyzer)
    found.save(out)
    click.echo(f"{out}: {len(found.features)} rows, refused {found.refused}")


def _noisy(picture: Bytes, rng: np.random.Generator) -> Bytes:
    noise = rng.normal(0.0, NOISE, picture.shape)
    return np.asarray(np.clip(picture + noise, 0, 255).astype(np.uint8))
