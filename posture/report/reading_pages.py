"""Pages behind the plan: how each exercise is done, why it is there, and the hip flexors."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Sequence
from typing import Final

from PIL import Image

from posture.messages import ENGLISH, listed
from posture.program import Exercise, Plan, PlanItem, load_library
from posture.program.library import exercise_pictures, flexors, story_picture, trained_by
from posture.program.model import Muscle, StoryPart
from posture.program.plan import PhasePlan
from posture.program.render_text import check_to_text, next_step_to_text, session_letter
from posture.program.texts import say_in as phrase
from posture.report.content import Line, ReadingPage, Tile
from posture.report.texts import say

PAIR: Final = 2
"""Pictures that a tile of the story has room for in full."""

UPRIGHT: Final = 0.55
"""Width to height of the part that is shown of each picture in a longer row."""

WEBP_QUALITY: Final = 85
NOT_ON_PAPER: Final = ("try_it_first", "photos_again")
"""Parts of the story that other pages of the sheet say already."""


def reading_pages(
    plan: Plan, phases: Sequence[int], language: str = ENGLISH
) -> tuple[ReadingPage, ...]:
    """Return the pages behind the plan.

    Parameters
    ----------
    plan : Plan
        A programme.
    phases : sequence of int
        Indices of the phases that are printed; each exercise is explained where it is first met.
    """
    seen: set[str] = set()
    pages = []
    for number, phase in enumerate(phases):
        tiles = tuple(_tiles(language, plan, plan.phases[phase], seen, habits=number == 0))
        if tiles:
            pages.append(_how_to(language, plan, tiles, checks=number == 0))
    return (*pages, _story(language), _muscles(language))


def _how_to(language: str, plan: Plan, tiles: tuple[Tile, ...], *, checks: bool) -> ReadingPage:
    return ReadingPage(
        title=phrase(language, "part_how"),
        kicker=say(language, "how_kicker"),
        # The plan before it says how to warm up and when to go on.
        lead="",
        tiles=tiles,
        columns=2,
        beside=True,
        notes=(*(check_to_text(c, language) for c in plan.checks), phrase(language, "for_trainer"))
        if checks
        else (),
    )


def _tiles(
    language: str, plan: Plan, phase: PhasePlan, seen: set[str], *, habits: bool
) -> Iterable[Tile]:
    """Yield a tile for each exercise of a phase that was not explained before."""
    letters: dict[str, list[str]] = {}
    items: dict[str, PlanItem] = {}
    for session in plan.week(phase.weeks[0]):
        for item in session.items:
            items.setdefault(item.exercise_id, item)
            letters.setdefault(item.exercise_id, []).append(
                session_letter(session.number, language=language)
            )
    for item in (*phase.daily, *(plan.habits if habits else ())):
        items.setdefault(item.exercise_id, item)
    for name, item in items.items():
        if name not in seen:
            seen.add(name)
            yield _tile(language, item, tuple(letters.get(name, (say(language, "daily_tag"),))))


def _tile(language: str, item: PlanItem, tags: tuple[str, ...]) -> Tile:
    exercises = load_library(language).exercises
    exercise = exercises[item.exercise_id]
    lines = [
        Line(head=say(language, "how_cues"), text=" ".join(exercise.cues)),
        Line(head=say(language, "how_avoid"), text=" ".join(exercise.mistakes)),
    ]
    if item.easier_id:
        lines.append(
            Line(head="", text=phrase(language, "easier", name=exercises[item.easier_id].name))
        )
    harder = next_step_to_text(item, language=language)
    if not harder and item.harder_id:
        harder = phrase(language, "harder", name=exercises[item.harder_id].name)
    if harder:
        lines.append(Line(head="", text=harder))
    return Tile(
        title=exercise.name,
        tags=tags,
        steps=exercise.steps,
        lines=tuple(line for line in lines if line.text),
        pictures=exercise_pictures(exercise),
    )


def _story(language: str) -> ReadingPage:
    parts = load_library(language).story.values()
    return ReadingPage(
        title=say(language, "story_title"),
        kicker=say(language, "story_kicker"),
        lead="",
        tiles=tuple(_part(part) for part in parts if part.id not in NOT_ON_PAPER),
        columns=3,
        beside=False,
    )


def _part(part: StoryPart) -> Tile:
    pictures = [(name, story_picture(name)) for name in part.pictures]
    many = len(pictures) > PAIR
    return Tile(
        title=part.title,
        lead=part.short,
        lines=(Line(head="", text=part.text),),
        pictures=tuple(
            _upright(content) if many and name.endswith(".webp") else content
            for name, content in pictures
        ),
    )


@functools.cache
def _upright(content: bytes) -> bytes:
    """Return the middle of a picture, upright, for a row of several."""
    with Image.open(io.BytesIO(content)) as picture:
        across, down = picture.size
        half = round(down * UPRIGHT / 2)
        part = picture.crop((across // 2 - half, 0, across // 2 + half, down))
    buffer = io.BytesIO()
    part.save(buffer, "WEBP", quality=WEBP_QUALITY)
    return buffer.getvalue()


def _muscles(language: str) -> ReadingPage:
    return ReadingPage(
        title=say(language, "muscles_title"),
        kicker=say(language, "muscles_kicker"),
        lead=say(language, "muscles_lead"),
        tiles=tuple(_muscle(language, each) for each in flexors(load_library(language))),
        columns=3,
        beside=True,
        notes=tuple(say(language, f"muscles_note_{number}") for number in range(1, 4)),
    )


def _muscle(language: str, muscle: Muscle) -> Tile:
    return Tile(
        title=muscle.name[:1].upper() + muscle.name[1:],
        lead=muscle.plain,
        lines=(
            Line(
                head=say(language, "muscles_course"), text=f"{muscle.origin} → {muscle.insertion}"
            ),
            Line(head=say(language, "muscles_actions"), text=", ".join(muscle.actions)),
            Line(head=say(language, "muscles_choose"), text=muscle.choose_for),
            Line(
                head=say(language, "muscles_exercises"),
                text=_names(language, trained_by(load_library(language), muscle)),
            ),
        ),
        pictures=(story_picture(f"{muscle.id}.svg"),),
    )


def _names(language: str, exercises: Iterable[Exercise]) -> str:
    return listed((exercise.name for exercise in list(exercises)[:3]), language)
