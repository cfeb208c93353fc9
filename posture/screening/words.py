"""The verdict in words, the same on page, sheet, terminal and in files.

Each sentence is a message, so that pages can show it in another language. The figure is the
photo's own: "about 7 in 10".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from posture.estimator.model import Estimates
from posture.messages import Message, message
from posture.screening.grade import PATTERNS, POSSIBLE, Grade, Screening
from posture.screening.norms import Position, norm_of, position_in
from posture.types import Pattern, Sex

TITLES: Final[Mapping[Pattern, str]] = {"type_a": "type A", "type_b": "type B"}

BADGES: Final[Mapping[Grade, str]] = {
    "likely": "Likely",
    "possible": "Possible",
    "not_suggested": "Not suggested",
    "undetermined": "Cannot tell yet",
}

PELVIS: Final[Mapping[Position, str]] = {
    "high": "Your pelvis is tipped forward more than usual.",
    "edge_high": "Your pelvis is at the upper edge of the usual range.",
    "common": "Your pelvis is not tipped more than usual.",
    "perhaps": "Your pelvis is most likely not tipped more than usual.",
    "open": "The photo does not show the pelvis well enough to compare it.",
    "edge_low": "Your pelvis is at the lower edge of the usual range.",
    "low": "Your pelvis is tipped forward less than usual.",
}
ARCH: Final[Mapping[Position, str]] = {
    "high": "Your low back is arched more than usual.",
    "edge_high": "Your low back is at the upper edge of the usual range.",
    "common": "Your low back is not arched more than usual.",
    "perhaps": "Your low back is most likely not arched more than usual.",
    "open": "The photo does not show the low back well enough to compare it.",
    "edge_low": "Your low back is at the lower edge of the usual range.",
    "low": "Your low back is flatter than usual.",
}
"""Where each value lies among adults, when neither pattern is suggested."""


def verdict_lines(
    screening: Screening, estimates: Estimates, *, sex: Sex | None
) -> tuple[str, ...]:
    """State the grade of a screening in one to three sentences.

    Parameters
    ----------
    screening : Screening
    estimates : Estimates
        Of the same photo or visit; they tell a verdict of "not suggested" in more words.
    sex : {"female", "male"} or None
        Chooses the norms.
    """
    if screening.earlier_rule:
        return (_of_earlier_rule(screening), EARLIER_RULE)
    if screening.grade == "undetermined":
        return (UNDETERMINED,)
    if screening.pattern is None:
        return _usual(estimates, sex)
    return (_flagged(screening, screening.pattern), *_other(screening))


UNDETERMINED: Final = "This photo does not show enough of pelvis and low back to tell."
EARLIER_RULE: Final = (
    "This grade follows the rule of an earlier version. Read the photo again for one by today's."
)
USUAL: Final = "Pelvis and arch are in the usual range."
NOT_SUGGESTED: Final = "Lower crossed syndrome is not suggested."


def in_tenths(probability: float) -> int:
    """Return a probability as so many in ten; never none and never all.

    >>> in_tenths(0.68), in_tenths(0.99)
    (7, 9)
    """
    return min(max(round(10.0 * probability), 1), 9)


def verdict_text(screening: Screening, estimates: Estimates, *, sex: Sex | None) -> str:
    """Return the verdict as one English text."""
    return " ".join(verdict_lines(screening, estimates, sex=sex))


def badge_text(screening: Screening) -> str:
    """Return grade, pattern and figure in a few words, for pictures and lists."""
    grade = BADGES[screening.grade]
    if screening.pattern is None:
        return grade
    named = {"grade": message(grade), "pattern": message(TITLES[screening.pattern])}
    if screening.earlier_rule or screening.stated is None:
        return message("{grade}: {pattern}", **named)
    tenths = in_tenths(screening.stated)
    return message("{grade}: {pattern}, about {tenths} in 10", **named, tenths=tenths)


def definition_line(pattern: Pattern, *, percent: int) -> Message:
    """Say what a pattern means here, and how many adults have it."""
    if pattern == "type_a":
        return message(
            "Type A here means: pelvis tipped forward and low back arched, both and together "
            "clearly more than the average of adults of the same sex. By this definition "
            "{percent} % of adults have it.",
            percent=percent,
        )
    return message(
        "Type B here means: hips carried in front of the ankles with the trunk hanging back, "
        "without a deep arch. By this definition {percent} % of adults have it.",
        percent=percent,
    )


def definition_lines(screening: Screening) -> tuple[str, ...]:
    """Return the definition of the pattern that was found, or of both that were looked for."""
    if screening.patterns is None:
        return ()
    shares = {
        "type_a": screening.patterns.type_a.share_of_adults,
        "type_b": screening.patterns.type_b.share_of_adults,
    }
    wanted = PATTERNS if screening.pattern is None else (screening.pattern,)
    return tuple(definition_line(each, percent=round(100 * shares[each])) for each in wanted)


def _flagged(screening: Screening, pattern: Pattern) -> Message:
    tenths = in_tenths(screening.stated or 0.0)
    if screening.grade == "likely" and pattern == "type_a":
        return message(
            "Your pelvis is tipped forward and your low back arched more than in most adults: "
            "the type A pattern is likely (about {tenths} in 10).",
            tenths=tenths,
        )
    if screening.grade == "likely":
        return message(
            "Your hips are carried in front and your trunk hangs back more than in most adults, "
            "without a deep arch: the type B pattern is likely (about {tenths} in 10).",
            tenths=tenths,
        )
    if pattern == "type_a":
        return message(
            "Your posture may fit the type A pattern, a pelvis tipped forward with an arched low "
            "back (about {tenths} in 10).",
            tenths=tenths,
        )
    return message(
        "Your posture may fit the type B pattern, hips in front with the trunk hanging back "
        "(about {tenths} in 10).",
        tenths=tenths,
    )


def _other(screening: Screening) -> tuple[str, ...]:
    """Name the other pattern when it is possible, too."""
    found = screening.probabilities
    other = {p: v for p, v in found.items() if p != screening.pattern and v >= POSSIBLE}
    return tuple(
        message(
            "The {pattern} pattern is possible as well (about {tenths} in 10).",
            pattern=message(TITLES[pattern]),
            tenths=in_tenths(probability),
        )
        for pattern, probability in other.items()
    )


def _usual(estimates: Estimates, sex: Sex | None) -> tuple[str, ...]:
    """Say where pelvis and arch lie, each by its own band."""
    pelvis = _position("pelvic_tilt_deg", estimates, sex)
    arch = _position("lumbar_lordosis_deg", estimates, sex)
    if pelvis == arch == "common":
        return (USUAL, NOT_SUGGESTED)
    notable = ("high", "edge_high", "low", "edge_low")
    lines = [PELVIS[pelvis or "open"], ARCH[arch or "open"]]
    if arch in notable and pelvis not in notable:
        lines.reverse()
    return (*lines, NOT_SUGGESTED)


def _position(name: str, estimates: Estimates, sex: Sex | None) -> Position | None:
    norm = norm_of(name, sex)
    return None if norm is None else position_in(norm.band, getattr(estimates, name))


def _of_earlier_rule(screening: Screening) -> Message:
    if screening.grade == "possible" and screening.pattern is not None:
        return message(
            "The photo is compatible with lower crossed syndrome, {pattern}.",
            pattern=message(TITLES[screening.pattern]),
        )
    return message(NOT_SUGGESTED if screening.grade == "not_suggested" else UNDETERMINED)


def percent_of(probability: float) -> str:
    """Return a probability in percent; what is not quite 0 or 100 is never called so.

    >>> percent_of(0.123), percent_of(0.002), percent_of(0.999)
    ('12', '<1', '>99')
    """
    percent = round(100 * probability)
    return "<1" if percent < 1 else ">99" if percent > 99 else str(percent)
