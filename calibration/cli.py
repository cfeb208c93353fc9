"""Command line: data sets, fit, evaluation, pictures. Results on stdout, progress on stderr."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from calibration.bodies.postures import ARM_POSITIONS
from calibration.errors import CalibrationError
from calibration.illustrations.command import drawings, figures

EXIT_BAD, EXIT_INTERRUPTED = 2, 130

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_NEW_FILE = click.Path(path_type=Path, dir_okay=False)
_NEW_FOLDER = click.Path(path_type=Path, file_okay=False)


class _Group(click.Group):
    """Group that shows the package's own errors as one sentence instead of a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except CalibrationError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(EXIT_BAD)
        except KeyboardInterrupt:
            click.echo(
                "Interrupted. Finished photos are kept; the same command resumes from here.",
                err=True,
            )
            ctx.exit(EXIT_INTERRUPTED)


@click.group(cls=_Group)
def main() -> None:
    """Bodies with a known pelvis: build data sets, fit the estimator, measure its accuracy."""


main.add_command(drawings)
main.add_command(figures)


@main.command()
@click.option("--people", default=30, show_default=True, help="Number of people.")
@click.option("--seed", default=731, show_default=True)
@click.option(
    "--out",
    type=_NEW_FILE,
    help="Write the features of all photos for the fit, instead of printing SDs.",
)
def repeats(people: int, seed: int, out: Path | None) -> None:
    """Photograph unchanged people in two sessions: SDs within and between sessions."""
    from calibration.data.repeats import run

    run(people, seed, out)


