"""Strict conversion between records and plain tables (JSON, TOML); errors name the wrong field.

A record is defined once, as a dataclass, and its types decide everything. ``cattrs`` reads and
writes it; this module adds strictness (no value is converted to another kind unasked) and the
sentence for the user.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    TypeAlias,
    TypeVar,
    cast,
    get_args,
    get_origin,
)

import cattrs
from cattrs.errors import (
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.gen import (
    make_dict_structure_fn,
    make_dict_unstructure_fn,
    override,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    R = TypeVar("R", bound=DataclassInstance)
else:
    R = TypeVar("R")

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class FieldError(ValueError):
    """A field that does not fit its type; callers turn it into an error of their own.

    Parameters
    ----------
    field : str
        Dotted name of the field.
    problem : str
        What is wrong with it, as the rest of a sentence that starts with the field.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field
        self.problem = problem


class _ProblemError(ValueError):
    """A problem with one value, before it is known which field it belongs to."""


def decode(record: type[R], table: object, at: str = "") -> R:
    """Build a dataclass from a table, strictly.

    Parameters
    ----------
    record : type
        The dataclass to build.
    table : object
        A mapping with exactly the fields of the dataclass; fields with a default may be missing.
    at : str, optional
        Name of the table, which messages put in front of the field.

    Raises
    ------
    FieldError
        If a field is missing, unknown or of the wrong kind.
    ValueError
        Raised by the dataclass itself if its fields contradict each other.
    """
    try:
        return _CONVERTER.structure(table, record)
    except (ClassValidationError, _ProblemError) as error:
        raise _first_error(error, at) from error


def encode(value: object) -> Json:
    """Turn a record, or the value of one of its fields, into plain JSON values; sets are sorted.

    Raises
    ------
    TypeError
        If the value has no JSON form.
    """
    return cast("Json", _CONVERTER.unstructure(value))


def encode_record(record: DataclassInstance) -> dict[str, Json]:
    """Turn one dataclass into a dictionary of plain JSON values."""
    return cast("dict[str, Json]", _CONVERTER.unstructure(record))


def stored_as(key: str, *, default: Any = dataclasses.MISSING, per: float = 1.0) -> Any:
    """Declare a field that keeps another name in files, because saved files have it.

    Parameters
    ----------
    key : str
        Its name in files.
    default : object, optional
    per : float
        How many of the field's units make one of the files': 100 for centimetres kept in metres.
    """
    return dataclasses.field(default=default, metadata={"stored_as": key, "per": per})


# --- strict readers ------------------------------------------------------------------------


def _text(raw: object, _: object) -> str:
    if not isinstance(raw, str):
        raise _ProblemError("must be text")
    if not raw.strip():
        raise _ProblemError("must not be empty")
    return raw


def _whole_number(raw: object, _: object) -> int:
    if type(raw) is not int:
        raise _ProblemError("must be a whole number")
    return raw


def _number(raw: object, _: object) -> float:
    if type(raw) not in (int, float):
        raise _ProblemError("must be a number")
    return float(cast("float", raw))


def _yes_or_no(raw: object, _: object) -> bool:
    if not isinstance(raw, bool):
        raise _ProblemError("must be true or false")
    return raw


def _date(raw: object, _: object) -> date:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise _ProblemError("must be a date like 2025-01-31") from None


def _one_of(raw: object, kind: object) -> object:
    allowed = get_args(kind)
    if not isinstance(raw, str) or raw not in allowed:
        options = ", ".join(str(option) for option in allowed)
        raise _ProblemError(f"is {raw!r} but must be one of: {options}")
    return raw


def _list_reader(kind: Any, converter: cattrs.Converter) -> Callable[[object, Any], object]:
    """Return the reader of a tuple or a set, which does not take text for a list of letters."""
    (inner, *more), built = get_args(kind), get_origin(kind)
    length = None if built is frozenset or more == [...] else 1 + len(more)
    hook = converter.get_structure_hook(inner)

    def read(raw: object, _: object) -> object:
        if not isinstance(raw, (list, tuple)):
            raise _ProblemError("must be a list")
        if length is not None and len(raw) != length:
            raise _ProblemError(f"must be a list of {length}")
        return built(_entry(hook, entry, inner, place) for place, entry in enumerate(raw))

    return read


def _entry(hook: Callable[[Any, Any], Any], raw: object, kind: object, place: int) -> object:
    try:
        return hook(raw, kind)
    except Exception as error:  # noqa: BLE001 - any error gets a note of its place
        error.add_note(IterableValidationNote(f"[{place}]", place, kind))
        raise IterableValidationError("a list", [error], list) from None


