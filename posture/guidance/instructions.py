"""What a person in front of a camera is told, one thing at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

Code = Literal[
    "nobody",
    "one_person",
    "middle",
    "step_back",
    "tilt_back",
    "tilt_forward",
    "come_nearer",
    "side_view",
    "turn_left",
    "turn_right",
    "stand",
    "arms",
    "shirt",
    "hair",
    "level",
    "light",
    "clear_view",
    "step_off",
    "other_side",
    "ready",
]

SENTENCES: Final[dict[Code, str]] = {
    "nobody": "Stand in the middle, three metres away.",
    "one_person": "One person only, please.",
    "middle": "Step to the middle of the picture.",
    "step_back": "Step back until head and feet are in the picture.",
    "tilt_back": "Tilt the screen back: the head is cut off.",
    "tilt_forward": "Tilt the screen forward: the feet are cut off.",
    "come_nearer": "Come nearer.",
    "side_view": "Turn sideways to the camera.",
    "turn_left": "Turn a little to your left.",
    "turn_right": "Turn a little to your right.",
    "stand": "Stand upright, as you always do.",
    "arms": "Fold your arms high on your chest.",
    "shirt": "Tuck your shirt in.",
    "hair": "Tie up your hair.",
    "level": "Set the camera level.",
    "light": "More light, please.",
    "clear_view": "Let the camera see your whole back.",
    "step_off": "Step off the spot, then on again.",
    "other_side": "Turn round: now your other side.",
    "ready": "Stand as you always do, and hold still.",
}
"""Short enough to be read from three metres and to be spoken in two seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One thing to do, and what not doing it costs.

    Parameters
    ----------
    code : str
        One of :data:`SENTENCES`.
    cost_deg : float
        Standard deviation, in degrees, that the flaw adds to a photo; infinite when a photo would
        be refused.
    """

    code: Code
    cost_deg: float

    @property
    def sentence(self) -> str:
        """The instruction in words."""
        return SENTENCES[self.code]


def required(code: Code) -> Instruction:
    """Return an instruction without which there is no photo."""
    return Instruction(code=code, cost_deg=math.inf)


READY: Final = Instruction(code="ready", cost_deg=0.0)
