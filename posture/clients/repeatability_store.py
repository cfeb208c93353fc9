"""Repeatability of a studio's own set-up, stored in its client file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from posture.analysis.result import FIRST_ALGORITHM, Method
from posture.clients.store import ClientStore
from posture.codec import FieldError, Json, decode, encode_record
from posture.comparison.measurement_error import Errors
from posture.comparison.repeatability import Study
from posture.comparison.visit_data import VisitData

SETTING: Final = "repeatability"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRepeatability:
    """Stored result of a repeatability study.

    Parameters
    ----------
    measured_on : date
    people : int
    errors : dict of str to Errors
    """

    measured_on: date
    people: int
    errors: dict[str, Errors]


def save_repeatability(
    store: ClientStore, study: Study, *, measured_on: date, method: Method
) -> None:
    """Store the result of a study; this owner's visits are compared by it from now on."""
    entry: dict[str, Json] = {
        "measured_on": measured_on.isoformat(),
        "people": study.people,
        "estimator": method.estimator,
        "algorithm": method.algorithm,
        "errors": {name: encode_record(errors) for name, errors in study.errors().items()},
    }
    store.save_setting(SETTING, entry)


def load_repeatability(
    store: ClientStore, *, method: Method | None = None
) -> StoredRepeatability | None:
    """Return the stored result of a study.

    Parameters
    ----------
    store : ClientStore
    method : Method, optional
        Return it only if measured with this method; values of another repeat differently.
    """
    entry = store.setting(SETTING)
    if not isinstance(entry, dict) or not (method is None or _holds(entry, method)):
        return None
    errors = entry.get("errors")
    if not isinstance(errors, dict):
        return None
    try:
        return StoredRepeatability(
            measured_on=date.fromisoformat(str(entry.get("measured_on"))),
            people=int(str(entry.get("people"))),
            errors={name: decode(Errors, table) for name, table in errors.items()},
        )
    except (FieldError, ValueError):
        return None


def studio_errors(store: ClientStore, visit: VisitData) -> dict[str, Errors] | None:
    """Return the stored errors, if they hold for the results of a visit."""
    method = method_of(visit)
    found = None if method is None else load_repeatability(store, method=method)
    return None if found is None else found.errors


def method_of(visit: VisitData) -> Method | None:
    """Return the method of a visit's results; ``None`` without any."""
    return visit.records[0].provenance.method if visit.records else None


def _holds(entry: Mapping[str, Json], method: Method) -> bool:
    # Version 0.1.0 stored no algorithm.
    known = entry.get("estimator"), entry.get("algorithm", FIRST_ALGORITHM)
    return known == (method.estimator, method.algorithm)
