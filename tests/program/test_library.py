"""Library as shipped: complete, reachable, honest about evidence, loaded on first use."""

import subprocess
import sys
from itertools import islice

import pytest
from support.drawn_clients import requests, shown

from posture.program import Exercise, build_plan, exercise_to_text, load_library
from posture.program.choose import difficulty
from posture.program.model import LENGTHEN, WAKE, Dose

LIBRARY = load_library()
EXERCISES = list(LIBRARY.exercises.values())
LEAST_ENTRIES = 40
DRAWN = 1000


def test_at_least_forty_entries_of_every_type() -> None:
    assert len(EXERCISES) >= LEAST_ENTRIES
    kinds = {exercise.type for exercise in EXERCISES}
    assert kinds == LENGTHEN | WAKE | {"integrate", "habit"}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
def test_entry_is_complete(exercise: Exercise) -> None:
    assert len(exercise.steps) >= 3
    assert exercise.aliases
    assert exercise.trainer.anatomy
    assert exercise.trainer.cues
    assert exercise.trainer.regressions
    assert exercise.pictures == (f"{exercise.id}_start", f"{exercise.id}_end")
    assert all(len(pose.split()) >= 2 for pose in exercise.poses)
    assert exercise.evidence.note.endswith(".")


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
def test_unread_sources_never_pass_for_evidence(exercise: Exercise) -> None:
    marks = {LIBRARY.sources[name].mark for name in exercise.evidence.sources}
    evidence = exercise.evidence.level in {"review", "trial", "guideline"}
    assert marks == ({"read"} if evidence else {"convention"})


def test_trainer_text_adds_anatomy_and_sources() -> None:
    exercise = LIBRARY.exercises["half_kneeling_hip_flexor_stretch"]
    client = exercise_to_text(exercise)
    trainer = exercise_to_text(exercise, reader="trainer")
    assert client in trainer
    assert "Anatomy:" not in client
    assert "femoral head" in trainer
    assert "Preece 2021" in trainer


@pytest.mark.parametrize(
    ("dose", "unit", "seconds"),
    [
        (Dose(sets=2, hold_s=30, sides="each"), "s", 135),
        (Dose(sets=3, reps=10, rep_s=4, rest_s=20), "reps", 160),
        (Dose(sets=1, reps=6, hold_s=5), "reps x s", 42),
    ],
)
def test_dose_has_a_unit_and_a_length(dose: Dose, unit: str, seconds: int) -> None:
    assert (dose.unit, dose.total_s) == (unit, seconds)


def test_ladder_counts_easier_versions() -> None:
    steps = [
        difficulty(LIBRARY.exercises[name], LIBRARY)
        for name in ("glute_squeeze", "glute_bridge", "single_leg_bridge")
    ]
    assert steps == [0, 1, 2]


def test_find_by_name_alias_and_muscle() -> None:
    assert [e.id for e in LIBRARY.find("COUCH")] == ["couch_stretch"]
    assert "thigh_foam_roll" in {e.id for e in LIBRARY.find("quad foam")}
    assert {"dead_bug", "plank_tuck"} <= {e.id for e in LIBRARY.find("transversus")}
    assert LIBRARY.find("no such move") == ()


def test_every_exercise_is_reached_by_some_plan() -> None:
    """Each is given to one of the drawn clients, or offered as an easier or harder version."""
    reached: set[str] = set()
    for request in islice(requests(), DRAWN):
        reached |= shown(build_plan(request))
    assert set(LIBRARY.exercises) - reached == set()


def test_import_reads_no_file_and_prints_nothing() -> None:
    code = (
        "import posture.program as p; from posture.program.texts import phrases;"
        "assert p.load_library.cache_info().currsize == 0;"
        "assert phrases.cache_info().currsize == 0"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_library_is_read_once() -> None:
    assert load_library() is load_library()
