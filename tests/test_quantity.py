"""Quantities: a value with its interval, or none and a reason."""

from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.quantity import Quantity, Reference

BAND = Reference(low=-1.0, high=2.0, group="12 adults", source="Somebody 1999")
VALUES = st.floats(-500, 500)
SDS = st.floats(0.0, 200)


def test_known_spans_ninety_percent_of_a_normal_error() -> None:
    quantity = Quantity.known(10.0, 2.0, unit="deg", reference=BAND, flags=("arm_on_back",))
    assert (quantity.low, quantity.high) == pytest.approx((10 - 3.289707, 10 + 3.289707))
    assert (quantity.value, quantity.unit, quantity.level) == (10.0, "deg", 0.9)
    assert (quantity.reference, quantity.flags, quantity.reason) == (BAND, ("arm_on_back",), None)
    assert quantity.present


def test_an_absent_quantity_has_a_reason_and_nothing_else() -> None:
    quantity = Quantity.absent("back_covered", unit="%trunk")
    assert not quantity.present
    assert (quantity.value, quantity.low, quantity.high, quantity.sd) == (None, None, None, None)
    assert (quantity.reason, quantity.unit) == ("back_covered", "%trunk")
    assert quantity.probability_above(0.0) is None


@pytest.mark.parametrize(
    ("value", "low", "high", "reason"),
    [
        (None, None, None, None),
        (None, 1.0, 2.0, "back_covered"),
        (None, None, 2.0, "back_covered"),
        (1.0, 0.0, 2.0, "back_covered"),
        (1.0, None, 2.0, None),
        (1.0, 0.0, None, None),
        (1.0, 1.1, 2.0, None),
        (1.0, 0.0, 0.9, None),
        (math.nan, 0.0, 1.0, None),
        (1.0, -math.inf, 2.0, None),
        (1.0, 0.0, math.inf, None),
    ],
)
def test_contradictions_are_refused(
    value: float | None, low: float | None, high: float | None, reason: str | None
) -> None:
    with pytest.raises(ValueError, match=r"quantity|interval"):
        Quantity(value=value, unit="deg", low=low, high=high, reason=reason)


def test_it_is_frozen_and_slotted() -> None:
    quantity = Quantity.known(1.0, 1.0, unit="deg")
    with pytest.raises(FrozenInstanceError):
        quantity.value = 2.0  # type: ignore[misc]
    assert not hasattr(quantity, "__dict__")


@given(value=VALUES, sd=SDS)
def test_sd_is_the_one_it_was_built_from(value: float, sd: float) -> None:
    assert Quantity.known(value, sd, unit="deg").sd == pytest.approx(sd, abs=1e-9)


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [(10.0, 0.5), (8.0, 0.841345), (12.0, 0.158655), (6.0, 0.977250), (1e6, 0.0), (-1e6, 1.0)],
)
def test_probability_above_is_the_normal_tail(threshold: float, expected: float) -> None:
    quantity = Quantity.known(10.0, 2.0, unit="deg")
    assert quantity.probability_above(threshold) == pytest.approx(expected, abs=1e-6)


def test_the_interval_ends_are_the_five_percent_tails() -> None:
    quantity = Quantity.known(3.0, 1.7, unit="deg")
    assert quantity.probability_above(quantity.high) == pytest.approx(0.05)
    assert quantity.probability_above(quantity.low) == pytest.approx(0.95)


@pytest.mark.parametrize(("threshold", "expected"), [(0.9, 1.0), (1.0, 0.0), (1.1, 0.0)])
def test_an_exact_value_is_either_above_the_threshold_or_not(
    threshold: float, expected: float
) -> None:
    assert Quantity.known(1.0, 0.0, unit="deg").probability_above(threshold) == expected


@given(value=VALUES, sd=st.floats(0.1, 200), a=VALUES, b=VALUES)
def test_probability_falls_as_the_threshold_rises(
    value: float, sd: float, a: float, b: float
) -> None:
    quantity = Quantity.known(value, sd, unit="deg")
    lower, higher = sorted((a, b))
    assert quantity.probability_above(lower) >= quantity.probability_above(higher)


@pytest.mark.parametrize(
    "quantity",
    [
        Quantity.known(1.5, 0.5, unit="deg", reference=BAND, flags=("a", "b")),
        Quantity.known(-3.0, 0.0, unit="%trunk"),
        Quantity.absent("nape_covered", unit="deg", flags=("a",)),
    ],
)
def test_json_round_trip(quantity: Quantity) -> None:
    data = json.loads(json.dumps(quantity.to_dict()))
    again = Quantity.from_dict(data)
    assert again.to_dict() == quantity.to_dict()
    assert (again.unit, again.reference, again.flags, again.reason) == (
        quantity.unit,
        quantity.reference,
        quantity.flags,
        quantity.reason,
    )


def test_json_keys_are_those_of_the_format() -> None:
    keys = ["value", "unit", "low", "high", "level", "reference", "flags", "reason"]
    assert list(Quantity.known(1.0, 1.0, unit="deg").to_dict()) == keys


@given(value=VALUES, sd=SDS)
def test_rounding_keeps_the_value_inside_its_interval(value: float, sd: float) -> None:
    quantity = Quantity.known(value, sd, unit="deg")
    again = Quantity.from_dict(quantity.to_dict())
    assert again.value == pytest.approx(value, abs=5.1e-4)
    assert again.low == pytest.approx(quantity.low, abs=5.1e-4)
    assert again.high == pytest.approx(quantity.high, abs=5.1e-4)
