"""Texts of the photo check; part of :mod:`posture.web.texts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CHECK_TEXTS: Final[Mapping[str, str]] = {
    # ---- taking and choosing photos
    "guide_6": "Take **three photos**. Step off the spot and on again between them: a body sways, "
    "and the mean of three tells more than one.",
    "source": "Where from",
    "source_file": "A file or phone",
    "source_camera": "This camera",
    "upload_some": "Photos from the side, ideally three",
    "upload_one_more": "One more photo of the same person",
    "camera_closed": "A browser opens the camera only on a secure page. On a phone, choose "
    "“A file or phone” and take the photo with the phone's own camera app. Or open this page "
    "with https, or on the computer that runs it (localhost).",
    "too_many": "A visit has at most {count} photos: the first {count} count.",
    "add_photo": "Add another photo",
    "add_photo_lead": "Step off the spot, step on again, and take the next one. The values are "
    "then the mean of all photos.",
    # ---- several photos
    "step_of": "Photo {number} of {count}. {step}",
    "which_photo": "Photo",
    "photo_number": "Photo {number}",
    "photo_number_value": "Photo {number}: {value}",
    "photo_number_refused": "Photo {number}: not used",
    "leave_out": "Leave out photo {number}",
    "mean_of": "Mean of {count} photos.",
    "refused_of": "Photo {number} is not used. {problem}",
    "spread_2": "Your two photos differ by {spread}.",
    "spread_3": "Your three photos differ by {spread}.",
    "spread_many": "Your {count} photos differ by {spread}.",
    "spread_alike": "Your photos agree.",
    # ---- strip plots
    "column_plot": "Where it lies",
    "strip_alt": "{value}, range {range}.",
    "strip_band_alt": "Published band {low} to {high}.",
    "strip_dot": "your value",
    "strip_bar": "its range",
    "strip_band": "published band, where there is one",
    "measures_one": "These are the measures of the photo above.",
    "measures_mean": "These are the means of {count} photos.",
    # ---- correcting
    "fix_open": "Correct the points",
    "fix_value": "{name} {value}",
    "fix_lead": "Is a point in the wrong place? Move it, and the values follow at once.",
    "fix_help": "Drag a point with finger or mouse. With the keyboard, press Tab to reach a point "
    "and move it with the arrow keys; with Shift, ten steps at a time.",
    "fix_stage": "Photo with points that can be moved",
    "fix_views": "Part of the photo",
    "fix_view_whole": "Whole body",
    "fix_view_near": "Low back and hips",
    "fix_chips": "Points",
    "fix_role": "point to move",
    "fix_found": "found by the program",
    "fix_moved": "moved by you",
    "fix_pending": "not set yet",
    "fix_absent": "not placed",
    "fix_described": "{name}, {state}: {x} across, {y} down.",
    "fix_none": "Choose a point in the photo or in the list.",
    "fix_placed": "{name} is on the photo now. Click its place, or move it there and press Set.",
    "fix_next": "Now click {name}.",
    "fix_saved_line": "Saved. The line between ASIS and PSIS: {value}",
    "fix_keep": "Set it here",
    "fix_reset": "Back to where it was",
    "fix_remove": "Remove it",
    "fix_reset_all": "Reset all",
    "fix_was_reset": "{name} is back where it was.",
    "fix_all_reset": "All points are back where they were.",
    "fix_left": "Move {name} left",
    "fix_right": "Move {name} right",
    "fix_up": "Move {name} up",
    "fix_down": "Move {name} down",
    "fix_facing": "The person looks",
    "fix_pair": "ASIS and PSIS count together. Please click the place of the other one too.",
    "fix_pelvis": "The program cannot see ASIS and PSIS, the two bony points of the pelvis: "
    "someone has to feel for them. Click both in the photo, and the line between them is read too.",
    "fix_marked": "Stickers mark these two",
    "fix_marked_help": "Stickers or pen marks, put on by touch before the photo, make the line "
    "more certain than points placed by eye.",
    "fix_find": "Look for stickers",
    "fix_find_none": "{problem} You can place the points by hand too.",
    "fix_find_some": "Two stickers were found and drawn in as ASIS and PSIS. Are they right?",
    "fix_find_use": "Yes, use them",
    "fix_find_drop": "No",
    "fix_refused": "That did not work, so the values are the last good ones. {problem}",
    "hand_points": "Moved by hand: {points}",
    "hand_was": "Before moving points: {value}",
    "hand_facing": "which way the person looks",
}
