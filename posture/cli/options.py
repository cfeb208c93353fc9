"""Options shared by commands: person, points of the pelvis, set-up."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, get_args

import click

from posture.cli.errors import exit_on_error
from posture.messages import ENGLISH, languages
from posture.types import Clothing, Facing, Sex

if TYPE_CHECKING:
    from datetime import datetime

    from posture.inputs.protocol import Protocol

Command = TypeVar("Command", bound=Callable[..., object])
DAY: Final = click.DateTime(["%Y-%m-%d"])
_WHOLE: Final = 1000
"""Letters that no first sentence of a command reaches."""


sex_option: Final = click.option(
    "--sex", type=click.Choice(get_args(Sex)), help="For the right norms and a more certain arch."
)

facing_option: Final = click.option(
    "--facing", type=click.Choice(get_args(Facing)), help="Which way the person looks in the photo."
)


language_option: Final = click.option(
    "--language",
    type=click.Choice(languages()),
    default=ENGLISH,
    help="Language of all that people read (default: en).",
)


def day_option(old: str, words: str) -> Callable[[Command], Command]:
    """Add ``--day`` to a command, as ``day``; the name of earlier versions still works."""

    def add(command: Command) -> Command:
        @wraps(command)
        def with_day(*arguments: Any, day: datetime | None, **options: Any) -> object:
            earlier = options.pop(_parameter(old))
            if day is not None and earlier is not None:
                raise click.UsageError(f"--day and {old} mean the same: give the first one alone.")
            return command(*arguments, day=day or earlier, **options)

        named = click.option("--day", type=DAY, help=words)
        before = click.option(old, type=DAY, hidden=True)
        return cast("Command", named(before(with_day)))

    return add


class ListingGroup(click.Group):
    """A list of commands with the whole first sentence of each, which click would cut short."""

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands; see :meth:`click.Group.format_commands`."""
        named = ((name, self.get_command(context, name)) for name in self.list_commands(context))
        rows = [
            (name, command.get_short_help_str(limit=_WHOLE))
            for name, command in named
            if command is not None
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class PixelType(click.ParamType[tuple[float, float]]):
    """Two numbers separated by a comma."""

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
                f"{value!r} is not two numbers separated by a comma, such as 412,903", param, ctx
            )
        return x, y


PIXEL: Final = PixelType()

_POINTS: Final = (
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
)

_SETUP: Final = (
    click.option(
        "--clothing",
        type=click.Choice(get_args(Clothing)),
        help="For a more certain arch: underwear or swimwear, clothes that lie on the body, or "
        "loose ones (an ordinary T-shirt, too).",
    ),
    click.option("--camera-height-cm", type=float, help="Height of the lens above the floor."),
    click.option("--camera-distance-cm", type=float, help="Distance from the lens to the person."),
)

_SETUP_NAMES: Final = ("clothing", "camera_height_cm", "camera_distance_cm")

_OLD_NAMES: Final = {
    "--camera-height-m": "camera_height_cm",
    "--camera-distance-m": "camera_distance_cm",
    "--distance-m": "camera_distance_cm",
}
"""Options of version 0.1.0, in metres, and the parameters that replaced them."""


def point_options(command: Command) -> Command:
    """Add the points of the pelvis to a command, as ``asis``, ``psis`` and ``stickers``."""
    for option in reversed(_POINTS):
        command = option(command)
    return command


def setup_options(command: Command) -> Command:
    """Add the set-up of a photo to a command, as ``setup``, a ``Protocol``."""

    @wraps(command)
    def with_setup(*arguments: Any, **options: Any) -> object:
        from posture.inputs.protocol import Protocol, cm_of

        stated = {name: options.pop(name) for name in _SETUP_NAMES}
        for old, name in _OLD_NAMES.items():
            metres = options.pop(_parameter(old))
            if metres is None:
                continue
            if stated[name] is not None:
                raise click.UsageError(
                    f"{_option(name)} and {old} mean the same: give the first one alone."
                )
            stated[name] = cm_of(metres)
        with exit_on_error():
            setup = Protocol(**stated)
        return command(*arguments, setup=setup, **options)

    decorated = cast("Command", with_setup)
    hidden = (click.option(old, type=float, hidden=True) for old in _OLD_NAMES)
    for option in (*hidden, *reversed(_SETUP)):
        decorated = option(decorated)
    return decorated


def _parameter(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")


def _option(parameter: str) -> str:
    return "--" + parameter.replace("_", "-")


def require_photo_for(setup: Protocol, *, photos: bool) -> None:
    """Refuse clothing and camera if there is no photo to measure.

    Raises
    ------
    click.UsageError
    """
    given = [_option(name) for name in _SETUP_NAMES if getattr(setup, name) is not None]
    if given and not photos:
        raise click.UsageError(
            f"No photo is measured here: give {', '.join(given)} with the photo."
        )


def require_one_photo(count: int, asis: object, psis: object) -> None:
    """Refuse points for several photos, as they belong to one.

    Raises
    ------
    click.UsageError
    """
    if count > 1 and (asis is not None or psis is not None):
        raise click.UsageError("--asis and --psis belong to one photo: name only that one.")
