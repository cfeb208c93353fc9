"""Card of one exercise of the library."""

from __future__ import annotations

import base64
import functools
import io
from collections.abc import Iterable, Mapping
from typing import Final

from PIL import Image

from posture.messages import in_sentence
from posture.program import Exercise, dose_to_text, load_library
from posture.program.library import exercise_pictures
from posture.web.components.markup import element, image, listing, plain
from posture.web.language import current_language, translated
from posture.web.texts import say

THUMBNAIL_PX: Final = 192
"""Long side of the picture beside an exercise of a plan: 96 CSS pixels on a sharp screen."""

PICTURE_PX: Final = 480
"""Long side of a picture where start and end are side by side on a phone."""


def exercise_card(name: str) -> str:
    """Return the card of an exercise as HTML, made once per language for all visitors."""
    return _card(name, current_language())


@functools.cache
def _card(name: str, _language: str) -> str:
    exercise = load_library(current_language()).exercises[name]
    body = element(
        "div",
        element("h3", plain(exercise.name)),
        " ".join(_chips(exercise)),
        element("p", plain(exercise.reason)),
        _details("plan_how", _how(exercise)),
        for_trainers(exercise, fresh=True),
        css="po-body",
    )
    return element("article", _pictures(exercise), body, css="po-exercise")


def _pictures(exercise: Exercise) -> str:
    shown = zip(exercise_pictures(exercise), exercise.poses, strict=False)
    pictures = [
        image(f"data:image/webp;base64,{base64.b64encode(data).decode()}", alt=pose)
        for data, pose in shown
    ]
    return element("figure", *pictures) if pictures else ""


def exercise_thumbnail(name: str) -> str:
    """Return a small picture of the end position of an exercise as HTML; empty if none exists."""
    return _thumbnail(name, current_language())


@functools.cache
def _thumbnail(name: str, _language: str) -> str:
    exercise = load_library(current_language()).exercises[name]
    pictures = exercise_pictures(exercise)
    if not pictures:
        return ""
    source = small_picture(pictures[-1], THUMBNAIL_PX)
    return element("span", image(source, alt=exercise.poses[-1]), css="po-thumb")


def picture_sources(name: str) -> tuple[tuple[str, str], ...]:
    """Return the pictures of an exercise as data addresses, each with its content in words."""
    return _sources(name, current_language())


@functools.cache
def _sources(name: str, _language: str) -> tuple[tuple[str, str], ...]:
    exercise = load_library(current_language()).exercises[name]
    shown = zip(exercise_pictures(exercise), exercise.poses, strict=False)
    return tuple((small_picture(data), pose) for data, pose in shown)


def exercise_pair(name: str) -> str:
    """Return the pictures of start and end side by side as HTML; empty if none exist."""
    pictures = [image(source, alt=pose) for source, pose in picture_sources(name)]
    return element("figure", *pictures, css="po-pair") if pictures else ""


def how_to(exercise: Exercise) -> str:
    """Return steps, cues and mistakes as HTML."""
    steps = element("ol", *(element("li", plain(step)) for step in exercise.steps))
    cues = _list("library_cues", exercise.cues)
    return steps + cues + _list("plan_mistakes", exercise.mistakes)


def for_trainers(exercise: Exercise, *, fresh: bool) -> str:
    """Return the folded notes for trainers as HTML; a new exercise begins with trying it."""
    first = element("p", element("b", plain(say("plan_try_first")))) if fresh else ""
    return _details("library_trainer", first + trainer_notes(exercise), css="po-trainer")


def small_picture(picture: bytes, longest: int = PICTURE_PX) -> str:
    """Return a picture as a data address, with its long side at most so many pixels."""
    small = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as opened:
        opened.thumbnail((longest, longest))
        opened.save(small, "WEBP", quality=78)
    return f"data:image/webp;base64,{base64.b64encode(small.getvalue()).decode()}"


def _chips(exercise: Exercise) -> Iterable[str]:
    texts = (
        say(f"type_{exercise.type}"),
        dose_to_text(exercise.dose, current_language()),
        say(f"level_{exercise.level}"),
    )
    return (element("span", plain(text), css="po-chip") for text in texts)


def _how(exercise: Exercise) -> str:
    library = load_library(current_language())
    facts = {
        "library_needs": [library.equipment[name].name for name in exercise.equipment],
        "library_avoid": [library.conditions[name].label for name in exercise.contraindications],
        "library_easier": [library.exercises[name].name for name in exercise.easier],
        "library_harder": [library.exercises[name].name for name in exercise.harder],
    }
    language = current_language()
    inside = {key: [in_sentence(text, language) for text in texts] for key, texts in facts.items()}
    return how_to(exercise) + _facts({key: "; ".join(texts) for key, texts in inside.items()})


def trainer_notes(exercise: Exercise) -> str:
    """Return muscles, anatomy, cues, regressions and evidence as HTML."""
    library, words, evidence = load_library(current_language()), exercise.trainer, exercise.evidence
    sources = "; ".join(library.sources[name].citation for name in evidence.sources)
    level = translated(evidence.level)
    return _facts(
        {
            "library_muscles": ", ".join(library.muscles[name].name for name in exercise.muscles),
            "library_anatomy": words.anatomy,
            "library_trainer_cues": "; ".join(words.cues),
            "library_regressions": "; ".join(words.regressions),
            "library_evidence": f"{evidence.note} ({level}; {sources})",
        }
    )


def _details(key: str, content: str, css: str = "") -> str:
    return element("details", element("summary", plain(say(key))), content, css=css)


def _list(key: str, texts: Iterable[str]) -> str:
    items = [plain(text) for text in texts]
    return element("p", element("b", plain(say(key)))) + listing(items) if items else ""


def _facts(facts: Mapping[str, str]) -> str:
    return "".join(
        element("p", element("b", plain(f"{say(key)}: ")), plain(text))
        for key, text in facts.items()
        if text
    )
