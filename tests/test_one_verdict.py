"""Place of a value among adults: the same on page, sheet and terminal, in JSON and in FHIR."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from click.testing import CliRunner
from conftest import SAMPLES
from hypothesis import given
from hypothesis import strategies as st

from posture.analysis import analyzer as analyzer_module
from posture.analysis.record import Record
from posture.analysis.result import Analysis
from posture.case.case import NO_ANSWERS, PlanOptions, make_case
from posture.case.result_file import result_of
from posture.case.weigh import weigh
from posture.cli.main import main
from posture.draw.notebook import notebook_html
from posture.export import to_fhir, to_json
from posture.export.entries import entry_of
from posture.export.rows import row_of
from posture.inputs.hints import Hints
from posture.quantity import Quantity
from posture.report.finding_page import AXES, value_blocks
from posture.report.sheet import make_sheet
from posture.report.texts import TEXTS
from posture.screening.grade import screen
from posture.screening.norms import NORMS
from posture.screening.words import verdict_text
from posture.types import Sex
from posture.web.components.headline import one_sentence
from posture.web.services.estimate_cards import estimate_cards
from posture.web.services.examine import ExaminedPhoto
from posture.web.services.visit import visit_file, visit_of
from posture.web.texts import TEXTS as WEB_TEXTS

NAMES = {"pelvic_tilt_deg": "tilt", "lumbar_lordosis_deg": "lordosis"}
"""Estimates that have a norm, with the prefix of their sentences."""

POSITIONS = {
    "high": "above",
    "common": "within",
    "low": "below",
    "edge_high": "cannot_tell",
    "edge_low": "cannot_tell",
    "perhaps": "cannot_tell",
    "open": "cannot_tell",
}
"""Verdict of each kind of sentence."""

FHIR = {"H": "above", "N": "within", "L": "below", None: "cannot_tell"}


@pytest.fixture(scope="module")
def sample(read_sample: Callable[[Path], Analysis]) -> Analysis:
    return read_sample(SAMPLES[0])


def stating(sample: Analysis, *, tilt: Quantity, arch: Quantity, sex: Sex | None) -> Analysis:
    """The analysis of a sample with chosen estimates."""
    estimates = replace(sample.estimates, pelvic_tilt_deg=tilt, lumbar_lordosis_deg=arch)
    return replace(
        sample,
        estimates=estimates,
        hints=Hints(sex=sex),
        provenance=replace(sample.provenance, sex=sex),
        screening=screen(estimates, sample.measures, sex=sex),
    )


def known(value: float, sd: float) -> Quantity:
    return Quantity.known(value, sd, unit="deg")


# --- each place's own words, read back into a verdict ----------------------------------------


def of_json(table: dict[str, Any]) -> dict[str, str]:
    return {name: table["standing"][name]["verdict"] for name in NAMES}


def of_page(analysis: Analysis, sex: Sex | None) -> dict[str, str]:
    """Return the verdicts of the cards, whose numbers must match the bars and JSON."""
    visit = visit_of([ExaminedPhoto(photo="a.jpg", analysis=analysis, error=None)], sex=sex)
    assert visit is not None
    cards = {card.name: card for card in estimate_cards(visit, sex=sex, height_cm=None)}
    found = {}
    for name, word in NAMES.items():
        card, standing = cards[word], analysis.to_dict()["standing"][name]
        low, high = card.axis.common
        assert (round(low, 1), round(high, 1)) == (standing["band_low"], standing["band_high"])
        sentences = {
            WEB_TEXTS[f"{word}_{position}"].format(low=round(low), high=round(high)): verdict
            for position, verdict in POSITIONS.items()
        }
        found[name] = sentences[card.meaning]
    return found


def of_sheet(analysis: Analysis, sex: Sex | None) -> dict[str, str]:
    blocks = dict(zip(NAMES, value_blocks(Record.of(analysis), sex), strict=False))
    found = {}
    for name, word in NAMES.items():
        standing = analysis.to_dict()["standing"][name]
        start, end = AXES[word]
        low, high = (start + share * (end - start) for share in blocks[name].bar.common)
        assert (low, high) == pytest.approx(
            (standing["band_low"], standing["band_high"]), abs=0.051
        )
        sentences = {
            TEXTS[f"{word}_{position}"]: verdict for position, verdict in POSITIONS.items()
        }
        found[name] = sentences[blocks[name].meaning]
    return found


def of_fhir(analysis: Analysis) -> dict[str, str]:
    resources = [entry["resource"] for entry in to_fhir([analysis])["entry"]]
    by_code = {one["code"]["coding"][0]["code"]: one for one in resources}
    found = {}
    for name in NAMES:
        standing = analysis.to_dict()["standing"][name]
        (band,) = by_code[name]["referenceRange"]
        ends = (band["low"]["value"], band["high"]["value"])
        assert ends == (standing["band_low"], standing["band_high"])
        verdicts = by_code[name].get("interpretation")
        found[name] = FHIR[None if verdicts is None else verdicts[0]["coding"][0]["code"]]
    return found


def of_terminal(analysis: Analysis, tmp_path: Path) -> dict[str, str]:
    """Return the verdicts that ``posture plan`` prints for a result file."""
    path = tmp_path / "client.posture.json"
    path.write_text(json.dumps(result_of(analysis)), encoding="utf-8")
    shown = CliRunner().invoke(main, ["plan", str(path)])
    assert shown.exit_code == 0, shown.stderr
    text = " ".join(shown.stdout.split())
    found = {}
    for name, word in NAMES.items():
        line = text.partition(f"{TEXTS[f'{word}_name']}: ")[2]
        matching = [
            verdict
            for position, verdict in POSITIONS.items()
            if line.partition(". ")[2].startswith(TEXTS[f"{word}_{position}"])
        ]
        found[name] = matching[0]
    return found


class Stub:
    """An analyzer with a fixed result."""

    found: Analysis

    def __init__(self, model: Path | None, *, bystanders: bool) -> None:
        assert model is None
        assert not bystanders

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def analyze(self, photo: Path, *, hints: Hints) -> Analysis:
        assert photo.exists()
        assert hints.sex == self.found.hints.sex
        return self.found


def of_command(
    analysis: Analysis, sex: Sex | None, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Return the verdicts of ``posture analyze --json``."""
    monkeypatch.setattr(Stub, "found", analysis, raising=False)
    monkeypatch.setattr(analyzer_module, "Analyzer", Stub)
    options = [] if sex is None else ["--sex", sex]
    shown = CliRunner().invoke(main, ["analyze", str(SAMPLES[0]), "--json", *options])
    assert shown.exit_code == 0, shown.stderr
    return of_json(json.loads(shown.stdout))


