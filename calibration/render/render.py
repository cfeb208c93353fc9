"""Photo-like renders and masks of scenes."""

from __future__ import annotations

import numpy as np

from calibration.arrays import Bytes
from calibration.bodies.patterns import MEAN_TRAITS
from calibration.bodies.people import dressed_person, sole_height
from calibration.bodies.pieces import Piece, linear
from calibration.render.effects import develop
from calibration.render.gl import Surfaces, rasteriser
from calibration.render.rooms import Room, sample_room
from calibration.render.scene import Scene, SceneBuilder

WAISTBAND_M = 0.035


def person_pieces(builder: SceneBuilder, scene: Scene) -> list[Piece]:
    """Return the dressed person of a scene."""
    return dressed_person(builder.template, builder.patterns, scene.body, scene.look)


def photograph(
    scene: Scene,
    pieces: list[Piece],
    *,
    room: Room | None = None,
    clean: bool = False,
    poor: bool = False,
) -> Bytes:
    """Render a scene, shape (H, W, 3), RGB.

    Parameters
    ----------
    scene : Scene
        What to photograph.
    pieces : list of Piece
        The person, from :func:`person_pieces`.
    room : Room, optional
        Surroundings; drawn from the scene's seed when not given.
    clean, poor : bool
        Less or more of what a phone does to a picture.
    """
    rng = np.random.default_rng([scene.seed, 7])
    drawn = sample_room(rng, scene.camera, sole_height(scene.look))
    room = room or drawn
    light = rasteriser().shade(
        pieces + room.pieces, scene.camera, room.lighting, _surfaces(scene, room)
    )
    return develop(light, rng, clean=clean, poor=poor)


def _surfaces(scene: Scene, room: Room) -> Surfaces:
    look = scene.look
    bottom, top, feet = look.patterns
    waistband = look.waist * MEAN_TRAITS.height_m - WAISTBAND_M
    return Surfaces(
        wall=room.wall,
        floor=room.floor,
        accent=linear(list(look.accent)),
        patterns=(float(bottom), float(top), float(feet), waistband),
    )
