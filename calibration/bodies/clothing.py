"""Clothes from the template's helper mesh: fitted, cut along their sewing pattern, draped.

Tight cloth lies on the skin, one to three millimetres thick. Loose cloth hangs from the most prominent point above it:
downwards, its distance from the body's axis may shrink only slowly, so that a shirt bridges the
lumbar hollow from the shoulder blades to the buttocks, as real shirts do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.arrays import Bools, Floats, smooth_noise, smoothstep
from calibration.bodies.appearance import Appearance
from calibration.bodies.drawables import Material
from calibration.bodies.mesh import triangles_of, vertex_normals
from calibration.bodies.patterns import CLOTH, MEAN_TRAITS, Patterns, bottom_field, feet_field, top_field
from calibration.bodies.posing import StandingBody
from calibration.bodies.rig import SIDES
from calibration.bodies.template import Template

STAND_OFF_M = {"minimal": 0.001, "tight": 0.001, "regular": 0.007, "loose": 0.012}
"""Distance of cloth from skin before it hangs: knitwear of a millimetre lies on the skin."""
DRAPED = {"minimal": 0.0, "tight": 0.0, "regular": 0.5, "loose": 0.95}
LAYER_M = 0.0015
"""Thickness of an inner layer, over which an outer one lies."""
WAISTBAND_M, WAISTBAND_WIDTH_M = 0.001, 0.035
"""Further thickness of a waistband, and its height."""
SOLE_M = {"bare": 0.0, "socks": 0.003, "shoes": 0.016}


@dataclass(frozen=True, slots=True, kw_only=True)
class Garment:
    """A garment before it is cut and subdivided.

    Parameters
    ----------
    material : Material
        BOTTOM, TOP or FEET.
    vertices : ndarray, shape (V, 3)
        Template vertices, with the cloth mesh moved to where the cloth hangs.
    field : ndarray, shape (V,)
        Signed distance inside the hem, metres.
    """

    material: Material
    vertices: Floats
    field: Floats


def dress(
    template: Template, patterns: Patterns, body: StandingBody, appearance: Appearance
) -> list[Garment]:
    """Fit the clothes of an appearance onto a standing body, innermost first."""
    rng = np.random.default_rng(appearance.seed)
    tailor = _Tailor(template, patterns, body, appearance, rng)
    order = [Material.BOTTOM, Material.TOP]
    if appearance.tucked or appearance.top == "bra":
        order.reverse()
    garments: list[Garment] = []
    for material in order:
        garment = tailor.make(material)
        if (garment.field > 0).any():
            garments.append(_outside(garment, garments, tailor.normals))
    if appearance.feet != "bare":
        garments.append(tailor.make(Material.FEET))
    return garments


class _Tailor:
    """Fits the garments of one person."""

    def __init__(
        self,
        template: Template,
        patterns: Patterns,
        body: StandingBody,
        appearance: Appearance,
        rng: np.random.Generator,
    ) -> None:
        self.template, self.patterns, self.body = template, patterns, body
        self.appearance, self.rng = appearance, rng
        self.quads = template.quads[CLOTH]
        self.on_cloth: Bools = np.zeros(template.vertices, dtype=bool)
        self.on_cloth[np.unique(self.quads)] = True
        self.skin: Floats = patterns.onto_skin @ body.vertices
        self.normals = vertex_normals(self.skin, triangles_of(self.quads))

    def make(self, material: Material) -> Garment:
        """Fit one garment."""
        if material == Material.FEET:
            return self._footwear()
        top = material == Material.TOP
        field = (top_field if top else bottom_field)(self.patterns, self.appearance)
        stand_off = np.full(len(field), STAND_OFF_M[self.appearance.fit])
        if not top:
            above = self.appearance.waist - self.patterns.height
            stand_off += WAISTBAND_M * (above * MEAN_TRAITS.height_m < WAISTBAND_WIDTH_M)
        base = self.skin
        cloth = 0.5 * (base + self._smoothed(base, 2)) + self.normals * stand_off[:, None]
        amount = DRAPED[self.appearance.fit] * self.rng.uniform(0.65, 1.0)
        if amount > 0 and top:
            cloth = self._hang(cloth, field, self._trunk_axis(cloth, field), amount, field > -0.05)
        elif amount > 0 and self.appearance.bottom in ("shorts", "pants"):
            cloth = self._legs(cloth, field, amount)
        if amount > 0:
            cloth = self._folded(self._smoothed(cloth, 2), amount)
        inside = stand_off - np.einsum("ij,ij->i", cloth - base, self.normals)
        cloth = cloth + self.normals * np.maximum(inside, 0.0)[:, None]
        return Garment(material=material, vertices=cloth, field=field)

    def _smoothed(self, vertices: Floats, times: int) -> Floats:
        moved = vertices
        for _ in range(times):
            moved = 0.5 * (moved + self.patterns.averages @ moved)
        return np.where(self.on_cloth[:, None], moved, vertices)

    def _trunk_axis(self, cloth: Floats, field: Floats) -> Floats:
        """Middle of the trunk at each vertex's height, shape (V, 2)."""
        trunk = self._hanging_part(field)
        curve = np.polyfit(cloth[trunk, 2], cloth[trunk, 1], 3)
        return np.column_stack([np.zeros(len(cloth)), np.polyval(curve, cloth[:, 2])])

    def _hanging_part(self, field: Floats) -> Bools:
        return np.asarray(self.on_cloth & (field > -0.05) & (self.patterns.skin.arm_weight < 0.35))

    def _hang(
        self, cloth: Floats, field: Floats, axis: Floats, amount: float, where: Bools
    ) -> Floats:
        part = self._hanging_part(field) & where
        moved = cloth.copy()
        offset = cloth[part, :2] - axis[part]
        wanted = _draped_radius(offset, cloth[part, 2], self.appearance.drape)
        radius = np.maximum(np.hypot(*offset.T), 1e-6)
        grown = radius + amount * np.maximum(wanted - radius, 0.0)
        moved[part, :2] = axis[part] + offset * (grown / radius)[:, None]
        return moved

    def _legs(self, cloth: Floats, field: Floats, amount: float) -> Floats:
        for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
            names = ("foot", "lowerleg01", "upperleg01")
            line = np.array([self.body.joint(self.template, name + side) for name in names])
            axis = np.column_stack(
                [np.interp(cloth[:, 2], line[:, 2], line[:, axis]) for axis in (0, 1)]
            )
            leg = (sign * self.patterns.rest[:, 0] > 0) & (self.patterns.leg > -0.05)
            cloth = self._hang(cloth, field, axis, amount, leg)
        return cloth

    def _folded(self, cloth: Floats, amount: float) -> Floats:
        """Add soft folds, deeper the further the cloth stands off."""
        points = self.patterns.rest * np.array([1.0, 1.0, 0.55])
        folds = smooth_noise(self.rng, points[self.on_cloth], 0.07, 2)
        away = np.linalg.norm((cloth - self.skin)[self.on_cloth], axis=1)
        depth = 0.006 * amount * smoothstep(away / 0.03)
        moved = cloth.copy()
        moved[self.on_cloth] += self.normals[self.on_cloth] * (folds * depth)[:, None]
        return moved

    def _footwear(self) -> Garment:
        shoes = self.appearance.feet == "shoes"
        cloth = self._smoothed(self.skin, 5 if shoes else 1)
        cloth = cloth + self.normals * (0.009 if shoes else 0.003)
        sole = -SOLE_M[self.appearance.feet]
        cloth[:, 2] = np.maximum(cloth[:, 2], sole)
        if shoes:
            cloth[self.on_cloth & (cloth[:, 2] < 0.010), 2] = sole
        return Garment(
            material=Material.FEET, vertices=cloth, field=feet_field(self.patterns, self.appearance)
        )


