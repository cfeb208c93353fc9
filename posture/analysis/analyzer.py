"""The analyzer, which takes a photo through all rooms to an analysis."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from posture import __version__
from posture.analysis.correct import correct, geometry_of, stickers_of
from posture.analysis.keypoints import locate_keypoints
from posture.analysis.outcome import Outcome, Refusal, in_order, source_name
from posture.analysis.pipeline import Body, camera_of, read_body
from posture.analysis.result import ALGORITHM, Analysis, Provenance
from posture.errors import PhotoError, PoseError, SettingsError
from posture.estimator.file import shipped_estimator
from posture.estimator.model import Estimator
from posture.inputs.corrections import NO_CORRECTIONS, Corrections
from posture.inputs.hints import NO_HINTS, Hints
from posture.photo.load import Photo, PhotoSource, load_photo
from posture.pose.detector import Detection, Pose, PoseDetector
from posture.pose.mirror import detect_either_way, detect_in_slim
from posture.screening.build import chance_of_male
from posture.screening.grade import screen
from posture.settings import DEFAULT, Settings
from posture.view.capture import photo_findings
from posture.view.gate import View, judge_facing, judge_view
from posture.view.parallax import with_known_camera
from posture.view.people import Person
from posture.view.stance import trunk_length_px

SLIM: Final = 0.4
"""Width of a slim photo, as a share of its height: the person may fill it."""


class Analyzer:
    """Analyses photos with a pose model that is loaded once.

    Use it as a context manager and reuse it: loading the model takes longer than a photo.

    Parameters
    ----------
    model_path : Path, optional
        Pose bundle to use instead of the shipped one.
    estimator : Estimator, optional
        Estimator to use instead of the shipped one.

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
        try:
            view, pose = self._view(photo, hints)
        except PoseError as error:
            closer = self._closer(source, photo) if error.code == "no_person" else None
            if closer is None:
                raise
            photo = closer
            view, pose = self._view(photo, hints)
        found = self._measure(photo, pose, view, hints)
        if hints.asis_px is not None and hints.psis_px is not None:
            asis, psis = photo.reduced(hints.asis_px), photo.reduced(hints.psis_px)
            return self.correct(found, Corrections(asis=asis, psis=psis, marked=hints.stickers))
        return self._with_stickers(found) if hints.stickers else found

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
        sources: Iterable[PhotoSource],
        *,
        hints: Hints | Iterable[Hints] = NO_HINTS,
        workers: int = 1,
    ) -> Iterator[Outcome]:
        """Analyse many photos; yields one outcome for each, in their order.

        Parameters
        ----------
        sources : iterable of photos
            As :meth:`analyze` takes them; consumed as outcomes are requested, so it may be endless.
        hints : Hints or iterable of Hints
            The same for all photos, or one for each.
        workers : int
            Threads, 1 to 64. The pose network runs in one of them at a time while the others decode
            and measure. ``posture batch`` uses every core.

        Returns
        -------
        iterator of Analysis or Refusal
            A photo that cannot be analysed is a :class:`posture.Refusal`, not an exception.

        Raises
        ------
        SettingsError
            ``bad_workers``, raised at once.
        ValueError
            While iterating, if there are not as many hints as photos.
        """
        each = repeat(hints) if isinstance(hints, Hints) else hints
        pairs = zip(sources, each, strict=not isinstance(hints, Hints))
        return in_order(self._outcome, pairs, workers=workers)

    def _outcome(self, pair: tuple[PhotoSource, Hints]) -> Outcome:
        source, hints = pair
        try:
            return self.analyze(source, hints=hints)
        except (PhotoError, PoseError, SettingsError) as error:
            # Settings too: points among the hints can be wrong for one photo.
            return Refusal(photo=source_name(source), error=error)

    def correct(self, analysis: Analysis, corrections: Corrections) -> Analysis:
        """Measure an analysed photo again with points that a person placed.

        The pose network does not run; see :func:`posture.analysis.correct.correct`.

        Parameters
        ----------
        analysis : Analysis
            Returned by :meth:`analyze`, whether corrected before or not.
        corrections : Corrections
            All corrections to apply, in pixels of ``analysis.geometry.image``; earlier ones are
            dropped.

        Returns
        -------
        Analysis
            The original one if nothing is corrected.

        Raises
        ------
        SettingsError
            ``bad_point`` if a point cannot be where it was placed; the message says why.
        """
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
        try:
            return self._judged(photo, detect_either_way(self._detector, photo.image), hints)
        except PoseError:
            if width > SLIM * height:
                raise
            return self._judged(photo, detect_in_slim(self._detector, photo.image), hints)

    def _judged(self, photo: Photo, detection: Detection, hints: Hints) -> tuple[View, Pose]:
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
        found = photo_findings(photo, pose.mask, unit_px=trunk_length_px(pose.landmarks))
        return with_known_camera(view, camera_of(hints)).with_findings(found, instead_of=()), pose

    def _measure(self, photo: Photo, pose: Pose, view: View, hints: Hints) -> Analysis:
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
            geometry=geometry_of(reading, image=photo.image, mask=pose.mask),
            hints=hints,
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
