"""Scenes from a seed: person, posture, appearance and camera.

All randomness comes from ``(seed, body, photo)``; the same three numbers give the same scene on
every machine and in every process.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, replace

import numpy as np

from calibration.bodies.anatomy import LANDMARKS
from calibration.bodies.appearance import Appearance, sample_appearance
from calibration.bodies.bodies import RestBody, Traits, build_body, sample_traits
from calibration.bodies.patterns import Patterns, make_patterns
from calibration.bodies.posing import StandingBody, stand
from calibration.bodies.postures import Posture, sample_posture
from calibration.bodies.rig import RiggedBody, make_skin, rig_body
from calibration.bodies.template import Template, load_template
from calibration.bodies.truth import rest_tilt
from calibration.render.camera import Camera, Viewpoint, make_camera, sample_viewpoint

SPLITS = (("fit", 0.70), ("calibrate", 0.15), ("test", 0.15))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person with a rigged body."""

    seed: int
    number: int
    traits: Traits
    rest: RestBody
    rigged: RiggedBody

    @property
    def name(self) -> str:
        """Stable name of the body, e.g. ``s1-b00042``."""
        return f"s{self.seed}-b{self.number:05d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One photo to be rendered."""

    person: Person
    photo: int
    posture: Posture
    body: StandingBody
    appearance: Appearance
    view: Viewpoint
    camera: Camera
    seed: int

    @property
    def name(self) -> str:
        """Stable name of the photo, e.g. ``s1-b00042-p1``."""
        return f"{self.person.name}-p{self.photo}"

    @property
    def split(self) -> str:
        """``fit``, ``calibrate`` or ``test``, by the body's name alone."""
        return split_of(self.person.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Parts of a scene that are set instead of drawn; None leaves them to chance."""

    sex: str | None = None
    kind: str | None = None
    arms: str | None = None
    fit: str | None = None
    facing: str | None = None


class SceneBuilder:
    """Builder of scenes: the template with its rig and sewing patterns, shared by a process.

    Parameters
    ----------
    fine : bool
        True for shaded images, False for masks only.
    """

    def __init__(self, *, fine: bool) -> None:
        self.template: Template = load_template()
        self.skin = make_skin(self.template)
        tragus = LANDMARKS["tragus_left"]
        self.patterns: Patterns = make_patterns(self.template, self.skin, tragus, fine=fine)

    def person(self, seed: int, number: int, *, sex: str | None = None) -> Person:
        """Draw a person and build the body."""
        rng = np.random.default_rng([seed, number])
        return self.person_from(sample_traits(rng, sex=sex), seed=seed, number=number)

    def person_from(self, traits: Traits, *, seed: int = 0, number: int = 0) -> Person:
        """Build a person of given traits."""
        rest = build_body(self.template, traits)
        rigged = rig_body(self.template, self.skin, rest)
        return Person(seed=seed, number=number, traits=traits, rest=rest, rigged=rigged)

    def scene(
        self,
        person: Person,
        photo: int,
        *,
        size: tuple[int, int],
        population: str = "wide",
        overrides: Overrides | None = None,
        same_look: bool = False,
    ) -> Scene:
        """Draw one photo of a person.

        With ``same_look``, clothes, arms, room and camera are those of the person's first photo, so
        that only the posture differs, as at two visits under the same protocol.
        """
        overrides = overrides or Overrides()
        if same_look and photo:
            return self._return_visit(person, photo, overrides, size=size, population=population)
        rng = np.random.default_rng([person.seed, person.number, photo])
        posture = sample_posture(
            rng,
            sex=person.traits.sex,
            rest_tilt_deg=rest_tilt(person.rest),
            population=population,
            kind=overrides.kind,
            arms=overrides.arms,
        )
        appearance = sample_appearance(rng, person.traits, fit=overrides.fit)
        view = sample_viewpoint(rng, facing=overrides.facing)
        return self.scene_from(
            person,
            posture,
            appearance,
            view,
            size=size,
            photo=photo,
            seed=int(rng.integers(1 << 30)),
        )

    def _return_visit(
        self,
        person: Person,
        photo: int,
        overrides: Overrides,
        *,
        size: tuple[int, int],
        population: str,
    ) -> Scene:
        first = self.scene(person, 0, size=size, population=population, overrides=overrides)
        overrides = replace(overrides, arms=first.posture.arms)
        again = self.scene(person, photo, size=size, population=population, overrides=overrides)
        return self.scene_from(
            person,
            again.posture,
            first.appearance,
            first.view,
            size=size,
            photo=photo,
            seed=first.seed,
        )

    def scene_from(
        self,
        person: Person,
        posture: Posture,
        appearance: Appearance,
        view: Viewpoint,
        *,
        size: tuple[int, int],
        photo: int = 0,
        seed: int = 0,
    ) -> Scene:
        """Compose a scene from its parts."""
        body = stand(self.template, person.rigged, posture)
        return Scene(
            person=person,
            photo=photo,
            posture=posture,
            body=body,
            appearance=appearance,
            view=view,
            camera=make_camera(view, body.height_m, size),
            seed=seed,
        )


@functools.cache
def scene_builder(*, fine: bool) -> SceneBuilder:
    """Return the scene builder of this process."""
    return SceneBuilder(fine=fine)


def split_of(body_name: str) -> str:
    """Return the split of a body by a stable hash of its name."""
    share = int(hashlib.sha256(body_name.encode()).hexdigest()[:8], 16) / 2**32
    upper = 0.0
    for name, part in SPLITS:
        upper += part
        if share < upper:
            return name
    return SPLITS[-1][0]
