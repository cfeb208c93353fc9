"""Python examples of docs/clients.md."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "sample_images").glob("*.jpg"))


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for number in (1, 2, 3):
        shutil.copy(SAMPLES[number], tmp_path / f"{number}.jpg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTURE_DATA", str(tmp_path / "data"))
    found: dict[str, object] = {}
    exec(code, found)  # noqa: S102 - our own documentation
    assert len(found["visits"]) == 1  # type: ignore[arg-type]
