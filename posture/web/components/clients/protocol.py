"""Protocol of a visit: form fields, and the answers in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast, get_args

import streamlit as st

from posture.inputs.protocol import (
    Arms,
    Footwear,
    Protocol,
    Stance,
)
from posture.types import Clothing
from posture.web.components.camera import camera_distance, camera_height
from posture.web.texts import say

_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "arms": get_args(Arms),
    "clothing": get_args(Clothing),
    "stance": get_args(Stance),
    "footwear": get_args(Footwear),
}
"""Fields with a few possible answers, in the order of the form."""


def protocol_fields(key: str, before: Protocol) -> Callable[[], Protocol]:
    """Show the fields about how the photos were taken, filled with the answers of last time.

    Parameters
    ----------
    key : str
        Prefix of the fields' keys, different for each client.
    before : Protocol

    Returns
    -------
    callable
        Returns the protocol as entered; raises ``ClientsError`` if it is not valid.
    """
    chosen = {name: _choice(key, name, getattr(before, name)) for name in _CHOICES}
    with st.container(horizontal=True, gap="medium"):
        height = camera_height(f"{key}_camera_height", before.camera_height_cm)
        distance = camera_distance(f"{key}_distance", before.camera_distance_cm)
    instruction = st.text_input(
        say("instruction"),
        value=before.instruction,
        key=f"{key}_instruction",
        placeholder=say("instruction_hint"),
        max_chars=500,
    )
    return lambda: Protocol(
        arms=cast("Arms | None", chosen["arms"]),
        clothing=cast("Clothing | None", chosen["clothing"]),
        stance=cast("Stance | None", chosen["stance"]),
        footwear=cast("Footwear | None", chosen["footwear"]),
        camera_height_cm=height,
        camera_distance_cm=distance,
        instruction=(instruction or "").strip(),
    )


def protocol_words(protocol: Protocol) -> str:
    """Return the protocol as one line; empty if nothing was recorded."""
    parts = [
        say(f"{name}_{value}")
        for name in _CHOICES
        if (value := getattr(protocol, name)) is not None
    ]
    if protocol.camera_height_cm is not None:
        parts.append(say("lens_at", height=f"{protocol.camera_height_cm:.0f}"))
    if protocol.camera_distance_cm is not None:
        parts.append(say("lens_from", distance=f"{protocol.camera_distance_cm:.0f}"))
    if protocol.instruction:
        parts.append(f"“{protocol.instruction}”")
    return " · ".join(parts)


def _choice(key: str, name: str, before: str | None) -> str | None:
    return st.pills(
        say(name),
        _CHOICES[name],
        default=before,
        format_func=lambda value: say(f"{name}_{value}"),
        key=f"{key}_{name}",
        wrap=True,
    )
