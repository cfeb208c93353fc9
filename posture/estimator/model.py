"""Calibrated estimator of pelvic position and lumbar arch, with intervals or abstention.

It has three layers, each of which does what the others cannot. A joint normal distribution of the
targets (position, lordosis, depth) and the features (edges, measures, joints) gives the conditional
mean for whatever the photo happens to show: a stretch of back behind an arm is simply not
conditioned on, and nothing saturates at the limits of the data. An ensemble of small networks adds
what is not linear, such as levels that shift with a misplaced hip. A third model gives the expected
error for a photo of this quality. The conformal factor, which makes intervals contain the truth 90
times in 100, is measured on bodies that none of the three was fitted to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Annotated, Final

import numpy as np

from posture.codec import Rounded, Table, decode, encode_record, left_out_if_none
from posture.estimator.bone_line import Belief, BoneLine
from posture.estimator.change_error import NO_CHANGE_ERRORS, ChangeErrorModel, ChangeErrors
from posture.estimator.ensemble import Ensemble
from posture.estimator.features import BODY_NAMES, PROFILE_LEVELS
from posture.estimator.gaussian import Conditional, JointNormal
from posture.estimator.leans import Leans, leans_between
from posture.estimator.locator import NONE_PLACED, Locator, Placed, relative_to
from posture.estimator.uncertainty import qualities
from posture.quantity import Quantity
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
"""SD of the person's own movement within a minute of quiet standing, which no rendered body shows
(Pan 2021: median change of 2.7 and 2.9 degrees within the minute, about 1 degree SD)."""

USUAL_ROLL_SD_DEG: Final = 1.3
"""SD of the roll's error in the photos on which the intervals were calibrated (docs/method.md)."""

BODY_COUNT: Final = len(BODY_NAMES)
"""Number of features in the joint normal distribution; only the ensemble uses the others."""

MAX_INPUT: Final = 5.0
"""Limit at which inputs of the ensemble are clipped: standard scores, and elbows and wrists."""

MAX_SD_RATIO: Final = 0.97
"""The estimator abstains when its SD exceeds this share of the error of guessing the mean."""

POSITION: Final = "pelvic_tilt_deg"
LINE: Final = "asis_psis_deg"
OLD_LINE: Final = "bone_line_estimate_deg"
"""Names of what may be known of the pelvis: its position, the bone line as placed, and the bone
line as version 0.1 estimated it."""

LINE_TAKEN: Final = "line_taken"
"""Flag of a position that took a placed line as one more reading."""

