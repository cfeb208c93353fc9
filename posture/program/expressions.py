"""Logical expressions over the facts of a client, as the data files use them under ``when``.

An expression is a term ``path=value``, ``path>number`` or ``path<number``; ``&`` joins terms that
must all hold. A term on a path without an answer is false.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

_TERM = re.compile(r"^([\w.]+)\s*([=<>])\s*([\w.]+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One comparison; ``operator`` is ``=``, ``<`` or ``>``."""

    path: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts of a client: chosen values and numbers, by path."""

    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


@cache
def parse(expression: str) -> tuple[Term, ...]:
    """Split an expression into its terms, all of which must hold.

    Parameters
    ----------
    expression : str
        For example ``"about.age>50 & health.new_pain=yes"``.

    Raises
    ------
    ValueError
        If the text is not an expression.
    """
    return tuple(_term(part.strip()) for part in expression.split("&"))


def holds(expression: str, facts: Facts) -> bool:
    """Whether every term of an expression is known to be true."""
    return all(_true(term, facts) for term in parse(expression))


def any_holds(expressions: Iterable[str], facts: Facts) -> bool:
    """Whether at least one of several expressions is known to be true."""
    return any(holds(expression, facts) for expression in expressions)


def terms(expressions: Iterable[str]) -> Iterator[Term]:
    """Yield the terms of several expressions."""
    for expression in expressions:
        yield from parse(expression)


def _term(text: str) -> Term:
    match = _TERM.match(text)
    if match is None:
        raise ValueError(f"is not a condition: {text!r}")
    return Term(path=match[1], operator=match[2], value=match[3])


def _true(term: Term, facts: Facts) -> bool:
    if term.operator == "=":
        return term.value in facts.values.get(term.path, frozenset())
    number = facts.numbers.get(term.path)
    if number is None:
        return False
    limit = float(term.value)
    return number > limit if term.operator == ">" else number < limit
