"""Turn tables (TOML, JSON) into typed records and back, naming the field that is wrong."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin
from typing import get_type_hints as _type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    R = TypeVar("R", bound=DataclassInstance)
else:
    R = TypeVar("R")

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


class FieldError(ValueError):
    """A field does not fit its type; callers turn it into an error of their own.

    Parameters
    ----------
    field : str
        Dotted name of the field.
    problem : str
        What is wrong with it, as the end of a sentence that starts with the field.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field
        self.problem = problem


def decode(record: type[R], table: object, at: str = "") -> R:
    """Read a table into a dataclass, strictly.

    Parameters
    ----------
    record : type
        The dataclass to build.
    table : object
        A mapping with exactly the fields of the dataclass; those with a default may be absent.
    at : str, optional
        Name of the table, put before each field in messages.

    Returns
    -------
    record
        The filled dataclass.

    Raises
    ------
    FieldError
        If a field is missing, unknown or of the wrong kind.
    """
    if not isinstance(table, Mapping):
        raise FieldError(at or "the file", "must be a table of fields")
    known = {stored_key(field): field for field in dataclasses.fields(record)}
    for name in table:
        if name not in known:
            raise FieldError(_join(at, str(name)), "is not a known field")
    values: dict[str, object] = {}
    for name, field in known.items():
        if name in table:
            hint = _hints(record)[field.name]
            values[field.name] = _from_files(field, _value(hint, table[name], _join(at, name)))
        elif field.default is dataclasses.MISSING:
            raise FieldError(_join(at, name), "is missing")
    return record(**values)


def encode(value: object) -> Json:
    """Turn dataclasses, dates, tuples and sets into plain JSON values.

    Parameters
    ----------
    value : object
        A record of this package or one of its field values.

    Returns
    -------
    Json
        Dictionaries, lists, text and numbers only; sets are sorted.

    Raises
    ------
    TypeError
        If the value has no JSON form.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return encode_record(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return [encode(part) for part in sorted(value)]
    if isinstance(value, tuple):
        return [encode(part) for part in value]
    raise TypeError(f"no JSON form for {type(value).__name__}")


def encode_record(record: DataclassInstance) -> dict[str, Json]:
    """Turn one dataclass into a dictionary of plain JSON values."""
    return {stored_key(f): encode(_for_files(f, record)) for f in dataclasses.fields(record)}


def stored_as(key: str, *, default: Any = dataclasses.MISSING, per: float = 1.0) -> Any:
    """Declare a field that files have under another name, which they keep.

    Parameters
    ----------
    key : str
        Its name in files.
    default : object, optional
    per : float
        How many of the field's units make one of the files': 100 for centimetres kept in metres.
    """
    return dataclasses.field(default=default, metadata={"stored_as": key, "per": per})


def stored_key(field: dataclasses.Field[Any]) -> str:
    """Return the name that a field has in files."""
    return str(field.metadata.get("stored_as", field.name))


def _for_files(field: dataclasses.Field[Any], record: DataclassInstance) -> object:
    value, per = getattr(record, field.name), field.metadata.get("per", 1.0)
    return value if value is None or per == 1.0 else value / per


def _from_files(field: dataclasses.Field[Any], value: object) -> object:
    per = field.metadata.get("per", 1.0)
    if per == 1.0 or not isinstance(value, float):
        return value
    # 4.35 times 100 is not quite 435.
    return round(per * value, 6)


def _join(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


@cache
def _hints(record: type[object]) -> dict[str, object]:
    return dict(_type_hints(record))


def _value(hint: object, raw: object, at: str) -> object:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _optional(args, raw, at)
    if origin is Literal:
        return _one_of(args, raw, at)
    if origin in (tuple, frozenset):
        parts = [_value(args[0], part, f"{at}[{i}]") for i, part in enumerate(_list(raw, at))]
        return tuple(parts) if origin is tuple else frozenset(parts)
    if hint is date:
        return _date(raw, at)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return decode(hint, raw, at)
    return _scalar(hint, raw, at)


def _optional(args: tuple[object, ...], raw: object, at: str) -> object:
    if raw is None:
        return None
    (inner,) = [arg for arg in args if arg is not type(None)]
    return _value(inner, raw, at)


def _one_of(allowed: tuple[object, ...], raw: object, at: str) -> object:
    if not isinstance(raw, str) or raw not in allowed:
        options = ", ".join(str(option) for option in allowed)
        raise FieldError(at, f"is {raw!r} but must be one of: {options}")
    return raw


def _list(raw: object, at: str) -> Sequence[object]:
    if not isinstance(raw, (list, tuple)):
        raise FieldError(at, "must be a list")
    return raw


def _date(raw: object, at: str) -> date:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise FieldError(at, "must be a date like 2025-01-31") from None


def _scalar(hint: object, raw: object, at: str) -> object:
    if hint is float and isinstance(raw, int) and not isinstance(raw, bool):
        return float(raw)
    if hint not in _NAMES or type(raw) is not hint:
        raise FieldError(at, f"must be {_NAMES.get(hint, 'of another kind')}")  # type: ignore[call-overload]
    if isinstance(raw, str) and not raw.strip():
        raise FieldError(at, "must not be empty")
    return raw
