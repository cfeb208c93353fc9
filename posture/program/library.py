"""Library of exercises, questions, tests and rules, read from the data files once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from posture.codec import FieldError, decode
from posture.messages import ENGLISH
from posture.program.errors import ProgramDataError
from posture.program.localised import localised
from posture.program.model import (
    WAKE,
    Condition,
    Equipment,
    Exercise,
    Muscle,
    Option,
    RedFlag,
    Section,
    Source,
    StoryPart,
    TrainerTest,
)
from posture.program.rules import Contradiction, Rules

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    R = TypeVar("R", bound=DataclassInstance)
else:
    R = TypeVar("R")

EXERCISE_FILES = tuple(
    f"exercises_{kind}.toml"
    for kind in ("release", "stretch", "mobilise", "activate", "strengthen", "integrate", "habit")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All records of the data files, by id and in the order of the files."""

    exercises: Mapping[str, Exercise]
    muscles: Mapping[str, Muscle]
    sections: Mapping[str, Section]
    tests: Mapping[str, TrainerTest]
    red_flags: Mapping[str, RedFlag]
    conditions: Mapping[str, Condition]
    equipment: Mapping[str, Equipment]
    sources: Mapping[str, Source]
    story: Mapping[str, StoryPart]
    contradictions: tuple[Contradiction, ...]
    rules: Rules

    def find(self, text: str) -> tuple[Exercise, ...]:
        """Return the exercises whose name, aliases, type or muscles contain the text."""
        wanted = text.strip().casefold()
        return tuple(e for e in self.exercises.values() if wanted in self._haystack(e))

    def _haystack(self, exercise: Exercise) -> str:
        muscles = (self.muscles[muscle].name for muscle in exercise.muscles)
        return " | ".join((exercise.name, *exercise.aliases, exercise.type, *muscles)).casefold()


@cache
def load_library(language: str = ENGLISH) -> Library:
    """Return the library that ships with the package; the first call reads it.

    Parameters
    ----------
    language : str
        Language of its texts.

    Raises
    ------
    ProgramDataError
        If a data file is broken.
    """
    if language != ENGLISH:
        return localised(load_library(), language)
    return read_library(files("posture.program") / "data")


def read_library(folder: Traversable) -> Library:
    """Read a folder of data files.

    Parameters
    ----------
    folder : Traversable
        Folder of the ``*.toml`` files.

    Returns
    -------
    Library
        References between the files are not checked here, but by
        :func:`posture.program.checks.check_library`.

    Raises
    ------
    ProgramDataError
        If a file is missing or broken, or an id is used twice.
    """
    conditions = _records(Condition, folder, "conditions.toml", "condition")
    equipment = _records(Equipment, folder, "equipment.toml", "equipment")
    sections = _records(Section, folder, "questionnaire.toml", "section")
    return Library(
        exercises=_merged(Exercise, folder, EXERCISE_FILES, "exercise"),
        muscles=_records(Muscle, folder, "atlas.toml", "muscle"),
        sections=_with_lists(sections, conditions, equipment),
        tests=_records(TrainerTest, folder, "tests.toml", "test"),
        red_flags=_records(RedFlag, folder, "red_flags.toml", "red_flag"),
        conditions=conditions,
        equipment=equipment,
        sources=_records(Source, folder, "sources.toml", "source"),
        story=_records(StoryPart, folder, "story.toml", "part"),
        contradictions=_rows(Contradiction, folder, "contradictions.toml", "contradiction"),
        rules=_rules(folder),
    )


def exercise_pictures(exercise: Exercise) -> tuple[bytes, ...]:
    """Return the pictures of an exercise as WebP files, start before end; empty without any."""
    folder = files("posture.program") / "pictures"
    paths = [folder / f"{exercise.id}_{part}.webp" for part in ("start", "end")]
    return tuple(path.read_bytes() for path in paths if path.is_file())


