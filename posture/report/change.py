"""Content of the before/after sheet, without its looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posture import __version__
from posture.messages import ENGLISH
from posture.program.render_text import date_to_text
from posture.report.letterhead import BLANK, Letterhead
from posture.report.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitColumn:
    """One visit.

    Parameters
    ----------
    day : date
    photos : int
        Number of photos that its values are the mean of.
    picture : bytes or None
        JPEG on the scale of both visits; ``None`` when head or feet are not in the picture.
    """

    day: date
    photos: int
    picture: bytes | None

    def caption(self, language: str) -> str:
        """Day, and what its values are drawn from."""
        mean = say(language, "mean_of" if self.photos > 1 else "mean_of_one", count=self.photos)
        return say(language, "change_caption", day=date_to_text(self.day, language), mean=mean)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSheet:
    """Two visits of a client side by side.

    Parameters
    ----------
    before, after : VisitColumn
    changes : tuple of str
        One sentence a change, from :func:`posture.comparison.sentences.comparison_lines`.
    tests : tuple of str
        One sentence for each test that reads differently.
    tests_unchanged : int
        Number of test readings of both visits that do not.
    differences : tuple of str
        What else differed between the visits.
    letterhead : Letterhead
    language : str
        Of all that is printed.
    """

    before: VisitColumn
    after: VisitColumn
    changes: tuple[str, ...]
    tests: tuple[str, ...] = ()
    tests_unchanged: int = 0
    differences: tuple[str, ...] = ()
    letterhead: Letterhead = BLANK
    language: str = ENGLISH

    @property
    def tested(self) -> bool:
        """Whether any test was read at both visits."""
        return bool(self.tests or self.tests_unchanged)

    @property
    def test_lines(self) -> tuple[str, ...]:
        """What the tests say, and how many read as before."""
        if not self.tests_unchanged:
            return self.tests
        key = "tests_same_one" if self.tests_unchanged == 1 else "tests_same"
        return (*self.tests, say(self.language, key, count=self.tests_unchanged))

    @property
    def made_with(self) -> str:
        """Version of the program."""
        return say(self.language, "made_with_plan", version=__version__)
