"""Options that tell a command what is known of the person in a photo."""

from __future__ import annotations

from typing import Final, get_args

import click

from posture.types import Clothing

sex_option: Final = click.option(
    "--sex", type=click.Choice(["female", "male"]), help="For norms and a surer arch."
)

clothing_option: Final = click.option(
    "--clothing",
    type=click.Choice(get_args(Clothing)),
    help="For a surer arch: underwear or swimwear, clothes that lie on the body, or any that hang "
    "(an ordinary T-shirt, too).",
)

facing_option: Final = click.option(
    "--facing", type=click.Choice(["left", "right"]), help="Where the person looks in the photo."
)
