"""The page that asks for the access code: plain HTML that loads nothing."""

from __future__ import annotations

import html
from math import ceil
from typing import Final

from posture.messages import ENGLISH, catalogue
from posture.web.language import LANGUAGES
from posture.web.texts import TEXTS

_STYLE: Final = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 2rem 1.25rem; font: 1.05rem/1.5 system-ui, sans-serif;
  background: light-dark(#fcfdfc, #111817); color: light-dark(#1b2827, #e7efed); }
main { max-width: 26rem; margin: 0 auto; }
h1 { font-size: 1.5rem; line-height: 1.25; }
label { display: block; font-weight: 600; margin-bottom: .4rem; }
input, button { font: inherit; border-radius: .6rem; padding: .8rem 1rem; width: 100%;
  box-sizing: border-box; }
input { border: 1px solid light-dark(#6b7f7b, #8ba39d); background: transparent; color: inherit;
  letter-spacing: .12em; text-transform: uppercase; }
button { margin-top: 1rem; border: 0; font-weight: 600;
  background: light-dark(#0b6b66, #5ec9be); color: light-dark(#fff, #0d1413); }
.note { border-left: 5px solid light-dark(#8a4b08, #f0b56b); padding: .6rem .9rem;
  background: light-dark(#fdf3e3, #2e2517); border-radius: .6rem; }
.fine { color: light-dark(#4d5d5a, #a9bab6); font-size: .92rem; }
"""


def page_language(accepted: str) -> str:
    """Return the first language of an ``Accept-Language`` header that the app speaks."""
    for part in accepted.split(","):
        wanted = part.split(";")[0].split("-")[0].strip().lower()
        if wanted in LANGUAGES:
            return wanted
    return ENGLISH


def code_page(language: str, *, key: str, problem: str, wait_s: float, secure: bool) -> str:
    """Return the page.

    Parameters
    ----------
    language : str
    key : str
        Key from the link in the QR code; one tap on a button is then enough. The tap is needed
        because programs that preview links would otherwise use the code up.
    problem : {"", "wrong", "wait"}
        Outcome of the last try.
    wait_s : float
        Seconds until the next try is allowed.
    secure : bool
        Whether the connection is encrypted.
    """

    def say(name: str, **gaps: int) -> str:
        text = catalogue(language).page_text(name, TEXTS[name])
        return html.escape(text.format(**gaps))

    minutes = ceil(wait_s / 60)
    notes = [] if secure else [say("link_plain")]
    if problem == "wrong":
        notes.insert(0, say("code_wrong"))
    if minutes > 0:
        notes.insert(0, say("code_wait", minutes=minutes))
    field = (
        f'<input type="hidden" name="code" value="{html.escape(key)}">'
        if key
        else f'<label for="code">{say("code_label")}</label><input id="code" name="code" '
        'autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" '
        "required autofocus>"
    )
    title, fine = say("code_title"), say("code_fine")
    button, lead = ("code_open", "code_ready") if key else ("code_enter", "code_lead")
    notices = "".join(f'<p class="note" role="status">{note}</p>' for note in notes)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{say('app_name')}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{title}</h1><p>{say(lead)}</p>{notices}"
        f'<form method="post" action="/join">{field}<button>{say(button)}</button></form>'
        f'<p class="fine">{fine}</p></main></body></html>'
    )
