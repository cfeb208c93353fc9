"""Texts of connecting phones, sign-in and errors; part of :mod:`posture.web.texts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ACCESS_TEXTS: Final[Mapping[str, str]] = {
    # ---- the page that asks a phone for its code
    "code_title": "Connect this phone",
    "code_lead": "Type the code that the trainer's computer shows, or scan the square beside it.",
    "code_ready": "One tap connects this phone to the trainer's computer.",
    "code_label": "Code",
    "code_enter": "Connect",
    "code_open": "Connect this phone",
    "code_wrong": "That code is not valid. Each code works once, and for half an hour.",
    "code_wait": "Too many tries. Please wait {minutes} minutes, or scan the square.",
    "code_fine": "A connected phone can send photos and check its own. It sees no clients.",
    "link_plain": "The link between phone and computer is not encrypted. Use it only in a network "
    "that you trust, not in a public Wi-Fi.",
    "link_secure": "The link between phone and computer is encrypted.",
    # ---- a connected phone
    "nav_send": "Send photos",
    "send_title": "Send photos to the trainer's computer",
    "send_lead": "Take the photos with this phone, then choose them here. They go to the trainer's "
    "computer and nowhere else.",
    "send_field": "Photos from the side",
    "send_button": "Send",
    "send_done": "Sent: {count}. The trainer's computer shows them now.",
    "send_nobody": "Nobody has the app open on the computer. Open the page “Phones” there, then "
    "send the photos again.",
    "send_full": "The computer holds enough photos for now. Ask the trainer to pick them up.",
    # ---- phones, as the trainer sees them
    "nav_phones": "Phones",
    "phones_title": "Photos from a phone",
    "phones_connect": "Connect a phone",
    "phones_scan": "Scan this with the phone's camera. The phone and this computer must be in the "
    "same network.",
    "phones_qr_alt": "Square code to scan; it opens {url}",
    "phones_or": "Or open {url} on the phone and type this code:",
    "phones_once": "Each code lets one phone in. Once it is used, a new one shows here.",
    "phones_inside": "Phones connected: {count}",
    "phones_clear": "Disconnect all phones",
    "phones_inbox": "Photos that arrived",
    "phones_empty": "None yet. Photos that a phone sends show here at once.",
    "phones_keep": "They stay in memory for half an hour at most, and are gone a minute after you "
    "close the app.",
    "phones_check": "Check this photo",
    "phones_together": "Check these {count} photos together",
    "phones_drop": "Remove",
    "phones_photo_alt": "Photo {number} from a phone",
    # ---- sign-in
    "sign_title": "Please sign in",
    "sign_lead": "This app keeps clients for several trainers. Each sees only their own.",
    "sign_in": "Sign in",
    "sign_out": "Sign out",
    "sign_as": "Signed in as {name}",
    "sign_missing": "This app is set up for several trainers, but its sign-in is not. Nothing is "
    "shown until whoever runs it has added it.",
    # ---- a page that failed
    "error_page": "This page ran into a problem. Nothing that was saved is lost. Please load it "
    "again; whoever runs the program finds the reason in its log.",
    # ---- language
    "language": "Language",
}
