"""Broken data files, refused with a message that names file, id and field."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from posture.program import Library, ProgramDataError, check_library, read_library

STRETCH = "exercises_stretch.toml"
OPENER = "exercise half_kneeling_hip_flexor_stretch"
FAULTS = [
    (STRETCH, 'level = "beginner"', 'level = "easy"', (OPENER, "level", "easy")),
    (STRETCH, 'type = "stretch"', 'type = "yoga"', (OPENER, "type")),
    (STRETCH, 'type = "stretch"\n', "", (OPENER, "type", "missing")),
    (
        STRETCH,
        'role = "opener"',
        'role = "opener"\ncolour = "red"',
        (OPENER, "colour", "known field"),
    ),
    (STRETCH, 'role = "opener"', 'role = "start"', (OPENER, "role", "start")),
    (
        STRETCH,
        '"psoas_major", "iliacus", "rectus_femoris", "gluteus_maximus"',
        '"biceps"',
        (OPENER, "muscles", "biceps"),
    ),
    (STRETCH, 'equipment = ["mat"]', 'equipment = ["swing"]', (OPENER, "equipment", "swing")),
    (STRETCH, '"kneeling_pain", ', '"monday", ', (OPENER, "contraindications", "monday")),
    (STRETCH, 'easier = ["standing_hip', 'easier = ["flying_hip', (OPENER, "easier")),
    (
        STRETCH,
        'easier = ["standing_hip_flexor_stretch"',
        'easier = ["half_kneeling_arm_reach"',
        (OPENER, "easier", "itself"),
    ),
    (STRETCH, "sets = 2, hold_s = 30", "sets = 0, hold_s = 30", (OPENER, "dose.sets")),
    (STRETCH, "sets = 2, hold_s = 30", "sets = 2", (OPENER, "dose", "reps or hold_s")),
    (
        STRETCH,
        "sets = 2, hold_s = 30",
        'sets = "two", hold_s = 30',
        (OPENER, "dose.sets", "whole number"),
    ),
    (STRETCH, 'stretch_start", "', 'stretch_begin", "', (OPENER, "pictures")),
    (
        STRETCH,
        '"tuck_trial_2024", ',
        '"hearsay_2024", ',
        (OPENER, "evidence.sources", "hearsay_2024"),
    ),
    (STRETCH, '"tuck_trial_2024", ', '"janda_model", ', (OPENER, "evidence.sources", "convention")),
    (
        STRETCH,
        'name = "True half-kneeling hip-flexor stretch"',
        'name = ""',
        (OPENER, "name", "empty"),
    ),
    (
        STRETCH,
        'id = "standing_hip_flexor_stretch"',
        'id = "half_kneeling_hip_flexor_stretch"',
        (OPENER, "id", "twice"),
    ),
    (STRETCH, "[[exercise]]", "[[exercise]", ("TOML",)),
    ("atlas.toml", 'group = "flexor"', 'group = "other"', ("group", "10 flexors")),
    (
        "questionnaire.toml",
        'value = "yes", pattern = "type_a"',
        'value = "maybe", pattern = "type_a"',
        ("section signs", "front_hip_stiffness", "maybe"),
    ),
    (
        "questionnaire.toml",
        "likelihood_ratio = 1.5",
        "likelihood_ratio = 0.5",
        ("signs", "front_hip_stiffness", "likelihood_ratio"),
    ),
    ("questionnaire.toml", "low = 5\nhigh = 110", "low = 110\nhigh = 5", ("about", "age", "low")),
    (
        "tests.toml",
        '"thomas_reliability"',
        '"rumour"',
        ("test modified_thomas", "sources", "rumour"),
    ),
    (
        "red_flags.toml",
        "health.saddle_numbness=yes",
        "health.numbness=yes",
        ("red_flag saddle_numbness", "when", "health.numbness"),
    ),
    (
        "red_flags.toml",
        "health.saddle_numbness=yes",
        "health.saddle_numbness",
        ("red_flag saddle_numbness", "when", "not a condition"),
    ),
    (
        "red_flags.toml",
        "about.age>50",
        "about.age=50",
        ("red_flag minor_trauma", "when", "about.age"),
    ),
    (
        "red_flags.toml",
        'urgency = "urgent"',
        'urgency = "soon"',
        ("red_flag saddle_numbness", "urgency", "soon"),
    ),
    ("rules.toml", "weeks = [1, 2]", "weeks = [1]", ("weeks", "count up from 1")),
    (
        "rules.toml",
        'phase = "activate"\nshare',
        'phase = "strengthen"\nshare',
        ("tracks", "type_a", "activate"),
    ),
    (
        "rules.toml",
        'exercise = "hourly_walk_break"',
        'exercise = "glute_bridge"',
        ("habits glute_bridge", "exercise"),
    ),
    (
        "rules.toml",
        'prefer = ["couch_stretch"]',
        'prefer = ["sofa"]',
        ("signals thomas_knee", "prefer", "sofa"),
    ),
    (
        "rules.toml",
        'steps = ["hip_hinge"',
        'steps = ["squat"',
        ("ladders", "hinge", "another role"),
    ),
    ("rules.toml", '"standing_pelvic_tilt", "glute_squeeze"', '"hip_thrust"', ("daily", "small")),
    ("rules.toml", '["knee_lift_hold", ', '["arm_hold", ', ("retests type_b", "arm_hold")),
    ("rules.toml", "minutes = 10\nexercises = 3", "minutes = 10\nexercises = 1", ("sizes",)),
    ("rules.toml", "lengthen_max = 0.3", "lengthen_max = 0.1", ("thomas_clear", "lengthen_max")),
    ("tests.toml", 'roles = ["side_hip"]', 'roles = ["elbow"]', ("side_lying_abduction", "elbow")),
    ("conditions.toml", "signs.hips_lock=yes", "signs.hip=yes", ("hip_catch", "signs.hip")),
    ("rules.toml", 'caps = ["beginner", ', "caps = [", ("levels beginner", "caps")),
    ("rules.toml", "daily_s = 300", 'daily_s = "five minutes"', ("limits.daily_s",)),
    (
        "contradictions.toml",
        "sides.any_difference=no & sides.stronger=left",
        "sides.weather=no",
        ("sides.stronger", "sides.weather"),
    ),
    (
        "exercises_activate.toml",
        'id = "glute_squeeze"',
        'id = "seat_squeeze"',
        ("exercise seat_squeeze", "pictures"),
    ),
    (
        "sources.toml",
        'mark = "convention"',
        'mark = "heard"',
        ("source project_practice", "mark", "heard"),
    ),
]


def read_checked(folder: Path) -> Library:
    library = read_library(folder)
    check_library(library)
    return library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with as_file(files("posture.program") / "data") as data:
        return shutil.copytree(data, tmp_path / "data")


def test_the_untouched_copy_is_fine(folder: Path) -> None:
    assert len(read_checked(folder).exercises) >= 40


@pytest.mark.parametrize(("name", "old", "new", "words"), FAULTS)
def test_fault_is_named(
    folder: Path, name: str, old: str, new: str, words: tuple[str, ...]
) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProgramDataError) as caught:
        read_checked(folder)
    assert caught.value.code == "program_data"
    for word in words:
        assert word in str(caught.value)


def test_message_starts_with_the_file(folder: Path) -> None:
    path = folder / STRETCH
    path.write_text(
        path.read_text(encoding="utf-8").replace('level = "beginner"', 'level = "easy"', 1),
        encoding="utf-8",
    )
    with pytest.raises(ProgramDataError, match=r"^exercises_stretch\.toml: exercise half_kneeling"):
        read_checked(folder)


def test_missing_file_is_named(folder: Path) -> None:
    (folder / "atlas.toml").unlink()
    with pytest.raises(ProgramDataError, match=r"atlas\.toml: the file cannot be read"):
        read_checked(folder)


def test_without_a_fallback_for_everyone_the_library_is_refused(folder: Path) -> None:
    path = folder / STRETCH
    text = path.read_text(encoding="utf-8")
    head, tail = text.split('id = "chair_hip_flexor_stretch"')
    tail = tail.replace("contraindications = []", 'contraindications = ["hip_pinch"]', 1)
    path.write_text(head + 'id = "chair_hip_flexor_stretch"' + tail, encoding="utf-8")
    with pytest.raises(ProgramDataError, match="no 'opener' suits every client"):
        read_checked(folder)


def test_an_exercise_without_a_place_is_refused(folder: Path) -> None:
    path = folder / "rules.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('"stance", ', "").replace(', "stance"', "")
    path.write_text(text.replace('roles = ["stance"]', "roles = []"), encoding="utf-8")
    with pytest.raises(ProgramDataError, match=r"soft_knee_stand: role: no plan has a place"):
        read_checked(folder)
