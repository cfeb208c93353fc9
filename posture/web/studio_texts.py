"""Texts of the studio page; part of :mod:`posture.web.texts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STUDIO_TEXTS: Final[Mapping[str, str]] = {
    # ---- studio
    "studio_title": "What your photos can show",
    "studio_lead": "Measure your own set-up once: your camera, your place, your words. Then "
    "each comparison of visits knows how much photos differ at your studio.",
    "studio_step_1": "Choose at least five people; ten are better. They must not change in "
    "between, so a week is long enough.",
    "studio_step_2": "Take three photos of each, with a few steps on the spot between them.",
    "studio_step_3": "Repeat all of it on another day, in the same way.",
    "studio_step_4": "Read below how large a change must be to count as real.",
    "studio_collect": "Sessions",
    "studio_add": "Add a session from photos",
    "studio_person": "Person",
    "studio_photos": "Two or more photos of this person, taken on that day; three are better",
    "studio_send": "Add session",
    "studio_working": "Looking at the photos…",
    "studio_too_few": "A session needs at least two photos; three are better.",
    "studio_added": "The session was added. You find it among the visits of the client too.",
    "studio_people": "People in the measurement",
    "studio_people_hint": "Choose clients",
    "studio_sessions_none": "No session with two or more photos yet.",
    "studio_sessions_one": "1 session of 2. Add the second one above.",
    "studio_sessions_many": "{count} sessions",
    "session_first": "First session",
    "session_second": "Second session",
    "studio_progress": "{count} people complete. {least} are needed, {better} are better.",
    "studio_result": "Result",
    "studio_missing_one": "1 more person is needed, with two sessions of two or three photos.",
    "studio_missing_many": "{count} more people are needed, each with two sessions of two or "
    "three photos.",
    "studio_not_seen": "Too few of these photos show tilt and arch. The table below holds what "
    "could be measured.",
    "studio_use": "Use this when visits are compared",
    "studio_use_done": "Comparisons use the result of your studio from now on.",
    "studio_stop": "Stop using it",
    "studio_stop_done": "Comparisons use the general figures again.",
    "studio_used": "Comparisons use your own result of {day}, from {count} people.",
    "studio_unused": "Comparisons use general figures now, not those of a studio.",
    "studio_outdated": "Your own result of {day} no longer counts: an earlier version read its "
    "photos and measured other quantities. Please measure again with photos that this version "
    "has read; until then comparisons use the general figures.",
    "studio_table": "All measures",
    "studio_table_notes": "SEM is how far the mean of three photos is off by chance. A change "
    "is real when it is larger than the smallest real change. ICC is close to 1 when people "
    "differ much more than photos of one person do.",
    "studio_sem": "SEM, three photos",
    "studio_mdc_1": "Smallest real change, one photo",
    "studio_mdc_3": "Smallest real change, three photos",
    "studio_icc": "ICC",
    # ---- letterhead
    "letterhead_title": "Name and logo",
    "letterhead_lead": "They appear at the top of the sheets that you print.",
    "letterhead_name": "Your name or that of the studio",
    "letterhead_contact": "Contact, in one line",
    "letterhead_logo": "Logo",
    "letterhead_logo_alt": "The logo of the studio",
    "letterhead_no_logo": "Print without a logo from now on",
    "letterhead_save": "Save name and logo",
    "letterhead_no_font": (
        "This computer has no font for {name} in a PDF: its line is left to write on. The sheet as "
        "a web page shows it."
    ),
    "letterhead_saved": "Name and logo were saved.",
}
