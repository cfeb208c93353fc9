"""Accuracy page of the documentation, written by one command."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from calibration.data.dataset import read_records
from calibration.data.readings import Reading, is_good, read_dataset
from calibration.data.table import Table
from calibration.fit.changes import changes
from calibration.fit.fit import predicted
from calibration.render.perturb import spread_table
from calibration.report.accuracy import Accuracy, accuracy
from calibration.report.compare import compare_models
from calibration.report.evaluate import (
    ESTIMATES,
    GROUPS,
    detection,
    groups,
    landmarks,
    pairs,
    split_by,
    tables_of,
)
from calibration.report.kept_section import REAL_PHOTOS
from calibration.report.plots import draw_plots
from calibration.report.several_photos import means_table
from posture.estimator.file import shipped_estimator
from posture.estimator.model import SWAY_SD, TARGETS
from posture.quantity import INTERVAL_LEVEL, Z90

MIN_GROUP: Final = 40
"""Groups with fewer photos are too small to state coverage."""

CHANCE_DRAWS: Final = 4000
"""Number of draws for the worst coverage that a number of groups would show by chance."""

LARGE_CHANGE: Final = {"pelvic_tilt_deg": 6.0, "lumbar_lordosis_deg": 6.0, "lumbar_depth_pct": 2.0}
"""Changes from here on are counted for reading the right direction."""

BIAS_TRAITS: Final = ("sex", "bmi", "skin", "facing")

HEAD: Final = """\
# Accuracy

