"""Texts of the live camera; part of :mod:`posture.web.texts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CAMERA_TEXTS: Final[Mapping[str, str]] = {
    "live_lead": "Put the laptop or phone at hip height, three metres away. It says what to "
    "change, counts down and takes the photo by itself.",
    "live_start": "Open the camera",
    "live_stop": "Close the camera",
    "live_voice": "Speak the instructions",
    "live_device": "Camera",
    "live_count": "Photos",
    "live_once": "one",
    "live_twice": "two, stepping off in between: a surer result",
    "live_sides": "one from each side",
    "live_opening": "Opening the camera …",
    "live_reading": "Got it. Choosing the best picture …",
    "live_done": "Done.",
    "burst_sway": "The best of {kept} good pictures. You swayed by {deg}° in three seconds.",
    "live_again": "That was too restless to use. Once more, please.",
    "live_hold": "Hold still",
    "live_stage": "Picture of the camera, mirrored, with your outline",
    "live_denied": "The browser does not let this page use the camera. Allow it beside the "
    "address, then try again.",
    "live_none": "No camera was found. Connect one, or choose a file.",
    "live_busy": "Another page or program uses the camera. Close it there, then try again.",
    "live_closed": "The connection to the camera page was lost. Reload the page.",
    "live_local": "Pictures are read on this computer and kept only if you save the visit.",
    "live_photo": "Camera {number}",
}
