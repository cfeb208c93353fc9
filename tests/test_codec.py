"""Codec: records and tables are read back as written, and wrong fields are named."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, TypedDict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.codec import (
    FieldError,
    FreeText,
    Rounded,
    Sentence,
    as_stored,
    decode,
    encode,
    encode_record,
    left_out_if_none,
    not_stored,
    open_ended,
    stored_as,
    try_decode,
)
from posture.errors import SettingsError
from posture.messages import message


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    name: str
    kind: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    size: float
    count: int = 0
    sure: bool = False
    day: date | None = None
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    pair: tuple[float, float] = (0.0, 0.0)
    words: frozenset[str] = frozenset()
    within_session_sd: float = stored_as("photo_sd")

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("a size is not negative")


GOOD = {"size": 1.0, "photo_sd": 2.0}

texts = st.text(min_size=1, max_size=5).filter(str.strip)
inners = st.builds(Inner, name=texts, kind=st.sampled_from(["left", "right"]))
numbers = st.floats(0, 1e6)


@given(
    st.builds(
        Outer,
        size=numbers,
        count=st.integers(),
        sure=st.booleans(),
        day=st.none() | st.dates(),
        inner=st.none() | inners,
        many=st.lists(inners, max_size=3).map(tuple),
        pair=st.tuples(numbers, numbers),
        words=st.frozensets(texts, max_size=3),
        within_session_sd=numbers,
    )
)
def test_records_are_read_back_from_json(record: Outer) -> None:
    assert decode(Outer, json.loads(json.dumps(encode_record(record)))) == record


def test_files_keep_their_field_names() -> None:
    table = encode_record(Outer(size=1.0, within_session_sd=2.0))
    assert table["photo_sd"] == 2.0
    assert "within_session_sd" not in table
    with pytest.raises(FieldError, match="within_session_sd is not a known field"):
        decode(Outer, {"size": 1.0, "within_session_sd": 2.0})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"photo_sd": "1"}, "photo_sd must be a number"),
        ({"size": None}, "size must be a number"),
        ({"size": True}, "size must be a number"),
        ({"size": "1"}, "size must be a number"),
        ({"count": 1.0}, "count must be a whole number"),
        ({"count": True}, "count must be a whole number"),
        ({"sure": 1}, "sure must be true or false"),
        ({"day": "soon"}, "day must be a date like 2025-01-31"),
        ({"colour": "red"}, "colour is not a known field"),
        ({"inner": "x"}, "inner must be a table of fields"),
        ({"inner": {}}, "inner.name is missing"),
        ({"inner": {"name": " "}}, "inner.name must not be empty"),
        ({"inner": {"name": 3}}, "inner.name must be text"),
        ({"inner": {"name": "x", "hue": 1}}, "inner.hue is not a known field"),
        ({"inner": {"name": "x", "kind": "up"}}, "inner.kind is 'up' but must be one of"),
        ({"many": "xy"}, "many must be a list"),
        ({"many": [{"name": "x"}, {"name": ""}]}, r"many\[1\].name must not be empty"),
        ({"many": [{"name": "x"}, 3]}, r"many\[1\] must be a table of fields"),
        ({"pair": [1.0]}, "pair must be a list of 2"),
        ({"words": ["a", 3]}, r"words\[1\] must be text"),
    ],
)
def test_the_wrong_field_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(FieldError, match=f"^{message}"):
        decode(Outer, GOOD | changes)
    with pytest.raises(FieldError, match=rf"^here\.{message}"):
        decode(Outer, GOOD | changes, "here")


@pytest.mark.parametrize("table", [None, [], "text", 3])
def test_only_a_table_is_a_record(table: object) -> None:
    with pytest.raises(FieldError, match=r"^the file must be a table"):
        decode(Outer, table)


def test_an_unknown_field_is_named_before_a_missing_one() -> None:
    with pytest.raises(FieldError, match="size is missing"):
        decode(Outer, {"photo_sd": 1.0})
    with pytest.raises(FieldError, match="siez is not a known field"):
        decode(Outer, {"siez": 1.0, "photo_sd": 1.0})


def test_errors_of_a_record_itself_are_passed_on() -> None:
    with pytest.raises(ValueError, match="a size is not negative") as caught:
        decode(Outer, GOOD | {"size": -1.0})
    assert not isinstance(caught.value, FieldError)


def test_whole_numbers_are_numbers_and_sets_are_sorted() -> None:
    assert dataclasses.asdict(decode(Outer, GOOD | {"size": 3}))["size"] == 3.0
    assert encode(frozenset({"b", "a"})) == ["a", "b"]
    with pytest.raises(TypeError, match="no JSON form for object"):
        encode(object())


# --- what files hold otherwise ---------------------------------------------------------------


class Foreign(TypedDict):
    anything: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    value: Annotated[float | None, Rounded(3)]
    x: Annotated[float, Rounded(1)] = 0.0
    box: Annotated[tuple[float, ...], Rounded(2)] = ()
    scores: Annotated[Mapping[str, float | None], Rounded(1)] = dataclasses.field(
        default_factory=dict
    )
    points: Mapping[str, Annotated[tuple[float, float], Rounded(2)]] = dataclasses.field(
        default_factory=dict
    )


def test_numbers_are_rounded_in_files_alone() -> None:
    record = Measured(
        value=1.23456,
        x=-0.06,
        box=(1.005, 2, 3.14159),
        scores={"a": 0.25, "b": None, "c": 7},
        points={"hip": (1.239, 2.0)},
    )
    table = {
        "value": 1.235,
        "x": -0.1,
        "box": [round(1.005, 2), 2, 3.14],
        "scores": {"a": round(0.25, 1), "b": None, "c": 7},
        "points": {"hip": [1.24, 2.0]},
    }
    assert encode_record(record) == table
    assert list(encode_record(record)) == list(table)
    assert as_stored(record) == decode(Measured, table)
    assert as_stored(record).points == {"hip": (1.24, 2.0)}
    assert encode_record(Measured(value=None))["value"] is None
    # A file may hold more digits than this version writes.
    assert decode(Measured, {"value": 1.23456}).value == 1.23456


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": "1"}, "value must be a number"),
        ({"value": float("nan")}, "value must be a finite number"),
        ({"x": float("inf")}, "x must be a finite number"),
        ({"x": None}, "x must be a number"),
        ({"box": [1.0, "2"]}, r"box\[1\] must be a number"),
        ({"scores": [1.0]}, "scores must be a table of fields"),
        ({"scores": {"a": 1.0, "b": True}}, "scores.b must be a number"),
        ({"scores": {"": 1.0}}, "scores. must not be empty"),
        ({"points": {"hip": [1.0]}}, "points.hip must be a list of 2"),
        ({"points": {"hip": [1.0, None]}}, r"points.hip\[1\] must be a number"),
    ],
)
def test_the_number_that_is_wrong_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(FieldError, match=f"^{said}$"):
        decode(Measured, {"value": None} | changes)


def test_numbers_of_numpy_are_numbers() -> None:
    for number in (np.float64(3), np.float32(3), np.int64(3)):
        found = decode(Measured, {"value": number}).value
        assert (found, type(found)) == (3.0, float)
    with pytest.raises(FieldError, match="value must be a number"):
        decode(Measured, {"value": np.bool_(True)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    title: Sentence
    notes: FreeText = ""
    values: object = left_out_if_none()
    place: str = not_stored()


def test_text_may_be_empty_where_it_says_so() -> None:
    said = Said(title=message("It is {n}.", n=3), place="here")
    table = encode_record(said)
    assert table == {"title": "It is 3.", "notes": ""}
    assert type(table["title"]) is str
    with pytest.raises(FieldError, match="title must not be empty"):
        decode(Said, {"title": "", "notes": " "})
    with pytest.raises(FieldError, match="notes must be text"):
        decode(Said, {"title": "a", "notes": None})


def test_a_key_is_left_out_only_when_there_is_nothing_to_say() -> None:
    said = Said(title="a", values={"n": ["1", {"m": 2}]}, place="here")
    assert encode_record(said) == {"title": "a", "notes": "", "values": {"n": ["1", {"m": 2}]}}
    with pytest.raises(FieldError, match="place is not a known field"):
        decode(Said, {"title": "a", "place": "here"})


@open_ended
@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    sent_at: datetime
    content: Foreign
    inner: Inner | None = None
    measured: Mapping[str, Measured] = dataclasses.field(default_factory=dict)


PARCEL = {"sent_at": "2025-01-31T10:30:00+01:00", "content": {"anything": "x", "more": []}}


def test_an_open_ended_record_is_read_from_a_table_of_a_later_version() -> None:
    later = PARCEL | {"weight": 3, "inner": {"name": "x"}}
    found = decode(Parcel, later)
    assert found.sent_at == datetime(2025, 1, 31, 9, 30, tzinfo=UTC)
    assert found.content is PARCEL["content"], "what is no record is read by key elsewhere"
    assert encode_record(found) == {
        "sent_at": "2025-01-31T09:30:00+00:00",
        "content": PARCEL["content"],
        "inner": {"name": "x", "kind": "left"},
        "measured": {},
    }
    # Records within it decide for themselves.
    with pytest.raises(FieldError, match=r"inner\.hue is not a known field"):
        decode(Parcel, PARCEL | {"inner": {"name": "x", "hue": 1}})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sent_at": "2025-01-31T10:30:00"}, "sent_at must say its time zone"),
        ({"sent_at": "soon"}, "sent_at must be a time like 2025-01-31T09:30:00"),
        ({"sent_at": None}, "sent_at must be a time like"),
        ({"content": []}, "content must be a table of fields"),
        ({"measured": {"a": {"value": 1.0, "y": 2}}}, "measured.a.y is not a known field"),
        ({"measured": {"a": {"value": 1.0}, "b": {}}}, "measured.b.value is missing"),
        ({"measured": {"a": {"value": 1.0, "box": [0, ""]}}}, r"measured.a.box\[1\] must be"),
    ],
)
def test_the_field_of_a_table_in_a_table_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(FieldError, match=f"^{said}"):
        decode(Parcel, PARCEL | changes)


def test_what_this_version_cannot_read_is_none() -> None:
    assert try_decode(Inner, {"name": "x"}) == Inner(name="x")
    assert try_decode(Outer, GOOD | {"size": -1.0}) is None
    assert try_decode(Inner, None) is None
    assert try_decode(Refusing, {"name": "x"}) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusing:
    name: str

    def __post_init__(self) -> None:
        raise SettingsError("There is no such name.", code="bad_name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    outer: Outer | None = None
    refusing: tuple[Refusing, ...] = ()


def test_a_table_that_contradicts_itself_is_named_and_a_sentence_is_passed_on() -> None:
    with pytest.raises(FieldError, match=r"^outer makes no sense: a size is not negative$"):
        decode(Holding, {"outer": GOOD | {"size": -1.0}})
    with pytest.raises(FieldError, match=r"^here makes no sense: a size is not negative$"):
        decode(Outer, GOOD | {"size": -1.0}, "here")
    with pytest.raises(SettingsError, match=r"^There is no such name\.$") as caught:
        decode(Holding, {"refusing": [{"name": "x"}]}, "here")
    assert caught.value.code == "bad_name"
