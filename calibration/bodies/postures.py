"""Standing postures: anatomical parameters and their distribution in two populations.

What training moves is the *position* of the pelvis: the slope of the ASIS-PSIS line, free of the
bone shape that no outline shows. On the skin of healthy adults the orientation of the sacrum and
the lordosis go together with R2 0.76 to 0.79, partly because one is a part of the other (Spine J
2018, n 410), and in people with back pain with 0.18 to 0.39. Adults are drawn here with a
correlation of position and surface lordosis of about 0.5 within either sex. The palpated line hides
it (Youdas 1996 found no relation): bones differ in shape (:mod:`calibration.bodies.bodies`), half
of that deviation is compensated by how the pelvis is held, and a calliper errs by 3.6 degrees.

``wide`` covers the range that an estimator has to know (position SD about 9 degrees),
``population`` follows surveys of adults (palpated line SD 5 to 6 degrees). Statistics over sampled
people of each (``python -m calibration describe``) are in calibration/README.md.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

POPULATIONS = ("wide", "population")
TYPES = ("neutral", "lcs_a", "lcs_b", "flat_back", "kypho_lordotic", "posterior_tilt", "free")
ARM_POSITIONS = (
    "hanging",
    "hanging_forward",
    "hanging_back",
    "flexed",
    "crossed",
    "clasped",
    "on_hips",
    "raised",
)
TILT_MEAN_DEG = {"female": 10.0, "male": 8.0}
LUMBAR_SHARE = (0.27, 0.25, 0.20, 0.14, 0.09, 0.05)
"""Shares of L5, L4, L3, L2, L1 and T12 in the lumbar curve."""
_ARM_ODDS = (0.36, 0.16, 0.06, 0.14, 0.14, 0.08, 0.06, 0.0)
"""Odds in the order of :data:`ARM_POSITIONS`. Arms raised forwards are a protocol of their own and
occur only in data sets that ask for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Distribution of one posture type in one population: means and SDs in degrees.

    Parameters
    ----------
    tilt : tuple of float
        Rotation of the pelvis relative to the mean of the person's sex, apart from bone shape.
    curve : tuple of float
        Lumbar curve (pelvis against T12) relative to the rest pose.
    thorax : tuple of float
        Thoracic curve (T1 against T12) relative to the rest pose.
    knee : tuple of float
        Hyperextension of the knee, + = beyond straight.
    """

    tilt: tuple[float, float]
    curve: tuple[float, float]
    thorax: tuple[float, float]
    knee: tuple[float, float]


SPREADS: dict[str, dict[str, tuple[float, Spread]]] = {
    "population": {
        "free": (1.0, Spread(tilt=(0, 5.0), curve=(-2, 3.0), thorax=(-6.5, 5), knee=(-0.5, 3.5))),
    },
    "wide": {
        "free": (0.54, Spread(tilt=(0, 10.0), curve=(-1, 7.0), thorax=(-6, 7), knee=(-0.5, 4.5))),
        "neutral": (0.15, Spread(tilt=(-1, 4), curve=(-2, 4), thorax=(-4, 4), knee=(1, 2))),
        "lcs_a": (0.06, Spread(tilt=(12, 4), curve=(0, 4), thorax=(-2, 5), knee=(-4, 2))),
        "lcs_b": (0.09, Spread(tilt=(-1, 4), curve=(0, 4), thorax=(6, 4), knee=(7, 3))),
        "flat_back": (0.06, Spread(tilt=(-5, 4), curve=(-5, 3), thorax=(-5, 4), knee=(1, 2))),
        "kypho_lordotic": (0.03, Spread(tilt=(8, 4), curve=(3, 4), thorax=(11, 5), knee=(3, 3))),
        "posterior_tilt": (0.07, Spread(tilt=(-14, 4), curve=(8, 6), thorax=(1, 5), knee=(0, 3))),
    },
}
CURVE_FOLLOWS_PELVIS = 1.25
"""Degrees of lumbar curve per degree of pelvic rotation: the trunk stays upright over a pelvis that
turns forward, and leans a little less. Sets the correlation of position and surface lordosis."""
MEAN_REST_TILT_DEG = 13.1
"""Mean ASIS-PSIS tilt of sampled bodies in the rest pose; as on cadavers (Preece 2008)."""
SHAPE_COMPENSATED = 0.5
"""Share of a deviating bone shape that the position of the pelvis compensates for. Assumed: without
compensation, rotation would vary far less than the sacral slope does (SD 7.8 degrees)."""
REST_KNEE_DEG = 6.0
"""Flexion of the knees in the model's rest pose."""
FEMALE_EXTRA_CURVE_DEG = 2.0
"""Surface lordosis of women is about 12 degrees greater (Lang-Tapia 2011); most of the difference
already comes from the shape of the buttocks."""
MAX_ROTATION_DEG = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    """A standing posture; degrees, in the sagittal plane against the vertical, + = forwards.

    Parameters
    ----------
    kind : str
        One of ``TYPES``.
    pelvis_rotation : float
        Rotation of the pelvis from the rest pose, + = anterior.
    t12, t1, head : float
        Inclination of these segments relative to the rest pose.
    head_yaw : float
        Rotation of the head to the left.
    lumbar_share : tuple of float
        Shares of L5, L4, L3, L2, L1 and T12 in the lumbar curve.
    thigh, shank : tuple of float
        Left and right inclination of the leg segments, + = upper end behind the lower.
    adduction, toe_out : float
        Of the legs, towards the midline; of the feet, outwards.
    obliquity, side_bend, twist : float
        Small asymmetries of pelvis and trunk in the other two planes.
    shoulder_drop, protraction : float
        Depression and protraction of the shoulder girdle.
    arms : str
        One of ``ARM_POSITIONS``.
    arm_noise : tuple of float
        Six standard normal numbers that vary the arm position.
    finger_curl, finger_close, forearm_twist : float
        Curl of the fingers, share (0..1) by which they close towards the middle finger, pronation.
    com_forward_m : float
        Distance of the centre of mass in front of the ankles, metres.
    """

    kind: str = "neutral"
    pelvis_rotation: float = 0.0
    t12: float = 0.0
    t1: float = 0.0
    head: float = 0.0
    head_yaw: float = 0.0
    lumbar_share: tuple[float, ...] = LUMBAR_SHARE
    thigh: tuple[float, float] = (0.0, 0.0)
    shank: tuple[float, float] = (0.0, 0.0)
    adduction: float = 5.0
    toe_out: float = 5.0
    obliquity: float = 0.0
    side_bend: float = 0.0
    twist: float = 0.0
    shoulder_drop: float = 3.0
    protraction: float = 0.0
    arms: str = "hanging"
    arm_noise: tuple[float, ...] = (0.0,) * 6
    finger_curl: float = 20.0
    finger_close: float = 0.6
    forearm_twist: float = 0.0
    com_forward_m: float = 0.045

    def to_dict(self) -> dict[str, Any]:
        """Return the posture as plain JSON types."""
        return asdict(self)

    def with_pelvis(self, change_deg: float) -> Posture:
        """Return this posture with the pelvis alone rotated further."""
        return replace(self, pelvis_rotation=self.pelvis_rotation + change_deg)


