"""What is kept of a real photo: outline without a face, the person alone, results again."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from support.captures import make_capture

from posture.analysis.correct import correct, reestimated
from posture.clients import ClientsError, ClientStore, Details
from posture.clients.again import analyze_again
from posture.clients.capture import BACKDROP, capture
from posture.clients.visit_data import visit_data
from posture.comparison.api import aligned, compare, quantities
from posture.draw.face import head_ellipse
from posture.geometry.stored_outline import outline_json, read_outline
from posture.inputs.corrections import Corrections
from posture.inputs.hints import Hints
from posture.inputs.protocol import Protocol

if TYPE_CHECKING:
    from posture.analysis.analyzer import Analyzer
    from posture.analysis.result import Analysis

SAMPLES = Path(__file__).parents[2] / "sample_images"
WOMAN = SAMPLES / "01_neutral_woman_left.jpg"
ARCHED = SAMPLES / "03_tilted_arched_woman_right.jpg"
DAY = date(2025, 3, 1)

Read = Callable[[Path], "Analysis"]


def pixels(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")).astype(int)


@pytest.mark.parametrize("path", [WOMAN, ARCHED], ids=["left", "right"])
def test_the_outline_is_that_of_the_body_without_the_face(read_sample: Read, path: Path) -> None:
    analysis = read_sample(path)
    outline = capture(analysis).outline
    geometry = analysis.geometry
    assert outline.stature == pytest.approx(geometry.silhouette.height, abs=1e-3)
    assert outline.joints["hip"] == pytest.approx(tuple(geometry.joints.hip), abs=1e-3)
    contour = geometry.frame.to_image(np.array(outline.contour))
    centre, axes = head_ellipse(geometry)
    for line in (outline.contour, outline.back, outline.front):
        points = geometry.frame.to_image(np.array(line))
        assert ((((points - centre) / axes) ** 2).sum(axis=1) >= 0.99).all()
        assert points[:, 1].min() > centre[1] - axes[1] / 2, "nothing beside or above the face"
    assert 150 < len(outline.contour) <= 400
    steps = np.linalg.norm(np.diff(contour, axis=0), axis=1)
    assert steps.max() < 0.06 * geometry.frame.unit_px, "one open line, without a jump"
    found = aligned(outline)
    assert found is not None
    heights = [y for _, y in found.contour]
    assert min(heights) < 0.5  # the sole is at or below the ankle's height
    assert 78 < max(heights) - min(heights) < 100


def test_outlines_are_read_back_as_they_were_stored(read_sample: Read) -> None:
    outline = capture(read_sample(WOMAN)).outline
    assert read_outline(outline_json(outline)) == outline


def test_the_thumbnail_shows_the_person_alone_and_knows_where(read_sample: Read) -> None:
    analysis = read_sample(WOMAN)
    kept = capture(analysis)
    image, placing = pixels(kept.thumbnail), kept.outline.in_thumbnail
    assert placing.size == (image.shape[1], image.shape[0])
    assert image.shape[0] <= 640
    corners = image[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert np.abs(corners - BACKDROP).max() < 12
    photo = pixels(kept.photo or b"")
    assert kept.outline.in_photo.size == (photo.shape[1], photo.shape[0])
    for point in ((0.0, 0.0), (-0.1, 0.5), (0.0, -1.0)):
        x, y = np.round(placing.frame.to_image(np.array(point))).astype(int)
        u, v = np.round(kept.outline.in_photo.frame.to_image(np.array(point))).astype(int)
        small = image[y - 1 : y + 2, x - 1 : x + 2].mean(axis=(0, 1))
        large = photo[v - 2 : v + 3, u - 2 : u + 3].mean(axis=(0, 1))
        assert small == pytest.approx(large, abs=12)


def test_the_kept_photo_says_nothing_about_place_and_time(
    analyzer: Analyzer, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0110] = "SecretPhone"
    exif[0x0132] = "2025:03:01 10:00:00"
    path = tmp_path / "tagged.jpg"
    Image.open(WOMAN).save(path, quality=92, exif=exif)
    assert b"SecretPhone" in path.read_bytes()
    kept = capture(analyzer.analyze(path))
    for jpeg in (kept.photo or b"", kept.thumbnail):
        assert b"SecretPhone" not in jpeg
        assert not Image.open(io.BytesIO(jpeg)).getexif()


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    return ClientStore(tmp_path / "clients.sqlite")


def test_kept_photos_are_analysed_again(
    read_sample: Read, analyzer: Analyzer, store: ClientStore
) -> None:
    client = store.add(Details(name="Anna", sex="female"), consented_on=DAY)
    seen = reestimated(read_sample(WOMAN), Hints(sex="female"))
    first = store.add_visit(client.id, [capture(seen)], day=DAY, notes="kept")
    again = analyze_again(store, first.id, analyzer)
    assert (again.id, again.day, again.notes) == (first.id, first.day, "kept")
    assert again.shots[0].photo_kept
    assert again.shots[0].result["photo"] == WOMAN.name
    old, new = (quantities(visit.shots[0].record()) for visit in (first, again))
    for name, item in old.items():
        if item.sd is not None and new[name].value is not None:
            # The stored photo went through JPEG once more: a fraction of the interval at most.
            assert new[name].value == pytest.approx(item.value, abs=0.35 * item.sd), name
    session = visit_data(again)
    assert compare(visit_data(first), session).differences == ()


def test_clothing_of_the_protocol_is_used_again(analyzer: Analyzer, store: ClientStore) -> None:
    found = analyzer.analyze(WOMAN, hints=Hints(clothing="loose"))
    client = store.add(Details(name="Anna"), consented_on=DAY)
    worn = Protocol(clothing="loose")
    visit = store.add_visit(client.id, [capture(found)], day=DAY, protocol=worn)
    again = analyze_again(store, visit.id, analyzer).shots[0].record().estimates
    without = analyzer.analyze(WOMAN).estimates.lumbar_depth_pct
    with_clothing = found.estimates.lumbar_depth_pct
    assert abs(again.lumbar_depth_pct.value - with_clothing.value) < 0.35 * with_clothing.sd
    assert abs(without.value - with_clothing.value) > 0.1


def test_what_was_said_beside_the_photo_is_not_forgotten(
    read_sample: Read, analyzer: Analyzer, store: ClientStore
) -> None:
    seen = reestimated(read_sample(WOMAN), Hints(sex="female", clothing="loose"))
    client = store.add(Details(name="Anna"), consented_on=DAY)
    visit = store.add_visit(client.id, [capture(seen)], day=DAY)
    again = analyze_again(store, visit.id, analyzer).shots[0].record().provenance
    assert (again.sex, again.clothing) == ("female", "loose")


def test_height_and_camera_are_told_again(
    read_sample: Read, analyzer: Analyzer, store: ClientStore
) -> None:
    """Said beside the photo, and written down by then: the latter counts."""
    said = Hints(height_cm=180.0, camera_height_cm=160.0, camera_distance_cm=280.0)
    seen = reestimated(read_sample(WOMAN), said)
    assert "camera_off_pelvis" in {finding.code for finding in seen.view.findings}
    client = store.add(Details(name="Anna"), consented_on=DAY)
    visit = store.add_visit(client.id, [capture(seen)], day=DAY)
    again = analyze_again(store, visit.id, analyzer).shots[0].record()
    assert "camera_off_pelvis" in {finding.code for finding in again.findings}
    found = again.provenance
    assert (found.height_cm, found.camera_height_cm, found.camera_distance_cm) == (180, 160, 280)

    store.edit(client.id, Details(name="Anna", height_cm=170.0))
    store.edit_visit(visit.id, day=DAY, protocol=Protocol(camera_height_cm=95.0), notes="")
    again = analyze_again(store, visit.id, analyzer).shots[0].record()
    assert "camera_height_known" in {finding.code for finding in again.findings}
    found = again.provenance
    assert (found.height_cm, found.camera_height_cm, found.camera_distance_cm) == (170, 95, 280)


def test_corrected_points_stay_corrected(
    read_sample: Read, analyzer: Analyzer, store: ClientStore
) -> None:
    analysis = read_sample(WOMAN)
    hip = analysis.geometry.frame.to_image(np.array(analysis.geometry.joints.hip))
    moved = correct(analysis, Corrections(hip=(float(hip[0]) + 6.0, float(hip[1]))))
    client = store.add(Details(name="Anna"), consented_on=DAY)
    visit = store.add_visit(client.id, [capture(moved)], day=DAY)
    again = analyze_again(store, visit.id, analyzer)
    for item in (visit, again):
        corrections = item.shots[0].result["corrections"]
        assert corrections is not None
        assert list(corrections["points"]) == ["hip"]
        assert visit_data(item).corrected == {"hip"}


def test_photos_that_were_not_kept_cannot_be_analysed_again(
    analyzer: Analyzer, store: ClientStore
) -> None:
    visit = store.add_visit(Details(name="Anna"), [make_capture()], day=DAY)
    with pytest.raises(ClientsError) as caught:
        analyze_again(store, visit.id, analyzer)
    assert caught.value.code == "no_photos"
    assert store.visit(visit.id) == visit
