"""Calibrated estimates: pelvic tilt and lumbar arch with their intervals, or none.

Three layers, each of which does what the others cannot. A joint normal distribution over what
bodies are (tilt, lordosis, depth) and what a photo shows of them (profile, measures, joints)
gives the conditional mean given whatever the photo happens to show: a stretch of back behind an
arm is simply not conditioned on, and nothing saturates at the edge of what was seen. An ensemble
of small networks adds what bends: levels that shift with a misplaced hip, for instance. A third
model says how far off such an estimate usually is for a photo of this quality. The factor that
makes intervals true 90 times in 100 is measured on bodies that none of them was fitted to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NotRequired, TypedDict

import numpy as np

from posture.codec import Json, decode, encode_record
from posture.estimator.change_error import NO_CHANGE_ERRORS, ChangeErrors
from posture.estimator.ensemble import Ensemble
from posture.estimator.features import BODY_NAMES, PROFILE_LEVELS
from posture.estimator.gaussian import Conditional, JointNormal
from posture.estimator.uncertainty import qualities
from posture.quantity import Quantity, QuantityDict
from posture.types import FloatArray

TARGETS: Final[dict[str, str]] = {
    "pelvic_tilt_deg": "deg",
    "lumbar_lordosis_deg": "deg",
    "lumbar_depth_pct": "%trunk",
}
"""Estimated quantities and their units."""

SWAY_SD: Final[dict[str, float]] = {
    "pelvic_tilt_deg": 1.0,
    "lumbar_lordosis_deg": 1.0,
    "lumbar_depth_pct": 0.0,
}
"""The person's own movement within a minute of quiet standing (Pan 2021: median change of 2.7
and 2.9 degrees within the minute, about 1 degree SD), which no rendered body shows."""

USUAL_ROLL_SD_DEG: Final = 1.3
"""Error of the camera's roll in the photos that the intervals were set on (docs/method.md)."""

BODY: Final = len(BODY_NAMES)
"""Features that the joint normal distribution is over; the rest is for the ensemble alone."""

MAX_INPUT: Final = 5.0
"""Standard scores beyond this tell the ensemble nothing more."""

MIN_GAIN: Final = 0.97
"""An error expected to be larger than this share of the error of guessing tells nothing new."""


