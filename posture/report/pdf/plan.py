"""The page of the plan: overview, exercises, daily block, habits and dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from posture.report.content import Card, CardGroup, PhaseRow, PlanPage, Sheet
from posture.report.pdf.kit import (
    ACCENT,
    EASE,
    GREY,
    INNER,
    MARGIN,
    RULE,
    SOFT,
    WAKE,
    WARM,
    WARM_SOFT,
    WASH,
    WIDTH,
    Pen,
    plain,
    strong,
    tag,
)
from posture.report.pdf.parts import draw_bullets, draw_head, draw_lines
from posture.report.texts import say

OVERVIEW = (0.0, 40.0, 104.0, 162.0)
"""Left ends of the columns of the overview."""

GUTTER = 5.0
PICTURE = 14.0
COLUMN = (INNER - GUTTER) / 2


def draw_plan(pen: Pen, sheet: Sheet, plan: PlanPage) -> float:
    """Draw the page; return the lowest place that it uses."""
    y = draw_head(pen, say("title_plan"), plan.frame)
    y = pen.write(plain(sheet.headline), MARGIN, y - 0.6, INNER, size=9.2) + 1.6
    y = _overview(pen, plan.phases, y) + 2.6
    y = _cards_head(pen, plan, y)
    for group in plan.groups:
        y = _group(pen, group, y)
    y = _strip(pen, plan, y + 1.6)
    return draw_bullets(pen, plan.notes, MARGIN, y + 2, INNER, size=7.2)


def _overview(pen: Pen, rows: Sequence[PhaseRow], y: float) -> float:
    keys = ("column_phase", "column_ease", "column_wake", "column_dose")
    heads = tuple(strong(say(key)) for key in keys)
    y = _cells(pen, heads, y, size=7.2, colour=GREY)
    for row in rows:
        first = (
            f"{strong(row.weeks)} {plain(row.name)}<br/>"
            f'<font color="{GREY}">{plain(say("from", date=row.starts))}</font>'
        )
        cells = (first, plain(row.ease), plain(row.wake), plain(row.dose))
        if row.here:
            below = _cells(Pen(canvas=None, scale=pen.scale), cells, y, size=7)
            pen.box(MARGIN, y + 0.1, INNER, below - y - 0.2, fill=SOFT, radius=0)
        y = _cells(pen, cells, y, size=7)
    return y


def _cells(
    pen: Pen, cells: Sequence[str], y: float, *, size: float, colour: str = "#161b22"
) -> float:
    ends = (*OVERVIEW[1:], INNER)
    below = y
    for cell, start, end in zip(cells, OVERVIEW, ends, strict=True):
        x = MARGIN + start + 1.4
        place = pen.write(cell, x, y + 0.6, end - start - 3, size=size, colour=colour, leading=1.3)
        below = max(below, place)
    pen.line(MARGIN, below + 0.8, WIDTH - MARGIN, below + 0.8, colour=RULE)
    return below + 0.8


def _cards_head(pen: Pen, plan: PlanPage, y: float) -> float:
    days = "\N{EM SPACE}".join(f"{tag(day.head)} {plain(day.text)}" for day in plan.days)
    pen.write(days, MARGIN + INNER * 0.44, y + 0.8, INNER * 0.56, size=7.4, right=True)
    y = pen.write(strong(plan.title), MARGIN, y, INNER * 0.44, size=10.4)
    return pen.write(
        plain(f"{plan.aim} {plan.note}"), MARGIN, y + 0.4, INNER, size=7.2, colour=GREY
    )


def _group(pen: Pen, group: CardGroup, y: float) -> float:
    y = pen.write(strong(group.title), MARGIN, y + 1.4, INNER, size=7.6, colour=ACCENT) + 0.7
    colour = EASE if group.block in ("open", "lengthen") else WAKE
    columns = 1 if group.block == "open" else 2
    width = INNER if columns == 1 else COLUMN
    for row in _rows(group.cards, columns):
        below = y
        for place, card in enumerate(row):
            x = MARGIN + place * (COLUMN + GUTTER)
            below = max(below, _card(pen, card, x, y, width, colour))
        y = below + 1.4
    return y - 0.6


def _rows(cards: Sequence[Card], columns: int) -> Iterator[Sequence[Card]]:
    for start in range(0, len(cards), columns):
        yield cards[start : start + columns]


def _card(pen: Pen, card: Card, x: float, y: float, width: float, colour: str) -> float:
    side = PICTURE * pen.scale
    left = x + 2.4 + len(card.pictures) * (side + 0.6) + (1.8 if card.pictures else 0)
    inner = x + width - left
    tags = [tag(letter) for letter in card.letters]
    if card.daily:
        tags.append(tag(say("daily_tag"), colour=WARM, ground=WARM_SOFT))
    below = pen.write(
        f"{strong(card.name)} {' '.join(tags)}", left, y - 0.2, inner, size=8, leading=1.26
    )
    below = pen.write(strong("; ".join(card.doses)), left, below, inner, size=7.1, leading=1.28)
    below = pen.write(plain(card.reason), left, below, inner, size=7.1, leading=1.28)
    if card.pictures:
        below = max(below, y + side)
    for place, picture in enumerate(card.pictures):
        start = x + 2.4 + place * (side + 0.6)
        pen.box(start, y, side, side, fill=WASH, radius=1)
        pen.image(picture, start, y, side, side)
    pen.box(x, y, 0.7, below - y, fill=colour, radius=0.3)
    return below


def _strip(pen: Pen, plan: PlanPage, y: float) -> float:
    """Draw daily block, habits and photo dates on one ground."""

    def inside(inner: Pen) -> float:
        return max(_strip_columns(inner, plan, y + 2)) + 1.8

    below = pen.measure(inside)
    pen.box(MARGIN, y, INNER, below - y, fill=WASH)
    return inside(pen)


def _strip_columns(pen: Pen, plan: PlanPage, y: float) -> Iterator[float]:
    blocks = (
        (plan.daily_title, plan.daily, 0.0, 60.0),
        (say("habits_title"), plan.habits, 63.0, 70.0),
        (say("photos_title"), plan.photos, 136.0, INNER - 142),
    )
    for title, lines, start, width in blocks:
        x = MARGIN + 3 + start
        below = pen.write(strong(title), x, y, width, size=8.6) + 0.4
        below = draw_lines(pen, lines, x, below, width, size=7.2)
        if lines is plan.photos:
            below = pen.write(plain(say("photos_how")), x, below, width, size=7.2, colour=GREY)
        yield below
