"""Blurred faces, which nobody can restore."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from support.drawn import analysis_of, one
from support.paper_doll import Doll

from posture.analysis.result import Analysis, Geometry, Pixels
from posture.draw import OverlayOptions, draw_overlay
from posture.draw.face import head_ellipse, in_head, without_face
from posture.draw.lines import build_marks
from posture.draw.marks import without
from posture.draw.viewport import fit, person_window


@pytest.fixture(scope="module")
def plain() -> Analysis:
    return analysis_of(Doll())


def checkered(geometry: Geometry, phase: int) -> Geometry:
    rows, columns = np.indices(geometry.image.shape[:2])
    cells = ((rows // 4 + columns // 4 + phase) % 2 * 200 + 20).astype(np.uint8)
    image = np.repeat(cells[..., None], 3, axis=2)
    return replace(geometry, pixels=Pixels(image=image, mask=geometry.mask))


def test_blur_destroys_the_details_of_a_face(plain: Analysis) -> None:
    one_face, other = (without_face(checkered(plain.geometry, phase)) for phase in (0, 1))
    rows, columns = np.indices(one_face.shape[:2])
    points = np.column_stack([columns.ravel(), rows.ravel()]).astype(float)
    inside = in_head(plain.geometry, points).reshape(one_face.shape[:2])
    # Two opposite faces become the same: nothing of either can be restored.
    assert np.abs(one_face[inside].astype(int) - other[inside]).max() <= 12
    assert one_face[inside].std() < 8


def test_blur_touches_only_the_head(plain: Analysis) -> None:
    before = checkered(plain.geometry, 0)
    changed = (without_face(before) != before.image).any(axis=2)
    centre, axes = head_ellipse(plain.geometry)
    rows, columns = np.nonzero(changed)
    reach = np.abs(np.column_stack([columns, rows]) - centre) - axes
    assert reach.max() < 0.08 * plain.geometry.frame.unit_px
    assert rows.max() < plain.geometry.frame.to_image(plain.geometry.joints.shoulder)[1]


def test_head_landmarks_lie_well_within_the_ellipse(plain: Analysis) -> None:
    assert in_head(plain.geometry, plain.geometry.landmarks_px[:11]).all()
    far = replace(plain.geometry, landmarks_px=plain.geometry.landmarks_px - 10_000)
    assert (without_face(far) == far.image).all()


def test_a_blurred_face_loses_its_profile(plain: Analysis) -> None:
    marks = build_marks(plain)
    hide = partial(in_head, plain.geometry)
    kept = without(marks, "outline", hide).named("outline")
    assert hide(one(marks, "outline")).any()
    assert kept
    assert not any(hide(stroke.points).any() for stroke in kept)
    assert len(without(marks, "outline", hide).named("plumb")) == 1


def test_blur_changes_the_drawn_head_and_nothing_else(plain: Analysis) -> None:
    options = OverlayOptions(show_legend=False)
    clear = draw_overlay(plain, options=options)
    hidden = draw_overlay(plain, options=replace(options, blur_face=True))
    view = fit(person_window(plain.geometry), long_side=options.long_side)
    shoulder = view.to_picture(plain.geometry.landmarks_px[11])[1]
    rows = np.nonzero((clear != hidden).any(axis=(1, 2)))[0]
    assert len(rows)
    assert rows.max() < shoulder
