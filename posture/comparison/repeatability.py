"""Repeatability of a studio's photos: n people, two visits, three photos each.

A nested analysis of variance splits the differences between photos of people who did not change
into those within and those between sessions. Both together say how large a change between two
visits must be before it is one of the person.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from posture.comparison.differences import same_details, same_method
from posture.comparison.measurement_error import Errors, estimator_errors
from posture.comparison.quantiles import chi2_quantile, f_quantile
from posture.comparison.visit_data import VisitData, names_of, unit_of
from posture.errors import SettingsError

MIN_PEOPLE: Final = 5
"""With fewer, the SEM is not even known to within a factor of two and a half."""

ADVISED_PEOPLE: Final = 10
"""With ten people and two visits the SEM is known to -30 % and +75 %."""

MDC95_FACTOR: Final = 2.77
"""1.96 times the square root of 2 (Weir 2005)."""

TAIL: Final = 0.025

Reason = Literal["too_few_people"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A value with its 95 % confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanPrecision:
    """Precision of the mean of ``photos`` photos of one visit.

    Parameters
    ----------
    photos : int
    sem : float
        Standard error of measurement.
    mdc95 : float
        Minimal detectable change between two such means.
    icc : float
        Intraclass correlation: the part of the variance of such means that lies between people.
    """

    photos: int
    sem: float
    mdc95: float
    icc: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeatability:
    """Repeatability of one quantity; SDs of estimates are in units of true change.

    Parameters
    ----------
    name, unit : str
    people, visits, photos : int
        Size of the study; each person has all visits with all photos.
    within_session_sd, between_session_sd, person_sd : float
        SD from photo to photo, from visit to visit, and between people.
    slope : float
        Share of a true change that the quantity shows.
    means : tuple of MeanPrecision
        For one, two and three photos.
    sem, icc : Interval
        Of the mean of all photos of a visit, with exact intervals: for the SEM from the chi-square
        distribution of the mean square between sessions, for ICC(1,1) by Shrout & Fleiss 1979.
    """

    name: str
    unit: str
    people: int
    visits: int
    photos: int
    within_session_sd: float
    between_session_sd: float
    person_sd: float
    slope: float
    means: tuple[MeanPrecision, ...]
    sem: Interval
    icc: Interval

    def errors(self) -> Errors:
        """Return the SDs in the form in which visits are compared."""
        return Errors(
            slope=self.slope,
            between_session_sd=self.between_session_sd,
            within_session_sd=self.within_session_sd,
            between_source="studio",
            within_source="studio",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Result of a repeatability study.

    Parameters
    ----------
    people : int
        Number of people.
    found : mapping of str to Repeatability
    absent : mapping of str to str
        Quantities without a result, with the reason.
    """

    people: int
    found: Mapping[str, Repeatability]
    absent: Mapping[str, Reason]

    def errors(self) -> dict[str, Errors]:
        """Return the SDs of all quantities, for :func:`posture.comparison.api.compare`."""
        return {name: item.errors() for name, item in self.found.items()}


def study(people: Sequence[Sequence[VisitData]]) -> Study:
    """Analyse the visits of people who did not change in between.

    Parameters
    ----------
    people : sequence of (sequence of VisitData)
        Two or more visits of each person, two or more photos in each.

    Returns
    -------
    Study

    Raises
    ------
    SettingsError
        ``bad_study`` with fewer than five people, two visits or two photos.

    Notes
    -----
    Visits and photos beyond the smallest number that everyone has are left out, so that the design
    is balanced. A quantity is analysed over the people whose photos all show it.
    """
    visits, photos = _design(people)
    everything = [visit for person in people for visit in person]
    found: dict[str, Repeatability] = {}
    absent: dict[str, Reason] = {}
    for name in names_of(everything):
        table = [[visit.readings(name)[:photos] for visit in person[:visits]] for person in people]
        whole = [person for person in table if all(len(values) == photos for values in person)]
        if len(whole) < MIN_PEOPLE:
            absent[name] = "too_few_people"
            continue
        model = estimator_errors(name, everything)
        found[name] = analyse(
            whole,
            name=name,
            unit=unit_of(everything, name),
            slope=1.0 if model is None else model.slope,
        )
    return Study(people=len(people), found=found, absent=absent)


