"""The words that people read: labels, units, reasons, values; the same in every place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from posture.messages import message
from posture.quantity import Quantity

LABELS: Final[Mapping[str, str]] = {
    "pelvic_tilt_deg": "Pelvic tilt",
    "asis_psis_deg": "ASIS–PSIS line",
    "bone_line_estimate_deg": "ASIS–PSIS line, as estimated by version 0.1",
    "lumbar_depth_pct": "Lumbar arch depth",
    "lumbar_lordosis_deg": "Lumbar arch angle",
    "arch_apex_level_pct": "Height of the arch",
    "thoracic_kyphosis_index_pct": "Upper-back rounding",
    "gluteal_prominence_pct": "Buttock behind the hollow",
    "lumbosacral_slope_deg": "Slope below the arch",
    "thoracolumbar_slope_deg": "Slope above the arch",
    "abdominal_slope_deg": "Slope of the belly line",
    "trunk_lean_deg": "Trunk lean",
    "chest_lean_deg": "Chest lean",
    "leg_lean_deg": "Leg lean",
    "hip_extension_deg": "Hip extension",
    "knee_extension_deg": "Knee extension",
    "sway_angle_deg": "Sway angle",
    "sway_trunk_pct": "Shoulder in front of hip",
    "head_forward_pct": "Ear in front of shoulder",
    "craniovertebral_deg": "Head-neck angle",
    "plumb_ear_pct": "Ear in front of ankle",
    "plumb_shoulder_pct": "Shoulder in front of ankle",
    "plumb_hip_pct": "Hip in front of ankle",
    "plumb_knee_pct": "Knee in front of ankle",
}
"""Name of a measure or estimate to its label."""

TRAINER_LABELS: Final[Mapping[str, str]] = {
    "pelvic_tilt_deg": "Pelvic tilt (position, on the scale of the ASIS–PSIS angle)",
}
"""Labels for people of the field, where they differ from those for clients."""

CALLIPER_NOTE: Final = (
    "The position is a model quantity: a calliper on the bones can check its change, not its "
    "value, and may read about 4 to 5° (SD) away from it, because the shape of the bones differs."
)
"""How far the bones of a person may lie from the position. ASIS-PSIS lines at one and the same
position differ by 5 degrees among adults (Preece 2008); 4.3 of these no outline shows."""

UNIT_SIGNS: Final[Mapping[str, str]] = {
    "deg": "°",
    "%trunk": " %",
    "%height": " %",
    "%chord": " %",
    "cm": " cm",
}
"""What is written right behind a number; the percent units need :data:`UNIT_WORDS` beside it."""

UNIT_WORDS: Final[Mapping[str, str]] = {
    "deg": "degrees",
    "%trunk": "of trunk length",
    "%height": "of body height",
    "%chord": "of the length of the curve",
    "cm": "centimetres",
}

DECIMALS: Final[Mapping[str, int]] = {"deg": 0, "%trunk": 1, "%height": 1, "%chord": 0, "cm": 1}
"""Figures behind the point: no unit is written finer than a photo can tell."""

NEVER_NEGATIVE: Final = frozenset({"%trunk"})
"""Units of depths, which no body has less of than none."""

REASONS: Final[Mapping[str, str]] = {
    "back_covered": "Too much of the back is covered or out of the picture.",
    "no_lumbar_hollow": "The outline of the back has no hollow to measure.",
    "nape_covered": "Hair or a collar covers the nape.",
    "chest_covered": "An arm or hair covers the outline of the chest.",
    "front_covered": "An arm covers the belly line.",
    "height_not_in_frame": "Head and feet are not both in the picture.",
    "ear_not_in_frame": "The head is not in the picture.",
    "shoulder_not_in_frame": "The shoulder is not in the picture.",
    "hip_not_in_frame": "The hip is not in the picture.",
    "knee_not_in_frame": "The knee is not in the picture.",
    "ankle_not_in_frame": "The ankle is not in the picture.",
    "not_placed": "ASIS and PSIS were not placed in this photo.",
    "position_not_estimated": "Not estimated by version 0.1: analyse the photo again.",
    "not_measured": "The version that read this photo did not measure it.",
    "outside_calibration": "Unlike any body that the method was tested on.",
    "no_better_than_population": "The picture shows too little to say more than a guess would.",
}
"""Reason for absence to one short sentence."""

FLAGS: Final[Mapping[str, str]] = {
    "arm_on_back": "An arm covers part of the back.",
    "arm_on_front": "An arm covers the front of the trunk.",
    "back_step": "Clothing or something carried breaks the outline of the back.",
    "hair_on_back": "Hair or a hood covers the upper back.",
    "corrected": "Changed by points that were placed by hand.",
    "manual_points": "Measured between ASIS and PSIS as they were marked.",
    "line_taken": "The ASIS–PSIS line, as marked, was taken as one more reading.",
}
"""Remark on a quantity or an outline to one short sentence."""

POINT_LABELS: Final[Mapping[str, str]] = {
    "ear": "Ear",
    "shoulder": "Shoulder",
    "hip": "Hip",
    "knee": "Knee",
    "ankle": "Ankle",
    "t12": "T12",
    "s1": "S1",
    "asis": "ASIS",
    "psis": "PSIS",
}
"""Name of a point that can be placed to its label."""

RANGE_NOTE: Final = "The range holds the true value in 9 of 10 cases."
DISCLAIMER: Final = "A screening aid, not a diagnosis."

MINUS: Final = "\N{MINUS SIGN}"


def label(name: str) -> str:
    """Return the label of a measure or estimate; unknown names become plain words."""
    return LABELS.get(name) or _plain(name)


def trainer_label(name: str) -> str:
    """Return the label for people of the field, such as trainers and readers of exports."""
    return TRAINER_LABELS.get(name) or label(name)


def reason_text(code: str) -> str:
    """Return the sentence for a reason; unknown codes become plain words."""
    return REASONS.get(code) or f"{_plain(code)}."


def flag_text(code: str) -> str:
    """Return the sentence for a flag; unknown codes become plain words."""
    return FLAGS.get(code) or f"{_plain(code)}."


def placed_sentence(names: Iterable[str]) -> str:
    """Say what a person corrected in a photo.

    >>> placed_sentence(("asis", "psis"))
    'Placed by hand: ASIS, PSIS.'
    """
    words = [POINT_LABELS.get(name, _plain(name).lower()) for name in names]
    return message("Placed by hand: {points}.", points=tuple(words))


def number_text(number: float, unit: str) -> str:
    """Return a number with as many figures as its unit deserves, with a true minus sign.

    >>> number_text(8.24, "%trunk")
    '8.2'
    """
    text = f"{number:.{DECIMALS.get(unit, 1)}f}"
    if float(text) == 0:
        return text.removeprefix("-")
    return text.replace("-", MINUS)


def with_unit(number: float, unit: str) -> str:
    """Return a number as :func:`number_text` does, with its sign of unit ("14°", "8.2 %")."""
    return number_text(number, unit) + _sign(unit)


def value_text(quantity: Quantity) -> str:
    """Return the value with its sign of unit ("14°", "8.2 %"), or a dash when absent."""
    return "–" if quantity.value is None else with_unit(quantity.value, quantity.unit)


def range_text(quantity: Quantity) -> str:
    """Return the interval ("6° to 22°", "7.0 to 9.4 %"); empty when absent."""
    if quantity.low is None or quantity.high is None:
        return ""
    return _span_text(lower_end(quantity), quantity.high, quantity.unit)


def lower_end(quantity: Quantity) -> float:
    """Return where the interval begins in words and pictures: no hollow is less than none.

    The interval itself goes on below, so that its spread stays what it is.

    Raises
    ------
    ValueError
        If the quantity is absent.

    >>> lower_end(Quantity.known(1.0, 2.0, unit="%trunk"))
    0.0
    """
    if quantity.value is None or quantity.low is None:
        raise ValueError("an absent quantity has no interval")
    return least_shown(quantity.low, quantity.value, unit=quantity.unit)


def least_shown(low: float, value: float, *, unit: str) -> float:
    """Return the lower end of an interval around a value, as :func:`lower_end` does."""
    return max(low, min(0.0, value)) if unit in NEVER_NEGATIVE else low


def reference_text(quantity: Quantity) -> str:
    """Return the published band ("reference 43° to 66°"); empty when there is none."""
    reference = quantity.reference
    if reference is None:
        return ""
    span = _span_text(reference.low, reference.high, quantity.unit)
    return message("reference {span}", span=span)


def describe_quantity(quantity: Quantity) -> str:
    """Return value and interval in words, or the reason for absence.

    Parameters
    ----------
    quantity : Quantity

    Returns
    -------
    str
        "14° (between 6° and 22°)", "8.2 % of trunk length (between 7.0 and 9.4 %)" or a
        sentence such as "The ankle is not in the picture."
    """
    if quantity.reason is not None:
        return reason_text(quantity.reason)
    words = f" {UNIT_WORDS[quantity.unit]}" if quantity.unit.startswith("%") else ""
    between = range_text(quantity).replace(" to ", " and ")
    return f"{value_text(quantity)}{words} (between {between})"


def tilt_words(tilt: Quantity) -> str:
    """Say which way the pelvis is tipped, as far as the interval allows.

    Parameters
    ----------
    tilt : Quantity
        ``pelvic_tilt_deg`` or the ASIS-PSIS line.

    Returns
    -------
    str
        Empty when the tilt is absent.
    """
    if tilt.low is None or tilt.high is None:
        return ""
    if tilt.low > 0:
        return "tipped forward"
    return "tipped backward" if tilt.high < 0 else "direction uncertain"


def _span_text(low: float, high: float, unit: str) -> str:
    sign = _sign(unit)
    # A degree sign belongs to each number, words and percent only to the last.
    inner = sign if sign == "°" else ""
    return f"{number_text(low, unit)}{inner} to {number_text(high, unit)}{sign}"


def _sign(unit: str) -> str:
    return UNIT_SIGNS.get(unit, f" {unit}")


def _plain(code: str) -> str:
    return code.replace("_", " ").capitalize()