# --- the tests -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("z", "sd", "sex", "verdict"),
    [
        (-0.8, 0.1, None, "within"),
        (-1.28, 0.1, "female", "cannot_tell"),
        (-0.5, 0.1, "male", "within"),
        (-0.5, 0.4, None, "within"),
        (-0.8, 1.0, None, "cannot_tell"),
        (1.1, 0.1, None, "within"),
        (1.8, 0.1, "male", "above"),
        (2.0, 0.6, None, "above"),
        (-2.0, 0.3, None, "below"),
        (-1.8, 0.3, "male", "below"),
        (-1.28, 0.3, "male", "cannot_tell"),
        (0.0, 3.0, None, "cannot_tell"),
    ],
)
def test_one_verdict_everywhere(
    sample: Analysis,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    z: float,
    sd: float,
    sex: Sex | None,
    verdict: str,
) -> None:
    """Arches in standard scores of the norm, whose numbers the definition measures."""
    norm = NORMS["lumbar_lordosis_deg"][sex]
    arch = known(norm.mean + z * norm.sd, sd * norm.sd)
    analysis = stating(sample, tilt=known(8.0, 2.0), arch=arch, sex=sex)
    expected = {"pelvic_tilt_deg": "within", "lumbar_lordosis_deg": verdict}
    assert of_json(analysis.to_dict()) == expected
    assert of_json(json.loads(to_json([analysis]))[0]) == expected
    examined = ExaminedPhoto(photo="a.jpg", analysis=analysis, error=None)
    visit = visit_of([examined], sex=sex)
    assert visit is not None
    assert of_json(json.loads(visit_file([examined], visit))) == expected
    assert of_page(analysis, sex) == expected
    assert of_sheet(analysis, sex) == expected
    assert of_fhir(analysis) == expected
    assert of_terminal(analysis, tmp_path) == expected
    assert of_command(analysis, sex, monkeypatch) == expected