def analyse(
    table: Sequence[Sequence[Sequence[float]]], *, name: str, unit: str, slope: float = 1.0
) -> Repeatability:
    """Analyse one quantity.

    Parameters
    ----------
    table : sequence, shape (people, visits, photos)
        Values, balanced.
    name, unit : str
    slope : float
        Divides all SDs.

    Returns
    -------
    Repeatability

    Notes
    -----
    In a nested random-effects design with n people, v visits and m photos, the expected mean
    squares are within² (within sessions), within² + m·between² (between sessions) and
    within² + m·between² + m·v·person² (between people). A component whose estimate is negative
    is 0.
    """
    n, v, m = len(table), len(table[0]), len(table[0][0])
    ms_within, ms_between, ms_people = mean_squares(table)
    within = ms_within / slope**2
    between = max(0.0, (ms_between - ms_within) / m) / slope**2
    person = max(0.0, (ms_people - ms_between) / (m * v)) / slope**2
    return Repeatability(
        name=name,
        unit=unit,
        people=n,
        visits=v,
        photos=m,
        within_session_sd=math.sqrt(within),
        between_session_sd=math.sqrt(between),
        person_sd=math.sqrt(person),
        slope=slope,
        means=tuple(_precision(k, within, between, person) for k in (1, 2, 3)),
        sem=_sem_interval(ms_between / m / slope**2, n * (v - 1)),
        icc=_icc_interval(ms_people, ms_between, n, v),
    )


def mean_squares(table: Sequence[Sequence[Sequence[float]]]) -> tuple[float, float, float]:
    """Return the mean squares within sessions, between sessions and between people.

    Parameters
    ----------
    table : sequence, shape (people, visits, photos)
    """
    n, v, m = len(table), len(table[0]), len(table[0][0])
    visits = [[_mean(values) for values in person] for person in table]
    people = [_mean(means) for means in visits]
    grand_mean = _mean(people)
    within = math.fsum(
        (value - mean) ** 2
        for person, means in zip(table, visits, strict=True)
        for values, mean in zip(person, means, strict=True)
        for value in values
    )
    between = m * math.fsum(
        (mean - centre) ** 2 for means, centre in zip(visits, people, strict=True) for mean in means
    )
    among = m * v * math.fsum((centre - grand_mean) ** 2 for centre in people)
    return within / (n * v * (m - 1)), between / (n * (v - 1)), among / (n - 1)


def _design(people: Sequence[Sequence[VisitData]]) -> tuple[int, int]:
    """Return how many visits and photos everyone has."""
    if len(people) < MIN_PEOPLE:
        raise _bad(f"has at least {MIN_PEOPLE} people; {ADVISED_PEOPLE} are better")
    visits = min(len(person) for person in people)
    counts = [len(visit.records) for person in people for visit in person[:visits]]
    if visits < 2 or min(counts) < 2:
        raise _bad("needs two sessions of each person with two photos each; three are better")
    if not same_method([visit for person in people for visit in person]):
        raise _bad("needs results of one version: analyse the photos again")
    if not all(same_details(person) for person in people):
        raise _bad(
            "needs the same knowledge of sex and clothes at all sessions of a person: write both "
            "down and analyse the photos again"
        )
    return visits, min(counts)


def _precision(photos: int, within: float, between: float, person: float) -> MeanPrecision:
    """Return the precision of a mean from the three variance components."""
    error = between + within / photos
    total = person + error
    return MeanPrecision(
        photos=photos,
        sem=math.sqrt(error),
        mdc95=MDC95_FACTOR * math.sqrt(error),
        icc=person / total if total > 0 else 0.0,
    )


def _sem_interval(variance: float, freedom: int) -> Interval:
    low, high = (chi2_quantile(p, freedom) / freedom for p in (1 - TAIL, TAIL))
    return Interval(
        value=math.sqrt(variance), low=math.sqrt(variance / low), high=math.sqrt(variance / high)
    )


def _icc_interval(ms_people: float, ms_between: float, n: int, v: int) -> Interval:
    """Return ICC(1,1) of visit means, exact for normal data (Shrout & Fleiss 1979, equation 5)."""
    if ms_between == 0:
        return Interval(value=1.0, low=1.0, high=1.0)
    ratio = ms_people / ms_between
    freedom = n - 1, n * (v - 1)
    low = ratio / f_quantile(1 - TAIL, *freedom)
    high = ratio * f_quantile(1 - TAIL, freedom[1], freedom[0])
    value, *ends = ((f - 1) / (f + v - 1) for f in (ratio, low, high))
    return Interval(value=value, low=ends[0], high=ends[1])


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _bad(problem: str) -> SettingsError:
    return SettingsError(f"A repeatability study {problem}.", code="bad_study")
