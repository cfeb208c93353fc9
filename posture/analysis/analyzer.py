"""The analyzer, which takes a photo through all rooms to an analysis."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

from posture import __version__
from posture.analysis.correct import bystanders, correct, geometry_of, stickers_of
from posture.analysis.keypoints import locate_keypoints
from posture.analysis.outcome import (
    Outcome,
    Refusal,
    checked_hints,
    in_order,
    paired,
    source_name,
)
from posture.analysis.pipeline import Body, camera_of, read_body
from posture.analysis.result import ALGORITHM, Analysis, Provenance
from posture.errors import PhotoError, PoseError, PostureError, SettingsError
from posture.estimator.file import shipped_estimator
from posture.estimator.model import Estimator
from posture.inputs.corrections import NO_CORRECTIONS, Corrections
from posture.inputs.hints import NO_HINTS, Hints
from posture.photo.load import (
    Photo,
    PhotoFacts,
    PhotoSource,
    given_path,
    load_photo,
    photo_facts,
)
from posture.pose.detector import Detection, Pose, PoseDetector
from posture.pose.mirror import detect_either_way, detect_in_slim
from posture.screening.build import chance_of_male
from posture.screening.grade import screen
from posture.settings import DEFAULT, Settings
from posture.view.capture import photo_findings
from posture.view.gate import View, judge_facing, judge_view
from posture.view.parallax import with_known_camera
from posture.view.people import Person, reach_findings
from posture.view.stance import trunk_length_px

SLIM: Final = 0.4
"""Width of a slim photo, as a share of its height: the person may fill it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glance:
    """One frame of a camera: as much as could be read of it.

    Parameters
    ----------
    pose : Pose or None
        The main person, also if the frame is no usable photo.
    analysis : Analysis or None
        What a photo like this would give.
    error : PoseError or None
        Why it would be refused.
    """

    pose: Pose | None = None
    analysis: Analysis | None = None
    error: PoseError | None = None


