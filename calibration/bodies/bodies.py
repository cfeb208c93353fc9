"""Bodies of people: sex, age, height, weight, soft tissue and bones, drawn from adult populations.

Soft tissue (buttocks, belly, breast, waist) varies independently of posture, so that large
buttocks cannot pass for a tilted pelvis. The *bones* vary too: at one and the same position of
the pelvis the ASIS-PSIS line lies at 13 +- 5 degrees (mean and SD over people, Preece 2008), and
not all of that is visible from outside; :class:`Traits` carries it as ``pelvis_shape_deg``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from calibration.arrays import Floats
from calibration.bodies.template import BODY_VERTICES, LOCAL_CHANGES, Template

DENSITY = 1010.0
"""Mean density of a body, kg per cubic metre."""
STATURE = {"female": (1.63, 0.070), "male": (1.76, 0.074)}
"""Mean and SD of adult height, metres (pooled national surveys)."""
BMI_LOG = {"female": (3.22, 0.19), "male": (3.25, 0.16)}
"""Mean and SD of log BMI: medians 25.0 and 25.8, as in pooled adult surveys."""
HEIGHT_LIMITS = (1.45, 2.00)
BMI_LIMITS = (17.0, 38.0)
FATNESS_LIMITS = (0.0, 4.0)
HEAVIEST_WEIGHT = 1.15
"""Beyond this the model's weight parameter bloats the limbs; further fatness follows the pattern
of body fat (``FAT_PATTERN``)."""
FAT_PATTERN = {
    "female": {
        "stomach-pregnant-incr": 0.10, "measure-waist-circ-incr": 0.45,
        "measure-hips-circ-incr": 0.60, "measure-thigh-circ-incr": 0.45,
        "measure-bust-circ-incr": 0.50, "torso-scale-depth-incr": 0.15,
        "torso-scale-horiz-incr": 0.25, "hip-scale-horiz-incr": 0.15,
        "hip-scale-depth-incr": 0.10, "buttocks-volume-incr": 0.20, "neck-double-incr": 0.30,
        "measure-upperarm-circ-incr": 0.45, "measure-calf-circ-incr": 0.25, "head-fat-incr": 0.30,
    },
    "male": {
        "stomach-pregnant-incr": 0.20, "measure-waist-circ-incr": 0.55,
        "measure-hips-circ-incr": 0.45, "measure-thigh-circ-incr": 0.40,
        "measure-bust-circ-incr": 0.50, "torso-scale-depth-incr": 0.20,
        "torso-scale-horiz-incr": 0.30, "hip-scale-horiz-incr": 0.10,
        "hip-scale-depth-incr": 0.12, "buttocks-volume-incr": 0.10, "neck-double-incr": 0.35,
        "measure-upperarm-circ-incr": 0.40, "measure-calf-circ-incr": 0.25, "head-fat-incr": 0.30,
    },
}  # fmt: skip
"""Local changes per unit of fatness beyond the heaviest weight."""
PELVIS_SHAPE_SD_DEG = 4.3
"""SD of the hidden part of bone shape. With the part that shows on the surface (SD 2.9 degrees
over sampled bodies) it makes up the 5 degrees measured on cadavers."""
PELVIS_SIDE_SD_DEG = 2.0
"""SD of half the difference between the two sides; differences of up to 11 degrees have been
measured."""

_ANCHORS = {
    "gender": ("male", "female"),
    "age": ("newborn", "baby", "child", "young", "old"),
    "muscle": ("minmuscle", "averagemuscle", "maxmuscle"),
    "weight": ("minweight", "averageweight", "maxweight"),
    "height": ("minheight", "maxheight"),
    "proportions": ("idealproportions", "uncommonproportions"),
    "cupsize": ("mincup", "averagecup", "maxcup"),
    "firmness": ("minfirmness", "averagefirmness", "maxfirmness"),
}
_YOUNG_AGE, _OLD_AGE = 25.0, 90.0
_LOCAL_SPREAD = {
    "buttocks-volume-incr": (0.0, 0.30),
    "hip-scale-depth-incr": (-0.35, 0.20),
    "hip-scale-horiz-incr": (0.0, 0.30),
    "hip-trans-forward": (0.0, 0.15),
    "hip-waist-up": (0.0, 0.22),
    "stomach-pregnant-incr": (0.03, 0.25),
    "stomach-tone-incr": (0.0, 0.35),
    "pelvis-tone-incr": (0.0, 0.35),
    "nose-scale-depth-incr": (0.0, 0.45),
    "nose-hump-incr": (0.0, 0.40),
    "chin-prominent-incr": (0.0, 0.40),
    "torso-muscle-dorsi-incr": (0.0, 0.35),
    "torso-muscle-pectoral-incr": (-0.15, 0.30),
    "breast-trans-up": (0.0, 0.30),
    "measure-waist-circ-incr": (-0.40, 0.17),
    "measure-waisttohip-dist-incr": (0.0, 0.17),
    "measure-bust-circ-incr": (0.0, 0.18),
    "measure-thigh-circ-incr": (-0.30, 0.27),
    "measure-calf-circ-incr": (0.15, 0.27),
    "measure-upperarm-circ-incr": (0.30, 0.27),
    "upperlegs-height-incr": (-0.35, 0.33),
    "lowerlegs-height-incr": (-0.35, 0.33),
    "neck-double-incr": (0.0, 0.20),
    "head-age-incr": (0.0, 0.20),
}
_USUAL_SPREAD = (0.0, 0.22)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Traits of a person: everything about a body that does not change with posture.

    Parameters
    ----------
    sex : str
        ``female`` or ``male``.
    age : float
        Years.
    height_m, bmi : float
        Upright standing height and body mass index that the body is fitted to.
    phenotype : dict
        Macro parameters of the body model, 0..1.
    local : dict
        Local changes of the body model, -1..1.
    pelvis_shape_deg : float
        Rotation of the ASIS-PSIS line within the pelvis, + = ASIS lower, invisible from outside.
    pelvis_side_deg : float
        Half the left-right difference of that rotation.
    """

    sex: str
    age: float
    height_m: float
    bmi: float
    phenotype: dict[str, float]
    local: dict[str, float]
    pelvis_shape_deg: float
    pelvis_side_deg: float

    def to_dict(self) -> dict[str, Any]:
        """Return the traits as plain JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestBody:
    """A body in the model's rest pose.

    Parameters
    ----------
    traits : Traits
        Of the person.
    vertices : ndarray, shape (V, 3)
        Body and helper meshes, metres.
    heads, tails : ndarray, shape (B, 3)
        Joint positions of the stock bones.
    lumps : ndarray, shape (V, 4)
        Mass of each vertex and its first moments; they add up to the body's mass and to mass times
        centre of mass.
    """

    traits: Traits
    vertices: Floats
    heads: Floats
    tails: Floats
    lumps: Floats

    @property
    def mass_kg(self) -> float:
        """Mass of the body, from its volume."""
        return float(self.lumps[:, 0].sum())


def sample_traits(rng: np.random.Generator, *, sex: str | None = None) -> Traits:
    """Draw one adult.

    Parameters
    ----------
    sex : str, optional
        ``female`` or ``male``; drawn if omitted.
    """
    sex = sex or str(rng.choice(["female", "male"]))
    leaning = float(np.clip(rng.beta(1.2, 8.0), 0.0, 0.4))
    age = float(rng.uniform(18.0, 75.0))
    log_mean, log_sd = BMI_LOG[sex]
    # Weight rises by about 10 % from 20 to 60 years.
    bmi = float(np.exp(rng.normal(log_mean + 0.0025 * (age - 45.0), log_sd)))
    return Traits(
        sex=sex,
        age=age,
        height_m=float(np.clip(rng.normal(*STATURE[sex]), *HEIGHT_LIMITS)),
        bmi=float(np.clip(bmi, *BMI_LIMITS)),
        phenotype=_sample_phenotype(rng, 1.0 - leaning if sex == "female" else leaning, age),
        local=_sample_local(rng),
        pelvis_shape_deg=float(rng.normal(0.0, PELVIS_SHAPE_SD_DEG)),
        pelvis_side_deg=float(rng.normal(0.0, PELVIS_SIDE_SD_DEG)),
    )


def build_body(template: Template, traits: Traits) -> RestBody:
    """Shape a body and fit it to its height and body mass index."""
    target = traits.bmi * traits.height_m**2 / DENSITY
    steps = [0.2, 1.0]
    volumes = [_body_volume(template, _blend(template, traits, fatness)) for fatness in steps]
    for _ in range(4):  # four secant steps leave an error below 0.2 BMI units
        slope = (volumes[-1] - volumes[-2]) / (steps[-1] - steps[-2])
        steps.append(float(np.clip(steps[-1] + (target - volumes[-1]) / slope, *FATNESS_LIMITS)))
        if abs(steps[-1] - steps[-2]) < 1e-3:
            break
        points = _blend(template, traits, steps[-1])
        volumes.append(_body_volume(template, points))
    points = _blend(template, traits, steps[-1])
    count, bones = template.vertices, len(template.bones)
    return RestBody(
        traits=traits,
        vertices=points[:count],
        heads=points[count : count + bones],
        tails=points[count + bones :],
        lumps=_mass_lumps(template, points[:count]),
    )


def _sample_phenotype(rng: np.random.Generator, gender: float, age: float) -> dict[str, float]:
    ancestry = rng.dirichlet([0.5, 0.5, 0.5])
    years = np.clip((age - _YOUNG_AGE) / (_OLD_AGE - _YOUNG_AGE), 0.0, 1.0)
    drawn = {
        "gender": gender,
        "age": 2.0 / 3.0 + years / 3.0,
        "muscle": np.clip(rng.normal(0.50 - 0.15 * years, 0.12), 0.08, 0.9),
        "height": np.clip(rng.normal(0.5, 0.08), 0.3, 0.7),
        "proportions": rng.uniform(0.3, 0.95),
        "cupsize": np.clip(rng.normal(0.5, 0.18), 0.1, 0.95),
        "firmness": np.clip(rng.normal(0.65 - 0.35 * years, 0.15), 0.15, 0.95),
        "african": ancestry[0],
        "asian": ancestry[1],
        "caucasian": ancestry[2],
    }
    return {name: float(value) for name, value in drawn.items()}


def _sample_local(rng: np.random.Generator) -> dict[str, float]:
    local = {}
    for name in LOCAL_CHANGES:
        mean, spread = _LOCAL_SPREAD.get(name, _USUAL_SPREAD)
        local[name] = float(np.clip(rng.normal(mean, spread), -1.0, 1.0))
    local["r-upperleg-fat-incr"] = local["l-upperleg-fat-incr"]
    local["neck-double-incr"] = abs(local["neck-double-incr"])
    local["head-age-incr"] = abs(local["head-age-incr"])
    return local


def _blend(template: Template, traits: Traits, fatness: float) -> Floats:
    """Vertices, bone heads and tails for a given fatness, scaled to the right height."""
    weight = min(fatness, HEAVIEST_WEIGHT)
    factors = _factor_values({**traits.phenotype, "weight": weight})
    row = np.array([factors.get(name, 0.0) for name in template.factors])
    coefficients = np.where(template.variations > 0, row, 1.0).prod(1)
    pattern, more = FAT_PATTERN[traits.sex], fatness - weight
    local = [traits.local[name] + more * pattern.get(name, 0.0) for name in LOCAL_CHANGES]
    ups = np.clip(local, -1.0, 1.6)
    both = np.stack([np.maximum(ups, 0.0), np.maximum(-ups, 0.0)], axis=1).ravel()
    all_coefficients = np.concatenate([coefficients, both]).astype(np.float32)
    used = np.flatnonzero(np.abs(all_coefficients) > 1e-6)
    flat = template.shapes.reshape(len(template.shapes), -1)
    points = template.base + (all_coefficients[used] @ flat[used]).reshape(-1, 3)
    z = points[:BODY_VERTICES, 2]
    return np.asarray(points * (traits.height_m / float(np.ptp(z))))


def _factor_values(phenotype: dict[str, float]) -> dict[str, float]:
    """Interpolation weight of each named factor; linear between anchors, extrapolated beyond."""
    values = {name: phenotype[name] for name in ("african", "asian", "caucasian")}
    total = sum(values.values())
    factors = {name: value / total for name, value in values.items()}
    for label, names in _ANCHORS.items():
        first = -1.0 / 3.0 if label == "age" else 0.0
        anchors = np.linspace(first, 1.0, len(names))
        above = int(np.clip(np.searchsorted(anchors, phenotype[label]), 1, len(names) - 1))
        share = (phenotype[label] - anchors[above - 1]) / (anchors[above] - anchors[above - 1])
        factors |= dict.fromkeys(names, 0.0)
        factors |= {names[above - 1]: float(1.0 - share), names[above]: float(share)}
    return factors


def _corner_volumes(template: Template, vertices: Floats) -> tuple[Floats, Floats]:
    """Signed volumes of the tetrahedra between faces and body centre, and their triangles."""
    quads = template.quads["body"]
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    centre = vertices[:BODY_VERTICES].mean(0)
    a, b, c = (vertices[triangles[:, k]] - centre for k in range(3))
    return np.einsum("ij,ij->i", a, np.cross(b, c)) / 6.0, triangles


def _body_volume(template: Template, points: Floats) -> float:
    return float(_corner_volumes(template, points)[0].sum())


def _mass_lumps(template: Template, vertices: Floats) -> Floats:
    """Lump each tetrahedron onto its face's corners, so that mass and centre of mass are exact."""
    volumes, triangles = _corner_volumes(template, vertices)
    centre = vertices[:BODY_VERTICES].mean(0)
    lumps = np.zeros((len(vertices), 4))
    for corner in range(3):
        at = triangles[:, corner].astype(int)
        share = volumes * DENSITY / 3.0
        # A tetrahedron's centre lies at a quarter of the way from each of its four corners.
        moment = share[:, None] * (0.75 * vertices[at] + 0.25 * centre)
        lumps[:, 0] += np.bincount(at, share, len(vertices))
        for axis in range(3):
            lumps[:, 1 + axis] += np.bincount(at, moment[:, axis], len(vertices))
    return lumps
