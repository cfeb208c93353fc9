"""Dressed and nude people as drawables: skin, eyes, clothes, hair."""

from __future__ import annotations

import numpy as np

from calibration.arrays import Floats, Ints, smooth_noise, smoothstep
from calibration.bodies.appearance import Appearance
from calibration.bodies.clothing import SOLE_M, Garment, dress
from calibration.bodies.drawables import Drawable, Label, Material, linear
from calibration.bodies.hair import hair_drawables
from calibration.bodies.mesh import Subdivision, compact, cut, triangles_of, vertex_normals
from calibration.bodies.patterns import CLOTH, Patterns, covered
from calibration.bodies.posing import StandingBody
from calibration.bodies.template import BODY_VERTICES, Template

HIDDEN_RINGS = {"minimal": 3, "tight": 3, "regular": 4, "loose": 5}
SUNK_M, SUNK_WITHIN_M = 0.006, 0.008
"""Skin under cloth is drawn this much deeper, from this distance inside the hem on: the faces of
cloth and skin cross where cloth lies on the skin."""
ARM_BORDER = 0.5
_EYE_SIDES = ("helper-l-eye", "helper-r-eye")
_FIELD, _ARM = 9, 10
"""Columns that follow position, anchor and colour."""


def dressed_person(
    template: Template, patterns: Patterns, body: StandingBody, appearance: Appearance
) -> list[Drawable]:
    """Return skin, eyes, clothes and hair of a standing person.

    The subdivision in ``patterns`` decides how fine the meshes are.
    """
    garments = dress(template, patterns, body, appearance)
    drawables = [_skin(template, patterns, body, appearance, garments)]
    drawables += [_eye(template, patterns, body, part) for part in _EYE_SIDES]
    drawables += [_garment(template, patterns, garment, appearance) for garment in garments]
    return drawables + hair_drawables(template, patterns, body, appearance)


def nude_person(template: Template, body: StandingBody) -> Drawable:
    """Return the nude body as one coarse drawable, labelled ARM and SKIN."""
    vertices = body.vertices[:BODY_VERTICES]
    labels = np.where(
        body.rigged.skin.arm_weight[:BODY_VERTICES] > ARM_BORDER, Label.ARM, Label.SKIN
    )
    return Drawable(
        material=Material.SKIN,
        vertices=vertices,
        triangles=triangles_of(template.quads["body"]),
        colours=np.full((len(vertices), 3), 0.5),
        anchors=vertices,
        margins=np.full(len(vertices), 1.0),
        labels=labels,
    )


def sole_height(appearance: Appearance) -> float:
    """Return the height of the floor relative to the bare soles, metres (negative or zero)."""
    return -SOLE_M[appearance.feet]


def _finish(columns: Floats, triangles: Ints, material: Material, label: Label) -> Drawable:
    arm = columns[:, _ARM] > ARM_BORDER
    return Drawable(
        material=material,
        vertices=columns[:, :3],
        triangles=triangles,
        colours=np.clip(columns[:, 6:9], 0.002, 0.98),
        anchors=columns[:, 3:6],
        margins=columns[:, _FIELD],
        labels=np.where(arm, int(Label.ARM), int(label)),
    )


def _refined(step: Subdivision, columns: Floats, wanted: object) -> tuple[Floats, Ints]:
    keep = np.asarray(wanted)[step.owner]
    return compact(step.matrix @ columns, step.quads[keep])


def _skin(
    template: Template,
    patterns: Patterns,
    body: StandingBody,
    appearance: Appearance,
    garments: list[Garment],
) -> Drawable:
    quads = template.quads["body"]
    hidden = np.zeros(template.vertices, dtype=bool)
    rings = HIDDEN_RINGS[appearance.fit]
    under = np.full(template.vertices, -1.0)
    for garment in garments:
        hidden |= covered(garment.field, quads, rings)
        under = np.maximum(under, garment.field)
    sunk = SUNK_M * smoothstep(under / SUNK_WITHIN_M)
    normals = vertex_normals(body.vertices, triangles_of(quads))
    colours = _skin_colours(template, patterns, appearance)
    columns = np.column_stack(
        [
            body.vertices - normals * sunk[:, None],
            patterns.rest,
            colours,
            np.full(template.vertices, 1.0),
            patterns.skin.arm_weight,
        ]
    )
    fine, faces = _refined(patterns.steps["body"], columns, ~hidden[quads].all(1))
    return _finish(fine, triangles_of(faces), Material.SKIN, Label.SKIN)