NOT_PLACED: Final = Quantity.absent("not_placed", unit="deg")
"""The ASIS-PSIS line of a photo on which nobody placed the two points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """Estimates of pelvis and lumbar arch, each with a 90 % interval or a reason for absence.

    Parameters
    ----------
    pelvic_tilt_deg : Quantity
        Position of the pelvis: the slope of the ASIS-PSIS line against the horizontal, free of the
        shape of the bones that no outline shows; positive when the ASIS is lower (anterior). A
        model quantity: a calliper on the bones can check its change, not its value.
    lumbar_lordosis_deg : Quantity
        Lumbar arch angle: surface angle between the back's tangents at the two inflections.
    lumbar_depth_pct : Quantity
        Depth of the lumbar hollow in percent of trunk length.
    asis_psis_deg : Quantity
        The bone line itself, between two points that a person placed or stickers that were found.
    outline_position_deg : Quantity, optional
        The position as the outline alone has it, where ``pelvic_tilt_deg`` also took a line: by it
        the photo is compared with others that may have no line.
    bone_line_estimate_deg : Quantity, optional
        Only in results of version 0.1, which estimated the bone line, not the position.
    change : ChangeErrors
        Errors of a change of each quantity, see :mod:`posture.estimator.change_error`.
    correlation : float or None
        Of the errors of tilt and lordosis in this photo; ``None`` in results that lack it.
    leans : Leans or None
        Of trunk and leg, from which the screening reads the sway; ``None`` in results that lack
        them.
    """

    pelvic_tilt_deg: Quantity
    lumbar_lordosis_deg: Quantity
    lumbar_depth_pct: Quantity
    asis_psis_deg: Quantity = NOT_PLACED
    outline_position_deg: Quantity | None = left_out_if_none()
    bone_line_estimate_deg: Quantity | None = left_out_if_none()
    change: ChangeErrors = NO_CHANGE_ERRORS
    correlation: Annotated[float | None, Rounded(3)] = left_out_if_none()
    leans: Leans | None = left_out_if_none()

    @property
    def line_placed(self) -> bool:
        """Whether the bone line itself is known."""
        return self.asis_psis_deg.present

    @property
    def pelvis(self) -> str:
        """Name of what is said first about the pelvis: the line where it was placed."""
        if self.line_placed:
            return LINE
        return POSITION if self.bone_line_estimate_deg is None else OLD_LINE

    def shown(self) -> dict[str, Quantity]:
        """Return everything to show a person, by name: what leads for the pelvis comes first."""
        first = {name: getattr(self, name) for name in (self.pelvis, POSITION)}
        return first | {
            "lumbar_lordosis_deg": self.lumbar_lordosis_deg,
            "lumbar_depth_pct": self.lumbar_depth_pct,
        }

    @property
    def complete(self) -> bool:
        """Whether every quantity could be stated."""
        found = (self.pelvic_tilt_deg, self.lumbar_lordosis_deg, self.lumbar_depth_pct)
        return all(quantity.present for quantity in found)

    def to_dict(self) -> Table:
        """Return the JSON form."""
        return encode_record(self)

    @classmethod
    def from_dict(cls, data: object) -> Estimates:
        """Rebuild estimates from their JSON form; raises ``ValueError``."""
        return decode(cls, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Output of the model for one photo, before any abstention.

    Parameters
    ----------
    mean, sd : ndarray, shape (T,)
        Estimate of each target and the SD of its error.
    distance : float
        Squared Mahalanobis distance per seen feature; about 1 for a typical body.
    correlation : float
        Of the errors of tilt and lordosis, by the joint normal distribution.
    leans : Leans or None
        Between hip and shoulder as located; ``None`` without a locator.
    """

    mean: FloatArray
    sd: FloatArray
    distance: float
    correlation: float
    leans: Leans | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimator:
    """Joint normal distribution, ensemble and error model, fitted.

    Parameters
    ----------
    id : str
        Name and version of the fit; recorded in every result.
    mean : ndarray, shape (T + B,)
        Means of the T targets and the B features of the body.
    covariance : ndarray, shape (T + B, T + B)
    conformal_factor : ndarray, shape (T,)
        Factor on the standard deviation that makes 90 % intervals cover 90 % of the bodies that
        were not used for fitting.
    distance_limit : float
        Largest squared Mahalanobis distance per feature of such bodies (99.5 % quantile).
    ensemble : Ensemble, optional
        Takes :func:`ensemble_input`; returns the correction of the linear estimate, in standard
        deviations of the targets.
    log_sd_weights : ndarray, shape (T, Q), optional
        Weights of the Q qualities (:mod:`posture.estimator.uncertainty`) in the logarithm of the
        SD; without them the SD is that of the conditional normal distribution.
    roll_gain : ndarray, shape (T,)
        Change of each estimate, in its unit, per degree of error of the camera's roll.
    change_errors : ChangeErrors
        Errors of a change of each target.
    bone_line : BoneLine, optional
        Joint distribution of the ASIS-PSIS line and the position among adults; without it a placed
        line leaves the position as it is.
    locator : Locator, optional
        Finds hip and shoulder; joint distribution, ensemble and error model are those of features
        relative to what it found.
    """

    id: str
    mean: FloatArray
    covariance: FloatArray
    conformal_factor: FloatArray
    distance_limit: float
    ensemble: Ensemble | None = None
    log_sd_weights: FloatArray | None = None
    roll_gain: FloatArray = field(default_factory=lambda: np.zeros(len(TARGETS)))
    change_errors: ChangeErrors = NO_CHANGE_ERRORS
    bone_line: BoneLine | None = None
    locator: Locator | None = None

    @property
    def joint(self) -> JointNormal:
        """The joint normal distribution."""
        return JointNormal(mean=self.mean, covariance=self.covariance, targets=len(TARGETS))

    def conditional(self, features: FloatArray) -> Conditional:
        """Return the distribution of the targets given one vector of relocated features."""
        return self.joint.given(features[:BODY_COUNT])

    def relocated(self, features: FloatArray, placed: Placed = NONE_PLACED) -> FloatArray:
        """Return the features relative to hip and shoulder as the whole outline places them."""
        return features if self.locator is None else self.locator.relocated(features, placed)

    def estimate(
        self,
        features: FloatArray,
        *,
        roll_sd_deg: float = 0.0,
        placed: Placed = NONE_PLACED,
    ) -> Estimates:
        """Return the estimates for one feature vector.

        Parameters
        ----------
        features : ndarray, shape (F,)
            See :func:`posture.estimator.features.feature_vector`; NaN where nothing was seen.
        roll_sd_deg : float
            SD of the roll's error; whatever exceeds the usual one widens the intervals.
        placed : mapping of str to ndarray, shape (2,)
            Hip and shoulder as a person placed them, in the frame of the features.
        """
        predicted = self.predict(features, placed=placed)
        excess = np.sqrt(max(0.0, roll_sd_deg**2 - USUAL_ROLL_SD_DEG**2))
        sd = np.hypot(predicted.sd, self.roll_gain * excess)
        found = {}
        for i, (name, unit) in enumerate(TARGETS.items()):
            reason = self._abstains(i, sd[i], predicted)
            total_sd = float(np.hypot(sd[i], SWAY_SD[name]))
            found[name] = (
                Quantity.absent(reason, unit=unit)
                if reason
                else Quantity.known(float(predicted.mean[i]), total_sd, unit=unit)
            )
        return Estimates(
            pelvic_tilt_deg=found["pelvic_tilt_deg"],
            lumbar_lordosis_deg=found["lumbar_lordosis_deg"],
            lumbar_depth_pct=found["lumbar_depth_pct"],
            change=self.change_errors,
            correlation=_thinned(predicted.correlation, sd),
            leans=predicted.leans,
        )

    def with_line(
        self, estimates: Estimates, line: Quantity, change: ChangeErrorModel
    ) -> Estimates:
        """Return the estimates of a photo on which the ASIS-PSIS line was placed.

        Parameters
        ----------
        line : Quantity
            The line, present.
        change : ChangeErrorModel
            Error of a change of it.

        Notes
        -----
        The position takes the line as one more reading. Where the outline tells nothing of the
        position, the line is read against adults in general.
        """
        found = replace(
            estimates,
            asis_psis_deg=line,
            change=replace(estimates.change, asis_psis_deg=change),
        )
        before = estimates.pelvic_tilt_deg
        position = None if self.bone_line is None else self._position_with(before, line)
        if position is None:
            return found
        return replace(
            found,
            pelvic_tilt_deg=position,
            outline_position_deg=before,
            correlation=_less_shared(estimates.correlation, before, position),
        )

    def _position_with(self, before: Quantity, line: Quantity) -> Quantity | None:
        """Return the position after a line was read, or ``None`` if it still says too little."""
        adults = Belief(mean=float(self.mean[0]), sd=float(self.joint.target_sd[0]))
        known = adults
        if before.value is not None and before.sd is not None:
            known = Belief(mean=before.value, sd=before.sd)
        if self.bone_line is None or line.value is None or line.sd is None:
            return None
        found = self.bone_line.updated(known, Belief(mean=line.value, sd=line.sd))
        guess = math.hypot(adults.sd, found.mean - adults.mean)
        if not before.present and found.sd > MAX_SD_RATIO * guess:
            return None
        return Quantity.known(found.mean, found.sd, unit="deg", flags=(*before.flags, LINE_TAKEN))

    def predict(self, features: FloatArray, *, placed: Placed = NONE_PLACED) -> Prediction:
        """Return the estimate, its SD and the distance for one feature vector, shape (F,)."""
        joint, leans = self.joint, None
        if self.locator is not None:
            located = self.locator.located(features, placed)
            leans = leans_between(features, located)
            features = relative_to(features, located)
        given = self.conditional(features)
        score, sd = given.score, given.score_sd
        if self.ensemble is not None:
            predictions = self.ensemble.predict(ensemble_input(features, given, joint))
            if self.log_sd_weights is not None:
                regressors = qualities(features, given, predictions)
                sd = np.exp((regressors * self.log_sd_weights).sum(axis=1))
            score = score + predictions.mean(axis=0)
        return Prediction(
            mean=joint.target_mean + joint.target_sd * score,
            sd=joint.target_sd * sd * self.conformal_factor,
            distance=given.distance,
            correlation=_correlation(given),
            leans=leans,
        )

    def _abstains(self, target: int, sd: float, predicted: Prediction) -> str | None:
        """Return the reason to abstain from a target, or None."""
        if predicted.distance > self.distance_limit:
            return "outside_calibration"
        # An estimate far from the mean is informative even with a wide interval: a guess at the
        # mean would be off by that distance as well.
        off_mean = predicted.mean[target] - self.mean[target]
        if sd > MAX_SD_RATIO * np.hypot(self.joint.target_sd[target], off_mean):
            return "no_better_than_population"
        return None


