"""The overlay picture of an analysis, and its thumbnail."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from posture.analysis.result import Analysis
from posture.draw.face import in_head, without_face
from posture.draw.legend import PANEL_SHARE, draw_legend
from posture.draw.lines import build_few_marks, build_marks
from posture.draw.marks import Marks, without
from posture.draw.pen import paint
from posture.draw.tags import leader, occupied_map, place_tags, write_tag
from posture.draw.viewport import Viewport, fit, person_window
from posture.errors import SettingsError
from posture.messages import ENGLISH, catalogue

LONG_SIDE: Final = 1440
SIDE_RANGE: Final = (64, 8192)
"""Smallest and largest long side in pixels."""

UNIT: Final = 1 / 420
"""Line unit in widths of the view: a thin line is one pixel on a phone, 0.3 mm in print."""

THUMBNAIL_UNIT: Final = 1 / 240
"""The same for thumbnails, whose lines are relatively thicker."""

TAG_SIZE: Final = 1 / 29
"""Text size of tags in widths of the view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayOptions:
    """Options of the overlay.

    Parameters
    ----------
    blur_face : bool
        Replace the head by a blurred mosaic and leave out its outline, since a profile is a
        likeness too.
    long_side : int
        Approximate long side of the picture in pixels; with the legend, the picture is a little
        longer if values are absent and their reasons need room.
    show_legend : bool
        Add the legend with the values below the photo.
    show_tags : bool
        Write pelvic tilt and lumbar arch depth beside the body.
    language : str
        Language of the words on the picture.

    Raises
    ------
    SettingsError
        If the size is not between 64 and 8192 pixels.
    """

    blur_face: bool = False
    long_side: int = LONG_SIDE
    show_legend: bool = True
    show_tags: bool = True
    language: str = ENGLISH

    def __post_init__(self) -> None:
        low, high = SIDE_RANGE
        if not low <= self.long_side <= high:
            raise SettingsError(
                f"The long side of a picture is between {low} and {high} pixels.",
                code="bad_size",
            )


DEFAULT_OPTIONS: Final = OverlayOptions()


def draw_overlay(
    analysis: Analysis, *, options: OverlayOptions = DEFAULT_OPTIONS
) -> NDArray[np.uint8]:
    """Draw an analysis on its photo, with the values beside it.

    The picture shows the outline; the true vertical through the ankle; the back with the chord
    across the lumbar hollow and its depth; the pelvic tilt line with its interval as a fan, and the
    horizontal it is measured against; and the joint centres. Stretches of the back that were not
    seen are dashed. Absent values are not drawn, and the legend says why.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        RGB; the part of the photo around the person, with the legend below it.
    """
    marks = _marks(analysis, hide_face=options.blur_face)
    view = fit(
        person_window(analysis.geometry),
        long_side=options.long_side,
        below=PANEL_SHARE if options.show_legend else 0.0,
    )
    picture = _photo(analysis, view, hide_face=options.blur_face)
    moved = marks.moved(view.to_picture)
    paint(picture, moved, unit=view.width * UNIT)
    if options.show_tags:
        _write_tags(picture, analysis, moved, view, language=options.language)
    if not options.show_legend:
        return picture
    return np.vstack(
        [picture, draw_legend(analysis, marks, width=view.width, language=options.language)]
    )


def thumbnail(
    analysis: Analysis, *, blur_face: bool = False, long_side: int = 320
) -> NDArray[np.uint8]:
    """Draw a small picture for lists: the person with the lines, without any text.

    Parameters
    ----------
    blur_face : bool
        As in :class:`OverlayOptions`.
    long_side : int
        Long side in pixels.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
    """
    view = fit(person_window(analysis.geometry), long_side=long_side)
    picture = _photo(analysis, view, hide_face=blur_face)
    marks = build_few_marks(analysis).moved(view.to_picture)
    paint(picture, marks, unit=view.width * THUMBNAIL_UNIT)
    return picture


def _marks(analysis: Analysis, *, hide_face: bool) -> Marks:
    marks = build_marks(analysis)
    if not hide_face:
        return marks
    return without(marks, "outline", functools.partial(in_head, analysis.geometry))


def _photo(analysis: Analysis, view: Viewport, *, hide_face: bool) -> NDArray[np.uint8]:
    geometry = analysis.geometry
    return view.render(without_face(geometry) if hide_face else geometry.image)


def _write_tags(
    picture: NDArray[np.uint8], analysis: Analysis, marks: Marks, view: Viewport, *, language: str
) -> None:
    number_words = catalogue(language).number_words
    tags = tuple(replace(tag, text=number_words(tag.text)) for tag in marks.tags)
    contour = view.to_picture(analysis.geometry.silhouette.contour_px)
    occupied = occupied_map(picture.shape, contour, marks)
    size = round(view.width * TAG_SIZE)
    placed = place_tags(tags, occupied, bounds=(0, 0, view.width, view.height), size=size)
    leaders = Marks(strokes=tuple(leader(tag, box) for tag, box in placed))
    paint(picture, leaders, unit=view.width * UNIT)
    for tag, box in placed:
        write_tag(picture, tag, box, size=size)
