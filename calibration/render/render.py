"""Photorealistic renders of scenes."""

from __future__ import annotations

import numpy as np

from calibration.arrays import Bytes
from calibration.bodies.drawables import Drawable, linear
from calibration.bodies.patterns import MEAN_TRAITS
from calibration.bodies.people import dressed_person, sole_height
from calibration.render.effects import develop
from calibration.render.gl import Surfaces, rasteriser
from calibration.render.rooms import Room, sample_room
from calibration.render.scene import Scene, SceneBuilder

WAISTBAND_M = 0.035


def person_drawables(builder: SceneBuilder, scene: Scene) -> list[Drawable]:
    """Return the dressed person of a scene."""
    return dressed_person(builder.template, builder.patterns, scene.body, scene.appearance)


def photograph(
    scene: Scene,
    drawables: list[Drawable],
    *,
    room: Room | None = None,
    clean: bool = False,
    poor: bool = False,
) -> Bytes:
    """Render a scene, shape (H, W, 3), RGB.

    Parameters
    ----------
    drawables : list of Drawable
        The person, from :func:`person_drawables`.
    room : Room, optional
        Surroundings; drawn from the scene's seed if omitted.
    clean, poor : bool
        Fewer or more of the artefacts of a phone (:func:`calibration.render.effects.develop`).
    """
    rng = np.random.default_rng([scene.seed, 7])
    drawn = sample_room(rng, scene.camera, sole_height(scene.appearance))
    room = room or drawn
    light = rasteriser().shade(
        drawables + room.drawables, scene.camera, room.lighting, _surfaces(scene, room)
    )
    return develop(light, rng, clean=clean, poor=poor)


def _surfaces(scene: Scene, room: Room) -> Surfaces:
    appearance = scene.appearance
    bottom, top, feet = appearance.patterns
    waistband = appearance.waist * MEAN_TRAITS.height_m - WAISTBAND_M
    return Surfaces(
        wall=room.wall,
        floor=room.floor,
        accent=linear(list(appearance.accent)),
        patterns=(float(bottom), float(top), float(feet), waistband),
    )
