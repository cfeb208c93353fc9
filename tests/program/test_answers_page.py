"""docs/answers.md: every field is named, and the example is a valid file."""

from __future__ import annotations

import re
from pathlib import Path

from posture.program import answer_fields, read_answers

PAGE = (Path(__file__).parents[2] / "docs" / "answers.md").read_text(encoding="utf-8")


def test_every_field_is_on_the_page() -> None:
    named = set(re.findall(r"^\| `([^`]+)` \|", PAGE, flags=re.MULTILINE))
    assert named == set(answer_fields())


def test_the_example_is_accepted(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    assert example is not None
    path = tmp_path / "answers.toml"
    path.write_text(example.group(1), encoding="utf-8")
    assert read_answers(path).to_dict()
