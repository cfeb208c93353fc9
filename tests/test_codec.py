"""Records and tables: what is written is read back, and what is wrong is named."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.codec import FieldError, decode, encode, encode_record, stored_as


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
def test_what_is_written_as_json_is_read_back(record: Outer) -> None:
    assert decode(Outer, json.loads(json.dumps(encode_record(record)))) == record


def test_files_keep_the_names_they_have() -> None:
    table = encode_record(Outer(size=1.0, within_session_sd=2.0))
    assert table["photo_sd"] == 2.0
    assert "within_session_sd" not in table
    with pytest.raises(FieldError, match="within_session_sd is not a known field"):
        decode(Outer, {"size": 1.0, "within_session_sd": 2.0})


@pytest.mark.parametrize(
    ("changes", "said"),
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
def test_the_field_that_is_wrong_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(FieldError, match=f"^{said}"):
        decode(Outer, GOOD | changes)
    with pytest.raises(FieldError, match=rf"^here\.{said}"):
        decode(Outer, GOOD | changes, "here")


@pytest.mark.parametrize("table", [None, [], "text", 3])
def test_only_a_table_is_a_record(table: object) -> None:
    with pytest.raises(FieldError, match=r"^the file must be a table"):
        decode(Outer, table)


def test_a_missing_field_is_named_and_an_unknown_one_before_it() -> None:
    with pytest.raises(FieldError, match="size is missing"):
        decode(Outer, {"photo_sd": 1.0})
    with pytest.raises(FieldError, match="siez is not a known field"):
        decode(Outer, {"siez": 1.0, "photo_sd": 1.0})


def test_what_a_record_says_of_itself_is_passed_on() -> None:
    with pytest.raises(ValueError, match="a size is not negative") as caught:
        decode(Outer, GOOD | {"size": -1.0})
    assert not isinstance(caught.value, FieldError)


def test_whole_numbers_are_numbers_and_sets_are_sorted() -> None:
    assert dataclasses.asdict(decode(Outer, GOOD | {"size": 3}))["size"] == 3.0
    assert encode(frozenset({"b", "a"})) == ["a", "b"]
    with pytest.raises(TypeError, match="no JSON form for object"):
        encode(object())