@main.command()
@click.option("--n", "photos", type=click.IntRange(1), required=True, help="Number of photos.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--out", type=_NEW_FOLDER, required=True)
@click.option("--photos-per-body", type=click.IntRange(1), default=2, show_default=True)
@click.option(
    "--population", type=click.Choice(["wide", "population"]), default="wide", show_default=True
)
@click.option("--masks-only", is_flag=True, help="Masks, outlines and ground truth; no photos.")
@click.option(
    "--height", type=click.IntRange(128, 2048), help="Pixels (default 1024; masks only: 512)."
)
@click.option("--same-look", is_flag=True, help="A person's photos differ in posture only.")
@click.option("--arms", type=click.Choice(ARM_POSITIONS), help="Arm position of everybody.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True)
def dataset(
    photos: int,
    seed: int,
    out: Path,
    photos_per_body: int,
    population: str,
    masks_only: bool,  # noqa: FBT001 - click passes options by name
    height: int | None,
    same_look: bool,  # noqa: FBT001 - the same
    arms: str | None,
    workers: int,
) -> None:
    """Build a data set; running the same command again resumes it."""
    from calibration.data.dataset import MASK_HEIGHT, PHOTO_HEIGHT, Plan, build_dataset

    plan = Plan(
        photos=photos,
        photos_per_body=photos_per_body,
        seed=seed,
        population=population,
        masks_only=masks_only,
        height=height or (MASK_HEIGHT if masks_only else PHOTO_HEIGHT),
        same_look=same_look,
        arms=arms,
    )
    start = time.monotonic()
    written = build_dataset(plan, out, workers=workers, progress=_show_progress)
    seconds = time.monotonic() - start
    if written:
        click.echo(f"\n{seconds / written:.3f} s per photo", err=True)
    click.echo(f"{out}: {photos} photos, {written} of them new")


def _show_progress(done: int, total: int, what: str = "bodies") -> None:
    if sys.stderr.isatty() or done % 50 == 0 or done == total:
        click.echo(f"\r{done}/{total} {what}", nl=False, err=True)


def _show_photos(done: int, total: int) -> None:
    _show_progress(done, total, "photos")


@main.command()
@click.argument("folder", type=_FOLDER)
@click.option("--out", type=_NEW_FOLDER, help="Folder of the report.")
@click.option(
    "--split", type=click.Choice(["fit", "calibrate", "test"]), help="Only bodies of this split."
)
@click.option("--limit", type=click.IntRange(1), help="At most this many photos.")
def evaluate(folder: Path, out: Path | None, split: str | None, limit: int | None) -> None:
    """Measure the product's accuracy on a data set."""
    from calibration.data.readings import read_dataset
    from calibration.report.evaluate import write_report

    readings = read_dataset(folder, split=split, limit=limit, progress=_show_photos)
    name = f"Accuracy on {folder.name}" + (f", {split} bodies" if split else "")
    click.echo(str(write_report(readings, out or folder / "evaluation", title=name)))


@main.command()
@click.argument("folder", type=_FOLDER)
@click.option(
    "--labels",
    type=_FILE,
    required=True,
    multiple=True,
    help="CSV: file, and scores, a label, a category or true values. Repeatable.",
)
@click.option("--twice", type=_FILE, help="CSV of people photographed twice: file, person, day.")
@click.option("--depth", type=_FILE, help="CSV of both sides of bodies: file, body, side.")
@click.option("--bodies", type=_FILE, help="Table of adults of the fit, to compare builds with.")
@click.option("--keep", type=_NEW_FILE, help="JSON file of readings: only new photos are read.")
@click.option("--out", type=_NEW_FILE, help="Page to put the section in (docs/accuracy.md).")
@click.option("--sheet", type=_NEW_FOLDER, help="Folder for contact sheets; not in here.")
@click.option("--sort", default="pelvic_tilt_deg", show_default=True, help="Order of the sheets.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True)
def real(
    folder: Path,
    labels: tuple[Path, ...],
    twice: Path | None,
    depth: Path | None,
    bodies: Path | None,
    keep: Path | None,
    out: Path | None,
    sheet: Path | None,
    sort: str,
    workers: int,
) -> None:
    """Compare the product with scores, labels and repeats of real photos."""
    from calibration.data.real_photos import Examiner, read_rows
    from calibration.data.table import Table
    from calibration.report.contact_sheet import require_outside, write_sheets
    from calibration.report.kept_section import REAL_PHOTOS
    from calibration.report.real_photos import QUANTITIES, RealPhotos

    if sort not in QUANTITIES:
        raise click.BadParameter(f"choose one of {', '.join(QUANTITIES)}", param_hint="--sort")
    if sheet is not None:
        require_outside(sheet)
    tables = [
        [row for table in labels for row in read_rows(table)],
        [] if twice is None else read_rows(twice),
        [] if depth is None else read_rows(depth),
    ]
    examiner = Examiner(
        folder=folder,
        keep=keep,
        overlays=None if sheet is None else sheet / "overlays",
        workers=workers,
        progress=_show_photos,
    )
    rated, again, sides = (examiner.read(table) for table in tables)
    section = RealPhotos(
        rated=rated,
        twice=again,
        depth=sides,
        bodies=None if bodies is None else Table.load(bodies).features,
    ).section()
    click.echo(section)
    if out is not None:
        REAL_PHOTOS.write(out, section)
    if sheet is not None:
        shown = [*rated, *again, *sides]
        overlays = [examiner.overlay(reading.photo) for reading in shown]
        for file in write_sheets(shown, overlays, sheet, sort=sort):
            click.echo(str(file), err=True)


@main.command()
@click.argument("repeats", type=_FILE)
def means(repeats: Path) -> None:
    """Print the accuracy of the mean of one, two and three photos, from a table of repeats."""
    from calibration.data.table import Table
    from calibration.report.several_photos import means_table
    from posture.estimator.file import shipped_estimator

    click.echo(means_table(shipped_estimator(), Table.load(repeats)))


@main.command()
@click.option("--people", type=click.IntRange(1), default=30, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=2121, show_default=True)
@click.option("--out", type=_NEW_FILE, required=True, help="Features of all pictures.")
def bursts(people: int, seed: int, out: Path) -> None:
    """Photograph swaying people from both sides, five pictures in three seconds each."""
    from calibration.data.bursts import run

    run(people, seed, out)


@main.command("burst-means")
@click.argument("tables", type=_FILE, nargs=-1, required=True)
def burst_means(tables: tuple[Path, ...]) -> None:
    """Print what a burst's mean is worth, and how far its two sides differ."""
    from calibration.data.table import Table
    from calibration.report.bursts import bursts_report
    from posture.estimator.file import shipped_estimator

    click.echo(bursts_report(shipped_estimator(), [Table.load(path) for path in tables]))


@main.command()
@click.argument("folders", type=_FOLDER, nargs=-1, required=True)
@click.option(
    "--turned", type=click.IntRange(0), default=0, help="Render so many turned people more."
)
def guidance(folders: tuple[Path, ...], turned: int) -> None:
    """Print what the live camera says first to people of photographed data sets."""
    from calibration.report.guidance import guidance_lines

    for line in guidance_lines(folders, turned=turned):
        click.echo(line)


@main.command()
@click.argument("repeats", type=_FILE)
def likeness(repeats: Path) -> None:
    """Print how often one person is taken for two, from a table of repeats."""
    from calibration.data.table import Table
    from calibration.report.likeness import likeness_table

    click.echo(likeness_table(Table.load(repeats)))


@main.command()
@click.option("--population", type=click.Choice(["wide", "population"]), default="wide")
@click.option("--n", "people", type=click.IntRange(20), default=400, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
def describe(population: str, people: int, seed: int) -> None:
    """Print means, SDs and correlations of a sampled population."""
    from calibration.data.describe import describe_population

    click.echo(describe_population(population, people, seed))


@main.command()
@click.argument("folders", type=_FOLDER, nargs=-1, required=True)
@click.option("--out", type=_NEW_FILE, required=True)
def errors(folders: tuple[Path, ...], out: Path) -> None:
    """Measure the product's reading errors of joints, roll and yaw, on bodies of the fit."""
    from calibration.data.measure_errors import measure_errors
    from calibration.data.reading_errors import PARTS

    found, foretold = measure_errors(folders)
    found.save(out)
    click.echo(f"{out}: {len(found.arms)} readings. Foretold by the body, forwards and up:")
    for part, (forwards, up) in zip(PARTS, foretold, strict=True):
        click.echo(f"  {part:9}{forwards:5.2f} {up:5.2f}")


@main.command()
@click.option("--out", type=_NEW_FOLDER, required=True)
@click.option("--only", default="", help="Only samples whose name contains this.")
def samples(out: Path, only: str) -> None:
    """Render the sample photos and write truth.json."""
    from calibration.data.samples import make_samples

    out.mkdir(parents=True, exist_ok=True)
    entries = make_samples(out, only=only)
    click.echo(f"{out}: {len(entries)} samples")


@main.command()
@click.option("--out", type=_NEW_FOLDER, required=True)
def pictures(out: Path) -> None:
    """Draw the contact sheet and the ground-truth points for the documentation."""
    from calibration.render.pictures import contact_sheet, truth_points

    contact_sheet(out / "calibration_contact_sheet.jpg")
    truth_points(out / "truth_points.jpg")
    click.echo(str(out))


@main.command()
@click.argument("folder", type=_FOLDER)
@click.option("--out", type=_NEW_FILE, required=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
def table(folder: Path, out: Path, seed: int) -> None:
    """Compute the feature table of a data set, for the fit and the comparison of models."""
    from calibration.data.table import table_of

    found = table_of(folder, seed=seed)
    found.save(out)
    click.echo(f"{out}: {len(found.features)} rows, refused {found.refused}")


@main.command()
@click.option("--fit", "fitted", type=_FILE, required=True, multiple=True, help="Repeatable.")
@click.option("--calibrate", type=_FILE, multiple=True, help="Calibration set, for the intervals.")
@click.option(
    "--pairs", type=_FILE, required=True, multiple=True, help="Photos that differ in posture only."
)
@click.option("--repeats", type=_FILE, required=True, help="From the repeats command.")
@click.option("--out", type=_NEW_FILE, required=True)
@click.option("--name", required=True, help="Identity of the fit, recorded in results.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
def fit(
    fitted: tuple[Path, ...],
    calibrate: tuple[Path, ...],
    pairs: tuple[Path, ...],
    repeats: Path,
    out: Path,
    name: str,
    seed: int,
) -> None:
    """Fit the estimator and calibrate its intervals and change errors."""
    from calibration.data.table import Table
    from calibration.fit.fit import fit_estimator
    from posture.estimator.file import write_estimator

    tables = [[Table.load(path) for path in paths] for paths in (fitted, calibrate, pairs)]
    estimator = fit_estimator(*tables, Table.load(repeats), seed=seed, name=name)
    write_estimator(estimator, out)
    click.echo(f"{out}: conformal factors {estimator.conformal_factor.round(2)}")
    click.echo(f"roll gain {estimator.roll_gain.round(2)}, change errors {estimator.change_errors}")


@main.command(name="accuracy")
@click.option("--wide", type=_FOLDER, required=True, help="Test set, population wide.")
@click.option("--population", type=_FOLDER, required=True, help="Test set, population population.")
@click.option("--pairs", type=_FILE, required=True, help="Photos that differ in posture only.")
@click.option("--fit", "fitted", type=_FILE, required=True, multiple=True, help="Repeatable.")
@click.option("--calibrate", type=_FILE, required=True, multiple=True, help="Repeatable.")
@click.option("--repeats", type=_FILE, required=True, help="Repeats of people not of the fit.")
@click.option("--raised", type=_FOLDER, multiple=True, help="Test set, arms raised.")
@click.option("--others", type=_FILE, multiple=True, help="Tables of adults by other rules.")
@click.option("--samples", type=_FOLDER, default=Path("sample_images"), show_default=True)
@click.option("--docs", type=_FOLDER, default=Path("docs"), show_default=True)
def accuracy_page(
    wide: Path,
    population: Path,
    pairs: Path,
    fitted: tuple[Path, ...],
    calibrate: tuple[Path, ...],
    repeats: Path,
    raised: tuple[Path, ...],
    others: tuple[Path, ...],
    samples: Path,
    docs: Path,
) -> None:
    """Write docs/accuracy.md and its plots for the shipped estimator."""
    from calibration.report.accuracy_page import Sources, write_accuracy_page

    sources = Sources(
        wide=wide,
        population=population,
        pairs=pairs,
        fitted=fitted,
        calibrate=calibrate,
        repeats=repeats,
        samples=samples,
        raised=raised,
        others=others,
    )
    click.echo(str(write_accuracy_page(sources, docs)))


@main.command()
@click.argument("photos", type=_FOLDER)
@click.option("--tables", type=_FILE, required=True, multiple=True, help="Repeatable.")
@click.option(
    "--fit", "fitted", type=_FILE, multiple=True, help="Photos; only people held out of the fit."
)
@click.option("--limit", type=click.IntRange(1), default=60, show_default=True)
def costs(photos: Path, tables: tuple[Path, ...], fitted: tuple[Path, ...], limit: int) -> None:
    """Measure the cost of blur, size, cropping, turn, camera height, arms and clothes."""
    from calibration.data.table import Table
    from calibration.report.costs import cost_table, held_out

    changed = sorted(photos.glob("*.jpg"))[:limit]
    people = [Table.load(path) for path in tables]
    people += [held_out(Table.load(path)) for path in fitted]
    click.echo(cost_table(changed, people))


@main.command()
@click.argument("folders", type=_FOLDER, nargs=-1, required=True)
@click.option("--out", type=_NEW_FILE, default=Path("docs/limits.md"), show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
def limits(folders: tuple[Path, ...], out: Path, seed: int) -> None:
    """Measure the cost of joints, clothes and arms on masks of bodies; writes docs/limits.md."""
    from calibration.report.kept_section import BEHIND_ARMS
    from calibration.report.limits import limits_page

    former = out.read_text(encoding="utf-8") if out.exists() else ""
    page = f"{limits_page(folders, seed=seed)}\n{BEHIND_ARMS.of(former)}\n"
    out.write_text(page, encoding="utf-8")
    click.echo(str(out))


@main.command()
@click.argument("folders", type=_FOLDER, nargs=-1, required=True)
@click.option("--out", type=_NEW_FILE, help="Page to put the section in (docs/limits.md).")
def covered(folders: tuple[Path, ...], out: Path | None) -> None:
    """Print how much an arm over the back hides, and what its edge in view is worth."""
    from calibration.report.behind_arms import covered_section
    from calibration.report.kept_section import BEHIND_ARMS

    section = covered_section(folders)
    click.echo(section)
    if out is not None:
        BEHIND_ARMS.write(out, section)


@main.command()
@click.argument("tables", type=_FILE, nargs=-1, required=True)
@click.option("--estimator", "fitted", type=_FILE, help="Instead of the shipped one.")
@click.option("--name", default="rendered adults", show_default=True, help="Who was measured.")
@click.option(
    "--out", type=_NEW_FILE, default=Path("posture/screening/adults.json"), show_default=True
)
def definition(tables: tuple[Path, ...], fitted: Path | None, name: str, out: Path) -> None:
    """Measure what the screening compares with: spread of adults, cuts and recalibration."""
    from calibration.data.table import Table
    from calibration.fit.definition import measure_definition, to_text
    from posture.estimator.file import read_estimator, shipped_estimator

    estimator = shipped_estimator() if fitted is None else read_estimator(fitted)
    found = measure_definition([Table.load(path) for path in tables], estimator, name=name)
    out.write_text(to_text(found), encoding="utf-8")
    for words in found.words.values():
        click.echo(words)


@main.command()
@click.argument("tables", type=_FILE, nargs=-1, required=True)
@click.option("--estimator", "fitted", type=_FILE, help="Instead of the shipped one.")
@click.option("--real", type=_FOLDER, help="Folder of real photos with scores.")
@click.option("--labels", type=_FILE, help="Their scores: CSV with file, lcs and sway.")
@click.option("--source", default="", help="Repositories and paths that they come from.")
@click.option("--out", type=_NEW_FILE, default=Path("docs/screening.md"), show_default=True)
def screening(
    tables: tuple[Path, ...],
    fitted: Path | None,
    real: Path | None,
    labels: Path | None,
    source: str,
    out: Path,
) -> None:
    """Measure the grades on adults; writes docs/screening.md and its diagram.

    The tables must be of sets that nothing was fitted to, such as the test sets.
    Exit code 1 if more than 3 % of neutral, flat-backed and backward-tilted bodies that do not
    truly have a posture are called likely.
    """
    from calibration.data.table import Table
    from calibration.report import screening_page as page
    from posture.analysis.analyzer import Analyzer
    from posture.estimator.file import read_estimator, shipped_estimator
    from posture.screening.definition import definition as shipped

    estimator = shipped_estimator() if fitted is None else read_estimator(fitted)
    loaded = [Table.load(path) for path in tables]
    cases = page.adult_cases(loaded, shipped(), estimator)
    posed = page.posed_cases(loaded, shipped(), estimator)
    scored: list[page.ScoredPhoto] = []
    if real is not None and labels is not None:
        with Analyzer(estimator=estimator) as analyzer:
            scored = page.read_scored(real, labels, analyzer)
    text = page.screening_page(
        cases, shipped(), posed=posed, estimator=estimator.id, scored=scored, source=source
    )
    out.write_text(text, encoding="utf-8")
    (out.parent / "img").mkdir(exist_ok=True)
    page.draw_reliability(cases, out.parent / "img" / "screening_reliability.png")
    wrong = page.called_likely(posed)
    click.echo(f"neutral, flat and backward-tilted bodies called likely: {100 * wrong:.1f} %")
    if wrong > page.CALLED_LIKELY_LIMIT:
        raise SystemExit(1)
