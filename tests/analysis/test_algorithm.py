"""The number of the algorithm, which rises when a value of any sample changes."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from posture.analysis.result import ALGORITHM, FIRST_ALGORITHM, Method, Provenance
from posture.codec import decode
from posture.errors import PostureError

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("golden", ROOT / "scripts" / "golden_samples.py")
assert spec is not None
assert spec.loader is not None
golden = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden)

KNOWN = json.loads(golden.GOLDEN.read_text(encoding="utf-8"))

TOLERANCE = 0.02
"""Processors round sums of the networks differently in the last digits, which do not matter."""

RAISE_IT = (
    "A value of this sample changed. If that is meant: raise ALGORITHM in "
    "posture/analysis/result.py, run python scripts/golden_samples.py, and show the accuracy anew."
)


def differences(known: object, found: object, at: str = "") -> Iterator[str]:
    if isinstance(known, dict) and isinstance(found, dict) and known.keys() == found.keys():
        for key in known:
            yield from differences(known[key], found[key], f"{at}.{key}")
    elif isinstance(known, list) and isinstance(found, list) and len(known) == len(found):
        for place, pair in enumerate(zip(known, found, strict=True)):
            yield from differences(*pair, f"{at}[{place}]")
    elif isinstance(known, float) and isinstance(found, int | float):
        if abs(known - found) > TOLERANCE:
            yield f"{at}: {known} is now {found}"
    elif known != found:
        yield f"{at}: {known!r} is now {found!r}"


@pytest.mark.parametrize("path", golden.SAMPLES, ids=lambda path: path.stem)
def test_no_value_of_a_sample_changes_while_the_number_stays(
    path: Path, read_sample: Callable[[Path], object]
) -> None:
    from posture.analysis.outcome import Refusal

    try:
        outcome = read_sample(path)
    except PostureError as error:
        outcome = Refusal(photo=path.name, error=error)
    found = json.loads(json.dumps(golden.values(outcome)))
    assert list(differences(KNOWN[path.name], found)) == [], RAISE_IT


def test_the_guard_notices_a_changed_value() -> None:
    changed = json.loads(json.dumps(KNOWN))
    name = golden.SAMPLES[2].name
    changed[name]["estimates"]["pelvic_tilt_deg"]["value"] += 0.05
    changed[name]["screening"][0] = "possible"
    assert len(list(differences(KNOWN, changed))) == 2


def test_every_sample_is_guarded() -> None:
    assert set(KNOWN) == {path.name for path in golden.SAMPLES}


def provenance(**changes: object) -> Provenance:
    table = {
        "package_version": "0.1.0",
        "model_sha256": "m",
        "estimator": "e",
        "settings_sha256": "s",
        "photo_sha256": "p",
    }
    return decode(Provenance, table | changes)


def test_results_that_state_no_algorithm_have_the_first_one() -> None:
    assert provenance().algorithm == FIRST_ALGORITHM == 1
    assert provenance(algorithm=7).to_dict()["algorithm"] == 7


def test_a_method_is_algorithm_model_and_estimator_but_not_the_version() -> None:
    assert provenance().method == Method(algorithm=1, model_sha256="m", estimator="e")
    assert provenance(package_version="9").method == provenance().method
    assert provenance(algorithm=2).method != provenance().method


def test_new_results_carry_the_present_number(read_sample: Callable[[Path], object]) -> None:
    analysis = read_sample(golden.SAMPLES[0])
    assert analysis.provenance.algorithm == ALGORITHM  # type: ignore[attr-defined]
