"""Repeatability of a studio: a table worked out by hand, and simulated people."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.records import make_record

from posture.analysis.record import Record
from posture.analysis.result import FIRST_ALGORITHM
from posture.clients import ClientStore
from posture.clients.repeatability_store import (
    load_repeatability,
    method_of,
    save_repeatability,
    studio_errors,
)
from posture.comparison.api import VisitData, compare, say_repeatability
from posture.comparison.quantiles import chi2_quantile, f_quantile, incomplete_beta
from posture.comparison.repeatability import Study, analyse, mean_squares, study
from posture.errors import SettingsError
from posture.estimator.change_error import ChangeErrorModel, ChangeErrors
from posture.quantity import Quantity

TILT = "pelvic_tilt_deg"
DAY = date(2025, 3, 1)
BASE = make_record(tilt=12.0, lordosis=30.0)

BY_HAND = (
    ((1.0, 3.0), (4.0, 6.0)),
    ((7.0, 9.0), (8.0, 12.0)),
    ((2.0, 2.0), (5.0, 3.0)),
)
"""Means of visits 2, 5; 8, 10; 2, 4; means of people 3.5, 9, 3; of all 5.1667.

Within: 2 + 2 + 2 + 8 + 0 + 2 = 16 over 6. Between sessions: 2 (4.5 + 2 + 2) = 17 over 3.
Between people: 4 (2.7778 + 14.6944 + 4.6944) = 88.6667 over 2."""


def test_mean_squares_by_hand() -> None:
    assert mean_squares(BY_HAND) == pytest.approx((16 / 6, 17 / 3, 88.666667 / 2), rel=1e-6)


def test_components_by_hand() -> None:
    found = analyse(BY_HAND, name=TILT, unit="deg")
    within, ms_between, ms_people = 16 / 6, 17 / 3, 88.6666667 / 2
    between, person = (ms_between - within) / 2, (ms_people - ms_between) / 4
    assert found.within_session_sd == pytest.approx(math.sqrt(within))
    assert found.between_session_sd == pytest.approx(math.sqrt(between))
    assert found.person_sd == pytest.approx(math.sqrt(person))
    assert [item.photos for item in found.means] == [1, 2, 3]
    one, two, three = found.means
    assert one.sem == pytest.approx(math.sqrt(between + within))
    assert three.sem == pytest.approx(math.sqrt(between + within / 3))
    assert three.mdc95 == pytest.approx(2.77 * three.sem)
    assert two.icc == pytest.approx(person / (person + between + within / 2))
    assert found.sem.value == pytest.approx(two.sem)
    # chi-square with 3 degrees of freedom: 0.2158 and 9.3484.
    assert found.sem.low == pytest.approx(math.sqrt(17 / 2 / 9.3484), rel=1e-4)
    assert found.sem.high == pytest.approx(math.sqrt(17 / 2 / 0.215795), rel=1e-4)
    assert found.icc.value == pytest.approx(two.icc)


def test_the_icc_of_shrout_and_fleiss() -> None:
    """Their six targets and four judges (1979, table 2): ICC(1,1) = 0.17, BMS 11.24, WMS 6.26."""
    rows = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
    # Two equal photos of each visit leave the means of the visits as they are.
    table = [[(float(value), float(value)) for value in row] for row in rows]
    _, between, among = mean_squares(table)
    assert (among / 2, between / 2) == (
        pytest.approx(11.24, abs=0.01),
        pytest.approx(6.26, abs=0.01),
    )
    icc = analyse(table, name=TILT, unit="deg").icc
    assert icc.value == pytest.approx(0.166, abs=0.001)
    assert (icc.low, icc.high) == (
        pytest.approx(-0.133, abs=0.002),
        pytest.approx(0.723, abs=0.002),
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (chi2_quantile(0.975, 10), 20.4832),
        (chi2_quantile(0.025, 10), 3.2470),
        (chi2_quantile(0.95, 1), 3.8415),
        (f_quantile(0.95, 3, 10), 3.7083),
        (f_quantile(0.975, 9, 10), 3.7790),
        (f_quantile(0.5, 7, 7), 1.0),
        (incomplete_beta(2, 3, 0.4), 0.5248),
        (incomplete_beta(0.5, 0.5, 0.5), 0.5),
        (incomplete_beta(3, 2, 0.0), 0.0),
        (incomplete_beta(3, 2, 1.0), 1.0),
    ],
)
def test_quantiles_are_those_of_tables(found: float, expected: float) -> None:
    assert found == pytest.approx(expected, rel=2e-5, abs=1e-9)


@given(st.floats(0.5, 40), st.floats(0.5, 40), st.floats(0.01, 0.99))
def test_the_beta_function_is_its_own_mirror_image(a: float, b: float, x: float) -> None:
    assert incomplete_beta(a, b, x) == pytest.approx(1 - incomplete_beta(b, a, 1 - x), abs=1e-9)


def simulated(
    rng: np.random.Generator, n: int, *, person: float, between: float, within: float
) -> np.ndarray:
    people = rng.normal(0.0, person, (n, 1, 1))
    visits = rng.normal(0.0, between, (n, 2, 1))
    return 12.0 + people + visits + rng.normal(0.0, within, (n, 2, 3))


def test_known_components_are_recovered() -> None:
    table = simulated(np.random.default_rng(3), 4000, person=5.0, between=1.2, within=1.8)
    found = analyse(table.tolist(), name=TILT, unit="deg")
    assert found.within_session_sd == pytest.approx(1.8, rel=0.02)
    assert found.between_session_sd == pytest.approx(1.2, rel=0.04)
    assert found.person_sd == pytest.approx(5.0, rel=0.04)


def test_intervals_hold_the_truth_in_nineteen_of_twenty_studies() -> None:
    rng = np.random.default_rng(4)
    runs, n = 400, 10
    true_sem = math.sqrt(1.2**2 + 1.8**2 / 3)
    true_icc = 25.0 / (25.0 + true_sem**2)
    held = np.zeros(2)
    for _ in range(runs):
        table = simulated(rng, n, person=5.0, between=1.2, within=1.8).tolist()
        found = analyse(table, name=TILT, unit="deg")
        held += (
            found.sem.low <= true_sem <= found.sem.high,
            found.icc.low <= true_icc <= found.icc.high,
        )
    assert held / runs == pytest.approx([0.95, 0.95], abs=3 * math.sqrt(0.05 * 0.95 / runs))


def test_components_are_never_negative() -> None:
    steady = [[(1.0, 5.0), (5.0, 1.0)], [(2.0, 6.0), (6.0, 2.0)], [(0.0, 4.0), (4.0, 0.0)]]
    found = analyse(steady, name=TILT, unit="deg")
    assert (found.between_session_sd, found.person_sd) == (0.0, 1.0)
    alike = [[(1.0, 5.0), (2.0, 6.0)], [(5.0, 1.0), (2.0, 6.0)], [(1.0, 5.0), (6.0, 2.0)]]
    assert analyse(alike, name=TILT, unit="deg").person_sd == 0.0
    same = [[(1.0, 1.0), (1.0, 1.0)]] * 3
    assert analyse(same, name=TILT, unit="deg").means[0].mdc95 == 0.0


# --- from visits ---------------------------------------------------------------------------


def record(tilt: float | None, slope: float | None = None) -> Record:
    value = (
        Quantity.absent("back_covered", unit="deg")
        if tilt is None
        else Quantity.known(tilt, 3.0, unit="deg")
    )
    error_model = (
        None
        if slope is None
        else ChangeErrorModel(slope=slope, between_session_sd=9.0, within_session_sd=9.0)
    )
    change = ChangeErrors(pelvic_tilt_deg=error_model)
    return replace(BASE, estimates=replace(BASE.estimates, pelvic_tilt_deg=value, change=change))


def people_of(table: np.ndarray, slope: float | None = None) -> list[list[VisitData]]:
    return [
        [
            VisitData(
                key=f"{i}-{j}",
                day=DAY + timedelta(days=7 * j),
                records=tuple(record(float(value), slope) for value in values),
            )
            for j, values in enumerate(person)
        ]
        for i, person in enumerate(table)
    ]


def small(slope: float | None = None) -> Study:
    table = simulated(np.random.default_rng(6), 6, person=5.0, between=1.0, within=1.5)
    return study(people_of(table, slope))


def test_a_study_of_visits_is_that_of_their_values() -> None:
    table = simulated(np.random.default_rng(6), 6, person=5.0, between=1.0, within=1.5)
    found = study(people_of(table))
    assert found.found[TILT] == analyse(table.tolist(), name=TILT, unit="deg")
    assert (found.people, found.found[TILT].people, found.found[TILT].photos) == (6, 6, 3)
    assert found.found["sway_angle_deg"].within_session_sd == 0.0
    assert found.absent["plumb_hip_pct"] == "too_few_people"


def test_estimates_are_in_units_of_true_change() -> None:
    raw, true = small().found[TILT], small(slope=0.5).found[TILT]
    assert true.within_session_sd == pytest.approx(2 * raw.within_session_sd)
    assert true.between_session_sd == pytest.approx(2 * raw.between_session_sd)
    assert true.sem.high == pytest.approx(2 * raw.sem.high)
    assert true.icc.value == pytest.approx(raw.icc.value)


def test_visits_and_photos_beyond_what_everyone_has_are_left_out() -> None:
    table = simulated(np.random.default_rng(6), 6, person=5.0, between=1.0, within=1.5)
    people = people_of(table)
    people[0][0] = replace(people[0][0], records=people[0][0].records[:2])
    people[1].append(people[1][0])
    found = study(people).found[TILT]
    assert (found.visits, found.photos) == (2, 2)
    assert found == analyse(table[:, :, :2].tolist(), name=TILT, unit="deg")


def test_people_whose_photos_do_not_show_a_quantity_are_left_out_of_it() -> None:
    table = simulated(np.random.default_rng(6), 6, person=5.0, between=1.0, within=1.5)
    people = people_of(table)
    people[2][1] = replace(people[2][1], records=(record(None), *people[2][1].records[1:]))
    found = study(people).found[TILT]
    rest = np.delete(table, 2, axis=0)
    assert found == analyse(rest.tolist(), name=TILT, unit="deg")


def test_studies_that_are_too_small_say_so() -> None:
    table = simulated(np.random.default_rng(6), 6, person=5.0, between=1.0, within=1.5)
    other = people_of(table)
    strange = record(1.0)
    strange = replace(strange, provenance=replace(strange.provenance, estimator="other"))
    other[0][0] = replace(other[0][0], records=(strange,) * 3)
    for people, words in (
        (people_of(table[:4]), "at least 5 people"),
        (people_of(table[:, :1]), "two sessions"),
        (people_of(table[:, :, :1]), "two photos"),
        (other, "results of one version"),
    ):
        with pytest.raises(SettingsError, match=words) as caught:
            study(people)
        assert caught.value.code == "bad_study"


def test_the_result_is_said_in_words() -> None:
    found = small().found[TILT]
    text = say_repeatability(found)
    name = "Pelvic tilt (position, on the scale of the ASIS–PSIS angle)"
    assert text.startswith(f"{name}: a change between two visits counts as real from ")
    assert f"{found.means[0].mdc95:.1f}°" in text
    assert f"{found.means[2].mdc95:.1f}°" in text
    assert f"the ICC {found.icc.value:.2f}" in text
    assert "6 people." in text


def test_a_stored_study_decides_later_comparisons(tmp_path: Path) -> None:
    store = ClientStore(tmp_path / "clients.sqlite")
    result = small(slope=0.5)
    visit = people_of(np.full((1, 1, 2), 10.0), slope=0.5)[0][0]
    other = replace(people_of(np.full((1, 1, 2), 11.0), slope=0.5)[0][0], key="later")
    assert studio_errors(store, visit) is None
    method = method_of(visit)
    assert method is not None
    save_repeatability(store, result, measured_on=DAY, method=method)
    kept = load_repeatability(store, method=method)
    assert kept is not None
    assert (kept.people, kept.measured_on, kept.errors) == (6, DAY, result.errors())
    assert load_repeatability(store, method=replace(method, estimator="another")) is None
    assert load_repeatability(store, method=replace(method, algorithm=99)) is None
    change = compare(visit, other, studio=studio_errors(store, visit)).changes[TILT]
    assert change.errors is not None
    assert change.errors.between_source == "studio"
    assert change.errors.between_session_sd == result.found[TILT].between_session_sd
    stored = store.setting("repeatability")
    assert isinstance(stored, dict)
    assert list(stored) == ["measured_on", "people", "estimator", "algorithm", "errors"]
    # Version 0.1.0 stored no algorithm; a later one may store more.
    del stored["algorithm"]
    store.save_setting("repeatability", {**stored, "more": 1})
    assert load_repeatability(store, method=replace(method, algorithm=FIRST_ALGORITHM)) is not None
    store.save_setting("repeatability", {**stored, "people": "6"})
    assert load_repeatability(store) is None
    store.save_setting("repeatability", {"estimator": "test", "errors": {"x": 3}})
    assert load_repeatability(store) is None
