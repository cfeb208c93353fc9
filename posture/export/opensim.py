"""OpenSim marker (.trc) and motion (.mot) files of one photo."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from posture.analysis.keypoints import Keypoints
from posture.errors import SettingsError
from posture.export.entries import Entry, Exportable, LeftOutError, entries_of
from posture.export.openpose import BODY_25
from posture.inputs.hints import HEIGHT_RANGE_CM
from posture.landmarks import Landmark
from posture.messages import message
from posture.quantity import Quantity
from posture.texts import reason_text

RATE: Final = 1
"""Frames per second: a photo is one frame, but the format needs a rate."""

HEADER: Final = (
    "DataRate",
    "CameraRate",
    "NumFrames",
    "NumMarkers",
    "Units",
    "OrigDataRate",
    "OrigDataStartFrame",
    "OrigNumFrames",
)


def to_trc(
    outcome: Exportable, *, height_cm: float | None = None, name: str = "posture.trc"
) -> str:
    """Return the markers of one photo as a .trc file, in metres.

    Parameters
    ----------
    outcome : Analysis or Entry
    height_cm : float, optional
        Body height, which gives the scale; by default that of the hints of the analysis.
    name : str
        File name to state in the header.

    Returns
    -------
    str
        One frame. X points forward, Y up along true vertical, Z to the person's right; Z is 0,
        because a photo has no depth. The lowest marker lies at Y = 0, the mid-hip at X = 0.
        Joints outside the picture have no marker.

    Raises
    ------
    SettingsError
        ``no_height`` without a body height, since a photo has no scale; ``bad_height`` for one
        out of range.
    LeftOutError
        ``photo_refused``, ``no_keypoints``, or ``no_stature`` when head or feet are cut off.
    """
    (entry,) = entries_of([outcome])
    markers = _markers(entry, _height(entry, height_cm))
    values = (RATE, RATE, 1, len(markers), "m", RATE, 1, 1)
    labels = "".join(f"{label}\t\t\t" for label in markers)
    axes = "".join(f"X{i}\tY{i}\tZ{i}\t" for i in range(1, len(markers) + 1))
    numbers = "\t".join(f"{x:.5f}\t{y:.5f}\t{0:.5f}" for x, y in markers.values())
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{name}",
        "\t".join(HEADER),
        "\t".join(map(str, values)),
        f"Frame#\tTime\t{labels.rstrip()}",
        f"\t\t{axes.rstrip()}",
        "",
        f"1\t0.00000\t{numbers}",
    ]
    return "\n".join(lines) + "\n"


def to_mot(outcome: Exportable) -> str:
    """Return tilt and lean of one photo as a .mot file, in degrees.

    Parameters
    ----------
    outcome : Analysis or Entry

    Returns
    -------
    str
        One row with ``pelvis_tilt``, positive backward as in OpenSim, which is the position
        ``pelvic_tilt_deg`` with its sign flipped, and ``lumbar_extension``, the angle of the trunk
        (line hip to shoulder) against the pelvis. The header says so and states the interval.

    Raises
    ------
    LeftOutError
        ``photo_refused``, or ``no_tilt`` when no tilt is stated for the photo.
    """
    (entry,) = entries_of([outcome])
    record, _ = entry.need_analysis()
    tilt = record.estimates.pelvic_tilt_deg
    if tilt.value is None or tilt.low is None or tilt.high is None:
        raise LeftOutError(
            f"No pelvic tilt is stated for {entry.photo}, so that there is no motion to write. "
            f"{reason_text(str(tilt.reason))}",
            code="no_tilt",
        )
    columns = {"time": 0.0, "pelvis_tilt": -tilt.value}
    lean = record.measures["trunk_lean_deg"].value
    if lean is not None:
        columns["lumbar_extension"] = tilt.value - lean
    lines = [
        "Coordinates",
        "version=1",
        "nRows=1",
        f"nColumns={len(columns)}",
        "inDegrees=yes",
        "",
        "One photo of a standing person, read by posture. A screening aid, not a diagnosis.",
        "pelvis_tilt: position on the scale of the ASIS-PSIS angle against the horizontal, sign "
        "flipped: anterior is negative.",
        f"{tilt.level:.0%} interval of pelvis_tilt: {-tilt.high:.3f} to {-tilt.low:.3f}.",
        *_line_words(record.estimates.asis_psis_deg),
        "The zero of a model's pelvis may differ from a level line ASIS-PSIS.",
        "lumbar_extension: line hip-shoulder against the pelvis, extension positive.",
        "endheader",
        "\t".join(columns),
        "\t".join(f"{value:.6f}" for value in columns.values()),
    ]
    return "\n".join(lines) + "\n"


def _line_words(line: Quantity) -> Iterator[str]:
    """Yield a line of the header about the bone line, if it was placed; signs are flipped."""
    if line.value is not None and line.low is not None and line.high is not None:
        yield (
            f"The line ASIS-PSIS itself, as placed: {-line.value:.3f} ({line.level:.0%} interval "
            f"{-line.high:.3f} to {-line.low:.3f})."
        )


def _height(entry: Entry, given: float | None) -> float:
    height = entry.height_cm if given is None else given
    if height is None:
        raise SettingsError(
            "A .trc file holds lengths, and a photo has no scale: state the body height "
            "(--height-cm; from Python height_cm).",
            code="no_height",
        )
    low, high = HEIGHT_RANGE_CM
    if not low <= height <= high:
        raise SettingsError(
            message(
                "Height is given in centimetres, between {low} and {high}.",
                low=f"{low:.0f}",
                high=f"{high:.0f}",
            ),
            code="bad_height",
        )
    return height


def _markers(entry: Entry, height_cm: float) -> dict[str, tuple[float, float]]:
    """Return (forward, up) of each marker in metres, the lowest at 0."""
    keypoints = entry.need_keypoints()
    _, view = entry.need_analysis()
    if keypoints.stature_px is None:
        raise LeftOutError(
            f"{entry.photo} does not show head and feet, so that the body height gives no scale.",
            code="no_stature",
        )
    metres = height_cm / 100.0 / keypoints.stature_px
    roll, sign = math.radians(view.roll_deg), 1.0 if view.facing == "right" else -1.0
    middle = _middle(keypoints, (Landmark.LEFT_HIP, Landmark.RIGHT_HIP))
    found = {}
    for label, parts in BODY_25:
        if parts and all(keypoints[part].shown for part in parts):
            x, y = (a - b for a, b in zip(_middle(keypoints, parts), middle, strict=True))
            forward = sign * (x * math.cos(roll) + y * math.sin(roll))
            up = x * math.sin(roll) - y * math.cos(roll)
            found[label] = (forward * metres, up * metres)
    lowest = min(up for _, up in found.values())
    return {label: (forward, up - lowest) for label, (forward, up) in found.items()}


def _middle(keypoints: Keypoints, parts: tuple[Landmark, ...]) -> tuple[float, float]:
    points = [keypoints[part] for part in parts]
    return sum(p.x for p in points) / len(points), sum(p.y for p in points) / len(points)