def _garment(
    template: Template, patterns: Patterns, garment: Garment, appearance: Appearance
) -> Drawable:
    colour = {
        Material.BOTTOM: appearance.bottom_colour,
        Material.TOP: appearance.top_colour,
        Material.FEET: appearance.feet_colour,
    }[garment.material]
    quads = template.quads[CLOTH]
    colours = np.tile(linear(list(colour)), (template.vertices, 1))
    if garment.material == Material.FEET and appearance.feet == "shoes":
        colours[garment.vertices[:, 2] < -0.004] = linear([228.0, 226.0, 220.0])
    columns = np.column_stack(
        [garment.vertices, patterns.rest, colours, garment.field, patterns.skin.arm_weight]
    )
    wanted = (garment.field[quads] > 0).any(1)
    fine, faces = _refined(patterns.steps[CLOTH], columns, wanted)
    cut_mesh, triangles = cut(fine, triangles_of(faces), _FIELD)
    return _finish(cut_mesh, triangles, garment.material, Label.CLOTH)


def _eye(template: Template, patterns: Patterns, body: StandingBody, part: str) -> Drawable:
    """Return an eye: white, iris and pupil by the angle from its axis."""
    quads = template.quads[part]
    used = np.unique(quads)
    rest = patterns.rest[used]
    middle = (rest.min(0) + rest.max(0)) / 2
    direction = (rest - middle) / np.linalg.norm(rest - middle, axis=1, keepdims=True)
    forwards = -direction[:, 1]
    colours = np.tile(np.array([0.62, 0.59, 0.56]), (template.vertices, 1))
    colours[used[forwards > 0.86]] = linear([66.0, 46.0, 32.0])
    colours[used[forwards > 0.965]] = 0.008
    rows = np.zeros(template.vertices)
    columns = np.column_stack([body.vertices, patterns.rest, colours, rows + 1.0, rows])
    fine, faces = _refined(patterns.steps[part], columns, np.ones(len(quads), dtype=bool))
    return _finish(fine, triangles_of(faces), Material.EYE, Label.SKIN)


def _skin_colours(template: Template, patterns: Patterns, appearance: Appearance) -> Floats:
    """Return the base shade with mottling, lips, brows, nails and cropped hair painted on."""
    rng = np.random.default_rng([appearance.seed, 2])
    base = linear(appearance.skin_colour)
    if not patterns.fine:
        return np.tile(base, (template.vertices, 1))
    mottled = 1.0 + 0.05 * smooth_noise(rng, patterns.rest, 0.05)
    mottled = mottled + 0.05 * smooth_noise(rng, patterns.rest, 0.25, 2)
    colours = base * mottled[:, None]
    maps = template.skin_maps
    colours[:, 1:] *= 1.0 - 0.06 * maps["face"][:, None] - 0.06 * maps["ears"][:, None]
    colours = _mix(colours, base * [0.92, 0.55, 0.52], 0.8 * maps["lips"])
    colours *= (1.0 - 0.30 * maps["eyelids"])[:, None]
    nails = np.maximum(maps["fingernails"], maps["toenails"])
    colours = _mix(colours, base * [1.05, 0.95, 0.92] + 0.03, 0.4 * nails)
    hair = linear(list(appearance.hair_colour))
    colours = _mix(colours, hair, 0.7 * _brows(template, patterns))
    if appearance.hair == "buzz":
        colours = _mix(colours, hair * 1.2, 0.8 * smoothstep(patterns.scalp / 0.02))
    return np.clip(colours, 0.0, 1.0)


def _brows(template: Template, patterns: Patterns) -> Floats:
    """Return 1 on a narrow arc above each eye, 0 elsewhere."""
    eye = patterns.rest[template.quads["helper-l-eye"]].mean((0, 1))
    across = np.abs(patterns.rest[:, 0]) - eye[0]
    rise = patterns.rest[:, 2] - eye[2] - 0.0212 + 0.003 * (across / 0.019) ** 2
    front = patterns.rest[:, 1] < eye[1] - 0.005
    near = (np.abs(across) < 0.021) & (np.abs(rise) < 0.0042) & front
    return np.asarray(near, dtype=np.float64)


def _mix(colours: Floats, other: Floats, share: Floats) -> Floats:
    return np.asarray(colours + share[:, None] * (other - colours))