def sample_posture(
    rng: np.random.Generator,
    *,
    sex: str,
    rest_tilt_deg: float,
    population: str = "wide",
    kind: str | None = None,
    arms: str | None = None,
) -> Posture:
    """Draw one standing posture.

    Parameters
    ----------
    sex : str
        ``female`` or ``male``; the means differ.
    rest_tilt_deg : float
        ASIS-PSIS tilt of this body at rotation 0, bone shape included.
    population : str
        ``wide`` or ``population``.
    kind, arms : str, optional
        Type or arm position; drawn if omitted.

    Notes
    -----
    SDs of each population and the correlation of tilt and lordosis are measured by
    ``python -m calibration describe`` and stated in calibration/README.md.
    """
    kind, spread = _draw_type(rng, population, kind)
    typical = TILT_MEAN_DEG[sex] - MEAN_REST_TILT_DEG
    taken_back = SHAPE_COMPENSATED * (rest_tilt_deg - MEAN_REST_TILT_DEG)
    rotation = typical + rng.normal(*spread.tilt) - taken_back
    rotation = float(np.clip(rotation, -MAX_ROTATION_DEG, MAX_ROTATION_DEG))
    extra = FEMALE_EXTRA_CURVE_DEG * (0.5 if sex == "female" else -0.5)
    curve = rng.normal(*spread.curve) + CURVE_FOLLOWS_PELVIS * rotation + extra
    # T1 does not follow T12: the thorax rights a leaning trunk, since the gaze stays level.
    t12 = float(np.clip(rotation - curve, -15.0, 12.0))
    t1 = float(np.clip(rng.normal(*spread.thorax), -12.0, 24.0))
    return Posture(
        kind=kind,
        pelvis_rotation=rotation,
        t12=t12,
        t1=t1,
        head=float(rng.normal(0.0, 4.0) + 0.25 * t1),
        head_yaw=float(rng.normal(0.0, 6.0)),
        lumbar_share=_sample_share(rng),
        arms=arms or str(rng.choice(ARM_POSITIONS, p=_ARM_ODDS)),
        arm_noise=tuple(float(x) for x in np.clip(rng.normal(0.0, 1.0, 6), -2.5, 2.5)),
        **_sample_legs(rng, float(rng.normal(*spread.knee))),
        **_sample_rest(rng, t1),
    )


