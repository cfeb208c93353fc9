"""Find exercises: by words, type, pattern and what there is to train with."""

from __future__ import annotations

from dataclasses import dataclass

from posture.program import Exercise, Library, load_library
from posture.program.model import ExerciseType, Track

TYPES: tuple[ExerciseType, ...] = (
    "release",
    "stretch",
    "mobilise",
    "activate",
    "strengthen",
    "integrate",
    "habit",
)
TRACKS: tuple[Track, ...] = ("type_a", "type_b", "maintenance")
NOTHING = "none"
"""Stands for household things only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a visitor looks for; empty parts let everything through.

    Parameters
    ----------
    words : str
        All of them must occur.
    types, tracks : frozenset of str
    kit : frozenset of str
        Things beyond the household's; :data:`NOTHING` for none at all.
    """

    words: str = ""
    types: frozenset[str] = frozenset()
    tracks: frozenset[str] = frozenset()
    kit: frozenset[str] = frozenset()


def browse(wanted: Wanted) -> tuple[Exercise, ...]:
    """Return the exercises that fit, in the order of the library."""
    library = load_library()
    fitting = set(library.exercises)
    for word in wanted.words.split():
        fitting &= {exercise.id for exercise in library.find(word)}
    return tuple(
        exercise
        for exercise in library.exercises.values()
        if exercise.id in fitting
        and (not wanted.types or exercise.type in wanted.types)
        and (not wanted.tracks or wanted.tracks & set(exercise.serves))
        and (not wanted.kit or _doable(exercise, wanted.kit, library))
    )


def extra_kit() -> dict[str, str]:
    """Return the name of each thing that a household need not have, by id."""
    kits = load_library().equipment.values()
    return {kit.id: kit.name for kit in kits if not kit.household}


def _doable(exercise: Exercise, kit: frozenset[str], library: Library) -> bool:
    return all(name in kit or library.equipment[name].household for name in exercise.equipment)
