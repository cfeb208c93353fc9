"""What a studio measured of its own set-up, kept for comparing its clients' visits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from posture.analysis.result import FIRST_ALGORITHM, Method
from posture.clients.store import ClientStore
from posture.codec import FieldError, Json, decode, encode_record
from posture.comparison.model import Errors, VisitData
from posture.comparison.repeatability import Study

SETTING: Final = "repeatability"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioErrors:
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


def save_studio(store: ClientStore, study: Study, *, measured_on: date, method: Method) -> None:
    """Keep the result of a study for this owner's comparisons."""
    entry: dict[str, Json] = {
        "measured_on": measured_on.isoformat(),
        "people": study.people,
        "estimator": method.estimator,
        "algorithm": method.algorithm,
        "errors": {name: encode_record(errors) for name, errors in study.errors().items()},
    }
    store.save_setting(SETTING, entry)


def load_studio(store: ClientStore, *, method: Method | None = None) -> StudioErrors | None:
    """Return the stored result of a study.

    Parameters
    ----------
    store : ClientStore
    method : Method, optional
        Only if it was measured with this one: values of another repeat differently.
    """
    entry = store.setting(SETTING)
    if not isinstance(entry, dict) or not (method is None or _holds(entry, method)):
        return None
    errors = entry.get("errors")
    if not isinstance(errors, dict):
        return None
    try:
        return StudioErrors(
            measured_on=date.fromisoformat(str(entry.get("measured_on"))),
            people=int(str(entry.get("people"))),
            errors={name: decode(Errors, table) for name, table in errors.items()},
        )
    except (FieldError, ValueError):
        return None


def studio_errors(store: ClientStore, visit: VisitData) -> dict[str, Errors] | None:
    """Return the stored errors that fit the results of a visit."""
    method = method_of(visit)
    found = None if method is None else load_studio(store, method=method)
    return None if found is None else found.errors


def method_of(visit: VisitData) -> Method | None:
    """Return the method of a visit's results; ``None`` without any."""
    return visit.records[0].provenance.method if visit.records else None


def _holds(entry: Mapping[str, Json], method: Method) -> bool:
    # Version 0.1.0 stored no algorithm.
    known = entry.get("estimator"), entry.get("algorithm", FIRST_ALGORITHM)
    return known == (method.estimator, method.algorithm)
