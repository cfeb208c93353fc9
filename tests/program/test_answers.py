"""Answers: read strictly, each mistake named."""

import json
from pathlib import Path

import pytest

from posture.program import (
    Answers,
    AnswersError,
    answer_fields,
    entered_tests,
    find_asymmetry,
    find_notices,
    find_tightness,
    load_library,
    open_signs,
    parse_answers,
    read_answers,
    supporting_signs,
    unanswered_safety,
)

GOOD = {
    "about": {"age": 40, "sitting_hours": 7.5, "conditions": ["kneeling_pain"], "goal": "ease"},
    "signs": {"front_hip_stiffness": "yes", "hips_lock": False},
    "sides": {"stronger": "right"},
    "tests": {
        "modified_thomas": {
            "left": {"thigh_above_horizontal": "yes"},
            "right": {"thigh_above_horizontal": "no"},
        },
        "plank": {"hold_s": 25},
    },
}
BAD = [
    ({"signs": {"front_hip_stifness": "yes"}}, "signs.front_hip_stifness", "front_hip_stiffness?"),
    ({"weather": "wet"}, "weather", "not a known question"),
    ({"signs": {"hips_lock": "often"}}, "signs.hips_lock", "'often'"),
    ({"signs": {"hips_lock": 1}}, "signs.hips_lock", "yes, no, unsure"),
    ({"signs": {"hips_lock": None}}, "signs.hips_lock", "None"),
    ({"sides": {"stronger": "both"}}, "sides.stronger", "left, right, same, unsure"),
    ({"about": {"age": 300}}, "about.age", "between 5 and 110 years"),
    ({"about": {"age": float("nan")}}, "about.age", "between"),
    ({"about": {"age": "forty"}}, "about.age", "must be a number"),
    ({"about": {"age": True}}, "about.age", "must be a number"),
    ({"about": {"goal": "fame"}}, "about.goal", "ease, control"),
    ({"about": {"conditions": "osteoporosis"}}, "about.conditions", "must be a list"),
    ({"about": {"conditions": ["flu"]}}, "about.conditions", "'flu'"),
    ({"about": {"equipment": ["sledge"]}}, "about.equipment", "'sledge'"),
    ({"about": {"conditions": [["osteoporosis"]]}}, "about.conditions", "may hold only"),
    ({"about": {"conditions": ["none", "osteoporosis"]}}, "about.conditions", "'none'"),
    ({"tests": {"plank": {"left": {"hold_s": 3}}}}, "tests.plank.left.hold_s", "not a known"),
    ({"tests": {"plank": {"hold_s": -1}}}, "tests.plank.hold_s", "between 0 and 600 s"),
    ({"signs.hips_lock": "yes", "signs": {"hips_lock": "no"}}, "signs.hips_lock", "twice"),
    ({"sides": {"any_difference": "no", "stronger": "left"}}, "sides.stronger", "feel the same"),
    ({"sides": {"any_difference": "no", "tighter": "right"}}, "sides.tighter", "feel the same"),
    (
        {"about": {"conditions": ["pregnant_early", "pregnant_later"]}},
        "about.conditions",
        "cannot both be true",
    ),
    ({"tests": {"plank": {"quality": "good", "hold_s": 1}}}, "tests.plank.quality", "clean"),
]


def test_nested_and_flat_answers_are_the_same() -> None:
    answers = parse_answers(GOOD)
    assert parse_answers(answers.to_dict()) == answers
    assert answers.age == 40.0
    assert answers.sitting_hours == 7.5
    assert answers.conditions == {"kneeling_pain"}
    assert answers.choice("signs.hips_lock") == "no"
    assert answers.number("tests.plank.hold_s") == 25.0
    assert answers.choice("signs.poor_sleep") is None


@pytest.mark.parametrize(("table", "field", "hint"), BAD)
def test_bad_answer_is_named(table: dict[str, object], field: str, hint: str) -> None:
    with pytest.raises(AnswersError) as caught:
        parse_answers(table)
    assert str(caught.value).startswith(field)
    assert hint in str(caught.value)
    assert caught.value.code == "bad_answers"


@pytest.mark.parametrize("rule", load_library().contradictions, ids=lambda r: r.when)
def test_every_contradiction_names_a_question(rule) -> None:  # type: ignore[no-untyped-def]
    assert rule.field in answer_fields()
    assert rule.say.endswith(".")


def test_files_by_their_ending(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(GOOD), encoding="utf-8")
    (tmp_path / "a.toml").write_text('[signs]\nfront_hip_stiffness = "yes"\n', encoding="utf-8")
    assert read_answers(tmp_path / "a.json") == parse_answers(GOOD)
    toml = read_answers(str(tmp_path / "a.toml"))
    assert toml.to_dict() == {"signs.front_hip_stiffness": "yes"}