class EstimatesDict(TypedDict):
    """JSON form of :class:`Estimates`."""

    pelvic_tilt_deg: QuantityDict
    lumbar_lordosis_deg: QuantityDict
    lumbar_depth_pct: QuantityDict
    change: NotRequired[dict[str, Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """What the photo says about the skeleton, each with a 90 % interval or a reason.

    Parameters
    ----------
    pelvic_tilt_deg : Quantity
        ASIS-PSIS line against the horizontal; positive when the ASIS is lower (anterior).
    lumbar_lordosis_deg : Quantity
        Surface angle between the back's tangents at the two lumbar inflections.
    lumbar_depth_pct : Quantity
        Depth of the lumbar hollow in percent of trunk length.
    change : ChangeErrors
        How far off a change of each may be; see :mod:`posture.estimator.change_error`.
    """

    pelvic_tilt_deg: Quantity
    lumbar_lordosis_deg: Quantity
    lumbar_depth_pct: Quantity
    change: ChangeErrors = NO_CHANGE_ERRORS

    @property
    def complete(self) -> bool:
        """Whether every quantity could be stated."""
        found = (self.pelvic_tilt_deg, self.lumbar_lordosis_deg, self.lumbar_depth_pct)
        return all(quantity.present for quantity in found)

    def to_dict(self) -> EstimatesDict:
        """Return the JSON form."""
        return {
            "pelvic_tilt_deg": self.pelvic_tilt_deg.to_dict(),
            "lumbar_lordosis_deg": self.lumbar_lordosis_deg.to_dict(),
            "lumbar_depth_pct": self.lumbar_depth_pct.to_dict(),
            "change": encode_record(self.change),
        }

    @classmethod
    def from_dict(cls, data: EstimatesDict) -> Estimates:
        """Rebuild estimates from their JSON form."""
        return cls(
            pelvic_tilt_deg=Quantity.from_dict(data["pelvic_tilt_deg"]),
            lumbar_lordosis_deg=Quantity.from_dict(data["lumbar_lordosis_deg"]),
            lumbar_depth_pct=Quantity.from_dict(data["lumbar_depth_pct"]),
            change=decode(ChangeErrors, data.get("change", {}), "change"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the model says of one photo before anything is held back.

    Parameters
    ----------
    mean, sd : ndarray, shape (T,)
        Estimate and spread of each target.
    distance : float
        Squared Mahalanobis distance per seen feature; about 1 for a typical body.
    """

    mean: FloatArray
    sd: FloatArray
    distance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimator:
    """Joint normal model of bodies and photos, an ensemble, and a model of their errors.

    Parameters
    ----------
    id : str
        Name and version of the fit; recorded in every result.
    mean : ndarray, shape (T + B,)
        Means of the T targets and the B features of the body.
    covariance : ndarray, shape (T + B, T + B)
    conformal_factor : ndarray, shape (T,)
        Factor on the standard deviation that makes 90 % intervals cover 90 % of bodies that
        were never fitted.
    distance_limit : float
        Largest squared Mahalanobis distance per feature that such bodies show (99.5 %).
    ensemble : Ensemble, optional
        Takes :func:`ensemble_input`; gives what is to be added to the linear estimate, in
        standard deviations of the targets.
    spread : ndarray, shape (T, Q), optional
        Weights of the Q qualities (:mod:`posture.estimator.uncertainty`) in the logarithm of the
        spread; without them the spread is the conditional one of the joint normal distribution.
    roll_gain : ndarray, shape (T,)
        By how many units an estimate moves when the camera's roll is wrong by one degree.
    change_errors : ChangeErrors
        How far off a change of each target may be.
    """

    id: str
    mean: FloatArray
    covariance: FloatArray
    conformal_factor: FloatArray
    distance_limit: float
    ensemble: Ensemble | None = None
    spread: FloatArray | None = None
    roll_gain: FloatArray = field(default_factory=lambda: np.zeros(len(TARGETS)))
    change_errors: ChangeErrors = NO_CHANGE_ERRORS

    @property
    def joint(self) -> JointNormal:
        """The joint normal distribution."""
        return JointNormal(mean=self.mean, covariance=self.covariance, targets=len(TARGETS))

    def seen(self, features: FloatArray) -> Conditional:
        """Return the joint normal distribution given what one feature vector shows of the body."""
        return self.joint.given(features[:BODY])

    def estimate(
        self,
        features: FloatArray,
        *,
        absent: dict[str, str] | None = None,
        roll_sd_deg: float = 0.0,
    ) -> Estimates:
        """Estimate from one feature vector.

        Parameters
        ----------
        features : ndarray, shape (F,)
            See :func:`posture.estimator.features.feature_vector`; NaN where nothing was seen.
        absent : dict of str to str, optional
            Targets that must not be stated, with the reason.
        roll_sd_deg : float
            Spread of the camera's roll; what exceeds the usual one widens intervals.

        Returns
        -------
        Estimates
        """
        predicted = self.predict(features)
        excess = np.sqrt(max(0.0, roll_sd_deg**2 - USUAL_ROLL_SD_DEG**2))
        sd = np.hypot(predicted.sd, self.roll_gain * excess)
        found = {}
        for i, (name, unit) in enumerate(TARGETS.items()):
            reason = (absent or {}).get(name) or self._abstains(i, sd[i], predicted)
            spread = float(np.hypot(sd[i], SWAY_SD[name]))
            found[name] = (
                Quantity.absent(reason, unit=unit)
                if reason
                else Quantity.known(float(predicted.mean[i]), spread, unit=unit)
            )
        return Estimates(
            pelvic_tilt_deg=found["pelvic_tilt_deg"],
            lumbar_lordosis_deg=found["lumbar_lordosis_deg"],
            lumbar_depth_pct=found["lumbar_depth_pct"],
            change=self.change_errors,
        )

    def predict(self, features: FloatArray) -> Prediction:
        """Return estimate, spread and distance of one feature vector, shape (F,)."""
        joint = self.joint
        seen = self.seen(features)
        score, sd = seen.score, seen.score_sd
        if self.ensemble is not None:
            predictions = self.ensemble.predict(ensemble_input(features, seen, joint))
            if self.spread is not None:
                sd = np.exp((qualities(features, seen, predictions) * self.spread).sum(axis=1))
            score = score + predictions.mean(axis=0)
        return Prediction(
            mean=joint.target_mean + joint.target_sd * score,
            sd=joint.target_sd * sd * self.conformal_factor,
            distance=seen.distance,
        )

    def _abstains(self, target: int, sd: float, predicted: Prediction) -> str | None:
        """Return why a target must not be stated, or None."""
        if predicted.distance > self.distance_limit:
            return "outside_calibration"
        # A reading far from the mean says something even with a wide interval: whoever guessed
        # the mean would be off by that distance as well.
        off_mean = predicted.mean[target] - self.mean[target]
        if sd > MIN_GAIN * np.hypot(self.joint.target_sd[target], off_mean):
            return "no_better_than_population"
        return None


def ensemble_input(features: FloatArray, seen: Conditional, joint: JointNormal) -> FloatArray:
    """Return what the ensemble sees, shape (B + 2 L + 8 + T,).

    The body's features, completed, in standard scores; at the 2 L levels of the profile by how
    much an arm stands out beyond where the trunk would be expected (0 without an arm); elbows and
    wrists in trunk lengths; the linear estimate in standard scores. All but the estimate are
    clipped, so that one absurd level cannot shout down the rest.
    """
    levels = 2 * len(PROFILE_LEVELS)
    outline, arms = features[BODY : BODY + levels], features[BODY + levels :]
    position = (outline - joint.feature_mean[:levels]) / joint.feature_sd[:levels]
    beyond = np.nan_to_num(position - seen.filled[:levels])
    body, beyond, arms = (
        np.clip(part, -MAX_INPUT, MAX_INPUT) for part in (seen.filled, beyond, np.nan_to_num(arms))
    )
    return np.concatenate([body, beyond, arms, seen.score])