Accuracy of this version on photos of rendered people whose pelvis and spine are known
([method](method.md), [calibration](../calibration/README.md)). No living person with a measured
pelvis is among them. [Real photos](#real-photos) say whether the program sees what an eye sees, and
anyone with a motion-capture laboratory can measure how far it is off with
`python -m calibration real PHOTOS --labels table.csv`.

This page is the output of one command, `python -m calibration accuracy`; the calibration guide
lists its data sets. Estimator `{estimator}`; {machine}. Nobody in the two test sets was used to fit
or to calibrate anything. **wide** has a position SD of about 9° and shows the signal;
**population** varies as adults do and shows what users see. *Good* photos: tight clothes, arms
crossed, clasped, flexed or raised, a turn of at most 10°. `guess` is the mean absolute error of
always stating the median, `ratio` the mean absolute error (MAE) over it, `abstains` the share of
readable photos without a number, `in 90 %` the coverage of the stated 90 % intervals, `chance` the
worst coverage that so many groups would show if the true coverage were 90 % in all of them. Biases
are stated with their standard error. Chance and standard errors count the two photos of a person as
two people, and the bias shown is the largest of many: both understate the role of chance a little.

## In short

Tilt is the position of the pelvis: the slope of the ASIS–PSIS line, free of the bone shape that
does not show on the surface (4.3° SD in these bodies, part of the 13 ± 5° that Preece 2008 found at
one and the same position). It is a model quantity: on living people a calliper can check its
change, not its value. [What a body can show](limits.md) measures the floor of its error, and what
joints, clothes and arms add to it.
"""

STATED: Final = """
## With sex and clothing stated

The same photos once the user has stated both (`--sex`, `--clothing`). Everywhere else on this page
neither is stated.
"""

RAISED: Final = """
## Arms raised forwards

Other people, with their arms raised between halfway and horizontal and the whole trunk in clear
view. None of them is in the two sets above.
"""

OTHERS: Final = """
## Adults drawn by other rules

How much depends on the assumed adults: the same estimator on masks of adults whose position and
arch correlate differently, and of the adults that version 0.1 drew. Masks only, seen through the
simulated pose network.
"""

CHANGE: Final = """
## The same person, standing differently

Pairs of photos with the same clothes and camera. Estimates are drawn towards the mean; a change is
therefore divided by the slope that the estimator carries, which was measured on other people.
"""

MODELS: Final = """
## Comparison of models

MAE over that of guessing, on photographed people that none of the models was fitted to (and that
are not in this page's test sets). All models get the same rows, with gaps filled by the joint
normal distribution.
"""

SEVERAL: Final = """
## Several photos of one visit

Unchanged people under the protocol of the [photo page](photo.md): the error of the mean of one, two
and three photos of a session against how they stood in it, and how often its interval holds the
truth. What photos share (bone shape, build, clothes, place of the camera) does not average out.
"""

SAME_PHOTO: Final = """
## The same photo, changed

The readable samples of `sample_images/`, each changed in thirty ways; median / greatest absolute
difference. The pose network itself reacts to tiny changes of its input.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Inputs of the page.

    Parameters
    ----------
    wide, population : Path
        Test sets: data sets of people that were used for nothing else.
    pairs : Path
        Table of pairs of photos of other test people, with the same clothes and camera.
    fitted, calibrate : tuple of Path
        Tables that the estimator was fitted to and calibrated on, for the comparison of models.
    repeats : Path
        Table of repeated photos of unchanged people, not those of the fit.
    samples : Path
        Folder of photos for the perturbations.
    raised : tuple of Path
        Test sets with arms raised forwards.
    others : tuple of Path
        Tables of adults drawn by other rules, named by their files.
    """

    wide: Path
    population: Path
    pairs: Path
    fitted: tuple[Path, ...]
    calibrate: tuple[Path, ...]
    repeats: Path
    samples: Path
    raised: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()


def write_accuracy_page(sources: Sources, docs: Path) -> Path:
    """Write ``accuracy.md`` and its plots; return the file."""
    wide, population = read_dataset(sources.wide), read_dataset(sources.population)
    pictures = docs / "accuracy"
    pictures.mkdir(parents=True, exist_ok=True)
    names = draw_plots(wide, ESTIMATES, pictures)
    changed, deviations = spread_table(sorted(sources.samples.glob("*.jpg")))
    path = docs / "accuracy.md"
    former = path.read_text(encoding="utf-8") if path.exists() else ""
    page = [
        HEAD.format(estimator=shipped_estimator().id, machine=_machine()),
        *_summary(wide, population, deviations),
        "",
        REAL_PHOTOS.of(former),
        *_stated_lines(wide, population),
        *_raised_lines(sources.raised),
        *_others_lines(sources.others),
        *_change_lines(Table.load(sources.pairs)),
        SEVERAL,
        means_table(shipped_estimator(), Table.load(sources.repeats)),
        MODELS,
        compare_models(
            [Table.load(path) for path in sources.fitted],
            [Table.load(path) for path in sources.calibrate],
            seed=1,
        ),
        SAME_PHOTO,
        changed,
        "",
        *_set("Wide set", wide),
        *[f"![{name}](accuracy/{name})" for name in names],
        "",
        *_set("Population set", population),
    ]
    path.write_text("\n".join(page) + "\n", encoding="utf-8")
    return path


def _summary(wide: list[Reading], population: list[Reading], deviations: np.ndarray) -> list[str]:
    lines = [
        "| | wide, all | wide, good | population, all | population, good |",
        "|---|---|---|---|---|",
    ]
    sets = [
        wide,
        [r for r in wide if is_good(r.traits)],
        population,
        [r for r in population if is_good(r.traits)],
    ]
    rows = {
        "pelvic_tilt_deg": "Tilt",
        "lumbar_depth_pct": "Depth",
        "lumbar_lordosis_deg": "Surface lordosis",
    }
    for name, text in rows.items():
        found = [accuracy(*pairs(some, name, name)) for some in sets]
        lines += [
            _cells(f"{text}: MAE over guessing", found, lambda f: f"{f.ratio:.2f}"),
            _cells(f"{text}: MAE", found, lambda f: f"{f.mae:.1f} of {f.guess_mae:.1f}"),
            _cells(f"{text}: r", found, lambda f: f"{f.r:.2f}"),
            _cells(f"{text}: in 90 %", found, lambda f: f"{f.coverage or 0:.0%}"),
            _cells(f"{text}: mean width of the interval", found, lambda f: f"{f.width or 0:.1f}"),
            _cells(f"{text}: abstains", found, lambda f: f"{f.abstained:.0%}"),
        ]
    lines += ["", *_groups_worst(wide, population), "", *_posed_lines(wide)]
    tilt = deviations[:, 0]
    lines += [
        "",
        f"Same photo under 30 changes, tilt: SD {np.median(tilt):.2f}° in the median sample, "
        f"{tilt.min():.2f}–{tilt.max():.2f}° over the samples.",
    ]
    return lines


def _posed_lines(wide: list[Reading]) -> list[str]:
    """Return bias and coverage on bodies posed as type A, far from the mean in both."""
    posed = [reading for reading in wide if reading.traits["posture"] == "lcs_a"]
    lines = [f"The {len(posed)} photos of bodies posed as type A:", ""]
    for name, text in ESTIMATES.items():
        found = accuracy(*pairs(posed, name, name))
        if found is not None:
            lines.append(
                f"- {text}: bias {found.bias:+.1f} ± {found.bias_error:.1f}, the interval holds "
                f"the truth in {found.coverage or 0:.0%}"
            )
    return lines


def _others_lines(tables: Sequence[Path]) -> list[str]:
    """Return the accuracy on adults drawn by other rules, through the simulated network."""
    if not tables:
        return []
    lines = [OTHERS, "| adults | | bodies | guess | MAE over guessing | r | in 90 % | bias |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    estimator = shipped_estimator()
    for path in tables:
        table = Table.load(path)
        mean, sd, _ = predicted(estimator, table.features)
        sd = np.hypot(sd, [SWAY_SD[name] for name in TARGETS])
        for column, text in enumerate(ESTIMATES.values()):
            value, half = mean[:, column], Z90 * sd[:, column]
            found = accuracy(table.truth[:, column], value, value - half, value + half)
            if found is not None:
                lines.append(
                    f"| {path.stem} | {text} | {found.count} | {found.guess_mae:.1f} | "
                    f"{found.ratio:.2f} | {found.r:.2f} | {found.coverage or 0:.0%} | "
                    f"{found.bias:+.1f} |"
                )
    return lines


def _stated_lines(wide: list[Reading], population: list[Reading]) -> list[str]:
    """Return the accuracy of the same estimates when the user states sex and clothing."""
    lines = [STATED, "| | set | MAE over guessing, all | good | r, all | in 90 % | width | "]
    lines[-1] += "worst coverage | largest bias |"
    lines.append("|---|---|---|---|---|---|---|---|---|")
    for title, readings in (("wide", wide), ("population", population)):
        good = [r for r in readings if is_good(r.traits)]
        for name, text in ESTIMATES.items():
            stated = f"stated_{name}"
            found, best = (accuracy(*pairs(some, name, stated)) for some in (readings, good))
            if found is None or best is None:
                continue
            lines.append(
                f"| {text} | {title} | {found.ratio:.2f} | {best.ratio:.2f} | {found.r:.2f} | "
                f"{found.coverage or 0:.0%} | {found.width or 0:.1f} | "
                + " | ".join(_extremes(readings, name, stated))
                + " |"
            )
    return lines


def _raised_lines(folders: Sequence[Path]) -> list[str]:
    """Return the accuracy of estimates when the arms are raised forwards."""
    if not folders:
        return []
    lines = [RAISED, "| | set | photos | abstains | MAE over guessing | r | in 90 % |"]
    lines.append("|---|---|---|---|---|---|---|")
    for folder in folders:
        title = read_records(folder)[0]["population"]
        readings = read_dataset(folder)
        for name, text in ESTIMATES.items():
            found = accuracy(*pairs(readings, name, name))
            if found is not None:
                lines.append(
                    f"| {text} | {title} | {found.count} | {found.abstained:.0%} | "
                    f"{found.ratio:.2f} | {found.r:.2f} | {found.coverage or 0:.0%} |"
                )
    return lines


def _cells(text: str, found: Sequence[Accuracy | None], show: Callable[[Accuracy], str]) -> str:
    return f"| {text} | " + " | ".join("–" if f is None else show(f) for f in found) + " |"


def _groups_worst(wide: list[Reading], population: list[Reading]) -> list[str]:
    lines = [
        "| | set | worst coverage | largest bias by sex, BMI, skin, facing |",
        "|---|---|---|---|",
    ]
    for title, readings in (("wide", wide), ("population", population)):
        for name, text in ESTIMATES.items():
            worst, biased = _extremes(readings, name, name)
            lines.append(f"| {text} | {title} | {worst} | {biased} |")
    return lines


def _extremes(readings: list[Reading], truth: str, read: str) -> tuple[str, str]:
    """Return the worst coverage and the largest bias of any large group, as text."""
    found = [
        (f"{trait} {label}", trait, result)
        for trait, borders in GROUPS.items()
        for label, chosen in split_by(readings, trait, borders)
        # Groups by posture are groups by ground truth, which nobody knows of a real photo.
        if trait != "posture" and (result := accuracy(*pairs(chosen, truth, read)))
        if result.count >= MIN_GROUP
    ]
    worst = min(found, key=lambda item: item[2].coverage or 1.0)
    biased = max((item for item in found if item[1] in BIAS_TRAITS), key=lambda i: abs(i[2].bias))
    return (
        f"{worst[2].coverage or 0:.0%} ({worst[0]}; "
        f"chance {_worst_by_chance([item[2].count for item in found]):.0%})",
        f"{biased[2].bias:+.1f} ± {biased[2].bias_error:.1f} ({biased[0]})",
    )


def _worst_by_chance(counts: Sequence[int]) -> float:
    """Return the median worst coverage of groups of these sizes whose true coverage is 90 %."""
    rng = np.random.default_rng(0)
    held = [rng.binomial(count, INTERVAL_LEVEL, size=CHANCE_DRAWS) / count for count in counts]
    return float(np.median(np.min(held, axis=0)))


def _change_lines(table: Table) -> list[str]:
    estimator = shipped_estimator()
    read, true = changes(estimator, [table])
    lines = [CHANGE, "| | pairs | slope after correction | right direction | r | error SD |"]
    lines.append("|---|---|---|---|---|---|")
    for i, (name, text) in enumerate(ESTIMATES.items()):
        model = getattr(estimator.change_errors, name)
        known = np.isfinite(read[:, i]) & np.isfinite(true[:, i])
        corrected, truth = read[known, i] / model.slope, true[known, i]
        large = np.abs(truth) >= LARGE_CHANGE[name]
        slope = (corrected @ truth) / (truth @ truth)
        right = (np.sign(corrected) == np.sign(truth))[large].mean()
        lines.append(
            f"| {text} | {len(truth)} | {slope:.2f} | {right:.0%} of {large.sum()} that changed by "
            f"{LARGE_CHANGE[name]:g} or more | {np.corrcoef(corrected, truth)[0, 1]:.2f} | "
            f"{np.std(corrected - truth):.1f} |"
        )
    return lines


def _set(title: str, readings: list[Reading]) -> list[str]:
    return [
        f"## {title}",
        "",
        *detection(readings),
        "",
        *tables_of(readings, level=3),
        "",
        *landmarks(readings, level=3),
        "",
        *groups(readings, level=3),
    ]


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
