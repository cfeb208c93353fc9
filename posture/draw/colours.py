"""Colours that colour-blind people can tell apart (Okabe & Ito 2008).

Lines differ not only in colour but also in place and shape, so that prints in grey work too.
"""

from __future__ import annotations

from typing import Final

Colour = tuple[int, int, int]

ORANGE: Final[Colour] = (230, 159, 0)
SKY_BLUE: Final[Colour] = (86, 180, 233)
YELLOW: Final[Colour] = (240, 228, 66)
PURPLE: Final[Colour] = (204, 121, 167)
WHITE: Final[Colour] = (255, 255, 255)

TILT: Final = ORANGE
ARCH: Final = SKY_BLUE
PLUMB: Final = PURPLE
BODY: Final = WHITE

SHADE: Final[Colour] = (12, 16, 22)
"""Halo under lines, and ground of tags."""

PAPER: Final[Colour] = (255, 255, 255)
SURROUND: Final[Colour] = (236, 239, 242)
INK: Final[Colour] = (22, 27, 34)
GREY_INK: Final[Colour] = (84, 93, 105)
"""Has a contrast of 6.7 : 1 with paper, well above the 4.5 : 1 that small print needs."""

RULE: Final[Colour] = (216, 221, 227)
