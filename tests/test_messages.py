"""Messages: plain English text that can still be translated."""

from __future__ import annotations

import copy
import json
import pickle
import sqlite3

import pyarrow as pa
import pytest

from posture.errors import PhotoError, PostureError
from posture.messages import Message, catalogue, message

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