def _record_reader(record: type, converter: cattrs.Converter) -> Callable[[object, Any], object]:
    structure: Callable[[Any, Any], object] = make_dict_structure_fn(
        record, converter, _cattrs_forbid_extra_keys=True, **_overrides(record, converter)
    )

    def read(raw: object, kind: Any) -> object:
        if not isinstance(raw, Mapping):
            raise _ProblemError("must be a table of fields")
        return structure(raw, kind)

    return read


def _record_writer(record: type, converter: cattrs.Converter) -> Callable[[Any], object]:
    return make_dict_unstructure_fn(record, converter, **_overrides(record, converter))


def _overrides(record: type, converter: cattrs.Converter) -> dict[str, Any]:
    return {
        field.name: _override(field, converter)
        for field in dataclasses.fields(record)
        if "stored_as" in field.metadata
    }


def _override(field: dataclasses.Field[Any], converter: cattrs.Converter) -> object:
    key, per = field.metadata["stored_as"], field.metadata["per"]
    if per == 1.0:
        return override(rename=key)

    def read(raw: object, kind: Any) -> float | None:
        value = converter.structure(raw, kind)
        # 4.35 times 100 is not quite 435.
        return None if value is None else round(per * value, 6)

    def write(value: float | None) -> float | None:
        return None if value is None else value / per

    return override(rename=key, struct_hook=read, unstruct_hook=write)


def _converter() -> cattrs.Converter:
    made = cattrs.Converter(
        unstruct_collection_overrides={tuple: list, frozenset: sorted},
        unstructure_fallback_factory=lambda kind: _writer_of_anything(kind, made),
    )
    scalars = {str: _text, int: _whole_number, float: _number, bool: _yes_or_no, date: _date}
    for kind, hook in scalars.items():
        made.register_structure_hook(kind, hook)
        made.register_unstructure_hook(kind, _as_it_is)
    made.register_unstructure_hook(type(None), _as_it_is)
    made.register_unstructure_hook(date, date.isoformat)
    made.register_structure_hook_func(_is_literal, _one_of)
    made.register_structure_hook_factory(_is_list, lambda kind: _list_reader(kind, made))
    made.register_structure_hook_factory(
        dataclasses.is_dataclass, lambda record: _record_reader(record, made)
    )
    made.register_unstructure_hook_factory(
        dataclasses.is_dataclass, lambda record: _record_writer(record, made)
    )
    return made


def _is_literal(kind: Any) -> bool:
    return get_origin(kind) is Literal


def _is_list(kind: Any) -> bool:
    return get_origin(kind) in (tuple, frozenset)


def _writer_of_anything(kind: object, converter: cattrs.Converter) -> Callable[[object], Json]:
    """Return the writer for a literal or a union, which goes by the class of the value."""

    def write(value: object) -> Json:
        if value.__class__ is kind:
            raise TypeError(f"no JSON form for {value.__class__.__name__}")
        return cast("Json", converter.unstructure(value, unstructure_as=value.__class__))

    return write


def _as_it_is(value: Json) -> Json:
    return value


# --- errors --------------------------------------------------------------------------------


def _first_error(error: Exception, at: str) -> ValueError:
    """Return the first problem with the name of its field; errors of records stay as they are."""
    where, problem = _located(error, at)
    if isinstance(problem, _ProblemError):
        return FieldError(where or "the file", str(problem))
    if isinstance(problem, ForbiddenExtraKeysError):
        return FieldError(_join(where, min(map(str, problem.extra_fields))), "is not a known field")
    if isinstance(problem, KeyError):
        return FieldError(where, "is missing")
    return problem if isinstance(problem, ValueError) else FieldError(where, str(problem))


def _located(error: Exception, at: str) -> tuple[str, Exception]:
    if not isinstance(error, ClassValidationError | IterableValidationError):
        return at, error
    noted, others = error.group_exceptions()
    if others:
        # Unknown fields first: a misspelt name is both unknown and missing.
        return _located(others[0], at)
    inner, note = noted[0]
    if isinstance(note, IterableValidationNote):
        return _located(inner, f"{at}[{note.index}]")
    return _located(inner, _join(at, _key_in_files(error.cl, note.name)))


def _key_in_files(record: type, name: str) -> str:
    return next(
        str(field.metadata.get("stored_as", name))
        for field in dataclasses.fields(record)
        if field.name == name
    )


def _join(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


_CONVERTER: Final = _converter()
