"""The signs of the two patterns of lower crossed syndrome, each with its probability.

The core signs are the parts of the definition (:mod:`posture.screening.definition`), one by one.
The grade does not multiply them, since they are not independent: it comes from the joint posterior
(:mod:`posture.screening.pattern_odds`). Supporting signs are listed and never counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from posture.quantity import Quantity
from posture.screening.definition import LEAST_Z, ORDINARY_Z, TUCKED_Z, Definition
from posture.screening.pattern_odds import Scores
from posture.screening.posterior import normal_below
from posture.types import Pattern, Sex

KNEE_LIMIT_DEG: Final = 5.0
BENT_LIMIT_DEG: Final = -4.0
KYPHOSIS_LIMIT_PCT: Final = 13.0
HEAD_LIMIT_DEG: Final = 48.0
"""Cut-offs of supporting signs, without a published source for these very definitions. Bent joints
and the flexicurve index: about the 90th percentile of rendered neutral bodies through this program
(docs/screening.md). Hyperextended knee and craniovertebral angle: convention in practice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign of one pattern; ``probability`` is ``None`` when it could not be seen."""

    name: str
    pattern: Pattern
    role: Literal["core", "support"]
    text: str
    probability: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Standard scores of a photo among the adults that it may be compared with.

    Parameters
    ----------
    among : mapping of sex to Scores
        Empty when the position was not seen.
    chances : mapping of sex to float
    arch_stated : bool
        Whether the arch is more than what goes with the position.
    """

    among: Mapping[Sex, Scores]
    chances: Mapping[Sex, float]
    arch_stated: bool

    def position_above(self, z: float) -> float | None:
        """Return the probability of a position beyond a standard score."""
        return self._mean({s: _above(z, *each.joint.x) for s, each in self.among.items()})

    def arch_above(self, z: float) -> float | None:
        """Return the probability of an arch beyond a standard score; ``None`` when not stated."""
        if not self.arch_stated:
            return None
        return self._mean({s: _above(z, *each.joint.y) for s, each in self.among.items()})

    def sway_above(self, z: float) -> float | None:
        """Return the probability of a sway beyond a standard score."""
        found = {}
        for sex, each in self.among.items():
            if each.sway is None:
                return None
            found[sex] = _above(z, each.sway.level, each.sway.spread(each.joint.x[1]))
        return self._mean(found)

    def _mean(self, found: Mapping[Sex, float]) -> float | None:
        if not found:
            return None
        return sum(self.chances[sex] * each for sex, each in found.items())


def signs_of(seen: Seen, measures: Mapping[str, Quantity], model: Definition) -> list[Sign]:
    """Look for the signs of both patterns."""
    return [*_type_a(seen, measures), *_type_b(seen, measures, model)]


def _type_a(seen: Seen, measures: Mapping[str, Quantity]) -> Iterator[Sign]:
    """Look for type A: anterior tilt with a deep arch; hips and knees may be slightly bent."""
    yield Sign(
        name="anterior_tilt",
        pattern="type_a",
        role="core",
        text="Pelvis tipped forward more than in most adults",
        probability=seen.position_above(LEAST_Z),
    )
    yield Sign(
        name="deep_arch",
        pattern="type_a",
        role="core",
        text="Low back arched more than in most adults",
        probability=seen.arch_above(LEAST_Z),
    )
    yield Sign(
        name="hip_flexion",
        pattern="type_a",
        role="support",
        text="Hips slightly bent",
        probability=_below(measures["hip_extension_deg"], BENT_LIMIT_DEG),
    )
    yield Sign(
        name="knee_flexion",
        pattern="type_a",
        role="support",
        text="Knees slightly bent",
        probability=_below(measures["knee_extension_deg"], BENT_LIMIT_DEG),
    )


def _type_b(seen: Seen, measures: Mapping[str, Quantity], model: Definition) -> Iterator[Sign]:
    """Look for type B: sway with a shallow arch; knees, upper back and head may support it."""
    deep = seen.arch_above(ORDINARY_Z)
    yield Sign(
        name="sway",
        pattern="type_b",
        role="core",
        text="Hips carried in front, trunk hanging back",
        probability=seen.sway_above(model.cut_b),
    )
    yield Sign(
        name="shallow_arch",
        pattern="type_b",
        role="core",
        text="Lumbar arch shallow or ordinary",
        probability=None if deep is None else 1.0 - deep,
    )
    yield Sign(
        name="not_tucked",
        pattern="type_b",
        role="core",
        text="Pelvis not tucked under",
        probability=seen.position_above(TUCKED_Z),
    )
    yield Sign(
        name="knee_hyperextension",
        pattern="type_b",
        role="support",
        text="Knees pushed back beyond straight",
        probability=measures["knee_extension_deg"].probability_above(KNEE_LIMIT_DEG),
    )
    yield Sign(
        name="kyphosis",
        pattern="type_b",
        role="support",
        text="Upper back more rounded than in most adults",
        probability=measures["thoracic_kyphosis_index_pct"].probability_above(KYPHOSIS_LIMIT_PCT),
    )
    yield Sign(
        name="forward_head",
        pattern="type_b",
        role="support",
        text="Head carried forward",
        probability=_below(measures["craniovertebral_deg"], HEAD_LIMIT_DEG),
    )


def _above(z: float, mean: float, sd: float) -> float:
    return float(normal_below(np.array([(mean - z) / sd]))[0])


def _below(quantity: Quantity, threshold: float) -> float | None:
    above = quantity.probability_above(threshold)
    return None if above is None else 1.0 - above
