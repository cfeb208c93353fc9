"""The one orchestrator of the line from photo to analysis."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from posture import __version__
from posture.errors import SettingsError
from posture.estimation import Estimator, shipped_estimator
from posture.features import feature_vector
from posture.frame import BodyFrame, Facing, midpoint
from posture.joints import locate_joints
from posture.landmarks import HIPS
from posture.measures import take_measures
from posture.mirror import detect_either_way
from posture.photo import Photo, PhotoSource, load_photo
from posture.pose import Pose, PoseDetector
from posture.result import Analysis, Geometry, Provenance
from posture.scene import Scene, build_scene
from posture.screening import screen
from posture.settings import DEFAULT, Settings
from posture.signs import Sex
from posture.silhouette import trace_silhouette
from posture.stance import trunk_length_px
from posture.view import View, judge_facing, judge_view

MAX_ROLL_DEG: Final = 45.0
"""A photo turned further than this is one whose orientation is wrong."""

HEIGHT_RANGE_CM: Final = (100.0, 230.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the user knows about a photo.

    Parameters
    ----------
    facing : {"left", "right"}, optional
        Where the person looks; overrides the cues.
    roll_deg : float, optional
        How far the picture's content is turned clockwise; overrides the estimate.
    sex : {"female", "male"}, optional
        Chooses norms.
    height_cm : float, optional
        Body height; adds centimetres to the report.

    Raises
    ------
    SettingsError
        If a value is outside its range.
    """

    facing: Facing | None = None
    roll_deg: float | None = None
    sex: Sex | None = None
    height_cm: float | None = None

    def __post_init__(self) -> None:
        if self.facing not in (None, "left", "right"):
            raise SettingsError("Facing is either left or right.", code="bad_facing")
        if self.sex not in (None, "female", "male"):
            raise SettingsError("Sex is either female or male, or left out.", code="bad_sex")
        if self.roll_deg is not None and not abs(self.roll_deg) <= MAX_ROLL_DEG:
            raise SettingsError(
                f"Roll is between -{MAX_ROLL_DEG:.0f} and {MAX_ROLL_DEG:.0f} degrees.",
                code="bad_roll",
            )
        low, high = HEIGHT_RANGE_CM
        if self.height_cm is not None and not low <= self.height_cm <= high:
            raise SettingsError(
                f"Height is given in centimetres, between {low:.0f} and {high:.0f}.",
                code="bad_height",
            )


NO_HINTS: Final = Hints()


class Analyzer:
    """Analyses photos, one after the other, with one pose model loaded once.

    Use it as a context manager and reuse it: loading the model takes longer than a photo.

    Parameters
    ----------
    model_path : Path, optional
        Pose bundle to use instead of the shipped one.
    settings : Settings
    estimator : Estimator, optional
        Calibrated model to use instead of the shipped one.

    Raises
    ------
    ModelError
        If a model is missing, changed or unusable.

    Notes
    -----
    An analyzer may be shared between threads; its calls to the pose network are serialised.

    Examples
    --------
    >>> from posture import Analyzer
    >>> with Analyzer() as analyzer:  # doctest: +SKIP
    ...     analysis = analyzer.analyze("side.jpg")
    """

    def __init__(
        self,
        model_path: Path | None = None,
        *,
        settings: Settings = DEFAULT,
        estimator: Estimator | None = None,
    ) -> None:
        self._settings = settings
        self._estimator = estimator or shipped_estimator()
        self._detector = PoseDetector(model_path, settings=settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the pose model."""
        self._detector.close()

    def analyze(
        self, source: PhotoSource, *, hints: Hints = NO_HINTS, name: str | None = None
    ) -> Analysis:
        """Analyse one photo.

        Parameters
        ----------
        source : path, bytes, PIL image or ndarray of uint8, shape (H, W, 3)
            A side view of one standing person.
        hints : Hints
            What is known about the photo.
        name : str, optional
            Name to carry in the result and in errors; the file's own name by default.

        Returns
        -------
        Analysis

        Raises
        ------
        PhotoError
            The photo cannot be read.
        PoseError
            It is not a usable side view of one standing person.
        """
        photo = load_photo(source, settings=self._settings, name=name)
        view, pose = self._view(photo, hints)
        return self._measure(photo, pose, view, hints)

    def _view(self, photo: Photo, hints: Hints) -> tuple[View, Pose]:
        detection = detect_either_way(self._detector, photo.image)
        pose = detection.main
        facing, cues = judge_facing(pose.landmarks, pose.world, pose.mask, given=hints.facing)
        view = judge_view(
            photo.image,
            pose.landmarks,
            pose.world,
            pose.mask,
            facing=facing,
            cues=cues,
            other_trunks_px=tuple(trunk_length_px(other.landmarks) for other in detection.others),
            roll_deg=hints.roll_deg,
        )
        return view, pose

    def _measure(self, photo: Photo, pose: Pose, view: View, hints: Hints) -> Analysis:
        frame = BodyFrame(
            origin_px=_point(midpoint(pose.landmarks, HIPS)),
            unit_px=trunk_length_px(pose.landmarks),
            facing=view.facing,
            roll_deg=view.roll.deg,
        )
        silhouette = trace_silhouette(pose.mask, pose.landmarks, frame)
        joints = locate_joints(pose.landmarks, frame, view.parts)
        scene = build_scene(silhouette, joints, parts=view.parts, roll_sd_deg=view.roll.sd_deg)
        measures = take_measures(scene)
        features = feature_vector(scene, measures, yaw_deg=view.yaw_deg)
        estimates = self._estimator.estimate(features, absent=_silent(scene))
        return Analysis(
            photo=photo.name,
            view=view,
            measures=measures,
            estimates=estimates,
            screening=screen(estimates, measures, sex=hints.sex),
            provenance=self._provenance(photo),
            geometry=Geometry(
                image=photo.image,
                landmarks_px=pose.landmarks,
                frame=frame,
                silhouette=silhouette,
                joints=joints,
                curve=scene.curve,
                features=features,
            ),
        )

    def _provenance(self, photo: Photo) -> Provenance:
        return Provenance(
            package_version=__version__,
            model_sha256=self._detector.model_sha256,
            estimator=self._estimator.id,
            settings_sha256=_settings_sha256(self._settings),
            photo_sha256=photo.sha256,
        )


def _silent(scene: Scene) -> dict[str, str]:
    """Targets that must not be stated because the stretch they live on was not seen."""
    if scene.curve_reason != "back_covered":
        return {}
    return dict.fromkeys(
        ("pelvic_tilt_deg", "lumbar_lordosis_deg", "lumbar_depth_pct"), "back_covered"
    )


def _point(array: NDArray[np.float64]) -> tuple[float, float]:
    return float(array[0]), float(array[1])


def _settings_sha256(settings: Settings) -> str:
    text = json.dumps(dataclasses.asdict(settings), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def analyze(source: PhotoSource, *, hints: Hints = NO_HINTS) -> Analysis:
    """Analyse one photo with the shipped models.

    Each call loads the model; use :class:`Analyzer` for more than one photo.

    Parameters
    ----------
    source : path, bytes, PIL image or ndarray of uint8, shape (H, W, 3)
    hints : Hints

    Returns
    -------
    Analysis

    Raises
    ------
    PostureError
        See :meth:`Analyzer.analyze`.
    """
    with Analyzer() as analyzer:
        return analyzer.analyze(source, hints=hints)
