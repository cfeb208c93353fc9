"""What a studio measured of its own set-up, kept for comparing its clients' visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

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
    estimator : str
        Estimates of another one repeat differently: the result then no longer counts.
    errors : dict of str to Errors
    """

    measured_on: date
    people: int
    estimator: str
    errors: dict[str, Errors]


def save_studio(store: ClientStore, study: Study, *, measured_on: date, estimator: str) -> None:
    """Keep the result of a study for this owner's comparisons."""
    entry: dict[str, Json] = {
        "measured_on": measured_on.isoformat(),
        "people": study.people,
        "estimator": estimator,
        "errors": {name: encode_record(errors) for name, errors in study.errors().items()},
    }
    store.save_setting(SETTING, entry)


def load_studio(store: ClientStore, *, estimator: str) -> StudioErrors | None:
    """Return the stored result, if there is one and it was measured with this estimator."""
    entry = store.setting(SETTING)
    if not isinstance(entry, dict) or entry.get("estimator") != estimator:
        return None
    errors = entry.get("errors")
    if not isinstance(errors, dict):
        return None
    try:
        return StudioErrors(
            measured_on=date.fromisoformat(str(entry.get("measured_on"))),
            people=int(str(entry.get("people"))),
            estimator=estimator,
            errors={name: decode(Errors, table) for name, table in errors.items()},
        )
    except (FieldError, ValueError):
        return None


def studio_errors(store: ClientStore, session: VisitData) -> dict[str, Errors] | None:
    """Return the stored spreads that fit the results of a visit."""
    if not session.records:
        return None
    found = load_studio(store, estimator=estimator_of(session))
    return None if found is None else found.errors


def estimator_of(session: VisitData) -> str:
    """Return the name of the estimator that a visit's results come from; empty without any."""
    return session.records[0].provenance.estimator if session.records else ""
