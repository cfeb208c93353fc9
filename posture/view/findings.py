"""Findings: flaws of a photo, their cost in degrees, and advice for a better one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.codec import Rounded, Sentence, Table, decode, encode_record, left_out_if_none
from posture.messages import Message, message
from posture.quantity import Z90
from posture.texts import FLAGS
from posture.types import Clothing
from posture.view.roll import Roll

NOTE_ROLL_DEG: Final = 2.0
"""Corrected camera roll from which on the user is told about it."""

NOTE_YAW_DEG: Final = 12.0
"""Yaw from which on the user is told about it: twice the SD of the yaw estimate itself."""

YAW_COST: Final = 0.055
"""Degrees of error per degree of yaw. With the body turned by 20 degrees, an ASIS-PSIS line of 11
degrees reads 10.0 to 14.1, up to 3 degrees off one way and 1 the other (geometry, docs/method.md);
turning also mixes the outlines of the left and the right side."""

CAMERA_HEIGHT_SD_DEG: Final = 1.8
"""Cost of an unknown lens height: 0.2 m (SD) at 3 m tilts the pelvis in the picture by as much."""

MIN_TRUNK_PX: Final = 110.0
"""Below this trunk length one pixel is more than 4 mm, and the hollow only a handful of pixels."""

LOW_RESOLUTION_COST_DEG: Final = 1.5
BLUR_COST_DEG: Final = 2.8
CROP_COST_DEG: Final = {"head": 2.5, "knees": 2.3, "ankles": 2.3, "feet": 2.3}
"""Measured on rendered photos: how far the tilt moves when a trunk shrinks to 60 to 110 pixels, is
blurred over 2 % of its length, or when head or feet are cut off (docs/method.md)."""

OUTLINE_COST_DEG: Final = {
    "arm_on_back": 1.8,
    "back_step": 5.3,
    "hair_on_back": 0.9,
    "loose_clothing": 2.1,
}
"""Additional error of the tilt on photos with an arm, a step or hair on the outline of the back,
and in loose clothes; measured like the others (docs/method.md). The interval of the tilt already
includes it."""

UNSEEN_CODES: Final = frozenset({"camera_height_unknown", "roll_estimated", "roll_unknown"})
"""Codes of what no photo shows, or what is in order: they say nothing of this one."""

CROPPED_ADVICE: Final = "Step back until head and feet are in the picture."

MIN_SHARPNESS: Final = 6.0
SHARP_PERCENT: Final = 95.0
"""Percentile of the Laplacian over the body; if lower, edges are smeared over several pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A flaw of a photo that costs accuracy.

    Parameters
    ----------
    code : str
        Machine-readable name.
    cost_deg : float or None
        Standard deviation, in degrees, that it adds to angles against the vertical; ``None``
        when it costs whole measures rather than degrees.
    cost_90_deg : float or None
        The same as half of a 90 % interval, as pages and texts show it; follows from the other.
    message, advice : str
        What the flaw is, and how to take a better photo; a message with gaps comes from
        :data:`MESSAGES`.
    values : object
        What fills the gaps of the message, as JSON keeps it; ``None`` if it has none.
    """

    code: str
    cost_deg: Annotated[float | None, Rounded(2)]
    message: Sentence
    advice: str
    values: object = left_out_if_none()
    cost_90_deg: Annotated[float | None, Rounded(2)] = left_out_if_none()

    def __post_init__(self) -> None:
        """Let message and values say the same: files hold both, and earlier ones no values."""
        said = self.message
        if not isinstance(said, Message):
            again = _said_again(self.code, self.values)
            said = again if again == said else said
        values = said.plain_values() if isinstance(said, Message) else None
        object.__setattr__(self, "message", said)
        object.__setattr__(self, "values", values)
        half = None if self.cost_deg is None else Z90 * self.cost_deg
        object.__setattr__(self, "cost_90_deg", half)

    def to_dict(self) -> Table:
        """Return the JSON form."""
        return encode_record(self)

    @classmethod
    def from_dict(cls, data: object, at: str = "") -> Self:
        """Read a finding from its JSON form.

        Parameters
        ----------
        data : object
            Returned by :meth:`to_dict`, in this version or an earlier one without ``values``.
        at : str, optional
            Name of the table, which messages put in front of the field.

        Raises
        ------
        FieldError
            If a field is missing, unknown or of the wrong kind.
        """
        return decode(cls, data, at)


MESSAGES: Final[Mapping[str, str]] = {
    "camera_rolled": "The camera was tilted by about {deg}°; this has been corrected for.",
    "turned": "The person is turned about {deg}° out of the side view.",
    "cropped": "The picture does not show {parts}; measures that need them are left out.",
    "camera_off_pelvis": "The camera was about {cm} cm {place}.",
    "ultra_wide_lens": "An ultra-wide lens ({mm} mm) distorts a person this close.",
    "stretched": "The picture seems to be pulled wide, to {percent} % of its true width.",
    "squeezed": "The picture seems to be squeezed, to {percent} % of its true width.",
}
"""Messages with gaps, by code of the finding: together with the values in a result file they give
the sentence again, ready to be translated."""


def _said_again(code: str, values: object) -> Message | None:
    """Return the message of a finding filled with values; ``None`` if they do not fit it."""
    if code not in MESSAGES or not isinstance(values, Mapping):
        return None
    filling = {
        str(name): tuple(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in values.items()
    }
    try:
        return Message(MESSAGES[code], filling)
    except KeyError:
        return None


_ADVICE: Final = {
    "arm_on_back": (
        FLAGS["arm_on_back"],
        "Fold the arms high on the chest, so that the whole back is in clear view.",
    ),
    "back_step": (
        FLAGS["back_step"],
        "Smooth out what stands off the back: tuck a shirt in, lay straps and bands flat, and put "
        "bags and jackets aside.",
    ),
    "hair_on_back": (FLAGS["hair_on_back"], "Tie long hair up, and wear nothing with a hood."),
    "loose_clothing": (
        "Loose clothes hide the outline of the body.",
        "Wear tight clothes or swimwear.",
    ),
    "back_covered": (
        "Too much of the back is covered or out of the picture to measure its curve.",
        "Take the photo so that the whole back is in clear view.",
    ),
}
"""Message and advice for everything that hides the outline."""


_OUTLINE: Final = {
    code: Finding(code=code, cost_deg=OUTLINE_COST_DEG.get(code), message=message, advice=advice)
    for code, (message, advice) in _ADVICE.items()
}

_BESIDE_ARM: Final = replace(
    _OUTLINE["arm_on_back"],
    message="An arm covers the low back: the arch is read from what is seen beside it; its range "
    "is wider.",
)

OUTLINE_CODES: Final = frozenset(_OUTLINE)
"""Codes of :func:`outline_findings`."""


def roll_findings(roll: Roll) -> list[Finding]:
    """Return the finding about the level of the camera, if there is one."""
    if roll.source == "unknown":
        return [
            Finding(
                code="roll_unknown",
                cost_deg=roll.sd_deg,
                message="Nothing in the picture shows whether the camera was level.",
                advice="Switch on the camera grid and line it up with a door frame or wall edge.",
            )
        ]
    if abs(roll.deg) > NOTE_ROLL_DEG:
        return [
            Finding(
                code="camera_rolled",
                cost_deg=roll.sd_deg,
                message=message(MESSAGES["camera_rolled"], deg=f"{abs(roll.deg):.0f}"),
                advice="Hold the phone level, or set it on a shelf or tripod.",
            )
        ]
    return (
        [
            Finding(
                code="roll_estimated",
                cost_deg=roll.sd_deg,
                message="The level of the camera was read from edges in the room.",
                advice="A door frame or wall edge beside the person makes this more exact.",
            )
        ]
        if roll.source == "lines"
        else []
    )


def yaw_findings(yaw: float) -> list[Finding]:
    """Return the finding that the person is turned out of the side view, if so."""
    if abs(yaw) < NOTE_YAW_DEG:
        return []
    return [
        Finding(
            code="turned",
            cost_deg=YAW_COST * abs(yaw),
            message=message(MESSAGES["turned"], deg=f"{abs(yaw):.0f}"),
            advice="Point both feet along a line that runs straight across the picture.",
        )
    ]


def camera_height_finding() -> Finding:
    """Return the finding about the height of the camera, which a photo does not show."""
    return Finding(
        code="camera_height_unknown",
        cost_deg=CAMERA_HEIGHT_SD_DEG,
        message="The height of the camera is not known.",
        advice="Hold the phone at hip height, 3 to 4 metres away, and enter the height of the "
        "lens.",
    )


def with_advice(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Yield each finding with its advice; empty where an earlier one gave the same."""
    given: set[str] = set()
    for finding in findings:
        yield finding, "" if finding.advice in given else finding.advice
        given.add(finding.advice)


