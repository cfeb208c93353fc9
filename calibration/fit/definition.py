"""Definition of the two postures: spread of adults, cuts, sway, build by sex, recalibration."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from calibration.arrays import Bools, Floats
from calibration.data.records import true_quantities
from calibration.data.table import Table, joined
from calibration.errors import DatasetError
from posture.codec import encode_record
from posture.estimator.features import FEATURE_NAMES
from posture.estimator.model import Estimates, Estimator
from posture.screening.build import BUILD_NAMES, build_of, chances_of, male_chance
from posture.screening.definition import (
    LEAST_Z,
    ORDINARY_Z,
    SHARE_A,
    SHARE_B,
    TUCKED_Z,
    Definition,
    Group,
    SexFromBuild,
    SexTold,
    Spread,
    SwayReading,
    SwayView,
)
from posture.screening.pattern_odds import SEXES, joint_among, odds_of, scores_by_sex
from posture.screening.posterior import Joint, Logistic, log_odds
from posture.screening.sway import limbs_seen
from posture.types import Pattern, Sex

LEAST_ADULTS: Final = 200
"""Adults from which shares of 10 and 15 % can be told to two or three percent."""

LEG_SHARE_PCT: Final = 45.0
"""Height of the hip over the ankle in percent of height, for the lean of the leg (4 % more or less
changes a lean of 3 degrees by a tenth)."""

RIDGE: Final = 1e-3
STEPS: Final = 50
"""Shrinkage and number of steps of logistic regressions."""


TRUST_IN_BUILD: Final = 0.5
"""Share of the log odds of the sex that counts. Bodies of the fit differ by sex more sharply than
people do: of 167 scanned people the sex was told apart as well (AUC 0.81 against 0.84), but the log
odds fitted them best when halved."""

SEX_TOLD: Final[tuple[SexTold, ...]] = ("told", "untold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Adults:
    """True position, arch and sway of the people of a table, in degrees.

    A back without a hollow has no lordosis; it counts as the least arch there is.
    """

    sex: NDArray[np.str_]
    position: Floats
    arch: Floats
    sway: Floats

    def of(self, sex: Sex) -> Bools:
        """Return who is of a sex."""
        return np.asarray(self.sex == sex)


def adults_of(table: Table) -> Adults:
    """Return the true values of a table's people."""
    truths = [record["truth"] for record in table.records]
    lordosis = [truth["lumbar_lordosis_deg"] for truth in truths]
    return Adults(
        sex=np.array([record["traits"]["sex"] for record in table.records]),
        position=np.array(
            [true_quantities(record)["pelvic_tilt_deg"] for record in table.records], dtype=float
        ),
        arch=np.array([0.0 if value is None else float(value) for value in lordosis]),
        sway=np.array([sway_of(truth) for truth in truths]),
    )


def sway_of(truth: Mapping[str, Any]) -> float:
    """Return the true angle at the hip between leg and trunk; positive is swayed back."""
    leg = np.degrees(np.arctan(float(truth["plumb_hip_pct"]) / LEG_SHARE_PCT))
    return float(leg) - float(truth["trunk_lean_deg"])


def measure_definition(tables: Sequence[Table], estimator: Estimator, *, name: str) -> Definition:
    """Measure the definition on adults.

    Parameters
    ----------
    tables : sequence of Table
        Adults (``population``); rows of other populations are left out. Spread and cuts are those
        of all of them, the recalibration that of people kept out of the fit.
    estimator : Estimator
    name : str
        What the adults are called in the file.

    Raises
    ------
    DatasetError
        If there are too few adults.
    """
    table = only_adults(tables)
    adults = adults_of(table)
    bare = {sex: _group(adults, sex) for sex in SEXES}
    z = standard_scores(adults, bare)
    correlation = float(np.corrcoef(z[0], z[1])[0, 1])
    stated = [estimator.estimate(row) for row in table.features]
    groups = {}
    for sex, group in bare.items():
        rows = np.flatnonzero(adults.of(sex))
        found = [stated[row] for row in rows]
        joints = [joint_among(group, each, correlation) for each in found]
        readings = _sway_readings(adults.sway[rows], z[0][rows], found, joints)
        groups[sex] = replace(group, sway_readings=readings)
    even = Logistic(offset=0.0, slope=1.0)
    drawn = Definition(
        measured_on=f"{len(table.records)} {name}",
        groups=groups,
        correlation=correlation,
        cut_a=0.0,
        cut_b=0.0,
        recalibration={told: {"type_a": even, "type_b": even} for told in SEX_TOLD},
        sex_from_build=_sex_from_build(table, adults),
    )
    cut = replace(drawn, cut_a=_cut_a(drawn, z), cut_b=_cut_b(z))
    return replace(cut, recalibration=_recalibration(cut, table, z, estimator))