@given(
    tilt=st.floats(-25, 45),
    arch=st.floats(-5, 100),
    sd=st.floats(0.2, 25),
    sex=st.sampled_from([None, "female", "male"]),
)
def test_any_value_has_one_verdict(
    sample: Analysis, tilt: float, arch: float, sd: float, sex: Sex | None
) -> None:
    analysis = stating(sample, tilt=known(tilt, sd), arch=known(arch, sd), sex=sex)
    expected = of_json(analysis.to_dict())
    assert of_page(analysis, sex) == expected
    assert of_sheet(analysis, sex) == expected
    assert of_fhir(analysis) == expected


def test_an_inconclusive_photo_has_no_verdict_anywhere(sample: Analysis) -> None:
    nothing = Quantity.absent("back_covered", unit="deg")
    analysis = stating(sample, tilt=nothing, arch=nothing, sex=None)
    assert analysis.to_dict()["standing"] == dict.fromkeys(NAMES)
    visit = visit_of([ExaminedPhoto(photo="a.jpg", analysis=analysis, error=None)], sex=None)
    assert visit is not None
    cards = estimate_cards(visit, sex=None, height_cm=None)
    assert [card.meaning for card in cards[:2]] == ["", ""]
    for block in value_blocks(Record.of(analysis), None)[:2]:
        assert (block.bar, block.meaning) == (
            None,
            "Too much of the back is covered or out of the picture.",
        )
    for entry in to_fhir([analysis])["entry"]:
        if entry["resource"]["code"]["coding"][0]["code"] in NAMES:
            assert "interpretation" not in entry["resource"]


def test_an_arch_above_most_that_is_common_is_no_contradiction(sample: Analysis) -> None:
    """A sign of type A begins within the band, and says that it compares with most adults."""
    norm = NORMS["lumbar_lordosis_deg"]["female"]
    arch = known(norm.mean + 0.8 * norm.sd, 1.0)
    analysis = stating(sample, tilt=known(8.0, 1.0), arch=arch, sex="female")
    assert of_page(analysis, "female")["lumbar_lordosis_deg"] == "within"
    (sign,) = (item for item in analysis.screening.evidence if item.sign == "deep_arch")
    assert sign.direction == "for"
    assert sign.text == "Low back arched more than in most adults"


# --- the grade -----------------------------------------------------------------------------


@pytest.mark.parametrize("sex", [None, "female", "male"])
def test_the_grade_has_the_same_words_everywhere(
    sample: Analysis, monkeypatch: pytest.MonkeyPatch, sex: Sex | None
) -> None:
    analysis = stating(sample, tilt=known(20.0, 2.0), arch=known(60.0, 4.0), sex=sex)
    words = verdict_text(analysis.screening, analysis.estimates, sex=sex)
    assert "likely (about" in words
    record = Record.of(analysis)
    assert one_sentence(record, weigh(record.screening, NO_ANSWERS)) == words
    sheet = make_sheet(make_case(record, PlanOptions(start=date(2026, 1, 5))))
    assert sheet.screening is not None
    assert sheet.screening.sentence.startswith(words)
    fhir = next(
        entry["resource"]
        for entry in to_fhir([analysis])["entry"]
        if "valueCodeableConcept" in entry["resource"]
    )
    assert fhir["valueCodeableConcept"]["text"] == words
    assert words in notebook_html(analysis)
    monkeypatch.setattr(Stub, "found", analysis, raising=False)
    monkeypatch.setattr(analyzer_module, "Analyzer", Stub)
    options = [] if sex is None else ["--sex", sex]
    shown = CliRunner().invoke(main, ["analyze", str(SAMPLES[0]), *options])
    assert words in " ".join(shown.stdout.split())
    for pattern, chance in analysis.screening.probabilities.items():
        assert of_row(analysis)[f"{pattern}_probability"] == pytest.approx(chance, abs=1e-3)


def of_row(analysis: Analysis) -> dict[str, object]:
    row = row_of(entry_of(analysis, id="1"))
    return {name: row[name] for name in ("type_a_probability", "type_b_probability")}
