"""Small conditions over what is known of a client, as used in the data files.

A condition is ``path=value``, ``path>number`` or ``path<number``; ``&`` joins several that must
all hold. A path that nobody answered makes every condition on it false.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_ATOM = re.compile(r"^([\w.]+)\s*([=<>])\s*([\w.]+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One comparison of a condition."""

    path: str
    sign: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known: chosen values and numbers by path."""

    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


def parse(condition: str) -> tuple[Atom, ...]:
    """Split a condition into its comparisons.

    Parameters
    ----------
    condition : str
        For example ``"about.age>50 & health.new_pain=yes"``.

    Returns
    -------
    tuple of Atom
        All of them must hold.

    Raises
    ------
    ValueError
        If the text is not a condition.
    """
    return tuple(_atom(part.strip()) for part in condition.split("&"))


def holds(condition: str, facts: Facts) -> bool:
    """Whether every comparison of a condition is known to be true."""
    return all(_true(atom, facts) for atom in parse(condition))


def any_holds(conditions: Iterable[str], facts: Facts) -> bool:
    """Whether at least one of several conditions is known to be true."""
    return any(holds(condition, facts) for condition in conditions)


def atoms(conditions: Iterable[str]) -> Iterator[Atom]:
    """Every comparison in several conditions."""
    for condition in conditions:
        yield from parse(condition)


def _atom(text: str) -> Atom:
    match = _ATOM.match(text)
    if match is None:
        raise ValueError(f"is not a condition: {text!r}")
    return Atom(path=match[1], sign=match[2], value=match[3])


def _true(atom: Atom, facts: Facts) -> bool:
    if atom.sign == "=":
        return atom.value in facts.values.get(atom.path, frozenset())
    number = facts.numbers.get(atom.path)
    if number is None:
        return False
    limit = float(atom.value)
    return number > limit if atom.sign == ">" else number < limit