def only_adults(tables: Sequence[Table]) -> Table:
    """Return the rows of ``population`` of all tables; features of the roll are left out."""
    adults = joined(
        [
            table.where(
                [i for i, r in enumerate(table.records) if r.get("population") == "population"]
            )
            for table in tables
        ]
    )
    if len(adults.records) < LEAST_ADULTS:
        raise DatasetError(
            f"{len(adults.records)} adults are too few: name tables of 'population' with at least "
            f"{LEAST_ADULTS} photos."
        )
    return replace(adults, rolled=adults.features[:0])


def standard_scores(adults: Adults, groups: Mapping[Sex, Group]) -> Floats:
    """Return the standard scores of position, arch and sway within each sex, shape (3, N)."""
    z = np.empty((3, len(adults.sex)))
    for sex, group in groups.items():
        rows = adults.of(sex)
        pairs = (
            (adults.position, group.position),
            (adults.arch, group.arch),
            (adults.sway, group.sway),
        )
        for place, (values, spread) in enumerate(pairs):
            z[place, rows] = (values[rows] - spread.mean) / spread.sd
    return z


def truly(model: Definition, z: Floats) -> dict[Pattern, Bools]:
    """Return who truly has each posture."""
    return {
        "type_a": np.array([model.is_type_a(p, a) for p, a in z[:2].T]),
        "type_b": np.array([model.is_type_b(*column) for column in z.T]),
    }


def to_text(model: Definition) -> str:
    """Return the definition as the file holds it."""
    return json.dumps(_rounded(encode_record(model)), indent=1) + "\n"


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return value


def _group(adults: Adults, sex: Sex) -> Group:
    """Return the spread of adults of one sex; no sway is read yet."""
    rows = adults.of(sex)
    return Group(
        position=_spread(adults.position[rows]),
        arch=_spread(adults.arch[rows]),
        sway=_spread(adults.sway[rows]),
        sway_readings={},
    )


def _spread(values: Floats) -> Spread:
    return Spread(mean=float(values.mean()), sd=float(values.std(ddof=1)))


def _sway_readings(
    sway: Floats,
    z_position: Floats,
    stated: Sequence[Estimates],
    joints: Sequence[Joint | None],
) -> dict[SwayView, SwayReading]:
    """Regress the true sway on what a photo shows of it and on what it states.

    The reading of the thigh is fitted on everybody whose thigh is seen, not only on those without
    feet.
    """
    rows: dict[SwayView, list[list[float]]] = {"leg": [], "thigh": []}
    for true, z, each, joint in zip(sway, z_position, stated, joints, strict=True):
        if each.leans is None or joint is None:
            continue
        known = [joint.x[0], joint.y[0], z - joint.x[0], true]
        for view, limb in limbs_seen(each.leans).items():
            rows[view].append([1.0, each.leans.trunk_deg, limb, *known])
    return {view: _sway_reading(np.array(found)) for view, found in rows.items()}


def _sway_reading(rows: Floats) -> SwayReading:
    """Return the regression of the last column on the others, shape (N, 7)."""
    inputs, sway = rows[:, :-1], rows[:, -1]
    weights = np.linalg.lstsq(inputs, sway, rcond=None)[0]
    offset, trunk, limb, position, arch, pull = map(float, weights)
    return SwayReading(
        offset=offset,
        trunk=trunk,
        limb=limb,
        position=position,
        arch=arch,
        pull=pull,
        sd=float((sway - inputs @ weights).std(ddof=inputs.shape[1])),
    )


