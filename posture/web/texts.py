"""Texts of all pages, by key.

Short words, no alarm, nothing that sounds like a diagnosis; a test reads them all. Names of
measures and reasons come from :mod:`posture.texts`, exercises from :mod:`posture.program`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from posture.web.access_texts import ACCESS_TEXTS
from posture.web.camera_texts import CAMERA_TEXTS
from posture.web.check_texts import CHECK_TEXTS
from posture.web.client_texts import CLIENT_TEXTS
from posture.web.language import number_words, page_text
from posture.web.plan_texts import PLAN_TEXTS

TEXTS: Final[Mapping[str, str]] = {
    # ---- every page
    "app_name": "Posture",
    "nav_screen": "Photo check",
    "nav_plan": "Plan",
    "nav_library": "Library",
    "nav_muscles": "Muscles",
    "nav_method": "How it works",
    "foot_aid": "A screening aid, not a diagnosis.",
    "foot_privacy": "Nothing leaves this computer.",
    "foot_privacy_lan": "Your photos go to the trainer's computer and nowhere else.",
    "foot_privacy_hosted": "Your photos go to the server of this page and nowhere else.",
    "foot_keep": "This browser keeps photos and answers until you forget them; the app keeps only "
    "what you save.",
    "connection_lost": "The app cannot be reached right now. Nothing is lost: this page goes on as "
    "soon as the app answers again.",
    "forget": "Forget this visit",
    "forget_done": "Photos and answers are deleted, in the app and in this browser.",
    # ---- start
    "title": "See how you hold your pelvis and low back",
    "lead": "One photo from the side shows how your pelvis tips and how your low back arches, and "
    "which exercises to start with.",
    "guide_title": "How to take the photo",
    "guide_setup": "Drawing: a phone at hip height, 3 to 4 metres away, points straight at a "
    "person who stands sideways to it.",
    "guide_view": "Drawing: what the phone should see. One person side on, head to feet in the "
    "picture, arms folded high so that the low back is in clear view.",
    "guide_setup_caption": "Phone at hip height",
    "guide_view_caption": "What the phone sees",
    "guide_distance": "3–4 m",
    "guide_1": "Stand **side on**, barefoot, feet hip-wide, and look straight ahead.",
    "guide_2": "Put the phone at **hip height**, upright and level, **3 to 4 metres** away.",
    "guide_3": "Fold your arms **high on the chest**, or clasp your hands in front.",
    "guide_4": "Wear **tight clothes**, tie long hair up, and show head to feet.",
    "guide_5": "Say the same words each time: **“Stand relaxed, look ahead, breathe out.”**",
    "guide_again": "How to take a good photo",
    "upload_button": "Choose a file",
    "upload_photos": "Choose photos",
    "upload_failed": "This did not arrive. Load the page again, then choose once more.",
    "upload_help": "JPEG, PNG, WebP, HEIC or AVIF, up to 25 MB.",
    "samples": "Or try one of these. They were drawn by a computer; no real person is shown.",
    "sample": "Sample {number}",
    "sample_alt": "Sample {number}: a computer-drawn person standing side on",
    "sample_poor": "Poor photo",
    "sample_refused": "Wrong view",
    "details": "Details (you can skip these)",
    "facing": "The person looks",
    "facing_auto": "Work it out",
    "facing_left": "Left",
    "facing_right": "Right",
    "facing_help": "Left or right as you see it in the photo.",
    "sex": "Sex",
    "sex_none": "Not given",
    "sex_female": "Female",
    "sex_male": "Male",
    "sex_help": "Women and men differ in the lumbar arch, so your answer changes the verdict: it "
    "picks the right group to compare with and makes the estimate more certain.",
    "clothing": "Clothes",
    "clothing_none": "Not given",
    "clothing_minimal": "Underwear or swimwear",
    "clothing_tight": "Tight all over",
    "clothing_loose": "Ordinary or loose",
    "clothing_help": "On trunk and hips. Loose cloth hides the arch, so your answer makes the "
    "estimate more certain. A T-shirt counts as ordinary even when it fits.",
    "height": "Height in cm",
    "height_help": "With the height, the lumbar arch depth is given in centimetres too.",
    "blur": "Blur the face in the picture",
    # ---- work
    "working": "Looking at the photo…",
    "step_model": "Getting ready…",
    "step_measure": "Finding the outline and measuring…",
    "step_draw": "Drawing the picture…",
    "another": "Another photo",
    "error_internal": "Something went wrong while this photo was being read. Please try another "
    "photo.",
    "error_picture": "The picture could not be drawn. The values below are complete.",
    # ---- result
    "tilt_forward": "The pelvis tips forward by about {value}°",
    "tilt_backward": "The pelvis tips backward by about {value}°",
    "tilt_forward_unsure": "The pelvis seems to tip forward by about {value}°",
    "tilt_backward_unsure": "The pelvis seems to tip backward by about {value}°",
    "tilt_level": "The pelvis is close to level",
    "tilt_absent": "This photo does not show enough to state the pelvic tilt",
    "line_forward": "Between the marked points the pelvis tips forward by about {value}° today",
    "line_backward": "Between the marked points the pelvis tips backward by about {value}° today",
    "line_forward_unsure": "Between the marked points the pelvis seems to tip forward by about "
    "{value}° today",
    "line_backward_unsure": "Between the marked points the pelvis seems to tip backward by about "
    "{value}° today",
    "line_level": "The marked points of the pelvis are close to level today",
    "line_note": "The finding builds on the pelvic tilt, {value}: the line between the points "
    "also holds the shape of the bones, which posture does not change.",
    "badge_figure": "{grade}: {pattern}, about {tenths} in 10",
    "badge_not_suggested": "Not suggested",
    "badge_possible": "Possible",
    "badge_likely": "Likely",
    "badge_undetermined": "Cannot tell yet",
    "again": "Please take another one, as shown below under “How to take a good photo”.",
    "meaning_title": "What this means",
    "meaning_method": "How it works",
    "values_title": "The numbers and their ranges",
    "line_key_tilt": "pelvic tilt",
    "line_key_lordosis": "lumbar arch",
    "line_key_plumb": "vertical",
    # ---- next step
    "next_session": "Start session A",
    "next_tests_two": "Two short tests tell whether muscles play a part",
    "next_tests_one": "One short test tells whether muscles play a part",
    "next_retake": "Take a better photo",
    "back_to_result": "Back to the result",
    # ---- safety
    "safety_title": "Before the first exercise",
    "safety_lead": "Does one of these apply to you?",
    "safety_none": "None of these",
    "safety_rest": "None of the others",
    "safety_again": "Answer these questions again",
    "again_back_covered": "Please take another one with the arms folded high on the chest and "
    "tight clothes, so that the whole back is in clear view.",
    "again_legs_cut": "The legs are cut off. Please step back until head and feet are in the "
    "picture, and take another one.",
    "again_cloth": "Cloth that hangs or stands off, such as a skirt or a jacket, hides pelvis and "
    "back. Please take another one in tight clothes.",
    "poor": "This photo limits accuracy, so the ranges are wide. For narrower ones: {advice}",
    "picture_alt": "The photo with outline, plumb line, back and tilt line drawn in. {tilt}.",
    "line_name": "ASIS–PSIS line today",
    "line_what": "The slope between the two marked points, seen from the side. Plus is forward. "
    "Between two visits with marked points, the change is read from it.",
    "line_common": "It also holds the shape of the bones: people who hold the pelvis alike "
    "differ here by about 5°.",
    "tilt_name": "Pelvic tilt",
    "tilt_what": "How far the pelvis tips, seen from the side. Plus is forward.",
    "lordosis_name": "Lumbar arch angle",
    "lordosis_what": "The angle between the steepest parts of the back's outline above and "
    "below the hollow.",
    "depth_name": "Lumbar arch depth",
    "depth_what": "How deep the hollow is, as a percentage of trunk length.",
    "clothes_note": "In tight clothes, the next photo can tell more.",
    "range": "Most likely between {low} and {high}",
    "range_level": "9 times out of 10 the true value lies in this range.",
    "range_narrower": "Give sex and clothes under Details, and the ranges of the arch get "
    "narrower.",
    "in_cm": "That is about {value} cm, most likely {low} to {high} cm.",
    "common": "common",
    "bar_alt": "{value}, range {low} to {high}",
    "absent": "Not stated",
    "tilt_high": "More than in nine out of ten adults. In most healthy adults the pelvis tips "
    "forward; {low} to {high}° is common.",
    "tilt_common": "Common. In most healthy adults the pelvis tips forward, by {low} to {high}° "
    "or so.",
    "tilt_perhaps": "Most likely common. In most healthy adults the pelvis tips forward, by "
    "{low} to {high}° or so.",
    "tilt_open": "The range is too wide to say more; {low} to {high}° is common.",
    "tilt_low": "Less forward than in most adults; {low} to {high}° is common.",
    "tilt_edge_high": "At the upper edge of what is common ({low} to {high}°).",
    "tilt_edge_low": "At the lower edge of what is common ({low} to {high}°).",
    "lordosis_high": "Deeper than in most adults; {low} to {high}° is common.",
    "lordosis_common": "Common; {low} to {high}° is usual for adults.",
    "lordosis_perhaps": "Most likely common; {low} to {high}° is usual for adults.",
    "lordosis_open": "The range is too wide to say more; {low} to {high}° is common.",
    "lordosis_low": "Shallower than in most adults; {low} to {high}° is common.",
    "lordosis_edge_high": "At the upper edge of what is common ({low} to {high}°).",
    "lordosis_edge_low": "At the lower edge of what is common ({low} to {high}°).",
    "depth_common": "There is no agreed norm for this one. It is good for seeing change over time.",
    # ---- details
    "more_title": "Look closer",
    "person_title": "Person and photo",
    "measures_title": "All measures",
    "measures_intro": "Read straight from the outline and the joints. The values above also "
    "use what was learned from bodies with known angles, so they can differ a little.",
    "measures_position": "For trainers: the pelvic tilt is the pelvic position on the scale of "
    "the ASIS–PSIS angle. It is a model quantity: a calliper on the bones can check its change, "
    "not its value, and may read about 4 to 5° (SD) away from it.",
    "column_measure": "Measure",
    "column_value": "Value",
    "column_band": "Published band",
    "findings_title": "What makes this photo less accurate, and how to take a better one",
    "findings_intro": "Each line says how much less certain it makes the angles.",
    "findings_none": "Nothing to improve.",
    "cost": "about ±{cost}°",
    "cost_none": "some measures are left out",
    "signs_title": "Signs that were looked for",
    "signs_intro": "Each sign counts with the chance that it is really there, given its range.",
    "signs_for": "Seen",
    "signs_against": "Not there",
    "signs_not_seen": "Could not be seen",
    "signs_empty": "None.",
    "chance": "{percent} % chance",
    "pattern_type_a": "type A",
    "pattern_type_b": "type B",
    # ---- programme
    "plan_session": "A session, three times a week",
    "plan_daily": "Every day, about {minutes} minutes",
    "plan_habits": "Through the day",
    "plan_how": "How to do it",
    "plan_mistakes": "Watch out",
    "plan_notes": "Good to know",
    "block_open": "Open with",
    "block_lengthen": "Ease",
    "block_wake": "Wake up",
    "block_integrate": "Use it",
    "block_habit": "Habit",
    # ---- downloads
    "files_title": "Take it with you",
    "file_picture": "Picture (PNG)",
    "file_values": "All values (JSON)",
    "files_plan": "Plan and printed sheet",
    # ---- how it works
    "method_title": "How it works",
    "method_1_title": "From photo to numbers",
    "method_1": "The program finds the person, cuts out the outline and reads the line of the "
    "back. From that line and the joints it works out how far the pelvis tips and how deep the "
    "low back arches. It learned this from thousands of computer-drawn bodies whose true angles "
    "are known.",
    "method_2_title": "Why there is always a range",
    "method_2": "Bones do not show in a photo. Clothes, camera height and the way you stand that "
    "day all blur the picture. So each value comes with a range that holds the true value 9 "
    "times out of 10. When the photo shows too little, the program says so and gives no number.",
    "method_3_title": "What lower crossed syndrome means here",
    "method_3": "It is a name for a pattern: tight hip flexors and low back, weak seat and "
    "abdominal muscles. In type A the pelvis tips forward and the arch is deep. In type "
    "B the hips drift forward and the arch is shallow. A forward tilt alone says "
    "little: most healthy adults have it. So the page looks at pelvis, arch and sway "
    "together and says how likely the pattern is: of ten people with “about 7 in 10”, "
    "seven really stand that way.",
    "method_4_title": "What it is not",
    "method_4": "A posture that differs from others need not be a problem. Posture and pain go "
    "together less often than people think. If something hurts, see a doctor or a physical "
    "therapist.",
    "method_5_title": "How far to trust it",
    "method_5": "It was tested on computer-drawn people whose pelvis is known, not against X-rays. "
    "The pelvic tilt leaves out the shape of the bones, which no photo shows: a calliper on them "
    "can check its change, not its value, and may read about 4 to 5° away from it. A change in "
    "one person says more than a single value.",
    "method_6_title": "Your photo stays with you",
    "method_6": "The photo is read on the computer that runs this program, goes nowhere else, and "
    "is dropped within a minute after you close the page. Your browser keeps photos and answers "
    "until you choose “Forget this visit”. A visit saved for a client keeps its values and "
    "outline on that computer, and the photo only if the person in it agreed.",
    # ---- refusals
    "refused_title": "This photo cannot be used",
    "broken_title": "This did not work",
    "refused_alt": "The photo that was not used",
    "refused_try": "For the next photo",
    "retry_photo_1": "Use the photo as it came from the camera: JPEG, PNG, WebP, HEIC or AVIF.",
    "retry_photo_2": "A screenshot or a copy from a chat is often too small.",
    "retry_pose_1": "One person alone, standing side on.",
    "retry_pose_2": "The whole body in the picture, from head to feet.",
    "retry_pose_3": "Good light, a plain wall behind, the phone at hip height.",
    "retry_facing_unclear": "Or say under Details which way the person looks.",
    "retry_not_side_view": "Point both feet along a line that runs straight across the picture.",
    "retry_several_people": "Ask others to step out of the picture.",
    "retry_not_standing": "Stand tall and still, feet side by side.",
    "retry_turned": "Someone who lies cannot be read: stand for the photo.",
    "turn_photo": "Turn the picture",
    "retry_model_1": "Install the program again, or ask whoever set it up.",
    "retry_setting_1": "Check what was entered under Details.",
    **PLAN_TEXTS,
    **CLIENT_TEXTS,
    **CHECK_TEXTS,
    **CAMERA_TEXTS,
    **ACCESS_TEXTS,
}


def say(key: str, **gaps: str | int) -> str:
    """Return a page text in the visitor's language, with its gaps filled.

    Raises
    ------
    KeyError
        If there is no such text, or a gap is left open.
    """
    filled = {name: number_words(str(value)) for name, value in gaps.items()}
    return page_text(key, TEXTS[key]).format(**filled)
