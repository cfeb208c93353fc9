"""Sentences of the sheet: short words, no alarm, no promise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from posture.case import texts as case
from posture.messages import Value, catalogue, message

TEXTS: Final[Mapping[str, str]] = {
    **case.TEXTS,
    # ---- frame
    "title_finding": "How you stand",
    "title_plan": "Your plan",
    "title_clinician": "Before any exercise",
    "kicker": "Posture check from one side-view photo",
    "kicker_many": "Posture check from {count} side-view photos",
    "kicker_plan": "Exercise plan from answers, without a photo",
    "kicker_stop": "From your answers",
    "write_name": "Name",
    "write_date": "Date",
    "write_trainer": "Trainer",
    "write_photos": "Values",
    "mean_of": "mean of {count} photos",
    "page": "Page {number} of {total}",
    "aid": "A screening aid, not a diagnosis.",
    "made_with_plan": "posture {version}",
    "logo_alt": "Logo",
    "made_with": "posture {version} · photo {photo}",
    # ---- values
    "values_title": "What the photo shows",
    "values_title_many": "What the photos show",
    "range": "most likely {low} to {high}",
    "range_note": "The bar is the range that holds the true value 9 times out of 10. "
    "The grey band is common among healthy adults.",
    "not_stated": "not stated",
    "line_name": "ASIS–PSIS line today",
    "old_line_name": "ASIS–PSIS line, as estimated by version 0.1",
    "tilt_name": "Pelvic tilt",
    "lordosis_name": "Lumbar arch angle",
    "depth_name": "Lumbar arch depth",
    "line_what": "How far the line between the two marked points slopes forward.",
    "line_common": "It also holds the shape of the bones. The finding builds on the pelvic tilt.",
    "old_line_what": "How far the line between two bony points of the pelvis slopes forward.",
    "old_line_common": "It also holds the shape of the bones, and is not compared with new values.",
    "tilt_what": "How far the top of the pelvis tips forward.",
    "lordosis_what": "The angle between the back's outline above and below the hollow.",
    "depth_what": "How deep the hollow is, as a percentage of trunk length.",
    "tilt_high": "Most likely more than in nine of ten adults.",
    "tilt_edge_high": "At the upper edge of what is common.",
    "tilt_common": "Common. In most healthy adults the pelvis tips forward.",
    "tilt_perhaps": "Most likely common; the range reaches beyond.",
    "tilt_edge_low": "At the lower edge of what is common.",
    "tilt_open": "The range is too wide to say more.",
    "lordosis_open": "The range is too wide to say more.",
    "tilt_low": "Most likely less forward than in nine of ten adults.",
    "lordosis_high": "Deeper than in most adults.",
    "lordosis_edge_high": "At the upper edge of what is common.",
    "lordosis_common": "Common among adults.",
    "lordosis_perhaps": "Most likely common; the range reaches beyond.",
    "lordosis_edge_low": "At the lower edge of what is common.",
    "lordosis_low": "Shallower than in most adults.",
    "depth_common": "No agreed norm; good for seeing change over time.",
    # ---- photo
    "photo_title": "What would make the ranges narrower",
    "photo_poor": "This photo costs a lot of accuracy. A new one is worth taking.",
    "photo_cost": "{message} ({cost}) {advice}",
    "photo_free": "{message} {advice}",
    "photo_fine": "Nothing to improve in this photo.",
    "figure_alt": "The photo with outline, plumb line, back and pelvic tilt drawn in.",
    "no_figure": "Made from a result file: it holds the values, not the photo.",
    # ---- screening
    "screening_title": "Lower crossed syndrome: what speaks for and against it",
    "screening_short": "Lower crossed syndrome",
    "tag_type_a": "A",
    "tag_type_b": "B",
    "for": "Speaks for it",
    "against": "Speaks against it",
    "not_seen": "Not seen or not done",
    "none": "Nothing.",
    "chance": "{percent}\N{NO-BREAK SPACE}%\N{NO-BREAK SPACE}chance",
    "tags_note": "A and B name the type that a line is about. The percentage is the chance that "
    "the sign is really there, given its range; the grade weighs them together.",
    "outlook_title": "Tests that could change this",
    "outlook_item": "Test",
    "outlook_positive": "if found",
    "outlook_negative": "if not found",
    "outlook_same": "no change",
    "outlook_now": "Now: {grade}.",
    # ---- what it does not mean
    "not_mean_title": "What this does not mean",
    "not_mean_1": "A photo shows an outline, not muscles or bones.",
    "not_mean_2": "Posture does not predict pain. Many people who stand like this feel well.",
    "not_mean_3": "A pelvis that tips forward is common: most healthy adults stand that way.",
    "not_mean_4": "Changes are small, often one or two degrees. Two photos can differ by more "
    "than that by chance.",
    # ---- plan
    "weeks": "Weeks {first} and {last}",
    "week": "Week {first}",
    "plan_frame": "{sessions} sessions a week, {minutes} minutes each, and about {daily} minutes "
    "every day. Level: {level}. With: {kit}.",
    "kit_home": "household things",
    "from": "from {date}",
    "usual_dose": "Strength work mostly",
    "new": "New:",
    "cards_title": "{weeks}: {phase}",
    "cards_note": "Work down the list. The letters name the sessions that an exercise belongs "
    "to; the arrow leads from week {first} to week {last}.",
    "left_first": "left first",
    "right_first": "right first",
    "extra_left": "one more left",
    "extra_right": "one more right",
    "extra_shorter": "one more on the side that feels shorter",
    "range_short": "range {low}–{high} %",
    "block_open": "Opens every session",
    "block_lengthen": "Ease and lengthen",
    "block_wake": "Wake up and strengthen",
    "block_integrate": "Put it together",
    "daily_tag": "daily",
    "daily_title": "Every day, about {minutes} minutes",
    "habits_title": "Through the day",
    "photos_title": "New photos and tests",
    "photos_again": "photos",
    "tests_again": "tests",
    "photo_date": "Week {week}: {date}",
    "photos_how": "Same spot, clothes and camera height; three photos each time.",
    # ---- pages behind the plan
    "how_kicker": "Each exercise where you first meet it",
    "how_cues": "Think:",
    "how_avoid": "Avoid:",
    "story_title": "Why these exercises",
    "story_kicker": "For you to keep",
    "muscles_title": "The eleven hip flexors",
    "muscles_kicker": "For trainers, and for you if you like to know",
    "muscles_lead": "Eleven muscles bend the hip, and each can be short, weak or both. Psoas "
    "major, psoas minor and iliacus are called the iliopsoas: it joins spine, pelvis and thigh "
    "bone.",
    "muscles_course": "From and to:",
    "muscles_actions": "Actions:",
    "muscles_choose": "Choose it by:",
    "muscles_exercises": "Exercises:",
    "muscles_note_1": "All of them flex the hip: choose the exercise by the muscle's other "
    "actions.",
    "muscles_note_2": "Gluteus medius and tensor fasciae latae turn the thigh in; the back fibres "
    "of gluteus medius turn it out.",
    "muscles_note_3": "Train several depths of flexion, with holds of 5 to 10 seconds or 10 to 15 "
    "repetitions by goal.",
    "read_first": "Please read first",
    # ---- before and after
    "title_change": "Before and after",
    "kicker_change": "Two visits on one scale",
    "mean_of_one": "one photo",
    "change_caption": "{day}, {mean}",
    "change_title": "What changed",
    "change_tests": "Tests",
    "tests_same": "{count} other readings are as they were, as far as repeats can tell.",
    "tests_same_one": "1 other reading is as it was, as far as repeats can tell.",
    "change_differs": "What else was different, so that a change may come from it",
    "change_note": "A change is named only when chance alone would show as much less than once "
    "in 20 times. Faces and rooms are removed from the pictures.",
}
"""Key to format string."""


def say(language: str, key: str, /, **gaps: Value) -> str:
    """Return one sentence in a language, with its gaps filled."""
    return catalogue(language).translated(message(TEXTS[key], **gaps))