def _cut_a(model: Definition, z: Floats) -> float:
    """Return the score that so many adults reach who have both standard scores high enough."""
    able = (z[0] >= LEAST_Z) & (z[1] >= LEAST_Z)
    return _least_of_most(np.sort((z[0] + z[1])[able] / model.score_scale)[::-1], SHARE_A, z)


def _cut_b(z: Floats) -> float:
    able = (z[1] <= ORDINARY_Z) & (z[0] >= TUCKED_Z)
    return _least_of_most(np.sort(z[2][able])[::-1], SHARE_B, z)


def _least_of_most(ordered: Floats, share: float, z: Floats) -> float:
    """Return the value midway between the last of a share of all adults and the next one."""
    last = round(share * z.shape[1])
    return float(ordered[last - 1 : last + 1].mean())


def _sex_from_build(table: Table, adults: Adults) -> SexFromBuild:
    builds = np.array([list(build_of(row).values()) for row in table.features])
    means, sds = np.nanmean(builds, axis=0), np.nanstd(builds, axis=0)
    inputs = np.nan_to_num((builds - means) / sds)
    offset, *weights = TRUST_IN_BUILD * logistic(inputs, adults.of("male"))
    return SexFromBuild(
        names=BUILD_NAMES,
        means=tuple(map(float, means)),
        weights=tuple(map(float, weights / sds)),
        offset=float(offset),
    )


def _recalibration(
    model: Definition, table: Table, z: Floats, estimator: Estimator
) -> dict[SexTold, dict[Pattern, Logistic]]:
    """Map the probabilities of adults kept aside, once with their sex told and once without."""
    # Simulated bodies of the split ``test`` are fitted, too (:mod:`calibration.fit.fit`).
    kept = [i for i, record in enumerate(table.records) if record["split"] == "calibrate"]
    if len(kept) < LEAST_ADULTS:
        raise DatasetError(
            f"{len(kept)} adults are kept out of the fit: at least {LEAST_ADULTS} are needed."
        )
    truth = truly(model, z[:, kept])
    maps: dict[SexTold, dict[Pattern, Logistic]] = {}
    for told in SEX_TOLD:
        found = [probabilities(model, table, i, estimator, told=told) for i in kept]
        maps[told] = {
            "type_a": _map([each["type_a"] for each in found], truth["type_a"]),
            "type_b": _map([each["type_b"] for each in found], truth["type_b"]),
        }
    return maps


def probabilities(
    model: Definition,
    table: Table,
    row: int,
    estimator: Estimator,
    *,
    told: SexTold | None = None,
) -> dict[Pattern, float | None]:
    """Return the probability of each posture for one row.

    Parameters
    ----------
    told : {"told", "untold"}, optional
        Whether the screening is told the sex; by default as the row tells it to the estimator.
    """
    features = table.features[row].copy()
    place = FEATURE_NAMES.index("male")
    if told is not None:
        male = table.records[row]["traits"]["sex"] == "male"
        features[place] = float(male) if told == "told" else np.nan
    sex: Sex | None = None
    if np.isfinite(features[place]):
        sex = "male" if features[place] else "female"
    chances = chances_of(sex, male_chance(features, model.sex_from_build))
    among = scores_by_sex(estimator.estimate(features), model, chances=chances)
    odds = odds_of(among, model, chances=chances)
    return {"type_a": odds.type_a, "type_b": odds.type_b}


def _map(found: Sequence[float | None], truth: Bools) -> Logistic:
    seen = [i for i, value in enumerate(found) if value is not None]
    odds = np.array([log_odds(value) for value in found if value is not None])
    offset, slope = logistic(odds[:, None], truth[seen])
    return Logistic(offset=float(offset), slope=float(slope))


def logistic(inputs: Floats, outcome: Bools) -> Floats:
    """Return offset and weights of a logistic regression, by Newton's method.

    Parameters
    ----------
    inputs : ndarray, shape (N, K)
    outcome : ndarray of bool, shape (N,)
    """
    x = np.column_stack([np.ones(len(inputs)), inputs])
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (outcome - chance) - RIDGE * weights
        curvature = (x * (chance * (1 - chance))[:, None]).T @ x + RIDGE * np.eye(x.shape[1])
        weights = weights + np.linalg.solve(curvature, gradient)
    return np.asarray(weights)
