"""Golden values of the sample images: tests/golden/samples_N.json, N being the algorithm.

Values change only together with that number: an existing file is never overwritten.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from posture import Analyzer
from posture.analysis.outcome import Outcome
from posture.analysis.result import ALGORITHM

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = sorted((ROOT / "sample_images").glob("*.jpg"))
GOLDEN = ROOT / "tests" / "golden" / f"samples_{ALGORITHM}.json"


def values(outcome: Outcome) -> dict[str, object]:
    """Return the parts of a result that a change of the algorithm may change."""
    result = outcome.to_dict()
    view, screening, error = result["view"], result["screening"], result["error"]
    return {
        "status": result["status"],
        "error": None if error is None else error["code"],
        "estimates": result["estimates"],
        "measures": result["measures"],
        "view": view and {key: view[key] for key in ("facing", "yaw_deg", "roll_deg", "parts")},
        "findings": view and [[item["code"], item["cost_deg"]] for item in view["findings"]],
        "screening": screening and [screening["grade"], screening["pattern"]],
        "probability": screening and screening["probability"],
    }


def main() -> None:
    """Write the file of the current algorithm."""
    if GOLDEN.exists():
        sys.exit(f"{GOLDEN.name} exists: raise ALGORITHM in posture/analysis/result.py first.")
    with Analyzer() as analyzer:
        outcomes = list(analyzer.map(SAMPLES))
    found = {path.name: values(item) for path, item in zip(SAMPLES, outcomes, strict=True)}
    GOLDEN.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(GOLDEN)


if __name__ == "__main__":
    main()
