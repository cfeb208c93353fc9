"""One rule for where a value lies among adults, in the web app and on the sheet alike."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.quantity import Quantity
from posture.report import finding_page
from posture.report.texts import TEXTS
from posture.screening.norms import LIKELY, SURE, place_among_adults
from posture.web.services import meaning
from posture.web.texts import TEXTS as WEB_TEXTS

COMMON = (2.0, 16.0)
ORDER = ["low", "edge_low", "common", "edge_high", "high"]


@pytest.mark.parametrize(
    ("value", "sd", "place"),
    [
        (9.0, 1.0, "common"),
        (30.0, 1.0, "high"),
        (-20.0, 1.0, "low"),
        (17.0, 3.0, "edge_high"),
        (1.0, 3.0, "edge_low"),
        (12.0, 6.0, "perhaps"),
        (9.0, 30.0, "open"),
        (16.0, 0.0, "common"),
    ],
)
def test_places(value: float, sd: float, place: str) -> None:
    assert place_among_adults(Quantity.known(value, sd, unit="deg"), COMMON) == place


@given(st.floats(-40, 60), st.floats(0.5, 20), st.floats(0, 20))
def test_a_higher_value_never_lies_lower(value: float, sd: float, more: float) -> None:
    places = [
        place_among_adults(Quantity.known(at, sd, unit="deg"), COMMON)
        for at in (value, value + more)
    ]
    ranks = [ORDER.index(place) for place in places if place in ORDER]
    assert ranks == sorted(ranks)


@given(st.floats(-40, 60), st.floats(0.5, 20))
def test_a_mirrored_scale_gives_the_mirrored_place(value: float, sd: float) -> None:
    place = place_among_adults(Quantity.known(value, sd, unit="deg"), COMMON)
    other = place_among_adults(Quantity.known(-value, sd, unit="deg"), (-COMMON[1], -COMMON[0]))
    swap = {"high": "low", "low": "high", "edge_high": "edge_low", "edge_low": "edge_high"}
    assert other == swap.get(place, place)


def test_sheet_and_page_use_this_rule_and_have_words_for_every_place() -> None:
    assert meaning.place_among_adults is place_among_adults
    assert finding_page.place_among_adults is place_among_adults
    assert math.isclose(LIKELY, 0.5)
    assert LIKELY < SURE < 1
    for place in (*ORDER, "perhaps", "open"):
        for name in ("tilt", "lordosis"):
            assert f"{name}_{place}" in TEXTS
            assert f"{name}_{place}" in WEB_TEXTS
