"""Section of the limits page on backs behind an arm: what is in view, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from calibration.arrays import Floats
from calibration.data.behind_arms import BehindArms
from calibration.data.records import true_quantities
from calibration.data.table import records_of
from calibration.errors import DatasetError
from posture.analysis.analyzer import Analyzer
from posture.analysis.result import Analysis
from posture.errors import PostureError
from posture.estimator.features import feature_vector
from posture.estimator.file import shipped_estimator
from posture.estimator.model import TARGETS, Estimator
from posture.geometry.silhouette import Silhouette
from posture.measures.catalogue import back_covered, take_measures
from posture.measures.traced_body import trace_body

POPULATIONS: Final = {"population": "adults", "wide": "wide set"}

KNOWN: Final = (
    "as the product reads the photo",
    "and no rim of an arm taken for the back",
    "and the edge exactly, where it is the outline",
    "and where it is in view inside the outline",
    "and where an arm hides it",
)
"""What is known of a covered back, from row to row."""

_SECTION: Final = """\
## Behind an arm

When an arm lies over the low back, the arch is the mean to be expected given the rest of the body
([method](method.md)). The trunk's own edge may still show beside or behind the arm, as skin against
a shirt or as a shadow. `python -m calibration covered` looked at {photos} photos of bodies to which
no estimate was fitted: at each level from the lowest ribs to the buttock at which the product takes
the outline for an arm's, does the camera see the trunk just inside its true edge, or an arm?

{shares}

What a reader of the edge could bring at best shows in the errors of these {covered} photos, also of
those for which the product states no arch: mean absolute error, and in brackets its change against
the row above, ± its standard error.

| what is known | tilt (°) | lordosis (°) | depth (% trunk) | curve measured |
|---|---|---|---|---|
{errors}

So the edge is not looked for inside the outline. Most of it is hidden, more than half of what
shows is the outline already, and even read without any error it leaves the curve of most of these
backs incomplete and the tilt as it was. Of 60 public side photos 13 have a covered back; as far as
the eye can tell, in ten the arm hides most of the edge, in two the outline is the trunk's own all
along, and in one, with a hand behind the buttock, some of the edge shows inside the outline.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredPhoto:
    """A photo with a covered back.

    Parameters
    ----------
    counts : tuple of int
        Covered levels, those in view, and those whose outline is the trunk's own.
    errors : ndarray, shape (K, T)
        Absolute error of each target, for each entry of :data:`KNOWN`.
    measured : tuple of bool
        Whether the curve of the back can be measured, for each entry.
    """

    counts: tuple[int, int, int]
    errors: Floats
    measured: tuple[bool, ...]


def covered_section(folders: Sequence[Path]) -> str:
    """Return the section on covered backs.

    Parameters
    ----------
    folders : sequence of Path
        Data sets with photos, to whose bodies nothing was fitted.

    Raises
    ------
    DatasetError
        If no photo of a population has a covered back.
    """
    estimator = shipped_estimator()
    read = dict.fromkeys(POPULATIONS, 0)
    found: dict[str, list[CoveredPhoto]] = {name: [] for name in POPULATIONS}
    with Analyzer(estimator=estimator) as analyzer:
        for base, record in (pair for folder in folders for pair in records_of(folder)):
            analysis = _analysed(analyzer, base, record)
            if analysis is None:
                continue
            read[record["population"]] += 1
            if back_covered(analysis.measures):
                photo = covered_photo(analysis, base, record, estimator)
                found[record["population"]].append(photo)
    if not all(found.values()):
        raise DatasetError(
            "No photo of one of the populations has a covered back: give folders of photos of both."
        )
    every = [photo for photos in found.values() for photo in photos]
    return _SECTION.format(
        photos=sum(read.values()),
        covered=len(every),
        shares=shares_table(found, read),
        errors="\n".join(error_rows(every)),
    )


