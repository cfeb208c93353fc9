"""Plan page: overview, exercises, daily block, habits and dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from posture.report.content import Card, CardGroup, PhaseRow, PlanPage, Sheet
from posture.report.pdf.parts import draw_bullets, draw_head, draw_lines
from posture.report.pdf.pen import (
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
    Pen,
    plain,
    strong,
    tag,
)

PHASE_GAP = 3.0
GUTTER = 5.0
PICTURE = (17.2, 12.9)
"""Width and height of an exercise picture in millimetres, four to three."""
COLUMN = (INNER - GUTTER) / 2


def draw_plan(pen: Pen, sheet: Sheet, plan: PlanPage) -> float:
    """Draw the page; return the lowest place that it uses."""
    y = draw_head(pen, pen.say("title_plan"), plan.frame, sheet.letterhead)
    y = pen.write(plain(sheet.headline), MARGIN, y - 0.6, INNER, size=9.2) + 1.6
    if plan.phases:
        y = _overview(pen, plan.phases, y) + 2.6
    y = _cards_head(pen, plan, y)
    for group in plan.groups:
        y = _group(pen, group, y)
    if plan.daily:
        y = _strip(pen, plan, y + 1.6)
    if not plan.notes:
        return y
    half = -(-len(plan.notes) // 2)
    return max(
        draw_bullets(pen, notes, MARGIN + place * (COLUMN + GUTTER), y + 2, COLUMN, size=7.2)
        for place, notes in enumerate((plan.notes[:half], plan.notes[half:]))
    )


def _overview(pen: Pen, rows: Sequence[PhaseRow], y: float) -> float:
    """Draw the phases side by side; the one that is printed in full is highlighted."""
    width = (INNER - 3 * PHASE_GAP) / 4
    below = max(_phase(replace(pen, canvas=None), row, 0, y, width) for row in rows)
    for place, row in enumerate(rows):
        x = MARGIN + place * (width + PHASE_GAP)
        pen.box(x, y, width, below - y, fill=SOFT if row.here else WASH)
        pen.box(x, y, width, 0.7, fill=ACCENT if row.here else RULE, radius=0.3)
        _phase(pen, row, x, y, width)
    return below


def _phase(pen: Pen, row: PhaseRow, x: float, y: float, width: float) -> float:
    x, width = x + 2.2, width - 4
    y = pen.write(strong(row.weeks), x, y + 1.7, width, size=7.2, colour=ACCENT)
    y = pen.write(strong(row.name), x, y, width, size=8.6)
    y = pen.write(plain(row.starts), x, y, width, size=7, colour=GREY)
    y = pen.write(plain(row.aim), x, y + 0.4, width, size=7.1, leading=1.28)
    y = pen.write(f"{strong(pen.say('usual_dose'))} {plain(row.dose)}", x, y + 0.6, width, size=7.1)
    if row.new:
        words = f"{strong(pen.say('new'))} {plain(row.new)}"
        y = pen.write(words, x, y + 0.2, width, size=6.8, leading=1.28)
    return y + 1.7


def _cards_head(pen: Pen, plan: PlanPage, y: float) -> float:
    days = "\N{EM SPACE}".join(f"{tag(day.head)} {plain(day.text)}" for day in plan.days)
    pen.write(days, MARGIN + INNER * 0.44, y + 0.8, INNER * 0.56, size=7.4, right=True)
    y = pen.write(strong(plan.title), MARGIN, y, INNER * 0.44, size=10.4)
    return pen.write(
        plain(f"{plan.aim} {plan.note}"), MARGIN, y + 0.4, INNER, size=7.2, colour=GREY
    )


def _group(pen: Pen, group: CardGroup, y: float) -> float:
    y = pen.write(strong(group.title), MARGIN, y + 1.4 * pen.scale, INNER, size=7.6, colour=ACCENT)
    y += 0.7 * pen.scale
    colour = EASE if group.block in ("open", "lengthen") else WAKE
    columns = 1 if group.block == "open" else 2
    width = INNER if columns == 1 else COLUMN
    for row in _rows(group.cards, columns):
        below = y
        for place, card in enumerate(row):
            x = MARGIN + place * (COLUMN + GUTTER)
            below = max(below, _card(pen, card, x, y, width, colour))
        y = below + 1.4 * pen.scale
    return y - 0.6


def _rows(cards: Sequence[Card], columns: int) -> Iterator[Sequence[Card]]:
    for start in range(0, len(cards), columns):
        yield cards[start : start + columns]


def _card(pen: Pen, card: Card, x: float, y: float, width: float, colour: str) -> float:
    across, down = (length * pen.scale for length in PICTURE)
    pictures = pen.fit.chosen(card.pictures)
    left = x + 2.4 + len(pictures) * (across + 0.6) + (1.8 if pictures else 0)
    inner = x + width - left
    tags = [tag(letter) for letter in card.letters]
    if card.daily:
        tags.append(tag(pen.say("daily_tag"), colour=WARM, ground=WARM_SOFT))
    below = pen.write(
        f"{strong(card.name)} {' '.join(tags)}", left, y - 0.2, inner, size=8, leading=1.26
    )
    below = pen.write(strong("; ".join(card.doses)), left, below, inner, size=7.1, leading=1.28)
    cue = f"{plain(card.cue)} " if pen.fit.cues else ""
    words = f'{cue}<font color="{GREY}">{plain(card.reason)}</font>'
    below = pen.write(words, left, below, inner, size=7.1, leading=1.28)
    if pictures:
        below = max(below, y + down)
    for place, picture in enumerate(pictures):
        start = x + 2.4 + place * (across + 0.6)
        pen.box(start, y, across, down, fill=WASH, radius=1)
        pen.image(picture, start, y, across, down)
    pen.box(x, y, 0.7, below - y, fill=colour, radius=0.3)
    return below


def _strip(pen: Pen, plan: PlanPage, y: float) -> float:
    """Draw daily block, habits and photo dates on one background."""

    def inside(inner: Pen) -> float:
        return max(_strip_columns(inner, plan, y + 2)) + 1.8

    below = pen.measure(inside)
    pen.box(MARGIN, y, INNER, below - y, fill=WASH)
    return inside(pen)


def _strip_columns(pen: Pen, plan: PlanPage, y: float) -> Iterator[float]:
    blocks = (
        (plan.daily_title, plan.daily, 0.0, 60.0),
        (pen.say("habits_title"), plan.habits, 63.0, 70.0),
        (pen.say("photos_title"), plan.photos, 136.0, INNER - 142),
    )
    for title, lines, start, width in blocks:
        x = MARGIN + 3 + start
        below = pen.write(strong(title), x, y, width, size=8.6) + 0.4
        below = draw_lines(pen, lines, x, below, width, size=7.2)
        if lines is plan.photos:
            below = pen.write(plain(pen.say("photos_how")), x, below, width, size=7.2, colour=GREY)
        yield below
