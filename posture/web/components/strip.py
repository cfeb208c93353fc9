"""A strip plot: one value with its interval on an axis, and the band it is compared with.

Plain boxes rather than SVG: Streamlit strips inline SVG from pages, and an SVG used as a picture
cannot follow the theme that a visitor chose.
"""

from __future__ import annotations

from typing import Final

from posture.quantity import Quantity
from posture.texts import lower_end, number_text, range_text, value_text
from posture.web.components.markup import element, plain
from posture.web.language import number_words
from posture.web.services.meaning import Scale
from posture.web.texts import say

_KEY: Final = (("po-spot", "strip_dot"), ("po-reach", "strip_bar"), ("po-usual", "strip_band"))


def strip(quantity: Quantity, scale: Scale) -> str:
    """Return the plot of a present value, which screen readers get in words.

    Parameters
    ----------
    quantity : Quantity
        Present.
    scale : Scale

    Returns
    -------
    str
        HTML.
    """
    low, value, high = (
        number or 0.0 for number in (lower_end(quantity), quantity.value, quantity.high)
    )
    band = () if scale.common is None else (_stretch("po-usual", *scale.common, scale),)
    zero = (_spot("po-zero", 0.0, scale),) if scale.low < 0 < scale.high else ()
    plot = element(
        "div",
        *band,
        *zero,
        _stretch("po-reach", low, high, scale),
        _spot("po-spot", value, scale),
        css="po-strip",
        label=_words(quantity, scale),
    )
    return plot + _ends(scale, quantity.unit)


def strip_legend() -> str:
    """Return the key to the plots in words."""
    items = (element("span", element("i", css=css), plain(say(key))) for css, key in _KEY)
    return element("p", *items, css="po-key")


def _words(quantity: Quantity, scale: Scale) -> str:
    value, reach = number_words(value_text(quantity)), number_words(range_text(quantity))
    parts = [say("strip_alt", value=value, range=reach)]
    if scale.common is not None:
        low, high = (number_text(end, quantity.unit) for end in scale.common)
        parts.append(say("strip_band_alt", low=low, high=high))
    return " ".join(parts)


def _ends(scale: Scale, unit: str) -> str:
    ends = (number_text(round(end), unit).removesuffix(".0") for end in (scale.low, scale.high))
    # Screen readers have the numbers that matter already.
    return (
        f'<div class="po-ends" aria-hidden="true">{"".join(f"<i>{end}</i>" for end in ends)}</div>'
    )


def _at(number: float, scale: Scale) -> float:
    return 100.0 * (number - scale.low) / (scale.high - scale.low)


def _stretch(css: str, low: float, high: float, scale: Scale) -> str:
    left, right = _at(low, scale), _at(high, scale)
    return element("i", css=css, style=f"left:{left:.1f}%;width:{right - left:.1f}%")


def _spot(css: str, number: float, scale: Scale) -> str:
    return element("i", css=css, style=f"left:{_at(number, scale):.1f}%")
