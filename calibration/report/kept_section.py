"""The section of the accuracy page that another command writes: kept when the page is renewed."""

from __future__ import annotations

from typing import Final

START: Final = "<!-- Real photos: written by python -m calibration real -->"
END: Final = "<!-- End of real photos -->"


def section_of(page: str) -> str:
    """Return the section with its marks; only the marks if the page has none."""
    _, start, rest = page.partition(START)
    body, end, _ = rest.partition(END)
    return f"{START}{body}{END}" if start and end else f"{START}\n{END}"


def with_section(page: str, section: str) -> str:
    """Return the page with this section in place of the one it has, or at its end."""
    marked = f"{START}\n{section.strip()}\n{END}"
    old = section_of(page)
    if old in page:
        return page.replace(old, marked)
    return f"{page.rstrip()}\n\n{marked}\n".lstrip()
