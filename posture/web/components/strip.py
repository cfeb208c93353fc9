"""Strip plot: one value with its interval on an axis, and the band to compare it with.

Made of boxes rather than SVG: Streamlit removes inline SVG from pages, and an SVG used as an image
cannot follow the theme chosen in the app.
"""

from __future__ import annotations

from typing import Final

from posture.quantity import Quantity
from posture.texts import lower_end, number_text, range_text, value_text
from posture.web.components.markup import element, plain
from posture.web.language import number_words
from posture.web.services.axes import Axis
from posture.web.texts import say

_KEY: Final = (("po-spot", "strip_dot"), ("po-reach", "strip_bar"), ("po-usual", "strip_band"))


def strip(quantity: Quantity, axis: Axis) -> str:
    """Return the plot of a present value as HTML; screen readers get it in words."""
    low, value, high = (
        number or 0.0 for number in (lower_end(quantity), quantity.value, quantity.high)
    )
    band = () if axis.common is None else (_stretch("po-usual", *axis.common, axis),)
    zero = (_spot("po-zero", 0.0, axis),) if axis.low < 0 < axis.high else ()
    plot = element(
        "div",
        *band,
        *zero,
        _stretch("po-reach", low, high, axis),
        _spot("po-spot", value, axis),
        css="po-strip",
        label=_words(quantity, axis),
    )
    return plot + _ends(axis, quantity.unit)


def strip_legend() -> str:
    """Return the legend of the plots."""
    items = (element("span", element("i", css=css), plain(say(key))) for css, key in _KEY)
    return element("p", *items, css="po-key")


def _words(quantity: Quantity, axis: Axis) -> str:
    value, reach = number_words(value_text(quantity)), number_words(range_text(quantity))
    parts = [say("strip_alt", value=value, range=reach)]
    if axis.common is not None:
        low, high = (number_text(end, quantity.unit) for end in axis.common)
        parts.append(say("strip_band_alt", low=low, high=high))
    return " ".join(parts)


def _ends(axis: Axis, unit: str) -> str:
    ends = (number_text(round(end), unit).removesuffix(".0") for end in (axis.low, axis.high))
    # Screen readers already have the numbers that matter.
    return (
        f'<div class="po-ends" aria-hidden="true">{"".join(f"<i>{end}</i>" for end in ends)}</div>'
    )


def _at(number: float, axis: Axis) -> float:
    return 100.0 * (number - axis.low) / (axis.high - axis.low)


def _stretch(css: str, low: float, high: float, axis: Axis) -> str:
    left, right = _at(low, axis), _at(high, axis)
    return element("i", css=css, style=f"left:{left:.1f}%;width:{right - left:.1f}%")


def _spot(css: str, number: float, axis: Axis) -> str:
    return element("i", css=css, style=f"left:{_at(number, axis):.1f}%")
