"""Contraindications that follow from what an exercise asks the body to do."""

import re

import pytest

from posture.program import load_library

LIBRARY = load_library()
POSITIONS = [
    (r"\bface down\b|\bforearms and toes\b", {"pregnant_early", "pregnant_later"}),
    (r"\blie on your back\b", {"pregnant_later"}),
    (r"\bhands and knees\b|^kneel\b|\bhalf kneeling\b|\bhalf-kneeling\b", {"kneeling_pain"}),
    (r"\bhands and knees\b", {"wrist_pain", "cannot_get_to_floor"}),
    (r"\bforearm|\belbow under\b|\bon your elbow\b", {"shoulder_pain"}),
    (r"\bround your back\b|\bknees up\b", {"osteoporosis"}),
]
MUST_BE_OUT = {
    "osteoporosis": {"childs_pose", "cat_camel", "knees_to_chest", "loaded_deadlift", "open_book"},
    "hypermobile": {"couch_stretch", "half_kneeling_small_lean", "leg_swings"},
    "hip_replacement": {"squat", "split_squat", "lunge", "standing_hip_flexor_stretch"},
    "hip_pinch": {"seated_leg_lift", "knees_to_chest", "squat"},
    "spondylolisthesis": {"prone_leg_lift", "chair_upper_back_extension", "hip_thrust"},
    "clot_risk": {e.id for e in LIBRARY.exercises.values() if e.role == "soft_tissue"},
    "balance_problem": {"standing_march", "standing_quad_stretch", "lunge", "step_up"},
    "knee_pain_bending": {"squat", "lunge", "split_squat", "couch_stretch"},
    "high_blood_pressure": {"plank_tuck", "side_plank"},
    "cannot_get_to_floor": {
        e.id
        for e in LIBRARY.exercises.values()
        if "mat" in e.equipment and "bed" not in e.equipment
    },
}


@pytest.mark.parametrize(("pattern", "conditions"), POSITIONS)
def test_position_rules_out_its_conditions(pattern: str, conditions: set[str]) -> None:
    # Only the way into the position counts, not a later cue.
    meant = [
        exercise
        for exercise in LIBRARY.exercises.values()
        if exercise.type != "habit"
        and re.search(pattern, " ".join(exercise.steps[:2]), re.IGNORECASE)
    ]
    assert meant
    assert [e.id for e in meant if not conditions <= set(e.contraindications)] == []


@pytest.mark.parametrize("condition", MUST_BE_OUT)
def test_named_exercises_are_ruled_out(condition: str) -> None:
    allowed = {
        name
        for name in MUST_BE_OUT[condition]
        if condition not in LIBRARY.exercises[name].contraindications
    }
    assert allowed == set()


def test_every_condition_rules_something_out_or_shortens_it() -> None:
    used = {name for e in LIBRARY.exercises.values() for name in e.contraindications}
    assert set(LIBRARY.conditions) == used
