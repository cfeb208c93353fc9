"""The signs of the two patterns of lower crossed syndrome, each with its probability.

The limits are those of this screening rule. What is common among adults is another matter: the
band of :mod:`posture.screening.norms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from posture.estimator.model import Estimates
from posture.quantity import Quantity
from posture.screening.norms import NORMS
from posture.types import Pattern, Sex

ARCH_NORMS: Final = NORMS["lumbar_lordosis_deg"]

TILT_LIMIT_DEG: Final = 15.7
"""A pelvis tipped further counts as tipped forward: about one adult in ten. Bone shape alone
spreads by 5 degrees at one and the same position (Preece 2008), so a tilt beyond the limit is
never more than one of several signs."""

TUCKED_LIMIT_DEG: Final = 1.9
"""A pelvis tipped forward less counts as tucked: about one adult in ten."""

DEEP_LIMIT_Z: Final = 1.04
"""Standard score of an arch beyond which it counts as deep: the deepest 15 % of adults."""

ORDINARY_LIMIT_Z: Final = 0.5
"""Type B comes with an arch that is flat or ordinary, at most this much above the mean."""

SWAY_LIMIT_DEG: Final = 196.0
KNEE_LIMIT_DEG: Final = 5.0
BENT_LIMIT_DEG: Final = -4.0
KYPHOSIS_LIMIT_PCT: Final = 13.0
HEAD_LIMIT_DEG: Final = 48.0
"""Cut-offs without a published source for these very definitions. Sway, bent joints and the
flexicurve index: about the 90th percentile of rendered neutral bodies through this program
(docs/screening.md). Hyperextended knee and craniovertebral angle: convention in practice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign of one pattern; ``probability`` is ``None`` when it could not be seen."""

    name: str
    pattern: Pattern
    role: Literal["core", "support"]
    text: str
    probability: float | None


def type_a_signs(
    estimates: Estimates, measures: Mapping[str, Quantity], sex: Sex | None
) -> list[Sign]:
    """Look for type A: anterior tilt with a deep arch; hips and knees may be slightly bent."""
    norm = ARCH_NORMS[sex]
    deep = norm.mean + DEEP_LIMIT_Z * norm.sd
    return [
        Sign(
            name="anterior_tilt",
            pattern="type_a",
            role="core",
            text="Pelvis tipped forward more than in most adults",
            probability=estimates.pelvic_tilt_deg.probability_above(TILT_LIMIT_DEG),
        ),
        Sign(
            name="deep_arch",
            pattern="type_a",
            role="core",
            text="Lumbar arch deeper than in 85 % of adults",
            probability=estimates.lumbar_lordosis_deg.probability_above(deep),
        ),
        Sign(
            name="hip_flexion",
            pattern="type_a",
            role="support",
            text="Hips slightly bent",
            probability=_below(measures["hip_extension_deg"], BENT_LIMIT_DEG),
        ),
        Sign(
            name="knee_flexion",
            pattern="type_a",
            role="support",
            text="Knees slightly bent",
            probability=_below(measures["knee_extension_deg"], BENT_LIMIT_DEG),
        ),
    ]


def type_b_signs(
    estimates: Estimates, measures: Mapping[str, Quantity], sex: Sex | None
) -> list[Sign]:
    """Look for type B: sway with a shallow arch; knees, upper back and head may support it."""
    norm = ARCH_NORMS[sex]
    ordinary = norm.mean + ORDINARY_LIMIT_Z * norm.sd
    return [
        Sign(
            name="sway",
            pattern="type_b",
            role="core",
            text="Hips carried in front, trunk hanging back, pelvis not tucked",
            probability=_sway(measures["sway_angle_deg"], estimates.pelvic_tilt_deg),
        ),
        Sign(
            name="shallow_arch",
            pattern="type_b",
            role="core",
            text="Lumbar arch shallow or ordinary",
            probability=_below(estimates.lumbar_lordosis_deg, ordinary),
        ),
        Sign(
            name="knee_hyperextension",
            pattern="type_b",
            role="support",
            text="Knees pushed back beyond straight",
            probability=measures["knee_extension_deg"].probability_above(KNEE_LIMIT_DEG),
        ),
        Sign(
            name="kyphosis",
            pattern="type_b",
            role="support",
            text="Upper back more rounded than in most adults",
            probability=measures["thoracic_kyphosis_index_pct"].probability_above(
                KYPHOSIS_LIMIT_PCT
            ),
        ),
        Sign(
            name="forward_head",
            pattern="type_b",
            role="support",
            text="Head carried forward",
            probability=_below(measures["craniovertebral_deg"], HEAD_LIMIT_DEG),
        ),
    ]


def _sway(sway: Quantity, tilt: Quantity) -> float | None:
    """Return the probability of a sway that is not just a tucked pelvis.

    Tucking the pelvis carries the hips forward too, but is the opposite of this pattern.
    """
    hips_in_front = sway.probability_above(SWAY_LIMIT_DEG)
    not_tucked = tilt.probability_above(TUCKED_LIMIT_DEG)
    if hips_in_front is None or not_tucked is None:
        return hips_in_front
    return hips_in_front * not_tucked


def _below(quantity: Quantity, threshold: float) -> float | None:
    above = quantity.probability_above(threshold)
    return None if above is None else 1.0 - above
