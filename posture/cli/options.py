"""Options of several commands: what is known of the person, the pelvis and the camera."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar, get_args

import click

from posture.types import Clothing, Facing, Sex

Command = TypeVar("Command", bound=Callable[..., object])


sex_option: Final = click.option(
    "--sex", type=click.Choice(get_args(Sex)), help="For the right norms and a more certain arch."
)

clothing_option: Final = click.option(
    "--clothing",
    type=click.Choice(get_args(Clothing)),
    help="For a more certain arch: underwear or swimwear (minimal), clothes that lie on the body "
    "(tight), or any that hang (loose), an ordinary T-shirt included.",
)

facing_option: Final = click.option(
    "--facing", type=click.Choice(get_args(Facing)), help="Which way the person looks in the photo."
)


class PixelType(click.ParamType[tuple[float, float]]):
    """Two numbers joined by a comma."""

    name = "X,Y"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Return ``"412,903"`` as (412.0, 903.0)."""
        parts = str(value).split(",")
        try:
            x, y = (float(part) for part in parts)
        except ValueError:
            self.fail(
                f"{value!r} is not two numbers joined by a comma, such as 412,903", param, ctx
            )
        return x, y


PIXEL: Final = PixelType()

_OPTIONS: Final = (
    click.option(
        "--asis",
        type=PIXEL,
        metavar="X,Y",
        help="Front bony point of the pelvis: pixels of the photo as a viewer shows it, from the "
        "left and from the top. With --psis it gives a true tilt. One photo only.",
    ),
    click.option(
        "--psis", type=PIXEL, metavar="X,Y", help="Back bony point of the pelvis, in the same way."
    ),
    click.option(
        "--stickers",
        is_flag=True,
        help="Coloured dots mark both points: find them, or take --asis and --psis as marked.",
    ),
    click.option("--distance-m", type=float, help="Distance from the lens to the person."),
    click.option("--camera-height-m", type=float, help="Height of the lens above the floor."),
)


def point_options(command: Command) -> Command:
    """Add the options to a command; they come as ``asis``, ``psis``, ``stickers`` and so on."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def require_one_photo(count: int, asis: object, psis: object) -> None:
    """Refuse points for several photos: they belong to one.

    Raises
    ------
    click.UsageError
    """
    if count > 1 and (asis is not None or psis is not None):
        raise click.UsageError("--asis and --psis belong to one photo: name only that one.")
