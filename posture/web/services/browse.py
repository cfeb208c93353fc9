"""Exercise search: by words, type, pattern and equipment."""

from __future__ import annotations

from dataclasses import dataclass

from posture.program import Exercise, Library, load_library
from posture.program.model import ExerciseType, Track
from posture.web.language import current_language

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
NO_KIT = "none"
"""Stands for no equipment but household things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Filters of the library; empty ones let everything through.

    Parameters
    ----------
    words : str
        All of them must occur.
    types, tracks : frozenset of str
    kit : frozenset of str
        Equipment beyond household things; :data:`NO_KIT` for none at all.
    """

    words: str = ""
    types: frozenset[str] = frozenset()
    tracks: frozenset[str] = frozenset()
    kit: frozenset[str] = frozenset()


def browse(filters: Filters) -> tuple[Exercise, ...]:
    """Return the exercises that pass the filters, in the order of the library.

    English words find them in every language: many exercises are known by their English name.
    """
    library = load_library(current_language())
    fitting = set(library.exercises)
    for word in filters.words.split():
        found = (*library.find(word), *load_library().find(word))
        fitting &= {exercise.id for exercise in found}
    return tuple(
        exercise
        for exercise in library.exercises.values()
        if exercise.id in fitting
        and (not filters.types or exercise.type in filters.types)
        and (not filters.tracks or filters.tracks & set(exercise.serves))
        and (not filters.kit or _doable(exercise, filters.kit, library))
    )


def extra_kit() -> dict[str, str]:
    """Return the names of equipment that a household need not have, by id."""
    kits = load_library(current_language()).equipment.values()
    return {kit.id: kit.name for kit in kits if not kit.household}


def _doable(exercise: Exercise, kit: frozenset[str], library: Library) -> bool:
    return all(name in kit or library.equipment[name].household for name in exercise.equipment)
