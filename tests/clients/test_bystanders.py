"""People beside the client: no face of theirs in any picture, nothing of them in what is kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from support.drawn import analysis_of
from support.paper_doll import Doll

from posture.analysis.correct import reestimated
from posture.analysis.result import Analysis, Bystander, Geometry, Pixels
from posture.clients.capture import BACKDROP, capture, cutout_of
from posture.draw.face import without_face, without_others
from posture.errors import PoseError
from posture.inputs.hints import Hints

if TYPE_CHECKING:
    from posture.analysis.analyzer import Analyzer

SAMPLES = Path(__file__).parents[2] / "sample_images"
MAIN = SAMPLES / "01_neutral_woman_left.jpg"
OTHER = SAMPLES / "03_tilted_arched_woman_right.jpg"


def beside(scale: float, left: float) -> tuple[Image.Image, np.ndarray]:
    """Return a photo with a second, smaller person, and where that person's half of it lies."""
    picture = Image.open(MAIN).convert("RGB")
    width, height = picture.size
    other = Image.open(OTHER).convert("RGB").resize((round(width * scale), round(height * scale)))
    other = other.crop((other.width // 4, 0, 3 * other.width // 4, other.height))
    at = (round(left * width), round((0.75 - scale) * height))
    picture.paste(other, at)
    area = np.zeros((height, width), bool)
    area[at[1] : at[1] + other.height, at[0] : at[0] + other.width] = True
    return picture, area


def faces_of(geometry: Geometry) -> list[tuple[np.ndarray, np.ndarray]]:
    found = []
    for other in geometry.others:
        unit = float(np.linalg.norm(np.diff(other.landmarks_px[[11, 23]], axis=0)))
        face = other.landmarks_px[:11]
        found.append((face.mean(axis=0), np.full(2, 0.2 * unit)))
    return found


@pytest.mark.parametrize(("scale", "left"), [(0.3, 0.02), (0.45, 0.02), (0.6, 0.0), (0.45, 0.62)])
def test_people_whom_the_network_overlooks_are_found(
    analyzer: Analyzer, scale: float, left: float
) -> None:
    picture, area = beside(scale, left)
    found = analyzer.analyze(picture)
    (other,) = found.geometry.others
    nose = other.landmarks_px[0].round().astype(int)
    assert area[nose[1], nose[0]]
    assert area[other.area].mean() > 0.99
    before, after = found.geometry.image.astype(int), without_face(found.geometry).astype(int)
    rows, columns = np.indices(area.shape)
    ((centre, axes),) = faces_of(found.geometry)
    inside = ((columns - centre[0]) / axes[0]) ** 2 + ((rows - centre[1]) / axes[1]) ** 2 < 1
    # Neighbouring pixels hardly differ any more: nothing of eyes, nose and mouth is left.
    for axis in (0, 1):
        edges = inside & np.roll(inside, 1, axis)
        sharp, soft = (
            np.percentile(np.abs(np.diff(image, axis=axis, prepend=0)).max(axis=2)[edges], 99)
            for image in (before, after)
        )
        assert soft < min(12, sharp / 3)
    # Measures are those of the person alone.
    alone = analyzer.analyze(MAIN)
    assert found.estimates.pelvic_tilt_deg.value == pytest.approx(
        alone.estimates.pelvic_tilt_deg.value, abs=1.5
    )


def test_nobody_is_found_where_nobody_is(read_sample: Callable[[Path], Analysis]) -> None:
    for path in sorted(SAMPLES.glob("*.jpg")):
        try:
            found = read_sample(path)
        except PoseError:
            continue  # no side view
        assert found.geometry.others == (), path.name


def test_what_is_kept_shows_nobody_else(analyzer: Analyzer) -> None:
    picture, _ = beside(0.6, 0.0)
    found = analyzer.analyze(picture)
    (other,) = found.geometry.others
    kept = capture(found)
    assert kept.photo is not None
    photo = np.asarray(Image.open(io.BytesIO(kept.photo))).astype(int)
    assert np.abs(photo[other.area] - BACKDROP).max() < 40
    assert np.abs(photo[other.area] - BACKDROP).mean() < 3
    # The person is not touched.
    own = found.geometry.mask > 0.9
    assert np.abs(photo[own] - found.geometry.image[own]).mean() < 3
    again = analyzer.analyze(kept.photo)
    assert again.geometry.others == ()
    assert again.estimates.pelvic_tilt_deg.value == pytest.approx(
        found.estimates.pelvic_tilt_deg.value, abs=1.0
    )


def test_corrections_and_renewed_estimates_keep_everybody_hidden(analyzer: Analyzer) -> None:
    found = analyzer.analyze(beside(0.45, 0.02)[0])
    assert len(reestimated(found, Hints(sex="female")).geometry.others) == 1


# --- drawn people, with known pixels -------------------------------------------------------


def with_pixels(
    geometry: Geometry,
    image: np.ndarray,
    mask: np.ndarray | None = None,
    others: tuple[Bystander, ...] = (),
) -> Geometry:
    pixels = Pixels(image=image, mask=geometry.mask if mask is None else mask)
    return replace(geometry, pixels=pixels, others=others)


def joined() -> tuple[Analysis, np.ndarray]:
    """Return a person with somebody close behind, in red, whom the mask takes for the same."""
    analysis = analysis_of(Doll())
    geometry = analysis.geometry
    height, width = geometry.mask.shape
    rows, columns = np.indices((height, width))
    middle, half = geometry.frame.to_image(np.array([-0.6, 0.3])), 0.5 * geometry.frame.unit_px
    theirs = (np.abs(columns - middle[0]) < half) & (np.abs(rows - middle[1]) < 2 * half)
    area = theirs & (geometry.mask < 0.5)
    image = geometry.image.copy()
    image[area] = (255, 0, 0)
    landmarks = geometry.landmarks_px - geometry.landmarks_px[0] + middle
    other = Bystander(landmarks_px=landmarks, area=area)
    return replace(analysis, geometry=with_pixels(geometry, image, others=(other,))), area


def is_red(image: np.ndarray) -> np.ndarray:
    return (image[..., 0] > 150) & (image[..., 1] < 100) & (image[..., 2] < 100)


def test_nothing_of_somebody_who_touches_the_person_is_in_the_thumbnail() -> None:
    analysis, area = joined()
    assert is_red(analysis.geometry.image)[area].all()
    plain = replace(analysis.geometry, others=())
    assert is_red(cutout_of(plain).image).any(), "they are within the margin that is kept"
    assert not is_red(cutout_of(analysis.geometry).image).any()
    assert not is_red(without_others(analysis.geometry, BACKDROP)).any()


def test_the_gap_between_arm_and_trunk_is_painted_over() -> None:
    geometry = analysis_of(Doll()).geometry
    centre = geometry.frame.to_image(np.array([0.0, 0.5])).astype(int)
    side = round(0.2 * geometry.frame.unit_px)
    gap = np.s_[centre[1] - side : centre[1] + side, centre[0] - side : centre[0] + side]
    image, mask = geometry.image.copy(), geometry.mask.copy()
    image[gap], mask[gap] = (255, 0, 0), 0.0
    shown = is_red(cutout_of(with_pixels(geometry, image, mask)).image)
    whole = is_red(cutout_of(with_pixels(geometry, image)).image)
    assert shown.sum() < 0.5 * whole.sum()
    rows, columns = np.nonzero(whole)
    middle = np.s_[int(np.median(rows)), int(np.median(columns))]
    assert not shown[middle]
