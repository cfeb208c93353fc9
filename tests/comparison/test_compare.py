"""Whether a change is real: checked by hand, by simulation and by its own logic."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.captures import make_capture, make_outline
from support.records import make_record

from posture.analysis.record import Record
from posture.analysis.result import ALGORITHM
from posture.clients import ClientStore, Details
from posture.clients.visit_data import visit_data
from posture.comparison.api import (
    Change,
    Errors,
    PhotoView,
    VisitData,
    aligned,
    average,
    change_of,
    compare,
    further_photo,
    mdc95,
    merged,
    quantities,
    say_change,
    say_further_photo,
    sem,
    timeline,
    unsaved_visit,
)
from posture.comparison.average import error_parts, mean_of
from posture.comparison.measurement_error import (
    DEFAULT_ERRORS,
    PRIOR_WEIGHT,
    RENDERED_SDS,
    errors_of,
    pooled_variance,
    shrunk_sd,
)
from posture.comparison.sentences import real_sentence, say_slope
from posture.estimator.change_error import ChangeErrorModel, ChangeErrors
from posture.estimator.model import LINE, TARGETS
from posture.inputs.protocol import Protocol
from posture.measures.catalogue import MEASURES
from posture.quantity import Z90, Quantity
from posture.texts import DECIMALS, label, value_text
from posture.view.findings import outline_findings

DAY = date(2025, 3, 1)
TILT = "pelvic_tilt_deg"
ERROR_MODEL = ChangeErrorModel(slope=0.5, between_session_sd=1.0, within_session_sd=2.0)
BASE = make_record(tilt=12.0, lordosis=30.0)


def record(
    tilt: float | None, *, error_model: ChangeErrorModel | None = ERROR_MODEL, sd: float = 3.0
) -> Record:
    value = (
        Quantity.absent("back_covered", unit="deg")
        if tilt is None
        else Quantity.known(tilt, sd, unit="deg")
    )
    estimates = replace(
        BASE.estimates, pelvic_tilt_deg=value, change=ChangeErrors(pelvic_tilt_deg=error_model)
    )
    return replace(BASE, estimates=estimates)


def with_covered_back(seen: Record) -> Record:
    """The same estimates, read from what is seen beside an arm over the low back."""
    hidden = Quantity.absent("back_covered", unit="%trunk")
    change = replace(seen.estimates.change, lumbar_lordosis_deg=None, lumbar_depth_pct=None)
    return replace(
        seen,
        measures={**seen.measures, "lumbar_depth_pct": hidden},
        estimates=replace(seen.estimates, change=change),
    )


def visit_of(
    *tilts: float | None,
    key: str = "",
    days: int = 0,
    error_model: ChangeErrorModel | None = ERROR_MODEL,
) -> VisitData:
    records = tuple(record(tilt, error_model=error_model) for tilt in tilts)
    return VisitData(key=key or f"{tilts}{days}", day=DAY + timedelta(days=days), records=records)


# --- errors --------------------------------------------------------------------------------


def test_the_formulas_are_those_of_the_literature() -> None:
    errors = Errors(
        slope=1.0,
        between_session_sd=1.0,
        within_session_sd=1.5,
        between_source="default",
        within_source="default",
    )
    assert sem(errors, 3) == pytest.approx(math.sqrt(1.0 + 1.5**2 / 3))
    assert mdc95(errors, 3, 3) == pytest.approx(2.77 * sem(errors, 3), rel=1e-3)
    assert mdc95(errors, 1, 3) == pytest.approx(
        1.96 * math.hypot(sem(errors, 1), sem(errors, 3)), rel=1e-4
    )


def test_pooled_variance_is_within_visits() -> None:
    visits = [visit_of(10.0, 12.0, key="a"), visit_of(20.0, 21.0, 25.0, key="b")]
    # Sums of squares 2 and 14 over 1 + 2 degrees of freedom.
    assert pooled_variance(TILT, visits) == (pytest.approx(16 / 3), 3)
    assert pooled_variance(TILT, [*visits, visits[0]]) == (pytest.approx(16 / 3), 3)
    assert pooled_variance(TILT, [visit_of(10.0, key="a"), visit_of(40.0, key="b")]) == (0.0, 0)


def test_few_repeats_count_little_and_many_decide_alone() -> None:
    assert shrunk_sd(2.0, 16.0, 0) == 2.0
    assert shrunk_sd(2.0, 16.0, PRIOR_WEIGHT) == pytest.approx(math.sqrt(10.0))
    assert shrunk_sd(2.0, 16.0, 100_000) == pytest.approx(4.0, rel=1e-3)
    steady = shrunk_sd(2.0, 0.0, 2)
    assert 0.8 * 2.0 < steady < 2.0


def test_own_repeats_are_in_units_of_true_change() -> None:
    errors = errors_of(TILT, [visit_of(10.0)], history=[visit_of(10.0, 12.0, 14.0, key="x")])
    assert errors is not None
    # Variance 4 of the estimate is 16 of the truth at slope 0.5; that of the error model is 4.
    assert errors.within_session_sd == pytest.approx(math.sqrt((8 * 4 + 2 * 16) / 10))
    assert (errors.between_session_sd, errors.repeats, errors.within_source) == (
        1.0,
        2,
        "own_repeats",
    )
    alone = errors_of(TILT, [visit_of(10.0)])
    assert alone is not None
    assert (alone.within_session_sd, alone.within_source) == (2.0, "estimator")


def test_every_plain_measure_has_an_error_to_compare_with() -> None:
    assert set(DEFAULT_ERRORS) == set(MEASURES) - set(TARGETS)
    assert all(
        errors.between_session_sd > 0 and errors.within_session_sd > 0
        for errors in DEFAULT_ERRORS.values()
    )


def test_the_documented_errors_are_those_in_use() -> None:
    text = (Path(__file__).parents[2] / "docs" / "clients.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| \S+ \| ([\d.]+) \| ([\d.]+) \|$", text, re.MULTILINE)
    assert {name: (float(within), float(between)) for name, within, between in rows} == RENDERED_SDS
    for name, (within, between) in RENDERED_SDS.items():
        assert DEFAULT_ERRORS[name].within_session_sd == within
        assert DEFAULT_ERRORS[name].between_session_sd == max(between, within / 2)


# --- changes -------------------------------------------------------------------------------


def test_a_change_worked_out_by_hand() -> None:
    change = compare(visit_of(10.0, key="a"), visit_of(17.0, key="b")).changes[TILT]
    smallest = 1.959964 * math.sqrt(2 * (1.0**2 + 2.0**2))
    assert change.change == pytest.approx(14.0)  # 7 degrees of estimate at slope 0.5
    assert change.mdc95 == pytest.approx(smallest, rel=1e-5)
    assert change.low == pytest.approx(14.0 - smallest, rel=1e-5)
    assert change.high == pytest.approx(14.0 + smallest, rel=1e-5)
    assert (change.before, change.after) == (10.0, 17.0)
    assert change.verdict == "real_change"
    assert say_change(change) == "Real change: 14° more (between 8° and 20°)."


@pytest.mark.parametrize("unit", DECIMALS)
def test_a_change_is_written_as_finely_as_the_values_it_lies_between(unit: str) -> None:
    """28.74 with 12.61 to 44.83 reads 29° (13° to 45°), as on the photo page."""
    name = {"deg": "trunk_lean_deg", "%trunk": "gluteal_prominence_pct"}.get(unit, "leg_lean_deg")
    change = Change(
        name=name,
        unit=unit,
        before=10.0,
        after=38.74,
        photos_before=1,
        photos_after=1,
        verdict="real_change",
        change=28.74,
        low=12.61,
        high=44.83,
        mdc95=16.1,
    )
    value, low, high = (
        value_text(Quantity.known(each, 1.0, unit=unit)) for each in (28.74, 12.61, 44.83)
    )
    assert real_sentence(change) == (
        f"{label(name)}: {value} more than before (most likely {low} to {high})."
    )
    assert say_change(change) == f"Real change: {value} more (between {low} and {high})."


def test_what_a_value_hides_of_a_change_is_told_only_where_the_figures_differ() -> None:
    change = compare(visit_of(10.0, key="a"), visit_of(17.0, key="b")).changes[TILT]
    assert "differ by 7°, which stands for 14° in the body" in say_slope(change)
    assert change.errors is not None
    nearly = replace(change, errors=replace(change.errors, slope=0.9))
    # 4.4 and 3.96 both read 4°, 14.0 and 12.6 do not read the same.
    assert say_slope(replace(nearly, change=4.4)) == "" != say_slope(nearly)


def test_a_change_that_more_photos_would_settle() -> None:
    change = compare(visit_of(10.0, key="a"), visit_of(12.5, key="b")).changes[TILT]
    # 5 degrees of truth: MDC95 is 6.2 with one photo each, and 4.8 with two.
    assert change.verdict == "cannot_tell"
    assert change.photos_per_visit == 2
    errors = change.errors
    assert errors is not None
    assert mdc95(errors, 2, 2) < 5.0 < mdc95(errors, 1, 1)
    # The first visit is over, so that the later one has to make up for it.
    assert change.more_photos == 7
    assert mdc95(errors, 1, 8) < 5.0 < mdc95(errors, 1, 7)
    assert say_change(change) == "Cannot tell yet: take 7 more photos."


def test_a_change_that_the_first_visit_has_too_few_photos_for() -> None:
    error_model = replace(ERROR_MODEL, between_session_sd=0.5)
    pair = (
        visit_of(10.0, key="a", error_model=error_model),
        visit_of(11.5, key="b", error_model=error_model),
    )
    change = compare(*pair).changes[TILT]
    assert (change.more_photos, change.verdict) == (None, "cannot_tell")
    assert change.photos_per_visit is not None
    assert say_change(change) == (
        f"Cannot tell yet: take {change.photos_per_visit} photos at each visit."
    )


def test_a_change_too_small_for_any_number_of_photos_gets_a_bound() -> None:
    change = compare(visit_of(10.0, key="a"), visit_of(9.5, key="b")).changes[TILT]
    smallest = 1.959964 * math.sqrt(2 * 5.0)
    assert change.verdict == "no_change_larger_than"
    assert change.bound == pytest.approx(1.0 + smallest, rel=1e-5)
    assert change.photos_per_visit is change.more_photos is None
    assert say_change(change) == "No change larger than 7.2°."


def test_a_bound_is_never_rounded_below_itself() -> None:
    change = compare(visit_of(10.0, key="a"), visit_of(9.5, key="b")).changes[TILT]
    assert "larger than 5.1°" in say_change(replace(change, bound=5.01))
    assert "larger than 5.0°" in say_change(replace(change, bound=5.0))


def test_without_an_error_model_an_estimate_cannot_be_compared() -> None:
    pair = visit_of(10.0, key="a", error_model=None), visit_of(40.0, key="b", error_model=None)
    change = compare(*pair, history=[visit_of(1.0, 2.0, 3.0, key="c")]).changes[TILT]
    assert (change.verdict, change.reason, change.change) == ("cannot_tell", "no_error_known", None)
    assert "analyse the photos again" in say_change(change)


def test_what_a_studio_measured_overrides_every_default() -> None:
    own = Errors(
        slope=0.8,
        between_session_sd=0.1,
        within_session_sd=0.1,
        between_source="studio",
        within_source="studio",
    )
    pair = visit_of(10.0, key="a"), visit_of(11.0, key="b")
    change = compare(*pair, studio={TILT: own}).changes[TILT]
    assert (change.verdict, change.errors) == ("real_change", own)
    assert compare(*pair).changes[TILT].verdict != "real_change"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [((None,), (10.0,), "absent_before"), ((10.0,), (None, None), "absent_after")],
)
def test_an_absent_quantity_cannot_be_compared(
    before: tuple[float | None, ...], after: tuple[float | None, ...], reason: str
) -> None:
    change = compare(visit_of(*before, key="a"), visit_of(*after, key="b")).changes[TILT]
    assert (change.verdict, change.reason) == ("cannot_tell", reason)
    assert (change.before is None) == (reason == "absent_before")
    assert say_change(change).startswith("Not to be seen at the")


def test_photos_that_do_not_show_a_quantity_do_not_count() -> None:
    change = compare(visit_of(10.0, None, 12.0, key="a"), visit_of(17.0, key="b")).changes[TILT]
    assert (change.photos_before, change.photos_after, change.before) == (2, 1, 11.0)


def test_estimates_with_different_slopes_are_not_compared() -> None:
    covered = visit_of(20.0, key="b", error_model=replace(ERROR_MODEL, slope=0.3))
    change = compare(visit_of(10.0, key="a"), covered).changes[TILT]
    assert (change.verdict, change.reason) == ("cannot_tell", "different_view")


def test_the_algorithm_decides_what_is_compared_and_not_the_version() -> None:
    new = record(30.0)
    release = replace(new, provenance=replace(new.provenance, package_version="9.0.0"))
    other = replace(new, provenance=replace(new.provenance, algorithm=99))
    before = visit_of(10.0, key="a")
    change = compare(before, VisitData(key="b", day=DAY, records=(release,))).changes[TILT]
    assert change.verdict == "real_change"
    change = compare(before, VisitData(key="c", day=DAY, records=(other,))).changes[TILT]
    assert (change.verdict, change.reason) == ("cannot_tell", "other_version")


def test_results_of_different_versions_are_not_compared() -> None:
    old = record(30.0)
    old = replace(old, provenance=replace(old.provenance, estimator="older"))
    comparison = compare(visit_of(10.0, key="a"), VisitData(key="b", day=DAY, records=(old,)))
    assert {change.reason for change in comparison.changes.values()} == {"other_version"}
    assert [item.code for item in comparison.differences] == ["version"]
    assert "again" in comparison.differences[0].message


def test_repeats_of_another_version_do_not_count() -> None:
    old = [
        replace(item, provenance=replace(item.provenance, estimator="older"))
        for item in visit_of(10.0, 40.0).records
    ]
    older = VisitData(key="old", day=DAY, records=tuple(old))
    pair = visit_of(10.0, key="a"), visit_of(11.0, key="b")
    alone, same = (
        compare(*pair, history=[item]).changes[TILT].errors
        for item in (older, visit_of(10.0, 40.0, key="c"))
    )
    assert alone is not None
    assert same is not None
    assert (alone.repeats, same.repeats) == (0, 1)


def test_estimates_come_first_and_each_quantity_once() -> None:
    comparison = compare(visit_of(10.0, key="a"), visit_of(11.0, key="b"))
    assert list(comparison.changes)[:3] == list(TARGETS)
    assert set(comparison.changes) == set(TARGETS) | set(MEASURES)
    # Nobody placed the bone line, so that there is nothing to say about a change of it.
    assert [name for name in quantities(BASE) if name != LINE] == list(comparison.changes)


tilts = st.lists(st.floats(-20, 50), min_size=1, max_size=4)
error_models = st.builds(
    ChangeErrorModel,
    slope=st.floats(0.2, 1.0),
    between_session_sd=st.floats(0.1, 4.0),
    within_session_sd=st.floats(0.1, 6.0),
)


@given(first=tilts, second=tilts, error_model=error_models)
def test_swapping_the_visits_flips_the_sign_and_nothing_else(
    first: list[float], second: list[float], error_model: ChangeErrorModel
) -> None:
    one, two = (
        visit_of(*first, key="a", error_model=error_model),
        visit_of(*second, key="b", error_model=error_model),
    )
    forth, back = compare(one, two).changes[TILT], compare(two, one).changes[TILT]
    assert forth.change is not None
    assert back.change is not None
    assert back.change == pytest.approx(-forth.change, abs=1e-9)
    assert back.verdict == forth.verdict
    assert back.mdc95 == forth.mdc95
    assert back.photos_per_visit == forth.photos_per_visit


@given(first=tilts, second=tilts, error_model=error_models)
def test_verdict_interval_and_advice_agree(
    first: list[float], second: list[float], error_model: ChangeErrorModel
) -> None:
    one, two = (
        visit_of(*first, key="a", error_model=error_model),
        visit_of(*second, key="b", error_model=error_model),
    )
    change = compare(one, two).changes[TILT]
    assert change.change is not None
    assert change.low is not None
    assert change.high is not None
    assert change.bound is not None
    assert change.errors is not None
    size = abs(change.change)
    assert (change.verdict == "real_change") == (not change.low <= 0 <= change.high)
    assert change.bound >= max(abs(change.low), abs(change.high)) - 1e-9
    if change.verdict == "no_change_larger_than":
        assert size <= mdc95(change.errors, 9, 9)
    if change.photos_per_visit is not None:
        assert size > mdc95(change.errors, change.photos_per_visit, change.photos_per_visit)
    if change.more_photos is not None:
        assert size > mdc95(change.errors, len(first), len(second) + change.more_photos)
        assert len(second) + change.more_photos <= 9
    assert say_change(change).endswith(".")


def false_alarms(rng: np.random.Generator, runs: int, *, visits: int) -> float:
    """Share of unchanged people who get a "real change"; their within-session SDs differ."""
    error_model = ChangeErrorModel(slope=0.6, between_session_sd=1.0, within_session_sd=2.0)
    freedom = PRIOR_WEIGHT + 2
    alarms = 0
    for _ in range(runs):
        within_session_sd = math.sqrt(
            PRIOR_WEIGHT * error_model.within_session_sd**2 / rng.chisquare(freedom)
        )
        history = []
        for number in range(visits):
            shared = rng.normal(0.0, error_model.between_session_sd)
            values = 12.0 + error_model.slope * (shared + rng.normal(0.0, within_session_sd, 3))
            history.append(visit_of(*map(float, values), key=str(number), error_model=error_model))
        pair = history[0], history[-1]
        errors = errors_of(TILT, pair, history=history)
        alarms += change_of(TILT, *pair, errors).verdict == "real_change"
    return alarms / runs


@pytest.mark.parametrize("visits", [2, 6])
def test_an_unchanged_person_gets_a_real_change_in_one_of_twenty_cases(visits: int) -> None:
    share = false_alarms(np.random.default_rng(11), 1500, visits=visits)
    # Three standard errors of the simulation around 5 %.
    assert share == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / 1500))


# --- what else differed --------------------------------------------------------------------


def codes(first: Protocol, second: Protocol) -> list[str]:
    one, two = visit_of(10.0, key="a"), visit_of(10.0, key="b")
    pair = replace(one, protocol=first), replace(two, protocol=second)
    return [item.code for item in compare(*pair).differences]


def given_details(
    visit: VisitData,
    protocol: Protocol = Protocol(),  # noqa: B008
    **details: str,
) -> VisitData:
    """Return the visit as measured with these details of the person."""
    records = tuple(
        replace(item, provenance=replace(item.provenance, **details)) for item in visit.records
    )
    return replace(visit, records=records, protocol=protocol)


@pytest.mark.parametrize("details", [{"sex": "male"}, {"clothing": "loose"}])
def test_estimates_with_and_without_a_detail_are_not_compared(details: dict[str, str]) -> None:
    """Giving a detail moves an estimate by as much as a real change would."""
    comparison = compare(visit_of(10.0, key="a"), given_details(visit_of(30.0, key="b"), **details))
    assert [item.code for item in comparison.differences] == ["told"]
    for name, change in comparison.changes.items():
        assert (change.reason == "told_differently") == (name in TARGETS), name
    assert say_change(comparison.changes[TILT]).startswith("Estimated with other knowledge")


def test_clothing_given_with_the_photos_is_clothing_of_the_visit() -> None:
    one, two = visit_of(10.0, key="a"), visit_of(30.0, key="b")
    pair = given_details(one, clothing="tight"), given_details(two, clothing="loose")
    comparison = compare(*pair)
    assert [item.code for item in comparison.differences] == ["clothing"]
    assert comparison.changes[TILT].verdict == "real_change"
    alike = given_details(one, clothing="tight"), given_details(two, clothing="tight")
    assert compare(*alike).differences == ()


def test_clothing_corrected_after_the_analysis_is_named() -> None:
    """The protocol says loose now, but the photos were measured with tight clothing."""
    before = given_details(visit_of(10.0, key="a"), Protocol(clothing="loose"), clothing="tight")
    after = given_details(visit_of(11.0, key="b"), Protocol(clothing="loose"), clothing="loose")
    assert [item.code for item in compare(before, after).differences] == ["told"]


def test_differences_of_the_protocol_are_named() -> None:
    usual = Protocol(
        arms="crossed_high",
        clothing="tight",
        stance="relaxed",
        footwear="barefoot",
        camera_height_cm=95.0,
        camera_distance_cm=350.0,
        instruction="Stand relaxed.",
    )
    assert codes(usual, usual) == []
    assert codes(usual, Protocol()) == []
    assert codes(usual, replace(usual, arms="by_side")) == ["arms"]
    assert codes(usual, replace(usual, clothing="loose")) == ["clothing"]
    assert codes(usual, replace(usual, stance="tall")) == ["stance"]
    assert codes(usual, replace(usual, footwear="shoes")) == ["footwear"]
    assert codes(usual, replace(usual, instruction="Stand tall.")) == ["instruction"]
    assert codes(usual, replace(usual, camera_height_cm=104.0)) == []
    assert codes(usual, replace(usual, camera_height_cm=106.0)) == ["camera_height"]
    assert codes(usual, replace(usual, camera_distance_cm=290.0)) == ["camera_distance"]


def test_differences_in_the_pictures_are_named() -> None:
    def seen(facing: str = "right", yaw: float = 2.0, roll: float = 0.5) -> VisitData:
        view = PhotoView(facing=facing, yaw_deg=yaw, roll_deg=roll)
        return replace(visit_of(10.0, key=f"{facing}{yaw}{roll}"), views=(view,))

    def found(other: VisitData) -> list[str]:
        return [item.code for item in compare(seen(), other).differences]

    assert found(seen(yaw=-3.0, roll=1.5)) == []
    assert found(seen(facing="left")) == ["facing"]
    assert found(seen(yaw=-11.0)) == ["yaw"]
    assert found(seen(roll=-2.0)) == ["roll"]
    assert found(replace(seen(), corrected=frozenset({"hip"}))) == ["corrected"]


# --- averages, time lines, outlines --------------------------------------------------------


def test_only_the_within_session_part_of_an_interval_shrinks() -> None:
    found = average(visit_of(10.0, 12.0, 14.0))[TILT]
    # One photo's variance is 9, of which (0.5 * 2)² is within-session; own repeats make that 1.6.
    assert found.quantity.value == pytest.approx(12.0)
    assert found.quantity.sd == pytest.approx(math.sqrt(9.0 - 1.0 + 1.6 / 3))
    assert found.sd == pytest.approx(2.0)
    assert found.values == (10.0, 12.0, 14.0)


def test_one_photo_is_its_own_average() -> None:
    found = average(unsaved_visit([record(10.0)]))
    assert found[TILT].quantity == quantities(record(10.0))[TILT]
    assert found[TILT].sd is None
    assert {name: item.quantity for name, item in found.items()}.keys() == quantities(BASE).keys()
    for name, item in quantities(BASE).items():
        assert average(unsaved_visit([BASE]))[name].quantity.value == item.value


@given(st.lists(st.floats(5, 25), min_size=2, max_size=5))
def test_an_interval_never_shrinks_as_if_photos_were_independent(values: list[float]) -> None:
    found = average(visit_of(*values))[TILT].quantity
    assert found.sd is not None
    assert found.sd > 3.0 / math.sqrt(len(values))
    assert found.sd >= math.sqrt(9.0 - 1.0)


def test_a_mean_of_absent_values_is_absent_with_their_reason() -> None:
    found = average(visit_of(None, None))[TILT]
    assert found.quantity.reason == "back_covered"
    assert (found.values, found.sd) == ((), None)


def test_the_photos_of_a_visit_merge_into_one_record() -> None:
    one = make_record(tilt=20.0, lordosis=50.0, trunk_lean_deg=2.0)
    two = make_record(tilt=24.0, lordosis=None, trunk_lean_deg=4.0)
    both = merged([one, two], sex="female")
    assert both.estimates.pelvic_tilt_deg.value == pytest.approx(22.0)
    assert both.estimates.lumbar_lordosis_deg.value == 50.0
    assert both.measures["trunk_lean_deg"].value == pytest.approx(3.0)
    assert set(both.measures) == set(one.measures)
    assert len(both.findings) == 1
    alone = merged([one]).screening
    assert (alone.grade, alone.pattern) == (one.screening.grade, one.screening.pattern)
    assert alone.probability == pytest.approx(one.screening.probability)


def test_a_visit_is_as_good_as_its_photos_allow() -> None:
    good = make_record(tilt=20.0, lordosis=50.0)
    hidden = outline_findings((), covered=True, beside_arm=False, clothing=None)
    arms = outline_findings(
        ("arm_on_back", "back_step"), covered=True, beside_arm=True, clothing=None
    )
    cheap = replace(hidden[0], code="turned", cost_deg=0.1)
    poor = replace(good, status="poor", findings=(*good.findings, *hidden))
    dear = replace(good, status="poor", findings=(cheap, *good.findings, *arms))
    # What one photo hides another may show; the costliest comes first, whichever photo it is from.
    assert merged([poor, good]).status == "ok"
    assert [f.code for f in merged([poor, good]).findings] == ["camera_height_unknown"]
    both = merged([good, dear])
    costs = [*(f.cost_deg for f in (*good.findings, *arms)), 0.1]
    assert [f.cost_deg for f in both.findings] == sorted(costs, reverse=True)
    blind = with_covered_back(poor)
    assert "back_covered" not in {f.code for f in merged([blind, good]).findings}
    again = merged([blind, blind])
    assert again.status == "poor"
    assert "back_covered" in {f.code for f in again.findings}


def test_a_covered_arch_counts_only_where_no_photo_shows_the_back() -> None:
    clear, hidden = (
        make_record(tilt=tilt, lordosis=lordosis) for tilt, lordosis in ((10.0, 30.0), (14.0, 50.0))
    )
    hidden = with_covered_back(hidden)
    both = average(unsaved_visit([hidden, clear]))
    assert both["lumbar_lordosis_deg"].values == (30.0,)
    assert both[TILT].values == (14.0, 10.0)
    alone = average(unsaved_visit([hidden, hidden]))["lumbar_lordosis_deg"]
    assert alone.values == (50.0, 50.0)
    # Nothing is known of how such photos repeat, so their mean is no surer than one of them.
    assert alone.quantity == hidden.estimates.lumbar_lordosis_deg


def test_no_change_of_the_arch_is_read_from_a_covered_back() -> None:
    arch = ChangeErrors(pelvic_tilt_deg=ERROR_MODEL, lumbar_lordosis_deg=ERROR_MODEL)
    seen = replace(BASE, estimates=replace(BASE.estimates, change=arch))
    first, second = (
        VisitData(key=key, day=DAY, records=(item,))
        for key, item in (("a", seen), ("b", with_covered_back(seen)))
    )
    for pair in ((first, second), (second, first), (second, replace(second, key="c"))):
        changes = compare(*pair).changes
        assert changes["lumbar_lordosis_deg"].reason == "back_covered"
        assert "covered" in say_change(changes["lumbar_lordosis_deg"])
        assert changes[TILT].reason is None
    assert compare(first, replace(first, key="d")).changes["lumbar_lordosis_deg"].reason is None


# --- one more photo ------------------------------------------------------------------------


def test_the_error_of_a_visit_is_split_into_what_photos_share_and_what_they_do_not() -> None:
    errors = errors_of(TILT, [visit_of(10.0)])
    one = [record(10.0).estimates.pelvic_tilt_deg]
    parts = error_parts(one, errors)
    # One photo's variance is 9, of which (0.5 * 2)² is its own.
    assert (parts.shared, parts.own) == (pytest.approx(8.0), pytest.approx(1.0))
    assert parts.sd(1) == pytest.approx(3.0)
    assert parts.sd(10**9) == pytest.approx(math.sqrt(8.0))
    unknown = error_parts(one, None)
    assert (unknown.shared, unknown.own) == (pytest.approx(9.0), 0.0)


def test_a_further_photo_brings_what_the_mean_then_shows() -> None:
    gain = further_photo(visit_of(10.0))
    assert gain is not None
    assert (gain.name, gain.unit) == (TILT, "deg")
    assert gain.now == pytest.approx(Z90 * 3.0)
    assert gain.then == pytest.approx(Z90 * math.sqrt(8.0 + 1.0 / 2))
    assert gain.is_little
    assert say_further_photo(gain) == (
        "One more photo like this would bring little: pelvic tilt ±4.8° instead of ±4.9°."
    )
    three = visit_of(10.0, 12.0, 14.0)
    after_three = further_photo(three)
    sd = average(three)[TILT].quantity.sd
    assert after_three is not None
    assert sd is not None
    assert after_three.now == pytest.approx(Z90 * sd)


def test_a_further_photo_that_is_worth_it_says_so() -> None:
    own = ChangeErrorModel(slope=1.0, between_session_sd=1.0, within_session_sd=2.9)
    gain = further_photo(visit_of(10.0, error_model=own))
    assert gain is not None
    assert not gain.is_little
    assert say_further_photo(gain) == (
        "One more photo like this would narrow the range: pelvic tilt ±3.6° instead of ±4.9°."
    )


def test_a_further_photo_is_judged_by_the_arch_where_there_is_no_tilt() -> None:
    arch_only = further_photo(unsaved_visit([make_record(tilt=None, lordosis=30.0)]))
    assert arch_only is not None
    assert arch_only.name == "lumbar_lordosis_deg"
    # Nothing is known of how it repeats: then nothing is promised.
    assert arch_only.then == arch_only.now
    assert further_photo(unsaved_visit([make_record(tilt=None, lordosis=None)])) is None


def test_the_interval_of_a_mean_holds_the_truth_nine_times_in_ten() -> None:
    """People share an error of SD 2.83 over their photos, and each photo adds one of SD 1."""
    rng = np.random.default_rng(5)
    errors = errors_of(TILT, [visit_of(10.0)])
    for photos in (1, 2, 3):
        held = []
        for shared in rng.normal(0.0, math.sqrt(8.0), 2000):
            read = 10.0 + shared + rng.normal(0.0, 1.0, photos)
            mean = mean_of([Quantity.known(x, 3.0, unit="deg") for x in read], errors)
            held.append((mean.low or 0.0) <= 10.0 <= (mean.high or 0.0))
        # 2.7 standard errors of a share of 90 % among 2,000.
        assert np.mean(held) == pytest.approx(0.90, abs=0.018)


def test_a_time_line_has_a_point_for_each_visit() -> None:
    visits = [visit_of(12.0, 14.0, key="b", days=30), visit_of(10.0, key="a")]
    points = timeline(visits, TILT)
    assert [(point.key, point.photos) for point in points] == [("a", 1), ("b", 2)]
    assert [point.quantity.value for point in points] == [10.0, 13.0]
    assert points[0].half_bar is not None
    assert points[1].half_bar is not None
    assert points[1].half_bar < points[0].half_bar
    change = compare(visit_of(10.0, key="x"), visit_of(11.0, key="y")).changes[TILT]
    alone = timeline([visit_of(10.0, key="x"), visit_of(11.0, key="y")], TILT)[0]
    assert change.mdc95 is not None
    assert alone.half_bar == pytest.approx(change.mdc95 / 2 * ERROR_MODEL.slope)
    assert timeline(visits, "nonsense") == ()


def test_outlines_are_aligned_at_the_ankle_and_scaled_to_one_height() -> None:
    outline = make_outline()
    found = aligned(outline)
    assert found is not None
    assert found.joints["ankle"] == (0.0, 0.0)
    assert found.joints["hip"] == pytest.approx((0.1 / 3.2 * 100, 1.5 / 3.2 * 100))
    assert len(found.back) == len(outline.back)
    heights = [y for _, y in found.contour]
    assert max(heights) - min(heights) == pytest.approx(100 * 2.8 / 3.2)


@pytest.mark.parametrize("missing", ["ankle", "stature"])
def test_outlines_without_feet_cannot_be_laid_over_each_other(missing: str) -> None:
    outline = make_outline()
    if missing == "stature":
        assert aligned(replace(outline, stature=None)) is None
    else:
        assert aligned(replace(outline, joints={"hip": (0.0, 0.0)})) is None


# --- from the client file ------------------------------------------------------------------


def store_with(tmp_path: Path, visits: Sequence[Sequence[Record]]) -> tuple[ClientStore, str]:
    store = ClientStore(tmp_path / "clients.sqlite")
    client = store.add(Details(name="Anna"))
    for number, records in enumerate(visits):
        captures = [make_capture(f"{number}-{i}", record=item) for i, item in enumerate(records)]
        store.add_visit(client.id, captures, day=DAY + timedelta(days=28 * number))
    return store, client.id


def test_stored_visits_are_compared_with_their_errors(tmp_path: Path) -> None:
    store, client_id = store_with(tmp_path, [[record(10.0), record(11.0)], [record(30.0)]])
    visits = [visit_data(visit) for visit in store.visits(client_id)]
    comparison = compare(*visits, history=visits)
    change = comparison.changes[TILT]
    assert (change.verdict, change.photos_before) == ("real_change", 2)
    assert change.change == pytest.approx(39.0)
    assert change.errors is not None
    assert change.errors.repeats == 1
    assert visits[0].views[0] == PhotoView(facing="right", yaw_deg=1.0, roll_deg=0.5)
    assert comparison.differences == ()


def test_results_that_this_version_cannot_read_are_counted(tmp_path: Path) -> None:
    store, client_id = store_with(tmp_path, [[record(10.0)], [record(30.0)]])
    visit = store.visits(client_id)[1]
    strange = replace(visit.shots[0], result={"schema_version": 0})  # type: ignore[arg-type]
    data = visit_data(replace(visit, shots=(strange,)))
    assert (data.records, data.unreadable) == ((), 1)
    change = compare(visit_data(store.visits(client_id)[0]), data).changes[TILT]
    assert change.reason == "other_version"


@pytest.mark.parametrize(
    "strange",
    [
        {"corrections": {"points": {}, "facing": None, "marked": False}},
        {"view": {"findings": [], "yaw_deg": "far", "roll_deg": 0.0, "facing": "left"}},
        {"view": {"findings": []}},
    ],
)
def test_imported_results_with_unreadable_extras_are_still_compared(
    tmp_path: Path, strange: dict[str, object]
) -> None:
    store, client_id = store_with(tmp_path, [[record(10.0)], [record(30.0)]])
    first, second = store.visits(client_id)
    result = second.shots[0].result | strange
    shot = replace(second.shots[0], result=result)  # type: ignore[arg-type]
    later = visit_data(replace(second, shots=(shot,)))
    comparison = compare(visit_data(first), later)
    assert comparison.changes[TILT].verdict == "real_change"
    assert comparison.differences == ()


# --- the bone line -------------------------------------------------------------------------

LINE_ERROR = ChangeErrorModel(slope=1.0, between_session_sd=0.6, within_session_sd=1.0)


def lined(
    tilt: float, line: float | None, *, alone: float | None = None, algorithm: int = ALGORITHM
) -> Record:
    """A record whose position also took a line; ``alone`` is what the outline alone gives."""
    plain = record(tilt)
    if line is None:
        return plain
    estimates = replace(
        plain.estimates,
        asis_psis_deg=Quantity.known(line, 4.0, unit="deg", flags=("manual_points",)),
        outline_position_deg=Quantity.known(tilt if alone is None else alone, 3.0, unit="deg"),
        change=replace(plain.estimates.change, asis_psis_deg=LINE_ERROR),
    )
    provenance = replace(plain.provenance, algorithm=algorithm)
    return replace(plain, estimates=estimates, provenance=provenance)


def seen(*records: Record, key: str) -> VisitData:
    return VisitData(key=key, day=DAY, records=records)


def test_a_change_between_placed_lines_is_that_of_the_lines() -> None:
    """SEM hypot(0.6, 1.0) each, no slope to divide by; the position keeps its own slope."""
    before, after = seen(lined(12.0, 20.0), key="a"), seen(lined(11.0, 12.0), key="b")
    comparison = compare(before, after)
    assert comparison.pelvis == LINE
    assert comparison.main == (LINE, "lumbar_lordosis_deg", "lumbar_depth_pct")
    change = comparison.changes[LINE]
    assert (change.change, change.verdict) == (pytest.approx(-8.0), "real_change")
    assert change.mdc95 == pytest.approx(1.96 * math.sqrt(2 * (0.36 + 1.0)), abs=1e-3)
    assert comparison.changes[TILT].change == pytest.approx(-1.0 / 0.5)


def test_a_line_at_one_visit_is_never_compared_with_a_position() -> None:
    """The bones that the line brought into the position must not pass for a change."""
    before = seen(lined(14.0, 25.0, alone=11.0), key="a")
    after = seen(lined(11.0, None), key="b")
    for pair in ((before, after), (after, before)):
        comparison = compare(*pair)
        assert comparison.pelvis == TILT
        change = comparison.changes[TILT]
        assert (change.before, change.after, change.change) == (11.0, 11.0, 0.0)
        assert comparison.changes[LINE].change is None
        assert comparison.changes[LINE].reason in ("absent_before", "absent_after")
    # What is shown for the visit itself is the position with the line.
    assert average(before)[TILT].quantity.value == 14.0


@pytest.mark.parametrize("older", [1, 7])
def test_lines_are_comparable_whatever_the_algorithm(older: int) -> None:
    before = seen(lined(12.0, 20.0, algorithm=older), key="a")
    comparison = compare(before, seen(lined(12.0, 12.0), key="b"))
    assert comparison.changes[LINE].verdict == "real_change"
    others = {change.reason for name, change in comparison.changes.items() if name != LINE}
    assert others == {"other_version"}


def test_the_scatter_of_lines_counts_from_every_version() -> None:
    pair = seen(lined(12.0, 20.0), key="a"), seen(lined(12.0, 12.0), key="b")
    old = [lined(12.0, line, algorithm=1) for line in (10.0, 14.0, 18.0)]
    comparison = compare(*pair, history=[seen(*old, key="old")])
    assert comparison.changes[LINE].errors.repeats == 2
    assert comparison.changes[TILT].errors.repeats == 0
    assert comparison.repeats_left_out == 1
    assert compare(*pair, history=pair).repeats_left_out == 0


def test_the_mean_of_a_visit_has_line_and_position() -> None:
    found = merged([lined(12.0, 20.0), lined(14.0, 24.0)])
    assert found.estimates.asis_psis_deg.value == 22.0
    assert found.estimates.pelvic_tilt_deg.value == 13.0
    assert found.estimates.pelvis == LINE
    half = merged([lined(12.0, 20.0), lined(14.0, None)])
    assert half.estimates.asis_psis_deg.value == 20.0
