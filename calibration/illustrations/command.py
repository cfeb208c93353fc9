"""Command that draws the exercise pictures."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--only", default="", help="Only pictures whose name contains this.")
def figures(out: Path, only: str) -> None:
    """Draw the start and end pictures of the exercises as WebP."""
    from calibration.illustrations.exercises import make_pictures

    written = make_pictures(out, only=only, progress=lambda line: click.echo(line, err=True))
    click.echo(f"{out}: {len(written)} pictures")


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
def drawings(out: Path) -> None:
    """Write the drawings of the hip flexors and of the pelvis as SVG."""
    from calibration.illustrations.anatomy import write_drawings

    click.echo(f"{out}: {len(write_drawings(out))} drawings")