def _outside(garment: Garment, inner: list[Garment], normals: Floats) -> Garment:
    """Push an outer layer clear of the layers under it."""
    vertices = garment.vertices
    for layer in inner:
        gap = np.einsum("ij,ij->i", vertices - layer.vertices, normals)
        push = np.where(layer.field > -0.02, np.maximum(LAYER_M - gap, 0.0), 0.0)
        vertices = vertices + normals * push[:, None]
    return Garment(material=garment.material, vertices=vertices, field=garment.field)


def _draped_radius(offset: Floats, z: Floats, shrink: float) -> Floats:
    """Least distance from the axis that hanging cloth has at each point.

    Works on a grid of angle and height: the largest radius of each cell is spread over
    neighbouring angles and carried downwards with a slow decrease.
    """
    angles, step = 48, 0.012
    level = np.floor((z.max() - z) / step).astype(int)
    sector = np.floor((np.arctan2(offset[:, 1], offset[:, 0]) / (2 * np.pi) + 0.5) * angles)
    column = sector.astype(int) % angles
    radius = np.hypot(offset[:, 0], offset[:, 1])
    grid = np.zeros((level.max() + 1, angles))
    np.maximum.at(grid, (level, column), radius)
    wide = grid.copy()
    for turn in (-2, -1, 1, 2):
        wide = np.maximum(wide, np.roll(grid, turn, 1) * np.cos(2 * np.pi * turn / angles))
    fall = shrink * step * np.arange(len(grid))[:, None]
    hanging = np.maximum.accumulate(wide + fall, axis=0) - fall
    return np.asarray(hanging[level, column])
