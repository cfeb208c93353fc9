"""Muscle page: the eleven hip flexors with drawings, attachments, actions and exercises."""

from __future__ import annotations

import functools

import streamlit as st

from posture.messages import listed
from posture.program import load_library
from posture.program.library import flexors, story_picture, trained_by
from posture.program.model import Muscle
from posture.web.access import is_guest
from posture.web.components.markup import drawing, element, listing, plain
from posture.web.language import current_language
from posture.web.texts import say


def show() -> None:
    """Draw all flexors together, then a card for each, then the muscles that work with them."""
    st.title(say("muscles_title"), anchor=False)
    whole, words = st.columns([2, 5], gap="large")
    with whole:
        figure = drawing(story_picture("all_flexors.svg").decode(), alt=say("muscles_all_alt"))
        st.html(element("figure", figure, css="po-whole"))
    with words:
        st.write(say("muscles_lead"))
        st.write(say("muscles_each"))
        if not is_guest():
            st.html(_for_trainers())
    st.html(_cards(current_language(), trainer=not is_guest()))
    st.header(say("muscles_others"), anchor=False)
    st.write(say("muscles_others_lead"))
    st.html(listing(map(_line, _others()), css="po-lines"))


def _for_trainers() -> str:
    lines = (say(f"muscles_trainer_{number}") for number in range(1, 5))
    head = element("h3", plain(say("library_trainer")))
    return element("section", head, listing(plain(line) for line in lines), css="po-care")


@functools.cache
def _cards(_language: str, *, trainer: bool) -> str:
    cards = (_card(muscle, trainer=trainer) for muscle in flexors(load_library(current_language())))
    return element("div", *cards, css="po-muscles")


def _card(muscle: Muscle, *, trainer: bool) -> str:
    picture = drawing(
        story_picture(f"{muscle.id}.svg").decode(), alt=say("muscles_alt", name=muscle.name)
    )
    language = current_language()
    trained = trained_by(load_library(language), muscle)
    exercises = listed((exercise.name for exercise in trained), language)
    facts = [
        ("muscles_course", f"{muscle.origin} → {muscle.insertion}"),
        ("muscles_actions", ", ".join(muscle.actions)),
        ("muscles_state", say(f"muscle_{muscle.in_lcs}")),
    ]
    if trainer:
        facts += [("muscles_choose", muscle.choose_for), ("muscles_exercises", exercises)]
    body = element(
        "div",
        element("h3", plain(muscle.name)),
        element("p", plain(muscle.plain)),
        *(_fact(key, text) for key, text in facts),
    )
    return element("article", element("figure", picture), body)


def _fact(key: str, text: str) -> str:
    return element("p", element("b", plain(say(key) + ": ")), plain(text), css="po-fact")


def _others() -> list[Muscle]:
    return [
        m
        for m in load_library(current_language()).muscles.values()
        if m.group in ("opponent", "partner")
    ]


def _line(muscle: Muscle) -> str:
    state = element("small", plain(f"({say(f'muscle_{muscle.in_lcs}')})"))
    actions = element("small", plain(", ".join(muscle.actions) + "."))
    return " ".join((element("b", plain(muscle.name)), plain(muscle.plain), state, actions))
