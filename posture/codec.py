"""Strict conversion between records and plain tables (JSON, TOML); errors name the wrong field.

A record is defined once, as a dataclass, and its types decide everything. ``cattrs`` reads and
writes it; this module adds strictness (no value is converted to another kind unasked) and the
sentence for the user. Where files differ from a record, its declaration says so: with
:func:`stored_as`, :func:`not_stored`, :func:`left_out_if_none`, :func:`open_ended`,
:class:`Rounded`, :data:`FreeText` and :data:`Sentence`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from numbers import Real
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    Literal,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import cattrs
from cattrs.errors import (
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.fns import identity
from cattrs.gen import (
    make_dict_structure_fn,
    make_dict_unstructure_fn,
    override,
)

from posture.errors import PostureError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    R = TypeVar("R", bound=DataclassInstance)
else:
    R = TypeVar("R")

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Table: TypeAlias = "dict[str, Json]"

FreeText: TypeAlias = Annotated[str, "may be empty"]
"""Text that files may hold empty; any other text must say something."""

Sentence: TypeAlias = Annotated[str, "plain in files"]
"""Text that may be a :class:`posture.messages.Message`, and is plain text in files."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rounded:
    """Annotation of numbers that files hold rounded: ``Annotated[float | None, Rounded(3)]``.

    Parameters
    ----------
    digits : int
        Digits after the point, of a number or of all numbers in a tuple or a mapping.
    """

    digits: int


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
        If a field is missing, unknown or of the wrong kind, or a table in it contradicts itself.
    ValueError
        Raised by the dataclass itself if its fields contradict each other.
    PostureError
        Raised by the dataclass, or by one within it, with a sentence for the user.
    """
    try:
        return _CONVERTER.structure(table, record)
    except (ClassValidationError, _ProblemError) as error:
        raise _first_error(error, at) from error


def try_decode(record: type[R], table: object) -> R | None:
    """Build a dataclass, or return ``None`` when this version cannot read the table."""
    try:
        return decode(record, table)
    except (ValueError, PostureError):
        return None


def encode(value: object) -> Json:
    """Turn a record, or the value of one of its fields, into plain JSON values; sets are sorted.

    Raises
    ------
    TypeError
        If the value has no JSON form.
    """
    plain: Json = _CONVERTER.unstructure(value)
    return plain


def encode_record(record: DataclassInstance) -> Table:
    """Turn one dataclass into a dictionary of plain JSON values."""
    table: Table = _writer_of(type(record))(record)
    return table


def as_stored(record: R) -> R:
    """Return a record as it comes back from a file, with its numbers rounded."""
    return decode(type(record), encode_record(record))


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


def not_stored() -> Any:
    """Declare a field that files do not hold; a record with one is only written."""
    return dataclasses.field(metadata={"not_stored": True})


def left_out_if_none() -> Any:
    """Declare a field that is ``None`` by default, and then has no key in files."""
    return dataclasses.field(default=None, metadata={"left_out_if_none": True})


_OPEN_ENDED: Final[set[type]] = set()


def open_ended(record: type[R]) -> type[R]:
    """Let a dataclass be read from tables with further fields, as other versions write them."""
    _OPEN_ENDED.add(record)
    return record


# --- strict readers ------------------------------------------------------------------------

_Reader: TypeAlias = Callable[[Any, Any], Any]
_Writer: TypeAlias = Callable[[Any], Any]


def _free_text(raw: object, _: object) -> str:
    if not isinstance(raw, str):
        raise _ProblemError("must be text")
    return raw


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
    # NumPy's numbers are numbers, too.
    if type(raw) not in (float, int) and (isinstance(raw, bool) or not isinstance(raw, Real)):
        raise _ProblemError("must be a number")
    try:
        number = float(cast("float", raw))
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _ProblemError("must be a finite number")
    return number


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


def _moment(raw: object, _: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(raw))
    except ValueError:
        raise _ProblemError("must be a time like 2025-01-31T09:30:00+00:00") from None
    if moment.tzinfo is None:
        raise _ProblemError("must say its time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise _ProblemError("lies beyond the calendar") from None


def _one_of(raw: object, kind: object) -> object:
    allowed = get_args(kind)
    if not isinstance(raw, str) or raw not in allowed:
        options = ", ".join(str(option) for option in allowed)
        raise _ProblemError(f"is {raw!r} but must be one of: {options}")
    return raw


def _table(raw: object, _: object) -> Mapping[Any, Any]:
    if not isinstance(raw, Mapping):
        raise _ProblemError("must be a table of fields")
    return raw


def _anything(raw: object, _: object) -> object:
    return raw


def _optional_reader(kind: Any, converter: cattrs.Converter) -> _Reader:
    inner = _without_none(kind)
    hook = converter.get_structure_hook(inner)
    return lambda raw, _: None if raw is None else hook(raw, inner)


def _rounded_reader(kind: Any, converter: cattrs.Converter) -> _Reader:
    hook = converter.get_structure_hook(kind.__origin__)
    return lambda raw, _: hook(raw, kind.__origin__)


def _list_reader(kind: Any, converter: cattrs.Converter) -> _Reader:
    """Return the reader of a tuple or a set, which does not take text for a list of letters."""
    (inner, *more), built = get_args(kind), get_origin(kind)
    length = None if built is frozenset or more == [...] else 1 + len(more)
    hook = converter.get_structure_hook(inner)

    def read(raw: object, _: object) -> object:
        if not isinstance(raw, (list, tuple)):
            raise _ProblemError("must be a list")
        if length is not None and len(raw) != length:
            raise _ProblemError(f"must be a list of {length}")
        found = []
        for place, entry in enumerate(raw):
            try:
                found.append(hook(entry, inner))
            except Exception as error:  # noqa: BLE001 - any error gets a note of its place
                raise _placed(error, place) from None
        return built(found)

    return read


def _mapping_reader(kind: Any, converter: cattrs.Converter) -> _Reader:
    """Return the reader of a table whose keys are not known beforehand."""
    of_key, inner = get_args(kind)
    key_hook, hook = map(converter.get_structure_hook, (of_key, inner))

    def read(raw: object, _: object) -> object:
        found = {}
        for key, entry in _table(raw, kind).items():
            try:
                found[key_hook(key, of_key)] = hook(entry, inner)
            except Exception as error:  # noqa: BLE001 - any error gets a note of its place
                raise _placed(error, key) from None
        return found

    return read


def _placed(error: Exception, place: int | str) -> IterableValidationError:
    error.add_note(IterableValidationNote(f"[{place}]", place, object))
    return IterableValidationError("entries", [error], list)


def _record_reader(record: type, converter: cattrs.Converter) -> _Reader:
    structure: _Reader = make_dict_structure_fn(
        record,
        converter,
        _cattrs_forbid_extra_keys=record not in _OPEN_ENDED,
        **_overrides(record, converter),
    )

    def read(raw: object, kind: Any) -> object:
        return structure(_table(raw, kind), kind)

    return read


# --- writers -------------------------------------------------------------------------------


def _record_writer(record: type, converter: cattrs.Converter) -> _Writer:
    return make_dict_unstructure_fn(record, converter, **_overrides(record, converter))


def _overrides(record: type, converter: cattrs.Converter) -> dict[str, Any]:
    """Return what cattrs must know about the fields of a record beside their types."""
    # By itself it resolves types without their annotations, such as Rounded.
    hints = get_type_hints(record, include_extras=True)
    for field in dataclasses.fields(record):
        field.type = hints[field.name]
    return {
        field.name: _override(field, converter)
        for field in dataclasses.fields(record)
        if field.metadata
    }


def _override(field: dataclasses.Field[Any], converter: cattrs.Converter) -> object:
    if "not_stored" in field.metadata:
        return override(omit=True)
    if "left_out_if_none" in field.metadata:
        return override(omit_if_default=True)
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


def _optional_writer(kind: Any, converter: cattrs.Converter) -> _Writer:
    hook = converter.get_unstructure_hook(_without_none(kind))
    return identity if hook == identity else lambda value: None if value is None else hook(value)


def _list_writer(kind: Any, converter: cattrs.Converter) -> _Writer:
    built = sorted if get_origin(kind) is frozenset else list
    hook = converter.get_unstructure_hook(get_args(kind)[0])
    return built if hook == identity else lambda value: built([hook(entry) for entry in value])


def _rounded_writer(kind: Any, converter: cattrs.Converter) -> _Writer:
    inner, (annotation,) = kind.__origin__, kind.__metadata__
    digits = annotation.digits
    if inner is float:
        return lambda value: round(value, digits)
    if inner == (float | None):
        return lambda value: None if value is None else round(value, digits)
    hook = converter.get_unstructure_hook(inner)
    return lambda value: _rounded(hook(value), digits)


def _rounded(value: Json, digits: int) -> Json:
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, list):
        return [_rounded(entry, digits) for entry in value]
    if isinstance(value, dict):
        return {key: _rounded(entry, digits) for key, entry in value.items()}
    return value


def _writer_of_anything(kind: object, converter: cattrs.Converter) -> Callable[[object], Json]:
    """Return the writer for a union, which goes by the class of the value."""

    def write(value: object) -> Json:
        if value.__class__ is kind:
            raise TypeError(f"no JSON form for {value.__class__.__name__}")
        return cast("Json", converter.unstructure(value, unstructure_as=value.__class__))

    return write


# --- the converter -------------------------------------------------------------------------

_SCALARS: Final[Mapping[type, tuple[_Reader, _Writer]]] = {
    str: (_text, identity),
    int: (_whole_number, identity),
    float: (_number, identity),
    bool: (_yes_or_no, identity),
    date: (_date, date.isoformat),
    datetime: (_moment, datetime.isoformat),
}


def _converter() -> cattrs.Converter:
    made = cattrs.Converter(
        unstruct_collection_overrides={tuple: list, frozenset: sorted},
        unstructure_fallback_factory=lambda kind: _writer_of_anything(kind, made),
    )
    for kind, (reader, writer) in _SCALARS.items():
        made.register_structure_hook(kind, reader)
        made.register_unstructure_hook(kind, writer)
    made.register_unstructure_hook(type(None), identity)
    made.register_structure_hook_func(lambda kind: kind is object, _anything)
    made.register_structure_hook_func(lambda kind: kind == FreeText, _free_text)
    made.register_unstructure_hook_func(lambda kind: kind == Sentence, str)
    made.register_structure_hook_func(_is_literal, _one_of)
    made.register_unstructure_hook_func(_is_literal, identity)
    # The code that reads such a table by key knows what may be missing.
    made.register_structure_hook_func(is_typeddict, _table)
    made.register_unstructure_hook_func(is_typeddict, identity)
    for fits, reader_of in _READERS.items():
        made.register_structure_hook_factory(fits, reader_of)
    for fits, writer_of in _WRITERS.items():
        made.register_unstructure_hook_factory(fits, writer_of)
    return made


def _is_literal(kind: Any) -> bool:
    return get_origin(kind) is Literal


def _is_list(kind: Any) -> bool:
    return get_origin(kind) in (tuple, frozenset)


def _is_plain_list(kind: Any) -> bool:
    """Return whether all entries are of one kind."""
    return _is_list(kind) and len({*get_args(kind)} - {...}) == 1


def _is_mapping(kind: Any) -> bool:
    return get_origin(kind) in (Mapping, dict)


def _is_optional(kind: Any) -> bool:
    options = get_args(kind)
    return get_origin(kind) in (Union, UnionType) and len(options) == 2 and type(None) in options


def _without_none(kind: Any) -> Any:
    return next(option for option in get_args(kind) if option is not type(None))


def _is_rounded(kind: Any) -> bool:
    return get_origin(kind) is Annotated and isinstance(kind.__metadata__[0], Rounded)


_READERS: Final[Mapping[Callable[[Any], bool], Callable[[Any, cattrs.Converter], _Reader]]] = {
    _is_list: _list_reader,
    _is_mapping: _mapping_reader,
    _is_optional: _optional_reader,
    _is_rounded: _rounded_reader,
    dataclasses.is_dataclass: _record_reader,
}
_WRITERS: Final[Mapping[Callable[[Any], bool], Callable[[Any, cattrs.Converter], _Writer]]] = {
    _is_optional: _optional_writer,
    _is_plain_list: _list_writer,
    _is_rounded: _rounded_writer,
    dataclasses.is_dataclass: _record_writer,
}


# --- errors --------------------------------------------------------------------------------


def _first_error(error: Exception, at: str) -> Exception:
    """Return the first problem with the name of its field; errors of records stay as they are."""
    where, problem = _located(error, at)
    if isinstance(problem, _ProblemError):
        return FieldError(where or "the file", str(problem))
    if isinstance(problem, ForbiddenExtraKeysError):
        return FieldError(_join(where, min(map(str, problem.extra_fields))), "is not a known field")
    if isinstance(problem, KeyError):
        return FieldError(where, "is missing")
    if isinstance(problem, FieldError | PostureError) or not where:
        return problem
    return FieldError(where, f"makes no sense: {problem}")


def _located(error: Exception, at: str) -> tuple[str, Exception]:
    if not isinstance(error, ClassValidationError | IterableValidationError):
        return at, error
    noted, others = error.group_exceptions()
    if others:
        # Unknown fields first: a misspelt name is both unknown and missing.
        return _located(others[0], at)
    inner, note = noted[0]
    if isinstance(note, IterableValidationNote):
        place = note.index
        return _located(inner, f"{at}[{place}]" if isinstance(place, int) else _join(at, place))
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
_writer_of: Final = cache(_CONVERTER.get_unstructure_hook)
