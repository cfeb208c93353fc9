"""Style, footer and language of every page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import streamlit as st

from posture.web import state
from posture.web.access import is_guest
from posture.web.components.markup import element, plain
from posture.web.lan.reach import reach_of_server
from posture.web.language import CHOICE, LANGUAGES, current_language
from posture.web.texts import say

_MENU: Final = "po_language_shown"
_HERE: Final = Path(__file__).resolve().parent


def show_style(name: str = "style.css") -> None:
    """Add one of the project's style sheets to the page; nothing is loaded from elsewhere."""
    st.html(_HERE / name)


def show_upload_words() -> None:
    """Put the visitor's words on upload buttons, which Streamlit has in English alone."""
    said = (say("upload_button"), say("upload_photos"), say("upload_failed"))
    one, photos, failed = (json.dumps(words, ensure_ascii=False) for words in said)
    st.html(
        f"<style>:root {{ --po-upload: {one}; --po-upload-photos: {photos}; "
        f"--po-upload-failed: {failed}; }}</style>"
    )


def start_at_top(what: str) -> None:
    """Scroll to the top once for each new thing to see: Streamlit stays where the page was.

    Parameters
    ----------
    what : str
        Names what is new, such as the hash of a photo.
    """
    # The browser runs a script again only when its text has changed.
    script = "document.querySelector('.stMain')?.scrollTo(0, 0)"
    st.html(f"<script>/* {what} */ {script}</script>", unsafe_allow_javascript=True)


def show_footer() -> None:
    """Say on every page that this is no diagnosis and where photos stay; offer other languages."""
    aid, *rest = (say(key) for key in ("foot_aid", _where_photos_go(), "foot_keep"))
    st.html(
        element(
            "footer",
            element("strong", plain(aid)),
            element("span", plain(" ".join(rest))),
            css="po-foot",
        )
    )
    _show_language()


def show_forget() -> None:
    """Offer to delete the visit, once something is known of it."""
    known = state.visit()
    if any(entry.value is not None for entry in known.entries.values()):
        st.button(
            say("forget"),
            icon=":material/delete:",
            type="tertiary",
            key="po_forget",
            on_click=_forget,
        )


def _forget() -> None:
    state.forget()
    st.toast(say("forget_done"), icon=":material/delete:")


def show_failure(_error: Exception) -> bool:
    """Say in one sentence that a page failed; the reason is in the log of the server.

    Returns
    -------
    bool
        True, so that Streamlit shows no message of its own.
    """
    st.error(say("error_page"), icon=":material/error:")
    return True


def _where_photos_go() -> str:
    """Return the key of what is true for this visitor: over a network photos do leave the phone."""
    kind = reach_of_server().kind
    if kind == "hosted":
        return "foot_privacy_hosted"
    return "foot_privacy_lan" if kind == "lan" and is_guest() else "foot_privacy"


def _show_language() -> None:
    language = current_language()
    # Streamlit leaves the page's language at English; screen readers would pronounce German so.
    st.html(
        f'<script>document.documentElement.lang = "{language}"</script>',
        unsafe_allow_javascript=True,
    )
    # Streamlit forgets what a menu says if a visitor leaves a page before its menu is drawn.
    st.session_state[_MENU] = language
    with st.container(key="po_language_menu"):
        st.segmented_control(
            say("language"),
            tuple(LANGUAGES),
            required=True,
            format_func=LANGUAGES.__getitem__,
            key=_MENU,
            on_change=_choose_language,
        )


def _choose_language() -> None:
    st.session_state[CHOICE] = st.session_state[_MENU]
