"""Compare page without a browser: changes in words, pictures on one scale, time lines."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from client_cases import DAY, HOW, LATER, photos, two_visits
from conftest import SAMPLES
from streamlit.testing.v1 import AppTest

from posture.analysis.result import Analysis
from posture.clients import Capture, ClientStore, Details
from posture.clients.pairs import layer_of_shot, pair_of, placement
from posture.clients.repeatability_store import SETTING
from posture.codec import encode_record
from posture.comparison.api import Change, Comparison, Errors, VisitData, comparison_lines
from posture.comparison.sentences import BY_CHANCE
from posture.quantity import Quantity
from posture.web import language
from posture.web.components.compare.pictures import both_outlines, one_picture, pieces
from posture.web.components.compare.timeline import VisitDot, timeline_image


def page() -> None:
    from posture.web.pages import compare

    compare.show()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClientStore:
    monkeypatch.setenv("POSTURE_DATA", str(tmp_path))
    return ClientStore()


@pytest.fixture
def analysis(read_sample: Callable[[Path], Analysis]) -> Analysis:
    return read_sample(SAMPLES[0])


def run() -> AppTest:
    return AppTest.from_function(page, default_timeout=30).run()


def text(shown: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in shown.get("html"))


CHANGE = Change(
    name="pelvic_tilt_deg",
    unit="deg",
    before=19.0,
    after=12.0,
    photos_before=3,
    photos_after=3,
    verdict="real_change",
    change=-7.04,
    low=-11.0,
    high=-3.0,
    mdc95=4.0,
)


UNSURE = replace(CHANGE, verdict="cannot_tell")
BETWEEN = "(most likely 3° to 11°)."


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (CHANGE, [f"The pelvis tips 7° less forward than before {BETWEEN}"]),
        (
            replace(CHANGE, change=7.04, low=3.0, high=11.0),
            [f"The pelvis tips 7° more forward than before {BETWEEN}"],
        ),
        (
            replace(CHANGE, name="lumbar_lordosis_deg"),
            [f"The low back arches 7° less than before {BETWEEN}"],
        ),
        (
            replace(UNSURE, more_photos=2),
            [
                "Unchanged, as far as photos can tell: pelvic tilt.",
                "2 more photos of the later visit can settle whether the tilt changed.",
            ],
        ),
        (
            replace(UNSURE, photos_per_visit=5),
            [
                "Unchanged, as far as photos can tell: pelvic tilt.",
                "5 photos at each visit can settle whether the tilt changed.",
            ],
        ),
        (
            replace(CHANGE, verdict="no_change_larger_than", bound=3.21),
            ["Unchanged, as far as photos can tell: pelvic tilt."],
        ),
        (
            replace(UNSURE, reason="absent_after"),
            ["Pelvic tilt: Not to be seen at the second of the two visits."],
        ),
    ],
)
def test_every_change_is_one_plain_sentence(change: Change, lines: list[str]) -> None:
    assert list(comparison_lines(told(change))) == lines


def test_a_change_is_told_in_one_voice() -> None:
    """The amount in the body alone: the difference of the two values is not told beside it."""
    errors = Errors(
        slope=0.5,
        between_session_sd=1.0,
        within_session_sd=1.0,
        between_source="estimator",
        within_source="estimator",
    )
    told_once = " ".join(comparison_lines(told(replace(CHANGE, errors=errors))))
    assert re.findall(r"[\d.]+°", told_once) == ["7°", "3°", "11°"]


def told(*changes: Change) -> Comparison:
    """A comparison of two visits of which only the changes are known."""
    visits = [VisitData(key=key, day=DAY, records=()) for key in "ab"]
    found = {change.name: change for change in changes}
    return Comparison(before=visits[0], after=visits[1], changes=found, differences=())


def test_other_measures_are_named_only_when_they_changed() -> None:
    other = replace(CHANGE, name="trunk_lean_deg")
    lines = comparison_lines(told(replace(UNSURE, more_photos=1), other))
    assert lines[-2:] == (f"Trunk lean: 7° less than before {BETWEEN}", BY_CHANCE)
    still = replace(other, verdict="no_change_larger_than", bound=2.0)
    assert not any("Trunk" in line for line in comparison_lines(told(CHANGE, still)))


def test_without_two_visits_the_page_leads_to_the_photo_check(
    store: ClientStore, analysis: Analysis
) -> None:
    assert "nobody to compare yet" in run().info[0].value
    store.add_visit(Details(name="Anna"), photos(analysis, 0.0), day=DAY)
    shown = run()
    shown.selectbox(key="compare_client").select_index(0).run()
    assert "one visit so far" in shown.info[0].value
    assert not shown.exception


def test_two_visits_give_verdicts_lines_and_pictures(
    store: ClientStore, analysis: Analysis
) -> None:
    client_id = two_visits(store, analysis, change=-8.0)
    errors = Errors(
        slope=1.0,
        between_session_sd=0.8,
        within_session_sd=0.8,
        between_source="studio",
        within_source="studio",
    )
    store.save_setting(
        SETTING,
        {
            "measured_on": "2025-02-01",
            "people": 10,
            "estimator": analysis.provenance.estimator,
            "algorithm": analysis.provenance.algorithm,
            "errors": {"pelvic_tilt_deg": encode_record(errors)},
        },
    )
    shown = run()
    words = text(shown)
    assert words.count("The pelvis tips 8° less forward than before") == 1
    assert "Unchanged, as far as photos can tell: lumbar arch" in words
    assert "<table" not in words
    assert "3 Mar 2025: " in words
    assert "po-stop" not in words
    shown.selectbox(key=f"compare_after_{client_id}_2").select_index(0).run()
    assert "two different visits" in shown.info[0].value
    assert not shown.exception


def test_differences_between_the_visits_are_listed(store: ClientStore, analysis: Analysis) -> None:
    visit = store.add_visit(Details(name="A"), photos(analysis, 0.0), day=DAY, protocol=HOW)
    how = replace(HOW, arms="by_side", camera_height_cm=140.0)
    store.add_visit(visit.client_id, photos(analysis, 0.0, first=5), day=LATER, protocol=how)
    words = text(run())
    assert "The arms were held differently" in words
    assert "another height" in words


def test_visits_are_compared_in_the_order_of_their_days(
    store: ClientStore, analysis: Analysis
) -> None:
    visits = store.visits(two_visits(store, analysis, change=3.0))
    pair = pair_of(visits, visits[1].id, visits[0].id)
    assert (pair.before.day, pair.after.day) == (DAY, LATER)


def test_pictures_are_laid_ankle_on_ankle_at_one_height(
    store: ClientStore, analysis: Analysis
) -> None:
    client = store.add(Details(name="A"), consented_on=DAY)
    shot = store.add_visit(client.id, photos(analysis, 0.0), day=DAY).shots[0]
    for placing in (shot.outline.in_photo, shot.outline.in_thumbnail):
        a, b, c, d, e, f = placement(shot.outline, placing)
        ankle = np.asarray(shot.outline.joints["ankle"])
        head = ankle + np.array([0.0, shot.outline.stature or 0.0])
        points = placing.frame.to_image(np.array([ankle, head]))
        moved = points @ np.array([[a, b], [c, d]]) + (e, f)
        assert moved == pytest.approx(np.array([[0.0, 0.0], [0.0, -100.0]]), abs=1e-6)
    with_photo = layer_of_shot(store, shot, hide_face=False)
    without = layer_of_shot(store, shot, hide_face=True)
    assert with_photo is not None
    assert without is not None
    assert with_photo.picture == store.photo(shot.id)
    assert without.picture == store.thumbnail(shot.id)


def drawn(address: str) -> ET.Element:
    return ET.fromstring(base64.b64decode(address.rsplit(",", 1)[1]))  # noqa: S314  # our own


def test_drawings_are_valid_and_hold_photo_and_outline(
    store: ClientStore, analysis: Analysis
) -> None:
    shot = store.add_visit(Details(name="A"), photos(analysis, 0.0), day=DAY).shots[0]
    layer = layer_of_shot(store, shot, hide_face=False)
    assert layer is not None
    names = [element.tag.rsplit("}")[-1] for element in drawn(one_picture(layer, "before"))]
    assert "image" in names
    assert "polyline" in names
    both = drawn(both_outlines(layer.outline, layer.outline))
    assert sum(element.tag.endswith("polygon") for element in both) >= 2


def test_a_gap_in_an_outline_stays_a_gap() -> None:
    line = tuple((0.0, float(y)) for y in (0, 1, 2, 9, 10))
    assert pieces(line) == [line[:3], line[3:]]


def dot(days: int, value: float) -> VisitDot:
    quantity = Quantity.known(value, 2.0, unit="deg")
    return VisitDot(day=DAY + timedelta(days=days), quantity=quantity)


def svg_of(image: str) -> ET.Element:
    found = re.search(r'src="([^"]+)" alt="([^"]+)"', image)
    assert found is not None
    assert found.group(2) == "words"
    return drawn(found.group(1))


@pytest.mark.parametrize("days", [(0,), (0, 0, 0), (0, 7, 30), tuple(range(0, 400, 10))])
def test_a_time_line_has_a_dot_for_each_visit_and_dates_never_touch(days: tuple[int, ...]) -> None:
    dots = [dot(day, 10.0 + number % 7) for number, day in enumerate(days)]
    svg = svg_of(timeline_image(dots, alt="words"))
    circles = [float(e.get("cx", "")) for e in svg if e.tag.endswith("circle")]
    assert len(circles) == len(dots)
    assert circles == sorted(circles)
    labels = [e for e in svg if e.tag.endswith("text") and e.get("text-anchor") == "middle"]
    places = sorted(float(label.get("x", "")) for label in labels)
    assert all(b - a >= 68 for a, b in pairwise(places))
    assert 1 <= len(labels) <= 6
    assert all("°" in (e.text or "") for e in svg if e.get("text-anchor") == "end")


def test_the_axis_of_a_shallow_hollow_begins_at_zero() -> None:
    shallow = replace(dot(0, 1.0), quantity=Quantity.known(1.0, 2.0, unit="%trunk"))
    svg = svg_of(timeline_image([shallow], alt="words"))
    ticks = [e.text or "" for e in svg if e.get("text-anchor") == "end"]
    assert ticks
    assert not any("−" in tick for tick in ticks)


def test_dates_on_the_line_are_in_the_visitors_language(monkeypatch: pytest.MonkeyPatch) -> None:
    def day() -> str | None:
        svg = svg_of(timeline_image([dot(0, 1.0)], alt="words"))
        return next(e.text for e in svg if e.get("text-anchor") == "middle")

    assert day() == "3 Mar 25"
    monkeypatch.setattr(language, "current_language", lambda: "de")
    assert day() == "3. März 25"


def test_a_rising_value_rises_on_the_line() -> None:
    svg = svg_of(timeline_image([dot(0, 5.0), dot(10, 15.0)], alt="words"))
    heights = [float(e.get("cy", "")) for e in svg if e.tag.endswith("circle")]
    assert heights[0] > heights[1]


def with_line(captures: list[Capture], slope_deg: float) -> list[Capture]:
    """Return captures as if somebody had placed a line of this slope in each photo."""
    line = Quantity.known(slope_deg, 4.0, unit="deg", flags=("manual_points",)).to_dict()
    error = {"slope": 1.0, "day_sd": 0.6, "photo_sd": 1.0}
    found = []
    for kept in captures:
        estimates = kept.result["estimates"] or {}
        change = {**estimates["change"], "asis_psis_deg": error}
        changed = {**estimates, "asis_psis_deg": line, "change": change}
        found.append(replace(kept, result={**kept.result, "estimates": changed}))
    return found


def test_two_visits_with_placed_points_are_compared_by_the_line(
    store: ClientStore, analysis: Analysis
) -> None:
    before = with_line(photos(analysis, 0.0, 0.1, 0.2), 20.0)
    after = with_line(photos(analysis, 0.0, 0.1, 0.2, first=10), 12.0)
    visit = store.add_visit(Details(name="Anna"), before, day=DAY, protocol=HOW)
    store.add_visit(visit.client_id, after, day=LATER, protocol=HOW)
    shown = run()
    assert not shown.exception
    words = text(shown)
    assert "The ASIS–PSIS line slopes 8° less forward than before" in words
    # The position is among the other measures then, and never beside a line.
    assert "The pelvis tips" not in words


def test_a_line_at_one_visit_only_leaves_the_position_to_compare(
    store: ClientStore, analysis: Analysis
) -> None:
    before = with_line(photos(analysis, 0.0, 0.1, 0.2), 20.0)
    after = photos(analysis, 0.0, 0.1, 0.2, first=10)
    visit = store.add_visit(Details(name="Anna"), before, day=DAY, protocol=HOW)
    store.add_visit(visit.client_id, after, day=LATER, protocol=HOW)
    words = text(run())
    assert "Unchanged, as far as photos can tell: pelvic tilt" in words
    assert "slopes" not in words


def test_repeats_and_studio_figures_of_another_version_start_again_and_say_so(
    store: ClientStore, analysis: Analysis
) -> None:
    client_id = two_visits(store, analysis, change=-8.0)
    old = [
        replace(kept, result={**kept.result, "provenance": {**kept.result["provenance"], **older}})
        for older in ({"algorithm": 1},)
        for kept in photos(analysis, 0.0, 0.5, first=20)
    ]
    store.add_visit(client_id, old, day=DAY - timedelta(days=30))
    store.save_setting(
        SETTING,
        {"measured_on": "2025-02-01", "people": 6, "estimator": "older", "errors": {}},
    )
    shown = run()
    shown.selectbox(key=f"compare_before_{client_id}_3").select_index(1).run()
    captions = " ".join(caption.value for caption in shown.caption)
    assert "this client's own repeats start again" in captions
    assert "Your own result of 1 Feb 2025 no longer counts" in captions
    assert not shown.exception
