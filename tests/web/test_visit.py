"""The visit as a record: two copies merge to the same, whichever way round."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from posture.codec import FieldError, encode_record
from posture.web.visit import (
    NEXT_DAY,
    PHOTOS,
    BurstNote,
    Entry,
    Visit,
    answer_name,
    burst_name,
    tick_name,
)

NAMES = st.sampled_from(["answer.a.b", "tick.A1", "hint.sex", NEXT_DAY])
ENTRIES = st.dictionaries(
    NAMES,
    st.builds(Entry, value=st.sampled_from(["yes", "no", None]), stamp=st.integers(1, 5)),
)
VISITS = st.builds(
    Visit, id=st.sampled_from(["one", "two"]), started=st.integers(0, 3), entries=ENTRIES
)


@given(VISITS, VISITS)
def test_two_copies_merge_to_the_same_whichever_way_round(one: Visit, other: Visit) -> None:
    merged = one.merged(other)
    assert dict(merged.entries) == dict(other.merged(one).entries) or one.id != other.id
    assert merged.merged(one) == merged.merged(other) == merged or one.id != other.id


@given(VISITS)
def test_merging_with_itself_changes_nothing(one: Visit) -> None:
    assert one.merged(one) == one


@given(VISITS)
def test_the_record_survives_the_way_through_the_browser(one: Visit) -> None:
    assert Visit.from_dict(json.loads(json.dumps(one.to_dict()))) == one


def test_the_later_change_of_an_entry_wins_and_others_stay() -> None:
    start = Visit.new().put(answer_name("a.b"), "yes", now=10)
    here = start.put(answer_name("c.d"), 20.0, now=20)
    there = start.put(answer_name("a.b"), "no", now=15)
    assert here.merged(there).answers == {"a.b": "no", "c.d": 20.0}
    taken_back = there.put(answer_name("a.b"), None, now=16)
    assert here.merged(taken_back).answers == {"c.d": 20.0}


def test_a_change_counts_as_later_even_if_the_clock_was_set_back() -> None:
    before = Visit.new().put(answer_name("a.b"), "yes", now=1000)
    after = before.put(answer_name("a.b"), "no", now=10)
    assert before.merged(after).answers == after.merged(before).answers == {"a.b": "no"}


def test_a_visit_begun_later_replaces_the_one_before_and_leaves_nothing_of_it() -> None:
    before = Visit.new(100).put(answer_name("a.b"), "yes", now=100)
    after = Visit.new(200)
    assert before.merged(after) == after.merged(before) == after
    assert after.to_dict()["entries"] == {}


def test_nothing_is_known_before_anything_is_entered() -> None:
    fresh = Visit.new()
    assert fresh.put(answer_name("a.b"), None, now=5) is fresh
    assert (fresh.started, fresh.photos, fresh.answers, fresh.ticks, fresh.next_day) == (
        0,
        (),
        {},
        {},
        None,
    )


def test_entries_are_read_by_what_they_are() -> None:
    visit = (
        Visit.new()
        .put(PHOTOS, [{"sha256": "ab", "name": "me.jpg"}], now=1)
        .put(answer_name("about.equipment"), ["band", "mat"], now=1)
        .put(tick_name("1-A"), "right", now=1)
        .put(NEXT_DAY, "2026-12-07", now=1)
    )
    assert visit.photos[0].name == "me.jpg"
    assert visit.answers == {"about.equipment": ("band", "mat")}
    assert visit.ticks == {"1-A": "right"}
    assert visit.next_day == date(2026, 12, 7)


@pytest.mark.parametrize(
    "table", [None, [], {}, {"id": 1}, {"id": "a", "started": "b"}, {"id": "a", "more": 1}]
)
def test_what_is_no_record_is_refused(table: object) -> None:
    with pytest.raises(FieldError):
        Visit.from_dict(table)


@pytest.mark.parametrize("now", [5000, 6000, 4999, 1])
def test_a_forgotten_visit_comes_back_from_no_copy_whatever_the_clock(now: int) -> None:
    before = Visit.new().put(tick_name("1-A"), "right", now=5000)
    for _ in range(20):  # ids are random, and decide nothing
        fresh = before.followed(now)
        assert fresh.id != before.id
        assert fresh.merged(before) == before.merged(fresh) == fresh
        assert not fresh.entries


def test_ticks_and_the_next_day_are_part_of_the_visit_until_it_is_forgotten() -> None:
    def page() -> None:
        from datetime import date

        import streamlit as st

        from posture.web import state
        from posture.web.current import plan_start

        start = date(2026, 11, 30)
        state.tick("1-A", "right", start=start)
        state.tick("1-B", start=start)
        state.untick("1-B")
        state.choose_next_day(date(2027, 1, 25))
        st.text(f"{state.ticks()} {plan_start()} {state.visit().next_day}")
        before = state.visit()
        state.forget()
        st.text(f"{state.visit().to_dict()['entries']} {state.is_settled()}")
        # Another tab that has not heard of it brings nothing back, and what comes later stays.
        state.take_over(before, {}, adopt=False)
        st.text(str(state.ticks()))

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    assert [text.value for text in app.text] == [
        "{'1-A': 'right'} 2026-11-30 2027-01-25",
        "{} True",
        "{}",
    ]


def test_what_was_entered_before_the_browser_answered_is_added_to_what_it_kept() -> None:
    def page() -> None:
        from datetime import date

        import streamlit as st

        from posture.web import state
        from posture.web.visit import Visit, tick_name

        kept = Visit.new(1000).put(tick_name("1-A"), "right", now=1000)
        state.tick("1-B", "easier", start=date(2026, 11, 30))
        state.take_over(kept, {}, adopt=True)
        st.text(f"{state.ticks()} {state.visit().id == kept.id}")

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    assert app.text[0].value == "{'1-A': 'right', '1-B': 'easier'} True"


def test_a_photo_of_the_camera_keeps_how_much_the_person_swayed() -> None:
    note = BurstNote(kept=7, sway_deg=0.4)
    kept = Visit.new().put(burst_name("ab"), encode_record(note), now=1)
    back = Visit.from_dict(json.loads(json.dumps(kept.to_dict())))
    assert back.burst("ab") == note
    assert back.burst("cd") is None
    # JavaScript writes 2.0 as 2; what an unknown version wrote is left alone.
    whole = back.put(burst_name("ab"), {"kept": 7, "sway_deg": 2}, now=2)
    assert whole.burst("ab") == BurstNote(kept=7, sway_deg=2.0)
    assert whole.put(burst_name("ab"), "much", now=3).burst("ab") is None
