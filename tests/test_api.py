"""Public API: promised names stay, and every example in the documentation runs."""

from __future__ import annotations

import dataclasses
import doctest
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES

import posture
from posture import export
from posture.export import FORMATS
from posture.export.rows import COLUMNS

API = ROOT / "docs" / "api.md"
EXPORT = ROOT / "docs" / "export.md"

NAMES = {
    "Analysis",
    "Analyzer",
    "Corrections",
    "Estimates",
    "Finding",
    "Hints",
    "Keypoint",
    "Keypoints",
    "ModelError",
    "PhotoError",
    "PoseError",
    "PostureError",
    "Quantity",
    "Reference",
    "Refusal",
    "Screening",
    "Settings",
    "SettingsError",
    "View",
    "__version__",
    "analyze",
    "compare",
    "to_table",
}
"""Removing a name breaks other programs; a new one belongs in docs/api.md."""

PARAMETERS = {
    posture.analyze: ["source", "hints"],
    posture.compare: ["results", "subject", "visit", "studio"],
    posture.to_table: ["outcomes"],
    posture.Analyzer: ["model_path", "settings", "estimator"],
    posture.Analyzer.analyze: ["self", "source", "hints"],
    posture.Analyzer.map: ["self", "sources", "hints", "workers", "keep_pixels"],
    posture.Analyzer.close: ["self"],
    export.to_coco: ["outcomes", "points"],
    export.to_csv: ["outcomes"],
    export.to_fhir: ["outcomes", "subject", "effective"],
    export.to_json: ["outcomes"],
    export.to_mot: ["outcome"],
    export.to_openpose: ["outcome"],
    export.to_trc: ["outcome", "height_cm", "name"],
    export.to_xarray: ["outcomes"],
    export.write_parquet: ["outcomes", "path"],
    export.export_files: ["outcomes", "out", "format", "options", "inputs"],
    export.export_text: ["outcomes", "format", "options"],
    export.read_result: ["path", "id"],
    export.read_results: ["paths"],
}

MEMBERS = {
    posture.Analysis: {
        *("photo", "status", "view", "measures", "estimates", "screening", "keypoints"),
        *("provenance", "geometry", "hints", "path", "source", "to_dict", "to_arrow"),
    },
    posture.Refusal: {"photo", "status", "error", "path", "source", "hints", "to_dict"},
    posture.Quantity: {
        *("value", "unit", "low", "high", "level", "reference", "flags", "reason"),
        *("present", "sd", "to_dict", "from_dict"),
    },
    posture.Keypoint: {"name", "x", "y", "visibility", "shown", "to_dict"},
    posture.Keypoints: {
        *("photo_size_px", "body_box_px", "stature_px", "points", "to_dict"),
        *("names", "xy_px", "visibility", "shown"),
    },
    posture.Hints: {"facing", "roll_deg", "sex", "height_cm"},
}


def test_the_public_names_are_those_promised() -> None:
    assert set(posture.__all__) == NAMES
    assert set(export.__all__) >= {
        found.__name__ for found in PARAMETERS if found.__module__.startswith("posture.export")
    }


@pytest.mark.parametrize("function", PARAMETERS, ids=lambda function: function.__qualname__)
def test_parameters_keep_their_names_and_positions(function: object) -> None:
    found = list(inspect.signature(function).parameters.values())  # type: ignore[arg-type]
    promised = PARAMETERS[function]  # type: ignore[index]
    assert [parameter.name for parameter in found][: len(promised)] == promised
    # New ones are allowed if old calls still work.
    assert all(
        parameter.default is not inspect.Parameter.empty for parameter in found[len(promised) :]
    )


@pytest.mark.parametrize("kind", MEMBERS, ids=lambda kind: kind.__name__)
def test_results_keep_their_members(kind: type) -> None:
    there = {field.name for field in dataclasses.fields(kind)} | set(dir(kind))
    assert MEMBERS[kind] <= there


# --- documentation -------------------------------------------------------------------------


def examples(path: Path) -> doctest.DocTest:
    """Return all sessions of a page as one, so that later ones may build on earlier ones."""
    text = path.read_text(encoding="utf-8")
    sessions = re.findall(r"^```pycon\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    assert sessions
    assert text.count(">>>") == sum(session.count(">>>") for session in sessions)
    return doctest.DocTestParser().get_doctest("\n".join(sessions), {}, path.name, str(path), 0)


@pytest.mark.parametrize("path", [API, EXPORT], ids=lambda path: path.name)
def test_every_example_of_the_documentation_runs(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    report: list[str] = []
    result = doctest.DocTestRunner().run(examples(path), out=report.append)
    assert result.attempted > 3
    assert result.failed == 0, "".join(report)


def test_the_program_with_processes_runs_as_it_is_printed(tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(# photos\.py\n.*?)```", API.read_text("utf-8"), re.DOTALL)
    photos = [str(path) for path in SAMPLES[:2]]
    assert '["a.jpg", "b.jpg"]' in program
    (tmp_path / "photos.py").write_text(program.replace('["a.jpg", "b.jpg"]', repr(photos)))
    done = subprocess.run(
        [sys.executable, "photos.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"<Analysis of {path}" for path in photos]


def test_the_page_on_formats_names_every_format_and_column() -> None:
    text = EXPORT.read_text(encoding="utf-8")
    assert [name for name in FORMATS if f"`{name}`" not in text] == []
    quantities = {
        column.name for column in COLUMNS if f"{column.name}_low" in {c.name for c in COLUMNS}
    }
    parts = tuple(f"{name}_{end}" for name in quantities for end in ("low", "high", "reason"))
    rows = set(re.findall(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \|$", text, flags=re.MULTILINE))
    expected = {(c.name, c.unit, c.meaning) for c in COLUMNS if c.name not in parts}
    missing = sorted(expected - rows)
    assert missing == []


def test_pictures_and_links_of_the_pages_exist() -> None:
    for path in (API, EXPORT):
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
            if not target.startswith("https://"):
                assert (path.parent / target).exists(), target
