"""Content of a sheet, without its looks: HTML, PDF and plain text are made from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from posture.messages import ENGLISH
from posture.program.plan import PlanKind
from posture.report.letterhead import BLANK, Letterhead
from posture.report.texts import say
from posture.screening.grade import Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A range on an axis, in fractions of its length.

    Parameters
    ----------
    low, value, high : float
        Between 0 and 1.
    common : tuple of float or None
        Ends of the band that is common among healthy adults.
    """

    low: float
    value: float
    high: float
    common: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueBlock:
    """One estimate: name, value with range, and meaning.

    ``what`` explains the quantity. ``bar`` is ``None`` when the value is absent; ``meaning`` then
    gives the reason.
    """

    name: str
    what: str
    value: str
    range: str
    meaning: str
    bar: Bar | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One sign, answer or test; ``tag`` names the patterns, ``detail`` the probability."""

    text: str
    tag: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookLine:
    """The grade after one open test that can change it.

    ``strong`` marks the row of all tests together.
    """

    text: str
    if_positive: str
    if_negative: str
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningBlock:
    """The graded hypothesis in words; ``now`` is the note below the outlook, if there is one."""

    grade: Grade
    badge: str
    sentence: str
    definition: tuple[str, ...]
    speaks_for: tuple[EvidenceLine, ...]
    speaks_against: tuple[EvidenceLine, ...]
    not_seen: tuple[EvidenceLine, ...]
    outlook: tuple[OutlookLine, ...]
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRow:
    """One phase of the overview.

    ``new`` lists the exercises that no earlier phase has; it is empty for the phase that is printed
    in full, which ``here`` marks.
    """

    weeks: str
    name: str
    aim: str
    starts: str
    dose: str
    new: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One exercise of the phase that is printed in full.

    Parameters
    ----------
    name, reason : str
    cue : str
        What to think of.
    letters : tuple of str
        Letters of the sessions in which it comes.
    daily : bool
        Whether it is also part of the daily block.
    doses : tuple of str
        One line when all sessions have the same dose.
    pictures : tuple of bytes
        WebP files, start before end; empty when there are none.
    """

    name: str
    cue: str
    reason: str
    letters: tuple[str, ...]
    daily: bool
    doses: tuple[str, ...]
    pictures: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGroup:
    """The cards of one block of the session."""

    block: Literal["open", "lengthen", "wake", "integrate"]
    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A name in bold, and the rest of the line."""

    head: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """A page of the plan: exercises, doses and dates.

    ``frame`` states sessions, time, level and equipment in one sentence.
    """

    frame: str
    phases: tuple[PhaseRow, ...]
    title: str
    aim: str
    note: str
    days: tuple[Line, ...]
    groups: tuple[CardGroup, ...]
    daily_title: str
    daily: tuple[Line, ...]
    habits: tuple[Line, ...]
    photos: tuple[Line, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A piece to read: title, words and pictures.

    Parameters
    ----------
    title : str
    tags : tuple of str
        Short labels beside the title.
    lead : str
        First words; empty without any.
    steps : tuple of str
        Numbered lines.
    lines : tuple of Line
        Further lines, each with a head in bold that may be empty.
    pictures : tuple of bytes
        WebP pictures and SVG drawings.
    """

    title: str
    tags: tuple[str, ...] = ()
    lead: str = ""
    steps: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPage:
    """A page of tiles: how exercises are done, why, or the muscles.

    ``columns`` of tiles stand side by side; ``beside`` puts their pictures left of the words
    instead of above them; ``notes`` close the page.
    """

    title: str
    kicker: str
    lead: str
    tiles: tuple[Tile, ...]
    columns: int
    beside: bool
    notes: tuple[str, ...] = ()


def split_tiles(page: ReadingPage) -> list[ReadingPage]:
    """Split a page in two, the notes on the second."""
    half = -(-len(page.tiles) // 2)
    half += -half % page.columns
    first = replace(page, tiles=page.tiles[:half], notes=())
    return [first, replace(page, tiles=page.tiles[half:], lead="")]


def halves(plan: PlanPage) -> list[PlanPage]:
    """Split a page in two: easing work on the first, activating work and the rest on the second."""
    ease = tuple(group for group in plan.groups if group.block in ("open", "lengthen"))
    wake = tuple(group for group in plan.groups if group.block in ("wake", "integrate"))
    first = replace(plan, groups=ease, daily=(), habits=(), photos=(), notes=())
    return [first, replace(plan, groups=wake, phases=())]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The whole sheet.

    ``plans`` is empty when a clinician comes first; ``after`` then says what follows that visit.
    ``screening`` is ``None`` for a plan without a photo, which has no page of findings unless a
    clinician comes first; ``reading`` are the pages behind the plan.
    """

    outcome: PlanKind
    title: str
    headline: str
    notices: tuple[str, ...]
    after: tuple[str, ...]
    figure: bytes | None
    values: tuple[ValueBlock, ...]
    photo: tuple[str, ...]
    screening: ScreeningBlock | None
    not_mean: tuple[str, ...]
    plans: tuple[PlanPage, ...]
    made_with: str
    reading: tuple[ReadingPage, ...] = ()
    letterhead: Letterhead = BLANK
    language: str = ENGLISH

    @property
    def kicker(self) -> str:
        """What the first page is drawn from."""
        if self.screening is None:
            # What stops a plan comes from the answers, whether there was a photo or not.
            return say(self.language, "kicker_plan" if self.plans else "kicker_stop")
        count = self.letterhead.photos
        return say(self.language, "kicker_many" if count > 1 else "kicker", count=count)

    @property
    def values_title(self) -> str:
        """Heading of the values."""
        many = self.letterhead.photos > 1
        return say(self.language, "values_title_many" if many else "values_title")

    @property
    def has_findings(self) -> bool:
        """Whether there is a page before the plan."""
        return self.screening is not None or not self.plans

    @property
    def page_count(self) -> int:
        """Number of pages of the printed sheet."""
        return self.has_findings + len(self.plans) + len(self.reading)
