"""Words and labels shared by everything that people read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import posture
from posture.estimator.model import TARGETS
from posture.measures.catalogue import MEASURES
from posture.quantity import Quantity, Reference
from posture.texts import (
    DECIMALS,
    FLAGS,
    LABELS,
    REASONS,
    UNIT_SIGNS,
    UNIT_WORDS,
    describe_quantity,
    label,
    lower_end,
    number_text,
    range_text,
    reason_text,
    reference_text,
    tilt_words,
    value_text,
)

PACKAGE = Path(posture.__file__).parent
MODULES = (
    "measures/traced_body.py",
    "measures/formulas.py",
    "estimator/model.py",
    "analysis/pipeline.py",
)
JOINTS = ("ear", "shoulder", "hip", "knee", "ankle")


def written_reasons() -> set[str]:
    text = "\n".join((PACKAGE / name).read_text(encoding="utf-8") for name in MODULES)
    return set(re.findall(r'(?:return|reason =) "([a-z]+_[a-z_]+)"', text))


def known(value: float, low: float, high: float, unit: str = "deg") -> Quantity:
    return Quantity(value=value, unit=unit, low=low, high=high)


def test_every_reason_has_its_sentence() -> None:
    found = written_reasons() | {f"{joint}_not_in_frame" for joint in JOINTS}
    assert "back_covered" in found
    assert found <= set(REASONS)


@pytest.mark.parametrize("sentence", [*REASONS.values(), *FLAGS.values()])
def test_sentences_are_short_and_end_with_a_stop(sentence: str) -> None:
    assert sentence.endswith(".")
    assert sentence[0].isupper()
    assert len(sentence) < 70
    assert "_" not in sentence


def test_every_measure_and_estimate_has_its_own_label() -> None:
    assert set(MEASURES) | set(TARGETS) <= set(LABELS)
    assert len(set(LABELS.values())) == len(LABELS)


def test_every_unit_has_words_and_figures() -> None:
    units = {measure.unit for measure in MEASURES.values()} | set(TARGETS.values())
    assert units <= set(UNIT_SIGNS)
    assert units <= set(UNIT_WORDS)
    assert units <= set(DECIMALS)


def test_unknown_codes_become_plain_words() -> None:
    assert reason_text("lens_cap_on") == "Lens cap on."
    assert label("toe_out_deg") == "Toe out deg"


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (known(14, 6, 22), "14° (between 6° and 22°)"),
        (known(-2.6, -10.2, 5.4), "−3° (between −10° and 5°)"),
        (known(-0.2, -0.4, 0.4), "0° (between 0° and 0°)"),
        (
            known(8.2, 7, 9.44, "%trunk"),
            "8.2 % of trunk length (between 7.0 and 9.4 %)",
        ),
        (known(3.75, 1, 6, "%height"), "3.8 % of body height (between 1.0 and 6.0 %)"),
        (Quantity.absent("ankle_not_in_frame", unit="deg"), "The ankle is not in the picture."),
    ],
)
def test_quantities_in_words(quantity: Quantity, text: str) -> None:
    assert describe_quantity(quantity) == text


def test_absent_values_are_a_dash_and_nothing() -> None:
    quantity = Quantity.absent("back_covered", unit="deg")
    assert (value_text(quantity), range_text(quantity), tilt_words(quantity)) == ("–", "", "")
    assert reference_text(quantity) == ""


def test_reference_is_written_like_an_interval() -> None:
    band = Reference(low=43.1, high=66.2, group="adults", source="a paper")
    quantity = Quantity(value=50, unit="deg", low=45, high=55, reference=band)
    assert reference_text(quantity) == "reference 43° to 66°"


def test_numbers_have_a_true_minus_and_no_negative_zero() -> None:
    assert number_text(-0.04, "%trunk") == "0.0"
    assert number_text(-1.25, "cm") == "−1.2"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1, 9, "tipped forward"),
        (-9, -1, "tipped backward"),
        (-3, 8, "direction uncertain"),
    ],
)
def test_direction_of_tilt_needs_the_whole_interval(low: float, high: float, words: str) -> None:
    assert tilt_words(known((low + high) / 2, low, high)) == words


def test_no_depth_is_shown_below_zero() -> None:
    shallow = Quantity.known(1.0, 2.0, unit="%trunk")
    assert range_text(shallow) == "0.0 to 4.3 %"
    assert shallow.low is not None
    assert shallow.low < 0
    # Quantities that may be negative keep their sign, and so does an unexpected value.
    assert lower_end(Quantity.known(1.0, 2.0, unit="%height")) < -2
    assert lower_end(Quantity.known(1.0, 2.0, unit="deg")) < -2
    assert lower_end(Quantity.known(-0.5, 2.0, unit="%trunk")) == -0.5
