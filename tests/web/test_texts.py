"""Page texts: complete, used, calm and easy to read."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import posture.web
from posture.report.texts import TEXTS as SHEET
from posture.web.texts import TEXTS, say

SOURCES = sorted(Path(posture.web.__file__).parent.rglob("*.py"))
CODE = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if "texts" not in path.name)
BUILT = re.compile(
    r"^(guide_\d|method_\d(_title)?|retry_.*|(tilt|line|lordosis|depth)_.*|grade_.*|badge_.*|block_.*"
    r"|(type|serves|level|nav|answer|fit_stop)_.*|train_.*|muscle_.*|muscles_(trainer_\d|course|actions|state|choose|exercises)|pattern_.*|sample_(poor|refused)|source_(file|camera)|spread_\d|signs_(for|against|not_seen)|(facing|sex|next)_.*"
    r"|month_\d+|(arms|clothing|stance|footwear|view|session|change)_.*"
    r"|visit_(report|plan|picture|change|send|edit)"
    r"|(photos|visits|clients_count|consent_photos|compare_needs|compare_tests_same|change_restart|studio_sessions|studio_missing)"
    r"_(none|one|many))$"
)
"""Keys that the code builds from parts."""

FEAR = (
    "abnormal bad posture|bad back|correct your|crooked|damage|danger|defect|deform|degenerat"
    "|disease|disorder|faulty|fragile|harm|injure|misalign|out of place|patient|poor posture"
    "|problem area|risk|severe|suffer|treat|unstable|vulnerable|weak back|wear and tear|worn"
)
CLAIM = r"(?<!do )\b(you have|you suffer|diagnosed|we found that you)\b"


def sentences() -> list[str]:
    gaps = re.compile(r"\{\w+\}")
    return [gaps.sub("5", text).replace("**", "") for text in TEXTS.values()]


def syllables(word: str) -> int:
    groups = re.findall(r"[aeiouy]+", word.lower().removesuffix("e"))
    return max(1, len(groups))


def grade_level(text: str) -> float:
    """Flesch-Kincaid grade."""
    words = re.findall(r"[A-Za-z]+", text)
    count = max(1, len(re.findall(r"[.!?:]+(?:\s|$)", text)))
    return 0.39 * len(words) / count + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_every_text_that_the_code_uses_exists() -> None:
    asked = set(re.findall(r'say\(\s*"([a-z_0-9]+)"', CODE))
    assert asked - set(TEXTS) == set()


def test_every_text_is_used() -> None:
    assert [key for key in TEXTS if f'"{key}"' not in CODE and not BUILT.match(key)] == []


def test_gaps_are_filled_and_missing_ones_are_an_error() -> None:
    assert say("sample", number=2) == "Sample 2"
    with pytest.raises(KeyError):
        say("sample")


def test_texts_neither_alarm_nor_diagnose() -> None:
    text = " ".join(sentences()).lower()
    assert re.findall(FEAR, text) == []
    assert re.findall(CLAIM, text) == []


def test_texts_neither_belittle_nor_frighten() -> None:
    text = " ".join((*sentences(), *SHEET.values())).lower()
    assert re.findall("slipped|at your age|sleepy|tummy|if a move hurts|lazy", text) == []


def test_one_hedge_a_page_the_foot_has_it() -> None:
    assert [key for key, text in TEXTS.items() if "diagnos" in text] == ["foot_aid"]


def test_the_page_reads_at_grade_eight_or_below() -> None:
    assert grade_level(". ".join(text.rstrip(".") for text in sentences())) <= 8
    long = [text for text in sentences() if len(text.split()) > 25]
    assert [text for text in long if grade_level(text) > 11] == []


def test_only_plain_gaps() -> None:
    for text in TEXTS.values():
        for _, name, form, conversion in string.Formatter().parse(text):
            assert name is None or name.isidentifier()
            assert not form
            assert not conversion