def _draw_type(rng: np.random.Generator, population: str, kind: str | None) -> tuple[str, Spread]:
    table = SPREADS[population]
    if kind is None:
        kind = str(rng.choice(list(table), p=[odds for odds, _ in table.values()]))
    return kind, (table.get(kind) or SPREADS["wide"][kind])[1]


def _sample_share(rng: np.random.Generator) -> tuple[float, ...]:
    """Shares of the levels in the lumbar curve: each level varies, and so does the centre."""
    slope = rng.normal(0.0, 0.25) * np.linspace(-1.0, 1.0, 6)
    share = np.array(LUMBAR_SHARE) * np.exp(rng.normal(0.0, 0.25, 6) + slope)
    return tuple(float(part) for part in share / share.sum())


def _sample_legs(rng: np.random.Generator, hyperextension: float) -> dict[str, Any]:
    hyperextension = float(np.clip(hyperextension, -10.0, 12.0)) + REST_KNEE_DEG
    both, stagger = rng.normal(0.0, 0.8), rng.normal(0.0, 0.9, 2)
    return {
        "thigh": tuple(float(hyperextension / 2 + both + side) for side in stagger),
        "shank": tuple(float(-hyperextension / 2 + both + side) for side in stagger),
        "adduction": float(np.clip(rng.normal(5.0, 1.2), 2.5, 7.5)),
        "toe_out": float(rng.normal(5.0, 4.0)),
    }


def _sample_rest(rng: np.random.Generator, t1: float) -> dict[str, Any]:
    return {
        "obliquity": float(rng.normal(0.0, 1.0)),
        "side_bend": float(rng.normal(0.0, 1.2)),
        "twist": float(rng.normal(0.0, 2.0)),
        "shoulder_drop": float(rng.normal(3.0, 2.0)),
        "protraction": float(np.clip(rng.normal(0.0, 4.0) + 0.3 * max(0.0, t1), -10.0, 16.0)),
        "finger_curl": float(rng.uniform(10.0, 40.0)),
        "finger_close": float(rng.uniform(0.5, 0.95)),
        "forearm_twist": float(rng.normal(0.0, 10.0)),
        "com_forward_m": float(np.clip(rng.normal(0.045, 0.013), 0.015, 0.075)),
    }