_STANCE_NOT_SEEN: Final = Finding(
    code="stance_not_seen",
    cost_deg=None,
    message="Without the knees in the picture it is not seen whether the person stands upright.",
    advice="Step back until head and feet are in the picture.",
)


def crop_findings(parts: frozenset[str]) -> list[Finding]:
    """Return the finding that names the parts of the body cut off by the picture, if any."""
    words = {"head": "the head", "knees": "the knees", "ankles": "the ankles", "feet": "the feet"}
    missing = [phrase for part, phrase in words.items() if part not in parts]
    if not missing:
        return []
    cropped = Finding(
        code="cropped",
        cost_deg=max(CROP_COST_DEG[part] for part in words if part not in parts),
        message=message(MESSAGES["cropped"], parts=tuple(missing)),
        advice=CROPPED_ADVICE,
    )
    return [cropped] if "knees" in parts else [cropped, _STANCE_NOT_SEEN]


def detail_findings(
    image: NDArray[np.uint8], mask: NDArray[np.float32], unit: float
) -> list[Finding]:
    """Return findings about a person too small or a picture too blurred."""
    found = []
    if unit < MIN_TRUNK_PX:
        found.append(
            Finding(
                code="low_resolution",
                cost_deg=LOW_RESOLUTION_COST_DEG,
                message="The person is small in the picture.",
                advice="Fill most of the height of the picture with the body.",
            )
        )
    if _sharpness(image, mask, unit) < MIN_SHARPNESS:
        found.append(
            Finding(
                code="blurred",
                cost_deg=BLUR_COST_DEG,
                message="The picture is blurred.",
                advice="Use more light, clean the lens and hold the phone still.",
            )
        )
    return found


