"""What comes out at the end of the line: one frozen result for one photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from posture import hooks
from posture.analysis.keypoints import Keypoints, KeypointsDict
from posture.errors import PostureError
from posture.estimator.model import Estimates, EstimatesDict
from posture.geometry.back_curve import BackCurve
from posture.geometry.frame import BodyFrame
from posture.geometry.joints import Joints
from posture.geometry.silhouette import Silhouette
from posture.inputs.corrections import NO_CORRECTIONS, Corrections, CorrectionsDict
from posture.inputs.hints import NO_HINTS, Hints
from posture.quantity import Quantity, QuantityDict
from posture.screening.grade import Screening, ScreeningDict
from posture.screening.norms import StandingDict, standings
from posture.types import Clothing, Sex
from posture.view.gate import View, ViewDict

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION: Final = 1
"""Rises when a key of the JSON form changes its meaning or disappears."""

POOR_ANGLE_SD_DEG: Final = 4.0
"""A photo that costs more than this is called poor: its own error then exceeds the 4 to 5
degrees by which healthy adults differ (Levine & Whittle 1996, Preece 2008)."""

POOR_ROLL_DEG: Final = 5.0
POOR_YAW_DEG: Final = 20.0
"""A camera or a person turned further than this is better photographed again: what is taken out
or charged for then rests on one estimate."""

Status = Literal["ok", "poor", "refused"]


class ProvenanceDict(TypedDict):
    """JSON form of :class:`Provenance`."""

    package_version: str
    model_sha256: str
    estimator: str
    settings_sha256: str
    photo_sha256: str
    sex: NotRequired[Sex | None]
    clothing: NotRequired[Clothing | None]
    height_cm: NotRequired[float | None]
    camera_height_cm: NotRequired[float | None]
    camera_distance_cm: NotRequired[float | None]


class AnalysisDict(TypedDict):
    """JSON form of an analysis, and of a refusal (where most keys are null)."""

    photo: str
    status: Status
    error: dict[str, str] | None
    view: ViewDict | None
    measures: dict[str, QuantityDict]
    estimates: EstimatesDict | None
    standing: dict[str, StandingDict | None] | None
    screening: ScreeningDict | None
    keypoints: KeypointsDict | None
    corrections: CorrectionsDict | None
    provenance: ProvenanceDict | None
    schema_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Everything needed to repeat an analysis.

    Parameters
    ----------
    package_version, model_sha256, estimator, settings_sha256, photo_sha256 : str
    sex, clothing : str, optional
        What was told of the person, as estimates depend on it.
    height_cm, camera_height_cm, camera_distance_cm : float, optional
        What was told of the body height and the camera, as a tilt between placed points depends
        on it.
    """

    package_version: str
    model_sha256: str
    estimator: str
    settings_sha256: str
    photo_sha256: str
    sex: Sex | None = None
    clothing: Clothing | None = None
    height_cm: float | None = None
    camera_height_cm: float | None = None
    camera_distance_cm: float | None = None

    def to_dict(self) -> ProvenanceDict:
        """Return the JSON form."""
        return {
            "package_version": self.package_version,
            "model_sha256": self.model_sha256,
            "estimator": self.estimator,
            "settings_sha256": self.settings_sha256,
            "photo_sha256": self.photo_sha256,
            "sex": self.sex,
            "clothing": self.clothing,
            "height_cm": self.height_cm,
            "camera_height_cm": self.camera_height_cm,
            "camera_distance_cm": self.camera_distance_cm,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Geometry:
    """What pictures are drawn and models fitted from; not part of the JSON form.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
        The upright, reduced photo.
    mask : ndarray of float32, shape (H, W)
        Probability that a pixel belongs to the person.
    landmarks_px : ndarray, shape (33, 2)
    frame : BodyFrame
    silhouette : Silhouette
    joints : Joints
    curve : BackCurve or None
    features : ndarray, shape (F,)
        What the estimator saw, see :func:`posture.estimator.features.feature_vector`.
    """

    image: NDArray[np.uint8]
    mask: NDArray[np.float32]
    landmarks_px: NDArray[np.float64]
    frame: BodyFrame
    silhouette: Silhouette
    joints: Joints
    curve: BackCurve | None
    features: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Analysis:
    """The finding for one photo.

    Parameters
    ----------
    photo : str
        Name of the photo.
    view : View
        How the person is seen, and what the photo costs in degrees.
    measures : mapping of str to Quantity
        Plain geometry, see :data:`posture.measures.catalogue.MEASURES`.
    estimates : Estimates
        Calibrated tilt and arch.
    screening : Screening
        The graded hypothesis.
    keypoints : Keypoints
        Landmarks in the pixels of the original photo.
    provenance : Provenance
    geometry : Geometry
        For drawing.
    hints : Hints
        What the user told about the photo.
    corrections : Corrections
        What a person corrected, in pixels of ``geometry.image``.
    original : Analysis or None
        The analysis before it was corrected; ``None`` for one that was not.
    """

    photo: str
    view: View
    measures: Mapping[str, Quantity]
    estimates: Estimates
    screening: Screening
    keypoints: Keypoints
    provenance: Provenance
    geometry: Geometry
    hints: Hints = NO_HINTS
    corrections: Corrections = NO_CORRECTIONS
    original: Analysis | None = None

    @property
    def status(self) -> Status:
        """``"poor"`` when the photo costs so much that a new one is worth taking."""
        view = self.view
        poor = (
            not self.estimates.complete
            or view.angle_sd_deg > POOR_ANGLE_SD_DEG
            or abs(view.roll.deg) > POOR_ROLL_DEG
            or abs(view.yaw_deg) > POOR_YAW_DEG
        )
        return "poor" if poor else "ok"

    def to_dict(self) -> AnalysisDict:
        """Return the JSON form."""
        return {
            "photo": self.photo,
            "status": self.status,
            "error": None,
            "view": self.view.to_dict(),
            "measures": {name: value.to_dict() for name, value in self.measures.items()},
            "estimates": self.estimates.to_dict(),
            "standing": {
                name: None if found is None else found.to_dict()
                for name, found in standings(self.estimates, sex=self.hints.sex).items()
            },
            "screening": self.screening.to_dict(),
            "keypoints": self.keypoints.to_dict(),
            "corrections": self.corrections.to_dict() if self.corrections.names else None,
            "provenance": self.provenance.to_dict(),
            "schema_version": SCHEMA_VERSION,
        }

    def to_arrow(self) -> pa.Table:
        """Return an Arrow table with one row, see :func:`posture.to_table`."""
        return hooks.to_table([self])

    def _repr_html_(self) -> str:
        return hooks.notebook_html(self)


def refusal_dict(photo: str, error: PostureError) -> AnalysisDict:
    """Return the JSON form of a photo that was refused."""
    return {
        "photo": photo,
        "status": "refused",
        "error": error.to_dict(),
        "view": None,
        "measures": {},
        "estimates": None,
        "standing": None,
        "screening": None,
        "keypoints": None,
        "corrections": None,
        "provenance": None,
        "schema_version": SCHEMA_VERSION,
    }
