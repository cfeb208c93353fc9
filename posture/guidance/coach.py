"""Coach: which instruction is shown, and when the pictures are taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from posture.guidance.instructions import Code, Instruction, required
from posture.types import Facing, FloatArray

if TYPE_CHECKING:
    from posture.guidance.live import Look

STEADY_S: Final = 1.5
"""The person stands right and still for this long before pictures are taken."""

STILL: Final = 0.03
"""Farther than this, in trunk lengths (1.5 cm), from where they stood, somebody moves. Quiet
standing sways by a third of it."""

AGREE: Final = 2
"""Looks in a row that say the same before the instruction on view changes: one misread frame must
not send anybody back and forth."""

LET_GO: Final = 2
"""Looks in a row that are not right before the countdown is given up."""

OFF: Final = 0.5
"""Farther than this from where they stood, in trunk lengths (25 cm), somebody stepped off the
spot."""

Phase = Literal["guide", "steady", "take"]

Further = Literal["again", "other_side"]
"""What the next burst is of: the same side after stepping off and on again, or the other one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to show now.

    Parameters
    ----------
    phase : {"guide", "steady", "take"}
        Something to mend, standing right, or the moment of the pictures.
    instruction : Instruction
    steady : float
        Share of the countdown that is over, 0 to 1.
    """

    phase: Phase
    instruction: Instruction
    steady: float


@dataclass(slots=True, kw_only=True)
class Coach:
    """Turns looks into steps; one coach for each time that somebody stands in front of the camera.

    Notes
    -----
    Times are those of the looks, in seconds of any steady clock, so that a slow machine waits just
    as long.
    """

    _shown: Instruction | None = None
    _next: Code | None = None
    _times: int = 0
    _since: float | None = None
    _stood: FloatArray | None = None
    _faced: Facing | None = None
    _missed: int = field(default=0)
    _left: FloatArray | None = None
    _gone: int = 0
    _not_facing: Facing | None = None

    def go_on(self, further: Further) -> None:
        """Ask for one more burst of the same person; call it when one has been taken."""
        self.restart()
        if further == "again":
            self._left, self._gone = self._stood, 0
        else:
            self._not_facing = self._faced

    def restart(self) -> None:
        """Count down anew, as after a burst that could not be used."""
        self._since = None
        self._shown, self._next, self._times, self._missed = None, None, 0, 0

    def see(self, look: Look, *, at: float) -> Step:
        """Take the next look and return what to show.

        Parameters
        ----------
        look : Look
        at : float
            When its frame was taken, seconds.
        """
        further = self._further(look)
        if further is None and look.instruction.code == "ready" and look.place is not None:
            return self._right(look, look.place, at)
        self._missed += 1
        if self._since is not None and self._missed < LET_GO:
            return self._step("steady", at)
        self._since = None
        self._show(further or look.instruction)
        return self._step("guide", at)

    def _further(self, look: Look) -> Instruction | None:
        """Return what has to be done before one more burst; ``None`` when it was done."""
        if self._left is not None:
            place = look.place
            away = place is None or float(np.abs(place - self._left).max()) > OFF * look.trunk_px
            self._gone = self._gone + 1 if away else 0
            if self._gone < AGREE:
                return required("step_off")
            self._left = None
        if self._not_facing is not None and look.facing == self._not_facing:
            return required("other_side")
        return None

    def _right(self, look: Look, place: FloatArray, at: float) -> Step:
        self._missed = 0
        moved = (
            self._stood is None or float(np.abs(place - self._stood).max()) > STILL * look.trunk_px
        )
        if self._since is None or moved:
            self._since, self._stood, self._faced = at, place, look.facing
        self._shown, self._next, self._times = look.instruction, None, 0
        return self._step("take" if at - self._since >= STEADY_S else "steady", at)

    def _show(self, instruction: Instruction) -> None:
        self._times = self._times + 1 if instruction.code == self._next else 1
        self._next = instruction.code
        if self._shown is None or self._times >= AGREE or self._shown.code == "ready":
            self._shown = instruction

    def _step(self, phase: Phase, at: float) -> Step:
        if self._shown is None:
            raise RuntimeError("a step before the first look")
        over = 0.0 if self._since is None else (at - self._since) / STEADY_S
        return Step(phase=phase, instruction=self._shown, steady=float(np.clip(over, 0.0, 1.0)))