def outline_findings(
    flags: Collection[str], *, covered: bool, beside_arm: bool, clothing: Clothing | None
) -> list[Finding]:
    """Return findings about everything that hides the trunk's own outline.

    Parameters
    ----------
    flags : collection of str
        Remarks of the silhouette, see :class:`posture.geometry.silhouette.Silhouette`.
    covered : bool
        Whether too much of the back is hidden to read its curve; reported only when no other
        finding says why.
    beside_arm : bool
        Whether the arch is stated although an arm covers the low back.
    clothing : {"minimal", "tight", "loose"}, optional
        As stated by the user.
    """
    present = set(flags) | ({"loose_clothing"} if clothing == "loose" else set())
    known = _OUTLINE | ({"arm_on_back": _BESIDE_ARM} if beside_arm else {})
    found = [known[code] for code in OUTLINE_COST_DEG if code in present]
    return found or ([known["back_covered"]] if covered else [])


def by_cost(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by cost, the costliest first; those without a cost in degrees come last."""
    return tuple(sorted(findings, key=lambda finding: -(finding.cost_deg or 0.0)))


def _sharpness(image: NDArray[np.uint8], mask: NDArray[np.float32], unit: float) -> float:
    """Return the strength of the sharpest edges around the body, scaled to a fixed body size."""
    left, top, width, height = cv2.boundingRect((mask > 0.5).view(np.uint8))
    grey = cv2.cvtColor(image[top : top + height, left : left + width], cv2.COLOR_RGB2GRAY)
    factor = min(1.0, MIN_TRUNK_PX / unit)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    response = cv2.convertScaleAbs(cv2.Laplacian(small, cv2.CV_16S))
    return _percentile(np.asarray(response, np.uint8), SHARP_PERCENT)


def _percentile(values: NDArray[np.uint8], percent: float) -> float:
    """Return a percentile as NumPy does, from counts, which takes a tenth of the time."""
    counts = cv2.calcHist([values], [0], None, [256], [0, 256])
    upto = np.cumsum(counts)
    place = percent / 100 * (values.size - 1)
    lower, upper = np.searchsorted(upto, [np.floor(place), np.ceil(place)], side="right")
    return float(lower + (upper - lower) * (place - np.floor(place)))