@pytest.mark.parametrize(
    ("name", "content", "hint"),
    [
        ("a.toml", b"= nonsense", "not valid"),
        ("a.json", b"{", "not valid"),
        ("a.json", b"[1]", "must hold a table"),
        ("a.json", b"[" * 100_000, "not valid"),
        ("a.toml", b"\xff\xfe\x00", "not valid"),
        ("a.toml", b"#" * 300_000, "too large"),
        ("missing.toml", None, "There is no answers file .*missing.toml"),
    ],
)
def test_unreadable_file(tmp_path: Path, name: str, content: bytes | None, hint: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(AnswersError, match=hint):
        read_answers(tmp_path / name)


def test_supporting_signs_and_their_weights() -> None:
    signs = supporting_signs(parse_answers(GOOD))
    found = {(s.path, s.pattern): s for s in signs}
    stiff = found["signs.front_hip_stiffness", "type_a"]
    assert (stiff.origin, stiff.direction, stiff.basis) == ("answer", "for", "convention")
    thomas = found["tests.modified_thomas.left.thigh_above_horizontal", "type_a"]
    assert (thomas.origin, thomas.direction) == ("test", "for")


@pytest.mark.parametrize(
    ("left", "right", "direction"),
    [("no", "no", "against"), ("no", None, None), ("no", "unsure", None), ("no", "yes", "for")],
)
def test_one_clear_side_alone_does_not_speak_against(
    left: str, right: str | None, direction: str | None
) -> None:
    path = "tests.modified_thomas.{}.thigh_above_horizontal"
    table = {path.format("left"): left}
    if right is not None:
        table[path.format("right")] = right
    signs = [s for s in supporting_signs(parse_answers(table)) if s.pattern == "type_a"]
    assert [s.direction for s in signs] == ([direction] if direction else [])


def test_open_signs_shrink_as_questions_are_answered() -> None:
    everything = open_signs(Answers())
    left = open_signs(parse_answers(GOOD))
    assert {s.path for s in everything} - {s.path for s in left} == {
        "signs.front_hip_stiffness",
        "tests.modified_thomas.left.thigh_above_horizontal",
    }
    assert {s.direction for s in everything} == {"for", "against"}


def test_unsure_and_missing_answers_say_nothing() -> None:
    assert supporting_signs(Answers()) == ()
    assert supporting_signs(parse_answers({"signs.front_hip_stiffness": "unsure"})) == ()
    assert entered_tests(Answers()) == frozenset()
    assert entered_tests(parse_answers(GOOD)) == {"modified_thomas", "plank"}


@pytest.mark.parametrize(
    ("table", "first", "source"),
    [
        ({"sides.stronger": "right"}, "left", "stronger"),
        (
            {"sides.moves_differently": "left", "sides.tighter": "right"},
            "left",
            "moves_differently",
        ),
        ({"sides.spine_compensates": "right"}, "right", "spine_compensates"),
        (
            {
                "sides.stronger": "right",
                "tests.single_leg_bridge.left.hold_s": 40,
                "tests.single_leg_bridge.right.hold_s": 20,
            },
            "right",
            "test",
        ),
        (
            {
                "tests.side_lying_abduction.left.quality": "poor",
                "tests.side_lying_abduction.right.quality": "good",
            },
            "left",
            "test",
        ),
    ],
)
def test_weaker_side_first_and_tests_before_feeling(
    table: dict[str, object], first: str, source: str
) -> None:
    found = find_asymmetry(parse_answers(table), load_library())
    assert found is not None
    assert (found.first, found.source) == (first, source)


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"sides.stronger": "same"},
        # The tighter side is not the weaker one.
        {"sides.stronger": "same", "sides.tighter": "right"},
        {"tests.single_leg_bridge.left.hold_s": 9, "tests.single_leg_bridge.right.hold_s": 8},
        {"tests.single_leg_bridge.left.hold_s": 30, "tests.single_leg_bridge.right.hold_s": 32},
        {"tests.single_leg_bridge.left.hold_s": 0, "tests.single_leg_bridge.right.hold_s": 0},
        {"tests.side_lying_abduction.left.quality": "poor"},
    ],
)
def test_even_sides(table: dict[str, object]) -> None:
    assert find_asymmetry(parse_answers(table), load_library()) is None


@pytest.mark.parametrize(
    ("table", "side", "source"),
    [
        ({"sides.tighter": "left"}, "left", "felt"),
        (
            {
                "sides.tighter": "left",
                "tests.modified_thomas.left.thigh_above_horizontal": "no",
                "tests.modified_thomas.right.thigh_above_horizontal": "yes",
            },
            "right",
            "test",
        ),
        ({"sides.stronger": "left"}, None, None),
        ({"sides.tighter": "same"}, None, None),
    ],
)
def test_tighter_side_is_asked_for_apart(
    table: dict[str, object], side: str | None, source: str | None
) -> None:
    found = find_tightness(parse_answers(table), load_library())
    assert (found and found.side, found and found.source) == (side, source)


def test_safety_questions_count_as_open_until_answered() -> None:
    questions = load_library().sections["health"].questions
    assert len(unanswered_safety(Answers())) == len(questions)
    calm = parse_answers({"health": {q.id: "no" for q in questions}})
    assert unanswered_safety(calm) == ()
    assert find_notices(calm) == ()