_PAIR: Final = [list(TARGETS).index(name) for name in (POSITION, "lumbar_lordosis_deg")]
"""Targets whose errors go together in a verdict."""


def _correlation(given: Conditional) -> float:
    """Return the correlation of the errors of tilt and lordosis, given what is seen."""
    joint = given.covariance[np.ix_(_PAIR, _PAIR)]
    return float(joint[0, 1] / np.sqrt(joint[0, 0] * joint[1, 1]))


def _thinned(correlation: float, sd: FloatArray) -> float:
    """Return a correlation thinned out by the person's own movement, which is not shared."""
    sway = np.array(list(SWAY_SD.values()))
    shares = (sd / np.hypot(sd, sway))[_PAIR]
    return correlation * float(np.prod(shares))


def _less_shared(correlation: float | None, before: Quantity, after: Quantity) -> float | None:
    """Return the correlation with the arch's error after a further reading of the position.

    The reading's own error has nothing to do with the arch, which keeps its value. What is left of
    the outline's error, and so of the covariance, is the share 1 - w = (SD after / SD before)²; the
    correlation falls by the root of it.
    """
    if correlation is None or before.sd is None or after.sd is None:
        return correlation
    return correlation * after.sd / before.sd


def ensemble_input(features: FloatArray, given: Conditional, joint: JointNormal) -> FloatArray:
    """Return the input of the ensemble, shape (B + 2 L + 8 + T,).

    It holds the features of the body in standard scores, missing ones filled in; at the 2 L levels
    of the edges, how far an arm stands out beyond the expected trunk (0 without an arm); elbows and
    wrists in trunk lengths; and the linear estimate in standard scores. All but the estimate are
    clipped, so that one absurd level cannot drown out the rest.
    """
    levels = 2 * len(PROFILE_LEVELS)
    outline, arms = features[BODY_COUNT : BODY_COUNT + levels], features[BODY_COUNT + levels :]
    position = (outline - joint.feature_mean[:levels]) / joint.feature_sd[:levels]
    beyond = np.nan_to_num(position - given.filled[:levels])
    body, beyond, arms = (
        np.clip(part, -MAX_INPUT, MAX_INPUT) for part in (given.filled, beyond, np.nan_to_num(arms))
    )
    return np.concatenate([body, beyond, arms, given.score])
