"""Story of the programme: two sentences and a picture for each part, more below."""

from __future__ import annotations

import functools

import streamlit as st

from posture.program import load_library
from posture.program.library import story_picture
from posture.program.model import StoryPart
from posture.web.access import is_guest
from posture.web.components.exercise import small_picture
from posture.web.components.links import show_link
from posture.web.components.markup import drawing, element, image, plain
from posture.web.language import current_language
from posture.web.texts import say

FOR_TRAINERS = "try_it_first"
"""The part that is meant for trainers alone."""

_OPEN = 3
"""Parts that stand open: one row of a wide page, and not yet a long way down a phone."""


def show_story(*, folded: bool = False) -> None:
    """Show why the exercises are what they are.

    Parameters
    ----------
    folded : bool
        Whether all of it is behind one line, as on a page that has something else to say first.
    """
    parts = _story(current_language(), trainer=not is_guest())
    if folded:
        with st.expander(say("story_title"), icon=":material/auto_stories:"):
            _show_parts(parts)
            show_link("muscles", say("story_muscles"))
        return
    st.header(say("story_title"), anchor=False)
    _show_parts(parts[:_OPEN])
    with st.expander(say("story_rest"), icon=":material/auto_stories:"):
        _show_parts(parts[_OPEN:])
        show_link("muscles", say("story_muscles"))


def _show_parts(parts: tuple[str, ...]) -> None:
    st.html(element("div", *parts, css="po-story"))


@functools.cache
def _story(_language: str, *, trainer: bool) -> tuple[str, ...]:
    parts = load_library(current_language()).story.values()
    shown = [part for part in parts if trainer or part.id != FOR_TRAINERS]
    return tuple(_part(part, trainer=trainer) for part in shown)


def _part(part: StoryPart, *, trainer: bool) -> str:
    notes = element(
        "p", element("b", plain(say("library_trainer") + ": ")), plain(part.trainer_text)
    )
    more = element(
        "details",
        element("summary", plain(say("story_more"))),
        element("p", plain(part.text)),
        notes if trainer else "",
    )
    words = element("div", element("h3", plain(part.title)), element("p", plain(part.short)), more)
    return element("article", _pictures(part), words)


def _pictures(part: StoryPart) -> str:
    shown = zip(part.pictures, part.poses, strict=True)
    pictures = [_picture(name, words) for name, words in shown]
    return element("figure", *pictures) if pictures else ""


def _picture(name: str, words: str) -> str:
    content = story_picture(name)
    if name.endswith(".svg"):
        return drawing(content.decode(), alt=words)
    return image(small_picture(content), alt=words)
