"""Appearance of a person: skin, hair and clothes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import cv2
import numpy as np

from calibration.arrays import Floats
from calibration.bodies.bodies import Traits
from posture.types import Clothing

FITS = ("minimal", "tight", "regular", "loose")

CLOTHING_OF: Final[Mapping[str, Clothing]] = {
    "minimal": "minimal",
    "tight": "tight",
    "regular": "loose",
    "loose": "loose",
}
"""Clothing that a user would state for each fit: an ordinary T-shirt hangs loose, too."""

_FIT_ODDS = (0.20, 0.38, 0.24, 0.18)
TOPS = ("none", "bra", "tank", "tee", "long")
BOTTOMS = ("shorts", "bike", "leggings", "pants")
HAIRSTYLES = ("short", "cap", "bun", "pony", "long", "buzz", "bald")
_HAIR_ODDS = {
    "female": (0.18, 0.16, 0.24, 0.24, 0.16, 0.02, 0.0),
    "male": (0.52, 0.20, 0.02, 0.02, 0.01, 0.14, 0.09),
}
_HAIR_COLOURS = (
    (18, 14, 11), (42, 28, 19), (74, 48, 30), (132, 94, 56), (176, 146, 98), (120, 118, 116),
    (88, 42, 22),
)  # fmt: skip
SKIN_SHADES: Floats = np.array(
    [
        [226, 190, 168], [220, 180, 154], [214, 170, 140], [196, 149, 116],
        [172, 124, 92], [146, 101, 72], [118, 79, 56], [92, 61, 43], [70, 46, 34],
    ],
    dtype=float,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """Skin, hair and clothes of a person; colours are gamma-encoded RGB, 0..255.

    Parameters
    ----------
    skin : float
        Shade 0 (lightest) to 8 (darkest).
    hair, hair_colour : str, tuple
        One of ``HAIRSTYLES`` and its colour.
    fit : str
        One of ``FITS``: how far the clothes stand off the body.
    top, bottom : str
        From ``TOPS`` and ``BOTTOMS``.
    feet : str
        ``bare``, ``socks`` or ``shoes``.
    hem, waist : float
        Lower edge of the top and upper edge of the bottom in fractions of height.
    sleeve, leg : float
        Length of short sleeves and shorts in fractions of the upper arm and thigh.
    tucked : bool
        Top inside the bottom's waistband.
    patterns : tuple of int
        Printed pattern of bottom, top and footwear (see ``shaders/scene.frag``).
    drape : float
        Greatest decrease of loose cloth's distance from the body's axis, metres per metre of
        descent.
    seed : int
        Of folds, mottling and hair.
    """

    skin: float
    hair: str
    hair_colour: tuple[float, ...]
    fit: str
    top: str
    bottom: str
    feet: str
    top_colour: tuple[float, ...]
    bottom_colour: tuple[float, ...]
    feet_colour: tuple[float, ...]
    accent: tuple[float, ...]
    hem: float
    waist: float
    sleeve: float
    leg: float
    tucked: bool
    patterns: tuple[int, int, int]
    drape: float
    seed: int

    @property
    def skin_colour(self) -> Floats:
        """Gamma-encoded RGB of the skin, 0..255, shape (3,)."""
        below = int(min(self.skin, 7.999))
        share = self.skin - below
        return np.asarray(SKIN_SHADES[below] * (1 - share) + SKIN_SHADES[below + 1] * share)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self)


def sample_appearance(
    rng: np.random.Generator, traits: Traits, *, fit: str | None = None
) -> Appearance:
    """Draw skin, hair and clothes that match a person's sex, age and ancestry.

    Parameters
    ----------
    fit : str, optional
        One of ``FITS``; drawn if omitted.
    """
    fit = fit or str(rng.choice(FITS, p=_FIT_ODDS))
    top, bottom = _sample_garments(rng, traits.sex, fit)
    ancestry = traits.phenotype
    depth = ancestry["african"] * 7.2 + ancestry["asian"] * 2.6 + ancestry["caucasian"] * 0.9
    return Appearance(
        skin=float(np.clip(rng.normal(depth, 0.8), 0.0, 8.0)),
        hair=str(rng.choice(HAIRSTYLES, p=_HAIR_ODDS[traits.sex])),
        hair_colour=_hair_colour(rng, traits.age),
        fit=fit,
        top=top,
        bottom=bottom,
        feet=str(rng.choice(["bare", "socks", "shoes"], p=[0.55, 0.15, 0.30])),
        top_colour=_cloth_colour(rng),
        bottom_colour=_cloth_colour(rng),
        feet_colour=_cloth_colour(rng),
        accent=_cloth_colour(rng),
        hem=float(rng.uniform(0.49, 0.545)),
        waist=float(rng.uniform(0.575, 0.61)),
        sleeve=float(rng.uniform(0.45, 0.8)),
        leg=float(rng.uniform(0.32, 0.85)),
        tucked=bool(rng.random() < 0.2),
        patterns=_sample_patterns(rng),
        drape=float(rng.uniform(0.05, 0.3)),
        seed=int(rng.integers(1 << 30)),
    )


def _sample_garments(rng: np.random.Generator, sex: str, fit: str) -> tuple[str, str]:
    female = sex == "female"
    if fit == "minimal":
        top = "bra" if female else "none"
        bottom = rng.choice(["shorts", "bike"], p=[0.4, 0.6])
    elif fit == "tight":
        top = rng.choice(TOPS, p=[0, 0.3, 0.3, 0.28, 0.12] if female else [0.1, 0, 0.3, 0.42, 0.18])
        bottom = rng.choice(["shorts", "bike", "leggings"], p=[0.2, 0.3, 0.5])
    else:
        top = rng.choice(["tee", "long", "tank"], p=[0.65, 0.20, 0.15])
        bottom = rng.choice(["shorts", "pants", "leggings"], p=[0.35, 0.45, 0.20])
    return str(top), str(bottom)


def _sample_patterns(rng: np.random.Generator) -> tuple[int, int, int]:
    top = int(rng.choice([0, 1, 2, 3, 4], p=[0.48, 0.12, 0.12, 0.06, 0.22]))
    bottom = int(rng.choice([0, 2, 3, 4], p=[0.55, 0.2, 0.03, 0.22]))
    return bottom, top, 0


def _hair_colour(rng: np.random.Generator, age: float) -> tuple[float, ...]:
    base = np.array(_HAIR_COLOURS[rng.choice(7, p=[0.36, 0.27, 0.17, 0.08, 0.05, 0.04, 0.03])])
    grey = float(np.clip((age - 40.0) / 40.0 + rng.normal(0.0, 0.2), 0.0, 0.9))
    mixed = base * (1 - grey) + np.array([150.0, 148.0, 145.0]) * grey + rng.normal(0, 4, 3)
    return tuple(float(x) for x in np.clip(mixed, 4, 230))


def _cloth_colour(rng: np.random.Generator) -> tuple[float, ...]:
    draw = rng.random()
    if draw < 0.30:
        colour = np.full(3, rng.uniform(18, 60)) + rng.normal(0, 4, 3)
    elif draw < 0.45:
        colour = np.full(3, rng.uniform(195, 242)) + rng.normal(0, 5, 3)
    elif draw < 0.58:
        colour = np.full(3, rng.uniform(80, 170)) + rng.normal(0, 6, 3)
    else:
        hsv = [[[rng.uniform(0, 179), rng.uniform(50, 150), rng.uniform(50, 200)]]]
        colour = cv2.cvtColor(np.array(hsv, dtype=np.uint8), cv2.COLOR_HSV2RGB)[0, 0].astype(float)
    return tuple(float(x) for x in np.clip(colour, 4, 250))
