"""Messages: plain English text that can still be translated."""

from __future__ import annotations

import copy
import json
import pickle
import re
import sqlite3
from pathlib import Path

import pyarrow as pa
import pytest
from babel.messages.pofile import read_po

from posture.errors import PhotoError, PostureError
from posture.messages import DOMAIN, LOCALES, Message, catalogue, in_sentence, listed, message

CROPPED = message(
    "The picture does not show {parts}; measures that need them are left out.",
    parts=("the head", "the feet"),
)
ENGLISH = "The picture does not show the head, the feet; measures that need them are left out."
GERMAN = "Das Bild zeigt dies nicht: den Kopf, die Füße. Was davon abhängt, fehlt."


def test_a_message_is_its_english_sentence() -> None:
    assert ENGLISH == CROPPED
    assert hash(CROPPED) == hash(ENGLISH)
    assert type(str(CROPPED)) is str
    assert CROPPED.msgid.count("{parts}") == 1
    assert CROPPED.values == {"parts": ("the head", "the feet")}


def test_files_and_tables_hold_plain_text() -> None:
    assert json.loads(json.dumps({"text": CROPPED})) == {"text": ENGLISH}
    assert pa.array([CROPPED], pa.string()).to_pylist() == [ENGLISH]
    with sqlite3.connect(":memory:") as db:
        assert db.execute("SELECT ?", (CROPPED,)).fetchone() == (ENGLISH,)
    db.close()


@pytest.mark.parametrize("kind", [PostureError, PhotoError])
def test_it_survives_being_sent_between_processes(kind: type[PostureError]) -> None:
    error = pickle.loads(pickle.dumps(kind(CROPPED, code="own_code")))  # noqa: S301
    assert isinstance(error.message, Message)
    assert str(error) == ENGLISH
    for back in (error.message, copy.deepcopy(CROPPED)):
        assert (back.msgid, back.values) == (CROPPED.msgid, CROPPED.values)
        assert catalogue("de").translated(back) == GERMAN


def test_braces_are_gaps_only_when_there_are_values() -> None:
    assert message("a {b}") == "a {b}"
    assert message("{name} is here.", name="{b}") == "{b} is here."
    with pytest.raises(KeyError):
        message("{name} is {where}.", name="a")


def test_json_values_distinguish_words_from_names() -> None:
    text = message("{a}{b}{c}{d}", a="x", b=2, c=message("Hip"), d=("the head", "the feet"))
    assert text.plain_values() == {
        "a": "x",
        "b": 2,
        "c": ["Hip"],
        "d": ["the head", "the feet"],
    }


def test_english_needs_no_catalogue_and_other_languages_do() -> None:
    assert catalogue("en").translated(CROPPED) == ENGLISH
    assert catalogue("en").number_words("7.0 to 9.4 %") == "7.0 to 9.4 %"
    assert catalogue("de").translated(CROPPED) == GERMAN
    with pytest.raises(FileNotFoundError):
        catalogue("xx")


def test_labels_lose_their_capital_inside_a_sentence() -> None:
    unchanged = message("Unchanged: {what}.", what=("Pelvic tilt", "ASIS–PSIS line", "T12"))
    assert unchanged == "Unchanged: pelvic tilt, ASIS–PSIS line, T12."
    assert listed(("Child's pose", "I often feel unsteady")) == (
        "child's pose, I often feel unsteady"
    )
    # Languages look labels up as they are written, and keep capitals of their own.
    assert unchanged.plain_values() == {"what": ["Pelvic tilt", "ASIS–PSIS line", "T12"]}
    assert in_sentence("Beckenneigung", "de") == "Beckenneigung"


def test_a_list_that_opens_its_sentence_begins_with_a_capital() -> None:
    assert message("{what}: gone.", what=("Hip", "Knee")) == "Hip, knee: gone."
    assert message("{what}: gone.", what="hip") == "hip: gone."


@pytest.mark.parametrize("po", sorted(LOCALES.rglob(f"{DOMAIN}.po")), ids=lambda po: po.parts[-3])
def test_quoted_words_stand_in_curly_quotes(po: Path) -> None:
    with po.open("rb") as stream:
        found = [str(text) for item in read_po(stream) for text in (item.id, item.string)]
    assert len(found) > 1000
    straight = re.compile(r"(?<!\w)'|'(?!\w)|\"")
    assert [text for text in found if straight.search(text)] == []