def pictures_of_test(test: TrainerTest) -> tuple[bytes, ...]:
    """Return the pictures of a trainer's test as WebP files, in their order."""
    folder = files("posture.program") / "pictures"
    return tuple((folder / f"{name}.webp").read_bytes() for name in test.pictures)


def story_picture(name: str) -> bytes:
    """Return a file that a part of the story names: a WebP picture or an SVG drawing."""
    folder = "drawings" if name.endswith(".svg") else "pictures"
    return (files("posture.program") / folder / name).read_bytes()


def flexors(library: Library) -> tuple[Muscle, ...]:
    """Return the muscles that flex the hip; each has a drawing of its name."""
    return tuple(muscle for muscle in library.muscles.values() if muscle.group == "flexor")


def trained_by(library: Library, muscle: Muscle) -> tuple[Exercise, ...]:
    """Return the exercises that strengthen a muscle, those that name it first ahead."""
    found = [
        exercise
        for exercise in library.exercises.values()
        if muscle.id in exercise.muscles and exercise.type in WAKE
    ]
    return tuple(sorted(found, key=lambda exercise: exercise.muscles.index(muscle.id)))


def read_table(folder: Traversable, name: str) -> dict[str, object]:
    """Read one TOML file of the data folder.

    Raises
    ------
    ProgramDataError
        If it is missing or not TOML.
    """
    try:
        return tomllib.loads((folder / name).read_text(encoding="utf-8"))
    except OSError:
        raise ProgramDataError(f"{name}: the file cannot be read.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProgramDataError(f"{name}: the file is not valid TOML ({error}).") from None


def _rows(record: type[R], folder: Traversable, name: str, key: str) -> tuple[R, ...]:
    return tuple(row for _, row in _numbered(record, folder, name, key))


def _numbered(record: type[R], folder: Traversable, name: str, key: str) -> Iterator[tuple[str, R]]:
    table = read_table(folder, name)
    rows = table.get(key)
    if set(table) != {key} or not isinstance(rows, list):
        raise ProgramDataError(f"{name}: the file must hold a list of [[{key}]] and nothing else.")
    for number, row in enumerate(rows, start=1):
        label = str(row.get("id", f"number {number}")) if isinstance(row, dict) else str(number)
        try:
            yield label, decode(record, row)
        except FieldError as error:
            raise ProgramDataError(f"{name}: {key} {label}: {error}.") from None


def _records(record: type[R], folder: Traversable, name: str, key: str) -> Mapping[str, R]:
    return _merged(record, folder, (name,), key)


def _merged(
    record: type[R], folder: Traversable, names: tuple[str, ...], key: str
) -> Mapping[str, R]:
    found: dict[str, R] = {}
    for name in names:
        for label, row in _numbered(record, folder, name, key):
            if label in found:
                raise ProgramDataError(f"{name}: {key} {label}: id is used twice.")
            found[label] = row
    return MappingProxyType(found)


def _with_lists(
    sections: Mapping[str, Section],
    conditions: Mapping[str, Condition],
    equipment: Mapping[str, Equipment],
) -> Mapping[str, Section]:
    """Fill the two list questions with options from the files that define them."""
    lists = {
        "conditions": tuple(
            Option(id=c.id, label=c.label) for c in conditions.values() if not c.when
        ),
        "equipment": tuple(Option(id=e.id, label=e.name) for e in equipment.values()),
    }
    filled = {}
    for name, section in sections.items():
        questions = tuple(
            replace(q, options=q.options + lists[q.id]) if q.kind == "many" and q.id in lists else q
            for q in section.questions
        )
        filled[name] = replace(section, questions=questions)
    return MappingProxyType(filled)


def _rules(folder: Traversable) -> Rules:
    try:
        return decode(Rules, read_table(folder, "rules.toml"))
    except FieldError as error:
        raise ProgramDataError(f"rules.toml: {error}.") from None
