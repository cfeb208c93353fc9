"""Subjects and visits of many photos: the numbers of the client file, as tables and a picture."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import stdev
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from conftest import SAMPLES

import posture
from posture.analysis.outcome import Refusal
from posture.analysis.result import Analysis
from posture.case.result_file import Writer, result_of
from posture.cli.main import main
from posture.clients import ClientStore, Details
from posture.clients.capture import capture
from posture.clients.visit_data import visit_data
from posture.comparison.api import average, compare, say_change
from posture.comparison.subjects import Subjects
from posture.errors import PoseError, SettingsError
from posture.export import entries_of
from posture.quantity import Quantity

REFUSED = Refusal(photo="b.jpg", error=PoseError("Nobody is there.", code="no_person"))


@pytest.fixture(scope="module")
def photos(read_sample: Callable[[Path], Analysis]) -> list[Analysis]:
    """Two visits of one person, two photos each (stood in for by four samples)."""
    return [read_sample(SAMPLES[number]) for number in (0, 4, 2, 7)]


@pytest.fixture(scope="module")
def found(photos: list[Analysis]) -> Subjects:
    return posture.compare(photos, subject=["Anna"] * 4, visit=["9", "9", "10", "10"])


def test_the_numbers_are_those_of_the_client_file(
    photos: list[Analysis], found: Subjects, tmp_path: Path
) -> None:
    store = ClientStore(tmp_path / "clients.sqlite")
    client = store.add(Details(name="Anna")).id
    for day, shots in ((1, photos[:2]), (2, photos[2:])):
        store.add_visit(client, [capture(shot) for shot in shots], day=date(2025, 3, day))
    first, second = sorted(map(visit_data, store.visits(client)), key=lambda visit: visit.day)
    known = compare(first, second, history=[first, second])
    rows = {row["quantity"]: row for row in found.changes().to_pylist()}
    assert rows.keys() == known.changes.keys()
    for name, change in known.changes.items():
        cells = ("before", "after", "change", "low", "high", "mdc95", "verdict", "reason", "unit")
        assert [rows[name][cell] for cell in cells] == [getattr(change, cell) for cell in cells]
        assert rows[name]["sentence"].startswith(say_change(change))
    means = {row["quantity"]: row for row in found.means().to_pylist() if row["visit"] == "10"}
    for name, mean in average(second).items():
        assert (means[name]["mean"], means[name]["sd"]) == (mean.quantity.value, mean.sd)
        assert (means[name]["low"], means[name]["high"]) == (mean.quantity.low, mean.quantity.high)
        if len(mean.values) == 2:
            assert means[name]["sd"] == pytest.approx(stdev(mean.values))


def test_visits_are_in_the_order_of_their_numbers(found: Subjects) -> None:
    assert [visit.key for visit in found["Anna"].visits] == ["9", "10"]
    assert repr(found["Anna"]) == "<Subject Anna: 2 visits, 4 photos>"
    assert repr(found) == "<Subjects: 1 people, 4 photos>"


def test_a_change_that_is_not_the_difference_says_why(found: Subjects) -> None:
    row = next(r for r in found.changes().to_pylist() if r["quantity"] == "pelvic_tilt_deg")
    seen = abs(row["after"] - row["before"])
    assert abs(row["change"]) > 1.2 * seen
    assert (
        f"the values differ by {seen:.0f}\u00b0, which stands for {abs(row['change']):.0f}\u00b0"
        in row["sentence"]
    )
    plain = next(r for r in found.changes().to_pylist() if r["quantity"] == "trunk_lean_deg")
    assert plain["change"] == pytest.approx(plain["after"] - plain["before"])
    assert "stands for" not in plain["sentence"]


def test_icc_sem_and_mdc_of_a_group_that_came_twice(photos: list[Analysis]) -> None:
    """Five people whose photos repeat exactly: all differences are between people."""
    shots = [
        dataclasses.replace(photo, estimates=_moved(photo, 3.0 * person))
        for person in range(5)
        for photo in [photos[0]] * 4
    ]
    names = [f"S{person}" for person in range(5) for _ in range(4)]
    group = posture.compare(shots, subject=names, visit=["1", "1", "2", "2"] * 5)
    assert group.study_reason == ""
    (row, *_) = [
        row
        for row in group.repeatability().to_pylist()
        if row["quantity"] == "pelvic_tilt_deg" and row["photos"] == 2
    ]
    assert (row["people"], row["icc"]) == (5, 1.0)
    assert row["sem"] == row["mdc95"] == 0.0
    few = posture.compare(shots[:16], subject=names[:16], visit=["1", "1", "2", "2"] * 4)
    assert few.study is None
    assert few.study_reason == ("A repeatability study has at least 5 people; 10 are better.")
    assert few.repeatability().num_rows == 0


def _moved(photo: Analysis, by_deg: float) -> posture.Estimates:
    tilt = photo.estimates.pelvic_tilt_deg
    moved = Quantity.known((tilt.value or 0.0) + by_deg, tilt.sd or 0.0, unit="deg")
    return dataclasses.replace(photo.estimates, pelvic_tilt_deg=moved, outline_position_deg=None)


def test_refused_photos_are_counted_and_people_without_a_photo_named(
    photos: list[Analysis],
) -> None:
    found = posture.compare([photos[0], REFUSED, REFUSED], subject=["A", "A", "B"])
    assert (found["A"].refused, found.left_out) == (1, ("B",))
    assert [visit.key for visit in found["A"].visits] == ["1"]
    with pytest.raises(KeyError, match="B"):
        found["B"]


def test_it_must_be_known_whom_the_photos_show(photos: list[Analysis]) -> None:
    with pytest.raises(SettingsError, match="It is not known whom") as one:
        posture.compare(photos)
    assert one.value.code == "no_subject"
    for wrong in ("Anna", ["Anna"]):
        with pytest.raises(SettingsError, match="one name for each of the 4 results"):
            posture.compare(photos, subject=wrong)


def test_the_picture_has_a_dot_for_every_visit_and_shows_real_changes(
    photos: list[Analysis],
) -> None:
    names = ["<A>", "<A>", "B", "B"]
    found = posture.compare(photos, subject=names, visit=["1", "2", "1", "2"])
    tree = ET.fromstring(found.picture())  # noqa: S314 - our own
    dots = [node for node in tree.iter() if node.tag.endswith("circle")]
    assert len(dots) == 4
    texts = [node.text for node in tree.iter() if node.tag.endswith("text")]
    assert {"<A>", "B", "Pelvic tilt"} <= set(texts)
    for subject, pair in zip(("<A>", "B"), (dots[:2], dots[2:]), strict=True):
        verdicts = {
            row["verdict"]
            for row in found.changes().to_pylist()
            if row["subject"] == subject and row["quantity"] == "pelvic_tilt_deg"
        }
        strong = {dot.get("fill") for dot in pair} == {"#b3470a"}
        assert strong == (verdicts == {"real_change"})
    means = [row for row in found.means().to_pylist() if row["quantity"] == "pelvic_tilt_deg"]
    places = [float(str(dot.get("cx"))) for dot in dots]
    order = sorted(range(4), key=lambda number: means[number]["mean"])
    assert sorted(range(4), key=lambda number: places[number]) == order
    with pytest.raises(SettingsError, match=r"There is no quantity sway: means\(\) names them"):
        found.picture("sway")


def test_the_command_writes_tables_and_pictures(photos: list[Analysis], tmp_path: Path) -> None:
    writer = Writer(tmp_path / "results", photos=(), blur_face=False)
    for number, entry in enumerate(entries_of(photos)):
        told = {"subject": "Anna", "visit": str(number // 2)}
        result = {**result_of(photos[number]), "told": told}
        writer.write(Path(f"{entry.id}.jpg"), result, None)  # type: ignore[arg-type]
    out = tmp_path / "out"
    done = CliRunner().invoke(main, ["subjects", str(tmp_path / "results"), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Anna, 0 to 1:\n  Pelvic tilt: ")
    assert "No ICC, SEM and MDC of the group." in done.stdout
    # Said once for all changes; the table says it with the figures of each.
    assert done.stdout.count("a change can be larger than the difference") == 1
    assert "which stands for" not in done.stdout
    assert "which stands for" in (out / "changes.csv").read_text(encoding="utf-8")
    assert {path.name for path in out.iterdir()} >= {
        *("means.csv", "changes.csv", "repeatability.csv", "pelvic_tilt_deg.svg"),
    }
