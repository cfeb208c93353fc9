"""Answers of the client and test readings of the trainer, read strictly."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from posture.codec import Table, encode
from posture.messages import message
from posture.program.errors import AnswersError
from posture.program.expressions import Facts, holds
from posture.program.library import Library, load_library
from posture.program.model import Question

AnswerValue: TypeAlias = str | float | tuple[str, ...]
YES_NO = ("yes", "no", "unsure")
SIDES = ("left", "right", "same", "unsure")
LARGEST_FILE = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; ``path`` is ``section.question`` or ``tests.test.side.field``."""

    path: str
    value: AnswerValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All answers, sorted by path; questions without an entry were not answered."""

    entries: tuple[Answer, ...] = ()

    def get(self, path: str) -> AnswerValue | None:
        """Return one answer, or None if it was not given."""
        return next((entry.value for entry in self.entries if entry.path == path), None)

    def choice(self, path: str) -> str | None:
        """Return an answer in words, or None."""
        value = self.get(path)
        return value if isinstance(value, str) else None

    def number(self, path: str) -> float | None:
        """Return an answer in figures, or None."""
        value = self.get(path)
        return value if isinstance(value, float) else None

    def selected(self, path: str) -> frozenset[str]:
        """Return the ticked options of a list question (empty for "none" and without an answer)."""
        value = self.get(path)
        return frozenset(value) - {"none"} if isinstance(value, tuple) else frozenset()

    @property
    def conditions(self) -> frozenset[str]:
        """Ids of the ticked conditions of the body."""
        return self.selected("about.conditions")

    @property
    def age(self) -> float | None:
        """Age in years, or None."""
        return self.number("about.age")

    @property
    def sitting_hours(self) -> float | None:
        """Hours of sitting a day, or None."""
        return self.number("about.sitting_hours")

    def facts(self) -> Facts:
        """Return the answers as facts, against which logical expressions are checked."""
        values: dict[str, frozenset[str]] = {}
        numbers: dict[str, float] = {}
        for entry in self.entries:
            if isinstance(entry.value, float):
                numbers[entry.path] = entry.value
            elif isinstance(entry.value, str):
                values[entry.path] = frozenset({entry.value})
            else:
                values[entry.path] = frozenset(entry.value)
        return Facts(values=values, numbers=numbers)

    def to_dict(self) -> Table:
        """Return a flat dictionary by path that ``parse_answers`` reads back."""
        return {entry.path: encode(entry.value) for entry in self.entries}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerField:
    """A question or test reading, under its path."""

    path: str
    question: Question


def answer_fields(library: Library | None = None) -> dict[str, AnswerField]:
    """List everything that can be answered, by path.

    Parameters
    ----------
    library : Library, optional
        Questions and tests; the shipped ones by default.

    Returns
    -------
    dict
        One field per question, and one per test reading and side.
    """
    library = library or load_library()
    found = [
        AnswerField(path=f"{section.id}.{question.id}", question=question)
        for section in library.sections.values()
        for question in section.questions
    ]
    for test in library.tests.values():
        places = ("left.", "right.") if test.sides == "each" else ("",)
        found += [
            AnswerField(path=f"tests.{test.id}.{place}{field.id}", question=field)
            for field in test.fields
            for place in places
        ]
    return {field.path: field for field in found}


def parse_answers(table: Mapping[str, object], library: Library | None = None) -> Answers:
    """Read answers from nested tables or from a flat dictionary by path.

    Parameters
    ----------
    table : Mapping
        For example ``{"signs": {"front_hip_stiffness": "yes"}}`` or
        ``{"signs.front_hip_stiffness": "yes"}``.
    library : Library, optional
        Questions and tests; the shipped ones by default.

    Raises
    ------
    AnswersError
        If a key or value is unknown, or two answers contradict each other.
    """
    library = library or load_library()
    fields = answer_fields(library)
    entries = [_answer(path, raw, fields) for path, raw in sorted(_flat(table).items())]
    answers = Answers(entries=tuple(entries))
    _check_contradictions(answers, library)
    return answers


def read_answers(path: str | Path) -> Answers:
    """Read an answers file: JSON if its name ends in ``.json``, else TOML.

    Raises
    ------
    AnswersError
        If the file cannot be read or an answer is wrong.
    """
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise AnswersError(f"{path.name} is too large to be a file of answers.")
        text = path.read_text(encoding="utf-8")
        table = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except FileNotFoundError:
        raise AnswersError(f"There is no answers file {path}.") from None
    except OSError:
        raise AnswersError(f"The answers file {path.name} cannot be read.") from None
    except (ValueError, RecursionError) as error:
        raise AnswersError(f"{path.name} is not valid TOML or JSON: {error}.") from None
    if not isinstance(table, dict):
        raise AnswersError(f"{path.name} must hold a table of answers.")
    return parse_answers(table)


def _flat(table: Mapping[str, object], at: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in table.items():
        path = f"{at}.{key}" if at else str(key)
        inner = _flat(value, path) if isinstance(value, Mapping) else {path: value}
        for name, raw in inner.items():
            if name in found:
                raise AnswersError(f"{name} is answered twice; keep one of the two.")
            found[name] = raw
    return found


def _answer(path: str, raw: object, fields: Mapping[str, AnswerField]) -> Answer:
    field = fields.get(path)
    if field is None:
        near = get_close_matches(path, fields, n=1, cutoff=0.6)
        hint = f"; did you mean {near[0]}?" if near else "."
        raise AnswersError(f"{path} is not a known question{hint}")
    return Answer(path=path, value=_read_value(path, raw, field.question))


def _read_value(path: str, raw: object, question: Question) -> AnswerValue:
    if question.kind == "number":
        return _read_number(path, raw, question)
    if question.kind == "many":
        return _read_many(path, raw, question)
    if question.kind == "yes_no" and isinstance(raw, bool):
        raw = "yes" if raw else "no"
    allowed = _allowed(question)
    if not isinstance(raw, str) or raw not in allowed:
        raise AnswersError(f"{path} is {raw!r} but must be one of: {', '.join(allowed)}.")
    return raw


def _allowed(question: Question) -> tuple[str, ...]:
    if question.kind == "yes_no":
        return YES_NO
    if question.kind == "side":
        return SIDES
    return tuple(option.id for option in question.options)


def _read_number(path: str, raw: object, question: Question) -> float:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        raise AnswersError(f"{path} is {raw!r} but must be a number.")
    if not question.low <= raw <= question.high:
        span = f"{question.low:g} and {question.high:g} {question.unit}".rstrip()
        raise AnswersError(f"{path} is {raw:g} but must be between {span}.")
    return float(raw)


def _read_many(path: str, raw: object, question: Question) -> tuple[str, ...]:
    allowed = _allowed(question)
    if not isinstance(raw, (list, tuple)):
        raise AnswersError(f"{path} must be a list of: {', '.join(allowed)}.")
    for part in raw:
        if part not in allowed:
            raise AnswersError(f"{path} holds {part!r} but may hold only: {', '.join(allowed)}.")
    if "none" in raw and len(set(raw)) > 1:
        raise AnswersError(f"{path} says 'none' and something else; keep one of the two.")
    return tuple(sorted(set(raw)))


def _check_contradictions(answers: Answers, library: Library) -> None:
    facts = answers.facts()
    for rule in library.contradictions:
        if holds(rule.when, facts):
            raise AnswersError(
                message("{field}: {problem}", field=rule.field, problem=message(rule.say))
            )