def _analysed(analyzer: Analyzer, base: Path, record: dict[str, Any]) -> Analysis | None:
    """Return the analysis of a photo; None if it is refused, or its person seen the wrong way."""
    try:
        analysis = analyzer.analyze(Path(f"{base}.jpg"))
    except PostureError:
        return None
    return analysis if analysis.view.facing == record["camera"]["facing"] else None


def covered_photo(
    analysis: Analysis, base: Path, record: dict[str, Any], estimator: Estimator
) -> CoveredPhoto:
    """Return what an arm hides in a photo, and the errors when less or nothing is hidden."""
    geometry = analysis.geometry
    labels = np.asarray(cv2.imread(f"{base}.mask.png", cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    scale = geometry.image.shape[0] / record["camera"]["height"]
    back = BehindArms.of(geometry.silhouette, record, labels, scale=scale)
    nothing = np.zeros_like(back.covered)
    silhouettes = [
        geometry.silhouette,
        *(back.read(rows) for rows in (nothing, back.own, back.in_view, back.covered)),
    ]
    true = true_quantities(record)
    truth = np.array([np.nan if true[name] is None else true[name] for name in TARGETS], float)
    means, measured = zip(
        *(estimated(analysis, silhouette, estimator) for silhouette in silhouettes), strict=True
    )
    return CoveredPhoto(
        counts=back.counts(), errors=np.abs(np.array(means) - truth), measured=measured
    )


def estimated(
    analysis: Analysis, silhouette: Silhouette, estimator: Estimator
) -> tuple[Floats, bool]:
    """Return the estimates of a photo from another silhouette, and whether its curve is measured.

    They are given also where the product would abstain, so that all rows compare the same photos.
    """
    view = analysis.view
    body = trace_body(
        silhouette, analysis.geometry.joints, parts=view.parts, roll_sd_deg=view.roll.sd_deg
    )
    features = feature_vector(body, take_measures(body), yaw_deg=view.yaw_deg)
    return estimator.predict(features).mean, not body.back_covered


def shares_table(found: dict[str, list[CoveredPhoto]], read: dict[str, int]) -> str:
    """Return the table of what is in view: one column a population."""
    columns = [list(_shares(photos, read[name])) for name, photos in found.items()]
    titles = (
        "photos with a covered back",
        "covered levels: an arm hides the edge",
        "the edge is in view inside the outline",
        "the outline is the trunk's own (within 1 cm)",
        "photos with at least half of these levels in view",
        "with at least half in view inside the outline",
    )
    head = ["", *(POPULATIONS[name] for name in found)]
    rows = [head, ["---"] * len(head), *map(list, zip(titles, *columns, strict=True))]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _shares(photos: list[CoveredPhoto], read: int) -> Iterator[str]:
    covered, in_view, own = np.array([photo.counts for photo in photos]).T
    inside = in_view - own
    yield f"{len(photos)} of {read}"
    for part in (covered - in_view, inside, own):
        yield f"{100 * part.sum() / covered.sum():.0f} %"
    for part in (in_view, inside):
        yield f"{np.count_nonzero((covered > 0) & (2 * part >= covered))} of {len(photos)}"


def error_rows(photos: list[CoveredPhoto]) -> Iterator[str]:
    """Yield a Markdown row for each entry of :data:`KNOWN`."""
    errors = np.array([photo.errors for photo in photos])
    measured = np.array([photo.measured for photo in photos]).sum(axis=0)
    for at, text in enumerate(KNOWN):
        cells = [f"{value:.2f}" for value in np.nanmean(errors[:, at], axis=0)]
        if at:
            change = errors[:, at] - errors[:, at - 1]
            count = np.isfinite(change).sum(axis=0)
            error = np.nanstd(change, axis=0, ddof=1) / np.sqrt(count)
            pairs = zip(cells, np.nanmean(change, axis=0), error, strict=True)
            # Adding zero turns a rounded -0.0 into 0.0.
            cells = [f"{cell} ({round(mean, 2) + 0.0:+.2f} ± {sd:.2f})" for cell, mean, sd in pairs]
        yield f"| {text} | {' | '.join(cells)} | {measured[at]} of {len(photos)} |"
