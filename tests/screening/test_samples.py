"""What the sample images are called: their poses are known, and so is what must not be said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from posture.analysis.correct import reestimated
from posture.analysis.result import Analysis
from posture.types import Pattern, Sex

SAMPLES: Final = Path(__file__).parents[2] / "sample_images"

POSED: Final[dict[str, Pattern]] = {
    "03_tilted_arched_woman_right": "type_a",
    "04_tilted_arched_man_left": "type_a",
    "05_swayed_woman_left": "type_b",
}
ORDINARY: Final = (
    "01_neutral_woman_left",
    "02_neutral_man_right",
    "07_flat_back_man_left",
    "09_tucked_woman_right",
)

Read = Callable[[Path], Analysis]


def as_told(read: Read, name: str) -> list[Analysis]:
    """The analysis of a sample without its sex, and with it."""
    plain = read(SAMPLES / f"{name}.jpg")
    sex: Sex = "female" if "_woman_" in name else "male"
    return [plain, reestimated(plain, replace(plain.hints, sex=sex))]


@pytest.mark.parametrize(("name", "pattern"), POSED.items())
def test_who_was_posed_so_is_called_likely(read_sample: Read, name: str, pattern: Pattern) -> None:
    for analysis in as_told(read_sample, name):
        found = analysis.screening
        assert (found.grade, found.pattern) == ("likely", pattern)


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_posture_is_not_flagged(read_sample: Read, name: str) -> None:
    for analysis in as_told(read_sample, name):
        assert analysis.screening.grade == "not_suggested"


def test_a_round_back_with_a_deep_arch_leans_towards_type_a(read_sample: Read) -> None:
    for analysis in as_told(read_sample, "08_round_arched_woman_right"):
        assert analysis.screening.grade in ("possible", "likely")
        assert analysis.screening.pattern == "type_a"
