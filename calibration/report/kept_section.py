"""Sections of a page that another command writes: kept when the page is renewed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class KeptSection:
    """A section between two marks.

    Parameters
    ----------
    name : str
        What it is about.
    command : str
        The command that writes it.
    """

    name: str
    command: str

    @property
    def start(self) -> str:
        """The mark before the section."""
        return f"<!-- {self.name}: written by python -m calibration {self.command} -->"

    @property
    def end(self) -> str:
        """The mark after the section."""
        return f"<!-- End of {self.name[0].lower()}{self.name[1:]} -->"

    def of(self, page: str) -> str:
        """Return the section with its marks; only the marks if the page has none."""
        _, start, rest = page.partition(self.start)
        body, end, _ = rest.partition(self.end)
        return f"{self.start}{body}{self.end}" if start and end else f"{self.start}\n{self.end}"

    def put(self, page: str, section: str) -> str:
        """Return the page with this section in place of the one it has, or at its end."""
        marked = f"{self.start}\n{section.strip()}\n{self.end}"
        old = self.of(page)
        if old in page:
            return page.replace(old, marked)
        return f"{page.rstrip()}\n\n{marked}\n".lstrip()

    def write(self, out: Path, section: str) -> None:
        """Put this section into the page of a file; the file need not be there yet."""
        page = out.read_text(encoding="utf-8") if out.exists() else ""
        out.write_text(self.put(page, section), encoding="utf-8")


REAL_PHOTOS: Final = KeptSection("Real photos", "real")
BEHIND_ARMS: Final = KeptSection("Backs behind an arm", "covered")
