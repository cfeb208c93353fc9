"""The analysis of one photo: a frozen result with all its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from posture import hooks
from posture.analysis.keypoints import Keypoints
from posture.codec import Table, encode_record, open_ended
from posture.errors import PostureError, SettingsError
from posture.estimator.model import Estimates
from posture.geometry.back_curve import BackCurve
from posture.geometry.frame import BodyFrame
from posture.geometry.joints import Joints
from posture.geometry.silhouette import Silhouette
from posture.inputs.corrections import NO_CORRECTIONS, Corrections
from posture.inputs.hints import NO_HINTS, Hints
from posture.inputs.told import Told
from posture.measures.catalogue import back_covered
from posture.photo.load import NO_FACTS, NOT_REDUCED, PhotoFacts, Reduction
from posture.quantity import Quantity
from posture.screening.grade import Screening
from posture.screening.norms import compare_estimates
from posture.texts import range_text, value_text
from posture.types import Clothing, Sex
from posture.view.gate import View

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION: Final = 2
"""Rises when a key of the JSON form disappears or changes its meaning. 2: ``pelvic_tilt_deg`` is
the position of the pelvis, not the bone line; :mod:`posture.analysis.old_results` reads 1."""

FIRST_ALGORITHM: Final = 1
"""Algorithm of results that do not state theirs, because version 0.1.0 made them."""

ALGORITHM: Final = 4
"""Raised by hand when a value of any sample image changes, and only then: results with the same
number are comparable, whatever the version of the package (tests/analysis/test_algorithm.py)."""

POOR_ANGLE_SD_DEG: Final = 4.0
"""A photo that costs more than this is poor: its own error then exceeds the 4 to 5 degrees (SD) by
which healthy adults differ (Levine & Whittle 1996, Preece 2008)."""

POOR_ROLL_DEG: Final = 5.0
POOR_YAW_DEG: Final = 20.0
"""With the camera or the person turned further than this, a new photo is better: so large a
correction or cost would rest on a single estimate."""

Status = Literal["ok", "poor", "refused"]


class AnalysisDict(TypedDict):
    """JSON form of an analysis, and of a refusal (where most keys are null).

    Result files and stored results also have ``plan``, the first programme; results of earlier
    versions lack ``path`` (of a photo that was read from a file), ``source`` and ``told``.
    """

    photo: str
    status: Status
    error: dict[str, str] | None
    view: Table | None
    measures: dict[str, Table]
    estimates: Table | None
    standing: dict[str, Table | None] | None
    screening: Table | None
    keypoints: Table | None
    corrections: Table | None
    provenance: Table | None
    schema_version: int
    plan: NotRequired[Table | None]
    path: NotRequired[str | None]
    source: NotRequired[Table]
    told: NotRequired[Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """Method that produced the values; values of equal methods are comparable.

    Parameters
    ----------
    algorithm : int
        :data:`ALGORITHM` of the version that computed them.
    model_sha256, estimator : str
        Pose model and estimator: the shipped ones, which change with the algorithm, or the user's.
    """

    algorithm: int
    model_sha256: str
    estimator: str


@open_ended
@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Everything needed to repeat an analysis.

    Parameters
    ----------
    settings_sha256 : str
        Hash of the limits on photos, :class:`posture.Settings`.
    sex, clothing : str, optional
        Sex and clothing as stated by the user; the estimates depend on them.
    height_cm, camera_height_cm, camera_distance_cm : float, optional
        Body height and camera as stated; a line between placed points depends on them.
    """

    package_version: str
    model_sha256: str
    estimator: str
    settings_sha256: str
    photo_sha256: str
    sex: Sex | None = None
    clothing: Clothing | None = None
    algorithm: int = FIRST_ALGORITHM
    height_cm: float | None = None
    camera_height_cm: float | None = None
    camera_distance_cm: float | None = None

    @property
    def method(self) -> Method:
        """Everything that the values depend on besides the photo and the hints."""
        return Method(
            algorithm=self.algorithm, model_sha256=self.model_sha256, estimator=self.estimator
        )

    def to_dict(self) -> Table:
        """Return the JSON form."""
        return encode_record(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bystander:
    """Somebody else in the photo, who is never measured, shown or kept.

    Parameters
    ----------
    landmarks_px : ndarray, shape (33, 2)
    area : ndarray of bool, shape (H, W)
        Pixels that belong to them rather than to the person who is measured.
    """

    landmarks_px: NDArray[np.float64]
    area: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pixels:
    """Photo and mask, which take a hundred times the memory of all the rest of a result.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
        The upright, reduced photo.
    mask : ndarray of float32, shape (H, W)
        Probability that a pixel belongs to the person.
    """

    image: NDArray[np.uint8]
    mask: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Geometry:
    """Geometry from which pictures are drawn and models fitted; not part of the JSON form.

    Parameters
    ----------
    pixels : Pixels or None
        ``None`` in results of :meth:`posture.Analyzer.map`, unless it was asked to keep them.
    landmarks_px : ndarray, shape (33, 2)
    features : ndarray, shape (F,)
        Input of the estimator, see :func:`posture.estimator.features.feature_vector`.
    others : tuple of Bystander
        Everyone else in the photo.
    reduction : Reduction
        Where points of the original photo are in the reduced one.
    """

    pixels: Pixels | None
    landmarks_px: NDArray[np.float64]
    frame: BodyFrame
    silhouette: Silhouette
    joints: Joints
    curve: BackCurve | None
    features: NDArray[np.float64]
    others: tuple[Bystander, ...] = ()
    reduction: Reduction = NOT_REDUCED

    @property
    def image(self) -> NDArray[np.uint8]:
        """The upright, reduced photo; raises ``SettingsError`` if it was not kept."""
        return self._kept().image

    @property
    def mask(self) -> NDArray[np.float32]:
        """Mask of the person; raises ``SettingsError`` if it was not kept."""
        return self._kept().mask

    def _kept(self) -> Pixels:
        if self.pixels is None:
            raise SettingsError(
                "This result holds no picture, so that thousands fit into memory: analyse the "
                "photo by itself, or with map(..., keep_pixels=True).",
                code="no_pixels",
            )
        return self.pixels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Analysis:
    """The result of one photo.

    Parameters
    ----------
    photo : str
        Name of the photo.
    view : View
        View of the person, and the cost of the photo in degrees.
    measures : mapping of str to Quantity
        Plain geometry, see :data:`posture.measures.catalogue.MEASURES`.
    estimates : Estimates
        Calibrated pelvic position and lumbar arch, and the bone line where it was placed.
    screening : Screening
        The graded hypothesis.
    keypoints : Keypoints
        Landmarks in pixels of the original photo.
    geometry : Geometry
        For drawing.
    hints : Hints
        As given by the user.
    corrections : Corrections
        Corrections by hand, in pixels of ``geometry.image``.
    original : Analysis or None
        The analysis before corrections; ``None`` if it was not corrected.
    path : str or None
        Path of the photo as it was given; ``None`` if it came from memory.
    source : PhotoFacts
        Hash, size and date of the photo.
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
    path: str | None = None
    source: PhotoFacts = NO_FACTS

    @property
    def status(self) -> Status:
        """``"poor"`` if the photo costs so much accuracy that a new one is worth taking."""
        view = self.view
        poor = (
            not self.estimates.complete
            or back_covered(self.measures)
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
                for name, found in compare_estimates(self.estimates, sex=self.hints.sex).items()
            },
            "screening": self.screening.to_dict(),
            "keypoints": self.keypoints.to_dict(),
            "corrections": self.corrections.to_dict() if self.corrections.names else None,
            "provenance": self.provenance.to_dict(),
            "schema_version": SCHEMA_VERSION,
            "path": self.path,
            "source": encode_record(self.source),
            "told": Told.of(self.hints).to_dict(),
        }

    def without_pixels(self) -> Analysis:
        """Return the result without photo and mask: it takes a hundredth of the memory.

        Only pictures and corrections need them.
        """
        original = None if self.original is None else self.original.without_pixels()
        slim = replace(self.geometry, pixels=None, others=())
        return replace(self, geometry=slim, original=original)

    def to_arrow(self) -> pa.Table:
        """Return an Arrow table with one row, see :func:`posture.to_table`."""
        return hooks.to_table([self])

    def __repr__(self) -> str:
        said = ", ".join(
            f"{name} {_short(quantity)}" for name, quantity in self.estimates.shown().items()
        )
        return f"<Analysis of {self.path or self.photo}: {self.status}, {said}>"

    def _repr_html_(self) -> str:
        return hooks.notebook_html(self)


def _short(quantity: Quantity) -> str:
    if quantity.value is None:
        return f"absent ({quantity.reason})"
    return f"{value_text(quantity)} ({range_text(quantity)})"


def refusal_dict(
    photo: str,
    error: PostureError,
    *,
    path: str | None = None,
    source: PhotoFacts = NO_FACTS,
    hints: Hints = NO_HINTS,
) -> AnalysisDict:
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
        "path": path,
        "source": encode_record(source),
        "told": Told.of(hints).to_dict(),
    }
