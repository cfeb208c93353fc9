"""Library page: search, filters and cards."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from posture.program import load_library
from posture.web.components.exercise import exercise_card
from posture.web.services.browse import NO_KIT, TRACKS, TYPES, Filters, browse, extra_kit


def page() -> None:
    from posture.web.pages import library

    library.show()


def cards(shown: AppTest) -> str:
    return str(shown.get("html")[-1].proto.body)


def names(filters: Filters) -> set[str]:
    return {exercise.id for exercise in browse(filters)}


def test_without_filters_everything_is_there() -> None:
    assert names(Filters()) == set(load_library().exercises)


def test_all_words_have_to_occur_in_any_order() -> None:
    both = names(Filters(words="Stretch half-kneeling"))
    assert both
    assert both == names(Filters(words="half-kneeling")) & names(Filters(words="stretch"))
    assert names(Filters(words="no such thing")) == set()


@pytest.mark.parametrize("kind", TYPES)
def test_types_split_the_library(kind: str) -> None:
    found = browse(Filters(types=frozenset({kind})))
    assert found
    assert {exercise.type for exercise in found} == {kind}


@pytest.mark.parametrize("track", TRACKS)
def test_each_pattern_has_exercises(track: str) -> None:
    assert all(track in found.serves for found in browse(Filters(tracks=frozenset({track}))))


def test_with_nothing_extra_only_household_things_are_needed() -> None:
    bare = browse(Filters(kit=frozenset({NO_KIT})))
    assert not any(set(exercise.equipment) & set(extra_kit()) for exercise in bare)
    assert len(browse(Filters(kit=frozenset({"band"})))) > len(bare)


@pytest.mark.parametrize("name", list(load_library().exercises))
def test_a_card_holds_everything_about_the_exercise(name: str) -> None:
    exercise, card = load_library().exercises[name], exercise_card(name)
    assert card.count("<img") == len(exercise.pictures)
    assert card.count("<li>") >= len(exercise.steps) + len(exercise.cues)
    assert "For trainers" in card


def test_search_narrows_and_more_can_be_shown() -> None:
    shown = AppTest.from_function(page, default_timeout=30).run()
    assert cards(shown).count("<article") == 12
    shown.button[0].click().run()
    assert cards(shown).count("<article") == 24
    shown.text_input[0].set_value("plank").run()
    assert 0 < cards(shown).count("<article") <= 12
    shown.text_input[0].set_value("xyz").run()
    assert "Nothing fits" in shown.caption[0].value
    assert not shown.exception


def test_german_words_and_the_english_names_find_exercises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posture.web.services.browse.current_language", lambda: "de")
    assert "plank_tuck" in names(Filters(words="Unterarmstütz"))
    assert names(Filters(words="forearm plank")) == {"plank_tuck"}
    assert "hip_thrust" in names(Filters(words="hip thrust"))
    assert "clam" in names(Filters(words="Muschel"))
