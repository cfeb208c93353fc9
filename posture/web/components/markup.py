"""Pieces of HTML as plain strings, with everything put into them escaped."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable


def element(tag: str, *children: str, css: str = "", style: str = "", label: str = "") -> str:
    """Return one element; ``children`` are already HTML, everything else is escaped.

    Parameters
    ----------
    tag : str
    *children : str
        HTML; pass other texts through :func:`plain`.
    css, style : str
        Class and inline style.
    label : str
        Read out by screen readers instead of the content, as for a picture.
    """
    attributes = [("class", css), ("style", style)]
    if label:
        attributes += [("role", "img"), ("aria-label", label)]
    written = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes if value)
    return f"<{tag}{written}>{''.join(children)}</{tag}>"


def plain(text: str) -> str:
    """Return ``text`` as HTML that shows exactly that text."""
    return html.escape(text)


def drawing(svg: str, *, alt: str) -> str:
    """Return an SVG drawing as an image inside the page."""
    data = base64.b64encode(svg.encode()).decode()
    return image(f"data:image/svg+xml;base64,{data}", alt=alt)


def image(source: str, *, alt: str) -> str:
    """Return an image; ``alt`` describes it in words."""
    return f'<img src="{html.escape(source)}" alt="{html.escape(alt)}">'


def listing(items: Iterable[str], css: str = "") -> str:
    """Return a list of HTML items."""
    return element("ul", *(element("li", item) for item in items), css=css)


def row(*cells: str, head: bool = False) -> str:
    """Return a table row of HTML cells; the first one names the row."""
    first, *rest = cells
    tag = "th" if head else "td"
    return element(
        "tr",
        f'<th scope="row">{first}</th>' if not head else f"<th>{first}</th>",
        *(element(tag, cell) for cell in rest),
    )
