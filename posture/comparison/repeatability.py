"""How repeatable a studio's photos are: n people, two sessions, three photos each.

A nested analysis of variance splits what differs between photos of people who did not change:
from photo to photo within a session, and from session to session. Both together say how large a
change between two visits must be before it is one of the person.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from posture.comparison.model import Errors, VisitData, names_of, unit_of
from posture.comparison.protocol import same_method, told_alike
from posture.comparison.quantiles import chi2_quantile, f_quantile
from posture.comparison.spread import stated_errors
from posture.errors import SettingsError

MIN_PEOPLE: Final = 5
"""With fewer the standard error is not even known to within a factor of two and a half."""

ADVISED_PEOPLE: Final = 10
"""With ten people and two sessions the standard error is known to -30 % and +75 %."""

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
class MeanOf:
    """What the mean of ``photos`` photos of one session is worth.

    Parameters
    ----------
    photos : int
    sem : float
        Standard error of measurement.
    mdc95 : float
        Smallest real change between two such means.
    icc : float
        Share of the variance between people in the variance of such means.
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
    people, sessions, photos : int
        Size of the study; each person has all sessions with all photos.
    within_session_sd, between_session_sd, person_sd : float
        SD from photo to photo, from session to session, and between people.
    slope : float
        How much of a true change the quantity shows.
    means : tuple of MeanOf
        For one, two and three photos.
    sem, icc : Interval
        Of the mean of all photos of a session: exact intervals from the chi-square distribution
        of the mean square between sessions, and of Shrout & Fleiss 1979 for ICC(1,1).
    """

    name: str
    unit: str
    people: int
    sessions: int
    photos: int
    within_session_sd: float
    between_session_sd: float
    person_sd: float
    slope: float
    means: tuple[MeanOf, ...]
    sem: Interval
    icc: Interval

    def errors(self) -> Errors:
        """Return the spreads in the form in which visits are compared."""
        return Errors(
            slope=self.slope,
            between_session_sd=self.between_session_sd,
            within_session_sd=self.within_session_sd,
            between_source="studio",
            within_source="studio",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """The result of a repeatability study.

    Parameters
    ----------
    people : int
        People in it.
    found : mapping of str to Repeatability
    absent : mapping of str to str
        Quantities without a result, with the reason.
    """

    people: int
    found: Mapping[str, Repeatability]
    absent: Mapping[str, Reason]

    def errors(self) -> dict[str, Errors]:
        """Return the spreads of all quantities, for :func:`posture.comparison.api.compare`."""
        return {name: item.errors() for name, item in self.found.items()}


def study(people: Sequence[Sequence[VisitData]]) -> Study:
    """Analyse the sessions of people who did not change in between.

    Parameters
    ----------
    people : sequence of (sequence of VisitData)
        Two or more sessions of each person, two or more photos in each.

    Returns
    -------
    Study

    Raises
    ------
    SettingsError
        ``bad_study`` with fewer than five people, two sessions or two photos.

    Notes
    -----
    Sessions and photos beyond the smallest number that everyone has are left out, so that the
    design is balanced. A quantity is analysed over the people whose photos all show it.
    """
    sessions, photos = _design(people)
    everything = [session for person in people for session in person]
    found: dict[str, Repeatability] = {}
    absent: dict[str, Reason] = {}
    for name in names_of(everything):
        table = [
            [session.values(name)[:photos] for session in person[:sessions]] for person in people
        ]
        whole = [person for person in table if all(len(values) == photos for values in person)]
        if len(whole) < MIN_PEOPLE:
            absent[name] = "too_few_people"
            continue
        model = stated_errors(name, everything)
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
    table : sequence, shape (people, sessions, photos)
        Values, balanced.
    name, unit : str
    slope : float
        Divides all spreads.

    Returns
    -------
    Repeatability

    Notes
    -----
    Mean squares of a nested random-effects design with n people, s sessions and m photos expect
    photo² (within sessions), photo² + m·day² (between sessions) and photo² + m·day² + m·s·person²
    (between people). A component whose estimate is negative is 0.
    """
    n, s, m = len(table), len(table[0]), len(table[0][0])
    within, between, among = mean_squares(table)
    photo = within / slope**2
    day = max(0.0, (between - within) / m) / slope**2
    person = max(0.0, (among - between) / (m * s)) / slope**2
    return Repeatability(
        name=name,
        unit=unit,
        people=n,
        sessions=s,
        photos=m,
        within_session_sd=math.sqrt(photo),
        between_session_sd=math.sqrt(day),
        person_sd=math.sqrt(person),
        slope=slope,
        means=tuple(_mean_of(k, photo, day, person) for k in (1, 2, 3)),
        sem=_sem_interval(between / m / slope**2, n * (s - 1)),
        icc=_icc_interval(among, between, n, s),
    )


def mean_squares(table: Sequence[Sequence[Sequence[float]]]) -> tuple[float, float, float]:
    """Return the mean squares within sessions, between sessions and between people.

    Parameters
    ----------
    table : sequence, shape (people, sessions, photos)
    """
    n, s, m = len(table), len(table[0]), len(table[0][0])
    sessions = [[_mean(values) for values in person] for person in table]
    people = [_mean(means) for means in sessions]
    whole = _mean(people)
    within = math.fsum(
        (value - mean) ** 2
        for person, means in zip(table, sessions, strict=True)
        for values, mean in zip(person, means, strict=True)
        for value in values
    )
    between = m * math.fsum(
        (mean - centre) ** 2
        for means, centre in zip(sessions, people, strict=True)
        for mean in means
    )
    among = m * s * math.fsum((centre - whole) ** 2 for centre in people)
    return within / (n * s * (m - 1)), between / (n * (s - 1)), among / (n - 1)


def _design(people: Sequence[Sequence[VisitData]]) -> tuple[int, int]:
    """Return how many sessions and photos everyone has."""
    if len(people) < MIN_PEOPLE:
        raise _bad(f"has at least {MIN_PEOPLE} people; {ADVISED_PEOPLE} are better")
    sessions = min(len(person) for person in people)
    counts = [len(session.records) for person in people for session in person[:sessions]]
    if sessions < 2 or min(counts) < 2:
        raise _bad("needs two sessions of each person with two photos each; three are better")
    if not same_method([session for person in people for session in person]):
        raise _bad("needs results of one version: analyse the photos again")
    if not all(told_alike(person) for person in people):
        raise _bad(
            "needs the same knowledge of sex and clothes at all sessions of a person: write both "
            "down and analyse the photos again"
        )
    return sessions, min(counts)


def _mean_of(photos: int, photo: float, day: float, person: float) -> MeanOf:
    error = day + photo / photos
    total = person + error
    return MeanOf(
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


def _icc_interval(among: float, between: float, n: int, s: int) -> Interval:
    """ICC(1,1) of session means: exact for normal data (Shrout & Fleiss 1979, equation 5)."""
    if between == 0:
        return Interval(value=1.0, low=1.0, high=1.0)
    ratio = among / between
    freedom = n - 1, n * (s - 1)
    low = ratio / f_quantile(1 - TAIL, *freedom)
    high = ratio * f_quantile(1 - TAIL, freedom[1], freedom[0])
    value, *ends = ((f - 1) / (f + s - 1) for f in (ratio, low, high))
    return Interval(value=value, low=ends[0], high=ends[1])


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _bad(problem: str) -> SettingsError:
    return SettingsError(f"A repeatability study {problem}.", code="bad_study")
