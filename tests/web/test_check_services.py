"""Services of the photo check, without a page."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from conftest import SAMPLES
from PIL import Image, ImageDraw

from posture import Analysis, Analyzer, Hints
from posture.analysis.correct import offered_pelvis_px, points_px, reestimated, stickers_of
from posture.analysis.result import Geometry, Pixels
from posture.comparison.sentences import say_unlike
from posture.draw.lines import build_marks
from posture.errors import PoseError
from posture.inputs.corrections import NO_CORRECTIONS, POINTS, Corrections
from posture.measures.catalogue import MEASURES
from posture.quantity import Quantity, Reference
from posture.web.components.picker import camera_opens
from posture.web.components.strip import strip
from posture.web.services import correct as service
from posture.web.services.axes import AXES, Axis, axis_of
from posture.web.services.estimate_cards import estimate_cards
from posture.web.services.examine import ExaminedPhoto, result_dict, update_hints
from posture.web.services.samples import find_samples
from posture.web.services.visit import visit_file, visit_of

GOOD = [sample.path for sample in find_samples() if sample.kind == "good"]


@pytest.fixture(scope="module")
def analyses() -> list[Analysis]:
    with Analyzer() as analyzer:
        return [analyzer.analyze(path) for path in GOOD[:3]]


@pytest.fixture(scope="module")
def examined(analyses: list[Analysis]) -> list[ExaminedPhoto]:
    refused = PoseError("No person was found.", code="no_person")
    return [
        *(ExaminedPhoto(photo=each.photo, analysis=each, error=None) for each in analyses),
        ExaminedPhoto(photo="room.jpg", analysis=None, error=refused),
    ]


def tilt(analysis: Analysis) -> float:
    value = analysis.estimates.pelvic_tilt_deg.value
    assert value is not None
    return value


# --- several photos ------------------------------------------------------------------------


def test_a_visit_is_the_mean_of_its_good_photos(
    analyses: list[Analysis], examined: list[ExaminedPhoto]
) -> None:
    visit = visit_of(examined, sex=None)
    assert visit is not None
    tilts = [tilt(each) for each in analyses]
    mean = visit.record.estimates.pelvic_tilt_deg
    assert mean.value == pytest.approx(sum(tilts) / 3)
    assert visit.spreads["pelvic_tilt_deg"] == pytest.approx(max(tilts) - min(tilts))
    leans = [each.measures["trunk_lean_deg"].value or 0.0 for each in analyses]
    assert visit.record.measures["trunk_lean_deg"].value == pytest.approx(sum(leans) / 3)
    outline = [each.measures["lumbar_depth_pct"].value or 0.0 for each in analyses]
    assert visit.record.measures["lumbar_depth_pct"].value == pytest.approx(sum(outline) / 3)
    assert visit.untouched is None


def test_the_interval_of_a_mean_is_narrower_but_not_by_much(
    examined: list[ExaminedPhoto],
) -> None:
    parts = (*([each] for each in examined[:3]), examined)
    visits = [visit_of(part, sex=None) for part in parts]
    tilts = [visit.record.estimates.pelvic_tilt_deg for visit in visits if visit is not None]
    *alone, mean = ((tilt.high or 0.0) - (tilt.low or 0.0) for tilt in tilts)
    # These photos differ by more than those of one person do, so their mean is hardly surer.
    assert 0.5 * min(alone) < mean < 1.1 * max(alone)


def test_cards_state_the_spread_in_words(examined: list[ExaminedPhoto]) -> None:
    visit = visit_of(examined, sex=None)
    assert visit is not None
    cards = estimate_cards(visit, sex=None, height_cm=170)
    assert cards[0].spread.startswith("Your three photos differ by ")
    assert cards[0].spread.endswith("°.")
    assert cards[2].spread.endswith(" %.")
    assert "That is about" in cards[2].meaning


def test_without_a_usable_photo_there_is_no_visit(examined: list[ExaminedPhoto]) -> None:
    assert visit_of(examined[3:], sex=None) is None


def test_photos_of_different_people_are_named_by_their_numbers_on_the_page(
    read_sample: Callable[[Path], Analysis],
) -> None:
    people = [
        ExaminedPhoto(photo="a.jpg", analysis=read_sample(SAMPLES[number]), error=None)
        for number in (6, 3, 7)
    ]
    refused = ExaminedPhoto(
        photo="b.jpg", analysis=None, error=PoseError("Nobody.", code="no_person")
    )
    for photos, numbers in (([*people], (1, 2, 3)), ([refused, *people], (2, 3, 4))):
        visit = visit_of(photos, sex=None)
        assert visit is not None
        found = visit.record.unlike
        assert found is not None
        assert (found.first, *found.others) == numbers
        told = json.loads(visit_file(photos, visit))["mean"]["unlike"]
        assert told["others"] == list(numbers[1:])
        assert told["sentence"] == say_unlike(found)


def test_the_file_of_several_photos_holds_each_and_their_mean(
    examined: list[ExaminedPhoto],
) -> None:
    visit = visit_of(examined, sex=None)
    assert visit is not None
    table = json.loads(visit_file(examined, visit))
    assert [each["status"] for each in table["photos"]][-1] == "refused"
    assert len(table["mean"]["photos"]) == 3
    assert table["mean"]["unlike"] is None
    single = visit_of(examined[:1], sex=None)
    assert single is not None
    assert json.loads(visit_file(examined[:1], single)) == result_dict(examined[0])


# --- correcting ----------------------------------------------------------------------------


def test_the_editor_gets_every_point_inside_its_photo(analyses: list[Analysis]) -> None:
    photo = service.editor_photo(analyses[0], hide_face=False)
    assert [point["name"] for point in photo.points] == list(POINTS)
    left, top, width, height = photo.window
    for point in photo.points:
        x, y = point["found"] or point["start"]
        assert left <= x < left + width
        assert top <= y < top + height
    absent = [point["name"] for point in photo.points if point["found"] is None]
    assert absent == ["asis", "psis"]
    assert photo.near[2] < width


def test_the_editor_hides_the_face_on_request(analyses: list[Analysis]) -> None:
    shown, hidden = (service.editor_photo(analyses[0], hide_face=hide) for hide in (False, True))
    assert shown.image != hidden.image
    assert shown.outline
    assert not hidden.outline


def test_a_moved_point_changes_values_and_moving_it_back_restores_them(
    analyses: list[Analysis],
) -> None:
    base = analyses[0]
    x, y = points_px(base)["hip"] or (0.0, 0.0)
    moved = service.apply(base, service.with_points(NO_CORRECTIONS, {"hip": (x + 12, y)}))
    assert not moved.problem
    assert tilt(moved.analysis) != tilt(base)
    assert service.by_hand_words((moved.analysis,)) == "Moved by hand: hip"
    assert result_dict(ExaminedPhoto(photo="a", analysis=moved.analysis, error=None))["corrections"]
    back = service.apply(moved.analysis, service.with_points(NO_CORRECTIONS, {}))
    assert back.analysis is base
    assert service.by_hand_words((back.analysis,)) == ""


def test_an_impossible_point_leaves_the_last_good_values(
    analyses: list[Analysis],
) -> None:
    done = service.apply(analyses[0], Corrections(knee=(2.0, 2.0)))
    assert done.analysis is analyses[0]
    assert "Knee" in done.problem


def test_one_end_of_the_pelvic_line_alone_is_ignored(analyses: list[Analysis]) -> None:
    places = offered_pelvis_px(analyses[0])
    assert service.half_placed({"asis": places["asis"]})
    assert service.with_points(NO_CORRECTIONS, {"asis": places["asis"]}).names == ()
    both = service.with_points(Corrections(marked=True, **places), places)
    assert both.names == ("asis", "psis")
    assert both.marked
    assert not service.with_points(both, {}).marked


@pytest.mark.parametrize(
    "edit",
    [
        None,
        "hip",
        {"moved": [1, 2]},
        {"moved": {"nose": [1, 2]}},
        {"moved": {"hip": [1, "2"]}},
        {"moved": {"hip": [1]}},
        {"moved": {"hip": [float("nan"), 2.0]}},
        {"moved": {"hip": [True, {}]}},
    ],
)
def test_nonsense_from_the_browser_moves_nothing(edit: object) -> None:
    assert service.points_from(edit) == {}


def test_stickers_are_found_and_their_absence_is_explained(analyses: list[Analysis]) -> None:
    base = analyses[1]
    none, why = service.stickers_in(base)
    assert none == {}
    assert why
    places = offered_pelvis_px(base)
    picture = Image.fromarray(base.geometry.image)
    pen = ImageDraw.Draw(picture)
    radius = 9 * base.geometry.frame.unit_px / 500
    for x, y in places.values():
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 230, 0))
    geometry = with_image(base, np.asarray(picture))
    found, why = service.stickers_in(dataclasses.replace(base, geometry=geometry))
    assert why == ""
    for name, place in places.items():
        assert np.hypot(*np.subtract(found[name], place)) < 2


def with_image(base: Analysis, image: np.ndarray) -> Geometry:
    pixels = Pixels(image=image, mask=base.geometry.mask)
    return dataclasses.replace(base.geometry, pixels=pixels)


def dotted(base: Analysis, places: Iterable[tuple[float, float]]) -> Analysis:
    picture = Image.fromarray(base.geometry.image)
    radius = 9 * base.geometry.frame.unit_px / 500
    for x, y in places:
        place = (x - radius, y - radius, x + radius, y + radius)
        ImageDraw.Draw(picture).ellipse(place, fill=(255, 230, 0))
    geometry = with_image(base, np.asarray(picture))
    return dataclasses.replace(base, geometry=geometry)


def test_page_and_command_look_for_stickers_on_one_scale(analyses: list[Analysis]) -> None:
    """Dots just as far apart as in a pelvis of unknown size: too near for one of that height."""
    (ax, ay), (px, py) = offered_pelvis_px(analyses[1]).values()
    base = dotted(analyses[1], [(px + 0.6 * (ax - px), py + 0.6 * (ay - py)), (px, py)])
    for height, problem in ((None, None), (115.0, "no_pair"), (190.0, None)):
        found = reestimated(base, Hints(height_cm=height))
        assert stickers_of(found).problem == problem
        assert (service.stickers_in(found)[0] == {}) == (problem is not None)


def test_which_sticker_is_the_front_one_follows_the_corrected_side(
    analyses: list[Analysis],
) -> None:
    base = analyses[1]
    other = "left" if base.view.facing == "right" else "right"
    turned = Corrections(facing=other)
    places = offered_pelvis_px(service.apply(base, turned).analysis)
    seen = service.apply(dotted(base, places.values()), turned)
    found, why = service.stickers_in(seen.analysis)
    assert why == ""
    for name, place in places.items():
        assert np.hypot(*np.subtract(found[name], place)) < 2
    done = service.apply(seen.analysis, Corrections(facing=other, marked=True, **found))
    assert not done.problem


# --- camera and strip plots ----------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8501/", "http://127.0.0.1:8501/", "https://studio.example/", None],
)
def test_the_camera_is_offered_where_browsers_allow_it(url: str | None) -> None:
    assert camera_opens(url)


def test_the_camera_is_not_offered_over_plain_http() -> None:
    assert not camera_opens("http://192.168.1.20:8501/")


def test_every_measure_has_an_axis() -> None:
    assert set(AXES) == set(MEASURES)


def test_an_axis_holds_interval_and_band() -> None:
    band = Reference(low=-3, high=30, group="adults", source="book")
    far = Quantity.known(60, 5, unit="deg", reference=band)
    axis = axis_of("trunk_lean_deg", far)
    assert axis.low == AXES["trunk_lean_deg"][0]
    assert axis.high == far.high
    assert axis.common == (-3, 30)


def test_a_strip_plot_is_described_in_words() -> None:
    value = Quantity.known(5, 1, unit="deg")
    html = strip(value, Axis(low=0, high=10, common=(2, 4)))
    assert 'role="img"' in html
    assert "5°, range 3° to 7°. Published band 2 to 4." in html
    assert "left:50.0%" in html
    assert "left:20.0%;width:20.0%" in html
    assert "po-zero" not in html


def test_a_height_that_contradicts_the_pelvis_points_drops_them_and_says_why(
    analyses: list[Analysis],
) -> None:
    places = offered_pelvis_px(analyses[0])
    (ax, ay), (px, py) = places["asis"], places["psis"]
    # As short as a pelvis of unknown size may be, but too short for a person of this height.
    short = {"asis": (px + 0.6 * (ax - px), py + 0.6 * (ay - py)), "psis": (px, py)}
    done = service.apply(analyses[0], Corrections(**short))
    assert not done.problem
    placed = ExaminedPhoto(photo="a", analysis=done.analysis, error=None)
    small = update_hints(placed, Hints(height_cm=110))
    assert small.analysis is not None
    assert "cm apart" in small.dropped
    assert small.analysis.corrections.names == ()
    assert small.analysis.hints.height_cm == 110
    same = update_hints(placed, Hints(height_cm=170))
    assert same.analysis is not None
    assert same.analysis.corrections.names == ("asis", "psis")
    assert not same.dropped


def test_placed_points_look_different_and_the_tilt_line_runs_through_them(
    analyses: list[Analysis],
) -> None:
    places = offered_pelvis_px(analyses[0])
    hip = points_px(analyses[0])["hip"] or (0.0, 0.0)
    moved = service.apply(analyses[0], Corrections(hip=(hip[0] + 8, hip[1]), **places)).analysis
    marks = build_marks(moved)
    assert {dot.name for dot in marks.dots if dot.placed} == {"hip", "asis", "psis"}
    assert len([dot for dot in marks.dots if dot.name == "hip"]) == 1
    (line,) = marks.named("tilt")
    start, end = line.points
    along = (end - start) / np.hypot(*(end - start))
    for place in places.values():
        offset = np.array(place) - start
        assert abs(offset[0] * along[1] - offset[1] * along[0]) < 1.0
    assert not [dot for dot in build_marks(analyses[0]).dots if dot.placed]


def test_the_axis_of_a_shallow_hollow_begins_at_zero() -> None:
    shallow = Quantity.known(1.0, 2.0, unit="%trunk")
    axis = axis_of("gluteal_prominence_pct", shallow)
    assert axis.low == 0
    assert "po-zero" not in strip(shallow, axis)
    # A quantity that can be negative has an axis beyond zero.
    assert axis_of("gluteal_prominence_pct", Quantity.known(1.0, 2.0, unit="deg")).low < 0