class Analyzer:
    """Analyses photos with a pose model that is loaded once.

    Use it as a context manager and reuse it: loading the model takes longer than a photo.

    Parameters
    ----------
    model_path : str or path, optional
        Pose bundle to use instead of the shipped one.
    estimator : Estimator, optional
        Estimator to use instead of the shipped one.
    bystanders : bool
        Whether everyone else in a photo is looked for, so that no face but the person's own is
        shown or kept: a sixth of the network's time. Without it, pictures drawn with blurred faces
        blur the person's face alone.

    Raises
    ------
    ModelError
        If a model is missing, changed or unusable.

    Notes
    -----
    Threads may share an analyzer; its calls to the pose network are serialised.

    Examples
    --------
    >>> from posture import Analyzer
    >>> with Analyzer() as analyzer:  # doctest: +SKIP
    ...     analysis = analyzer.analyze("side.jpg")
    """

    def __init__(
        self,
        model_path: str | os.PathLike[str] | None = None,
        *,
        settings: Settings = DEFAULT,
        estimator: Estimator | None = None,
        bystanders: bool = True,
    ) -> None:
        self._settings = settings
        self._bystanders = bystanders
        self._estimator = estimator or shipped_estimator()
        path = None if model_path is None else Path(model_path)
        self._detector = PoseDetector(path, settings=settings)

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
            What the user knows about the photo.
        name : str, optional
            Name to use in the result and in errors; the file's own name by default.

        Raises
        ------
        PhotoError
            The photo cannot be read.
        PoseError
            It is not a usable side view of one standing person.
        SettingsError
            ``bad_point``: ASIS and PSIS cannot be where the hints place them.
        """
        photo = load_photo(source, settings=self._settings, name=name)
        hints = checked_hints(hints)
        try:
            view, pose = self._view(photo, hints)
        except PoseError as error:
            closer = self._closer(source, photo) if error.code == "no_person" else None
            if closer is None:
                raise
            photo = closer
            view, pose = self._view(photo, hints)
        found = self._measure(photo, pose, view, hints, path=given_path(source))
        if hints.asis_px is not None and hints.psis_px is not None:
            asis, psis = map(photo.reduction.reduced, (hints.asis_px, hints.psis_px))
            return self.correct(found, Corrections(asis=asis, psis=psis, marked=hints.stickers))
        return self._with_stickers(found) if hints.stickers else found

    def glance(self, photo: Photo) -> Glance:
        """Read one frame of a camera, whatever it shows.

        Parameters
        ----------
        photo : Photo
            The frame, loaded.
        """
        try:
            found = detect_either_way(self._detector, photo.image, bystanders=False)
        except PoseError as error:
            return Glance(error=error)
        try:
            view = self._judged(photo, found, NO_HINTS)
            analysis = self._measure(photo, found.main, view, NO_HINTS, path=None)
        except PoseError as error:
            return Glance(pose=found.main, error=error)
        return Glance(pose=found.main, analysis=analysis)

    def _with_stickers(self, found: Analysis) -> Analysis:
        """Measure the line between two stickers, or add a finding that says why there is none."""
        search = stickers_of(found)
        if search.finding is not None:
            findings = (*found.view.findings, search.finding)
            return dataclasses.replace(
                found, view=dataclasses.replace(found.view, findings=findings)
            )
        points = Corrections(asis=search.asis_px, psis=search.psis_px, marked=True)
        return self.correct(found, points)

    def map(
        self,
        sources: PhotoSource | Iterable[PhotoSource],
        *,
        hints: Hints | Iterable[Hints] = NO_HINTS,
        workers: int = 1,
        keep_pixels: bool = False,
    ) -> Iterator[Outcome]:
        """Analyse many photos; yields one outcome for each, in their order.

        Parameters
        ----------
        sources : iterable of photos, or one photo
            As :meth:`analyze` takes them; consumed as outcomes are requested, so it may be endless.
        hints : Hints or iterable of Hints
            The same for all photos, or one for each.
        workers : int
            Threads, 1 to 64. The pose network runs in one of them at a time while the others decode
            and measure. ``posture batch`` uses every core.
        keep_pixels : bool
            Keep photo and mask in each result, some 8 MB, so that pictures can be drawn of it and
            points corrected.

        Returns
        -------
        iterator of Analysis or Refusal
            A photo that cannot be analysed is a :class:`posture.Refusal`, not an exception.

        Raises
        ------
        SettingsError
            ``bad_workers``, ``bad_photos`` or ``bad_hints``, raised at once.
        ValueError
            While iterating, if there are not as many hints as photos.
        """
        pairs = paired(sources, hints)
        outcome = self._outcome if keep_pixels else self._slim_outcome
        return in_order(outcome, pairs, workers=workers)

    def _slim_outcome(self, pair: tuple[PhotoSource, Hints]) -> Outcome:
        outcome = self._outcome(pair)
        return outcome if isinstance(outcome, Refusal) else outcome.without_pixels()

    def _outcome(self, pair: tuple[PhotoSource, Hints]) -> Outcome:
        source, hints = pair
        try:
            return self.analyze(source, hints=hints)
        except (PhotoError, PoseError, SettingsError) as error:
            # Settings too: points among the hints can be wrong for one photo.
            return self.refusal(source, error, hints=hints)

    def refusal(
        self,
        source: PhotoSource,
        error: PostureError,
        *,
        hints: Hints = NO_HINTS,
        name: str | None = None,
    ) -> Refusal:
        """Return the refusal of a photo, with what can be said of it all the same.

        Parameters
        ----------
        source : path, bytes, PIL image or ndarray
        error : PostureError
            Raised by :meth:`analyze`.
        hints : Hints
        name : str, optional
            Name of the photo; the file's own by default.
        """
        return Refusal(
            photo=name or source_name(source),
            error=error,
            path=given_path(source),
            source=photo_facts(source, settings=self._settings),
            hints=hints,
        )

    def correct(
        self,
        analysis: Analysis,
        corrections: Corrections,
        *,
        pixels: Literal["reduced", "photo"] = "reduced",
    ) -> Analysis:
        """Measure an analysed photo again with points that a person placed.

        The pose network does not run; see :func:`posture.analysis.correct.correct`.

        Parameters
        ----------
        analysis : Analysis
            Returned by :meth:`analyze`, whether corrected before or not.
        corrections : Corrections
            All corrections to apply; earlier ones are dropped.
        pixels : {"reduced", "photo"}
            Whether their points are in pixels of ``analysis.geometry.image``, or of the original
            photo held upright as in :class:`posture.Hints`.

        Returns
        -------
        Analysis
            The original one if nothing is corrected.

        Raises
        ------
        SettingsError
            ``bad_point`` if a point cannot be where it was placed; the message says why.
            ``no_pixels`` if the result holds no picture.
        """
        if pixels == "photo":
            corrections = corrections.moved(analysis.geometry.reduction.reduced)
        return correct(analysis, corrections, estimator=self._estimator)

    def _closer(self, source: PhotoSource, photo: Photo) -> Photo | None:
        """Read the part of a photo that shows a distant person, in the detail that there is."""
        part = self._detector.find_distant(photo.image)
        if part is None:
            return None
        found = load_photo(
            source, settings=self._settings, name=photo.name, part=part.within(photo.part)
        )
        return dataclasses.replace(found, framed=photo.framed)

    def _view(self, photo: Photo, hints: Hints) -> tuple[View, Pose]:
        """Find the person and judge the view; a slim photo is also tried with room beside it."""
        height, width = photo.image.shape[:2]
        detection = detect_either_way(self._detector, photo.image, bystanders=self._bystanders)
        try:
            return self._judged(photo, detection, hints), detection.main
        except PoseError:
            if width > SLIM * height:
                raise
        detection = detect_in_slim(self._detector, photo.image, bystanders=self._bystanders)
        return self._judged(photo, detection, hints), detection.main

    def _judged(self, photo: Photo, detection: Detection, hints: Hints) -> View:
        """Return how the main person is seen; refuses what is no usable side view."""
        pose = detection.main
        facing, cues = judge_facing(pose.landmarks, pose.world, pose.mask, given=hints.facing)
        view = judge_view(
            photo.image,
            pose.landmarks,
            pose.world,
            pose.mask,
            facing=facing,
            cues=cues,
            others=tuple(Person.of(other.landmarks, other.mask) for other in detection.others),
            roll_deg=hints.roll_deg,
        )
        found = [
            *photo_findings(photo, pose.mask, unit_px=trunk_length_px(pose.landmarks)),
            *reach_findings(pose),
        ]
        return with_known_camera(view, camera_of(hints)).with_findings(found, instead_of=())

    def _measure(
        self, photo: Photo, pose: Pose, view: View, hints: Hints, *, path: str | None
    ) -> Analysis:
        # The mask stays in single precision: half would halve the memory, but NumPy takes as long
        # to convert it there and back as the network takes to find the person.
        body = Body(
            image=photo.image,
            landmarks_px=pose.landmarks,
            mask=pose.mask,
            view=view,
            hints=hints,
        )
        reading = read_body(body, self._estimator, NO_CORRECTIONS)
        return Analysis(
            photo=photo.name,
            view=reading.view,
            measures=reading.measures,
            estimates=reading.estimates,
            screening=screen(
                reading.estimates,
                reading.measures,
                sex=hints.sex,
                male=chance_of_male(reading.features),
            ),
            keypoints=locate_keypoints(
                pose.landmarks,
                pose.visibility,
                reading.traced.silhouette,
                photo=photo,
                parts=view.parts,
            ),
            provenance=self._provenance(photo, hints),
            geometry=geometry_of(
                reading,
                image=photo.image,
                mask=pose.mask,
                others=bystanders(pose),
                reduction=photo.reduction,
            ),
            hints=hints,
            path=path,
            source=PhotoFacts(
                sha256=photo.sha256, size_px=photo.source_size, captured=photo.captured
            ),
        )

    def _provenance(self, photo: Photo, hints: Hints) -> Provenance:
        return Provenance(
            package_version=__version__,
            model_sha256=self._detector.model_sha256,
            estimator=self._estimator.id,
            settings_sha256=_settings_sha256(self._settings),
            photo_sha256=photo.sha256,
            sex=hints.sex,
            clothing=hints.clothing,
            algorithm=ALGORITHM,
            height_cm=hints.height_cm,
            camera_height_cm=hints.camera_height_cm,
            camera_distance_cm=hints.camera_distance_cm,
        )


@functools.lru_cache(maxsize=8)
def _settings_sha256(settings: Settings) -> str:
    text = json.dumps(dataclasses.asdict(settings), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def analyze(source: PhotoSource, *, hints: Hints = NO_HINTS) -> Analysis:
    """Analyse one photo with the shipped models.

    Each call loads the model; use :class:`Analyzer` for more than one photo.

    Parameters
    ----------
    source : path, bytes, PIL image or ndarray of uint8, shape (H, W, 3)
        A side view of one standing person.
    hints : Hints
        What the user knows about the photo.

    Raises
    ------
    PostureError
        See :meth:`Analyzer.analyze`.
    """
    with Analyzer() as analyzer:
        return analyzer.analyze(source, hints=hints)
