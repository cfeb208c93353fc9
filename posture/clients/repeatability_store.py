"""Stored repeatability of a studio's own set-up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from posture.analysis.result import ALGORITHM, FIRST_ALGORITHM, Method
from posture.clients.store import ClientStore
from posture.codec import encode_record, open_ended, try_decode
from posture.comparison.measurement_error import Errors
from posture.comparison.repeatability import Study
from posture.comparison.visit_data import VisitData
from posture.estimator.model import LINE, OLD_LINE, POSITION

SETTING: Final = "repeatability"


@open_ended
@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRepeatability:
    """Stored result of a repeatability study.

    Parameters
    ----------
    people : int
        Number of people in the study.
    estimator, algorithm
        As in the provenance of the results; version 0.1.0 stored no algorithm.
    errors : dict of str to Errors
        By name of the quantity.
    """

    measured_on: date
    people: int
    estimator: str
    algorithm: int = FIRST_ALGORITHM
    errors: dict[str, Errors]

    @property
    def outdated(self) -> bool:
        """Whether this version reads photos by another algorithm, so that it starts again."""
        return self.algorithm != ALGORITHM

    def named(self) -> StoredRepeatability:
        """Return it with the names that its quantities have today.

        What version 0.1 called pelvic tilt was the bone line: estimated, or placed in all photos of
        the study, and then its slope was 1.
        """
        tilt = self.errors.get(POSITION)
        if self.algorithm != FIRST_ALGORITHM or tilt is None:
            return self
        name = LINE if tilt.slope == 1.0 else OLD_LINE
        others = {key: found for key, found in self.errors.items() if key != POSITION}
        return replace(self, errors={name: tilt, **others})


def save_repeatability(
    store: ClientStore, study: Study, *, measured_on: date, method: Method
) -> None:
    """Store the result of a study; this owner's visits are compared by it from now on."""
    stored = StoredRepeatability(
        measured_on=measured_on,
        people=study.people,
        estimator=method.estimator,
        algorithm=method.algorithm,
        errors=study.errors(),
    )
    store.save_setting(SETTING, encode_record(stored))


def load_repeatability(
    store: ClientStore, *, method: Method | None = None
) -> StoredRepeatability | None:
    """Return the stored result of a study.

    Parameters
    ----------
    method : Method, optional
        Return it only if measured with this method: other methods repeat differently.
    """
    stored = try_decode(StoredRepeatability, store.setting(SETTING))
    if stored is None:
        return None
    stored = stored.named()
    if method is None:
        return stored
    same = (stored.estimator, stored.algorithm) == (method.estimator, method.algorithm)
    return stored if same else None


def studio_errors(store: ClientStore, visit: VisitData) -> dict[str, Errors] | None:
    """Return the stored errors if they apply to the results of a visit."""
    method = method_of(visit)
    found = None if method is None else load_repeatability(store, method=method)
    return None if found is None else found.errors


def method_of(visit: VisitData) -> Method | None:
    """Return the method of a visit's results; ``None`` if there are none."""
    return visit.records[0].provenance.method if visit.records else None
