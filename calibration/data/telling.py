"""What the user of a photo would say of the person in it."""

from __future__ import annotations

from typing import Any

from calibration.bodies.looks import CLOTHING_OF
from posture.inputs.hints import Hints


def hints_of(record: dict[str, Any]) -> Hints:
    """Return sex and clothing of the body that a record describes."""
    return Hints(sex=record["traits"]["sex"], clothing=CLOTHING_OF[record["look"]["fit"]])
