"""What the programme teaches, statement by statement, in the words of page and sheet.

Sources A to E are the five articles of the project. A row holds the source, the statement, and
words that a reader has to meet; where the page and the sheet say it differently, a second set of
words is the sheet's. They are looked for in what a page shows, never in the data files.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Statement(NamedTuple):
    """One statement with the words that carry it."""

    source: str
    says: str
    page: tuple[str, ...]
    sheet: tuple[str, ...] = ()

    @property
    def on_sheet(self) -> tuple[str, ...]:
        """Words on the sheet; those of the page unless others are named."""
        return self.sheet or self.page


ANSWERS: Final = {
    "signs.front_hip_stiffness": "yes",
    "signs.trouble_standing_up": "yes",
    "signs.back_pain_after_activity": "yes",
    "signs.walking_discomfort": "yes",
    "signs.sees_arch": "yes",
    "signs.hips_lock": "yes",
    "signs.shallow_breathing": "yes",
    "signs.poor_sleep": "yes",
    "sides.stronger": "right",
    "sides.tighter": "left",
    "about.sitting_hours": 9.0,
}
"""A client who sits a lot, whose sides differ, and who says yes to the signs."""

MUSCLES: Final = (
    "psoas major", "iliacus", "psoas minor", "rectus femoris", "sartorius",
    "tensor fasciae latae", "pectineus", "adductor longus", "adductor brevis", "gracilis",
    "gluteus medius and minimus (anterior fibres)",
)  # fmt: skip
ATTACHMENTS: Final = (
    "bodies and transverse processes of T12 to L5 → lesser trochanter",
    "iliac fossa → lesser trochanter",
    "T12 and L1 → pecten pubis",
    "anterior inferior iliac spine, below the ASIS → patella and tibial tuberosity",
    "anterior superior iliac spine → medial tibia (pes anserinus)",
    "ASIS and iliac crest → iliotibial band",
    "superior pubic ramus → pectineal line",
    "pubis → linea aspera",
    "inferior pubic ramus → linea aspera",
    "pubis → medial tibia",
    "iliac crest and outer ilium → greater trochanter",
)
ACTIONS: Final = (
    "hip flexion, steadies the lumbar spine, light external rotation",
    "hip flexion, abduction, external rotation, knee flexion",
    "hip flexion, abduction, internal rotation",
    "hip flexion, adduction, knee flexion",
)

S = Statement
STATEMENTS: Final = (
    S("A", "flexors bring the thigh to the trunk; walk, run, climb",
      ("lift your thigh toward your trunk", "You use them to walk, run, climb")),
    S("A", "iliopsoas joins spine, pelvis, femur; steadies the lumbar spine",
      ("joins the spine, the hip bone and the thigh bone", "steadies the low back")),
    S("A", "stiff hips load the lumbar spine",
      ("When the hips are stiff, the low back has to bend more in their place",)),
    S("A", "lower crossed syndrome and its types",
      ("forms of what is called lower crossed syndrome", "In type A the hips tip forward",
       "In type B the hips sit ahead of the feet")),
    S("A", "every session pairs inhibit with activate",
      ("every session pairs easing with waking up",)),
    S("A", "stretch only is unstable, strength only is stiff",
      ("Stretching alone can leave a hip less steady", "strength work alone can keep it stiff")),
    S("A", "stretch, mobilise, strengthen",
      ("Release and mobilise", "Get strong", "First the front of the hips is eased and moved")),
    S("A", "corrective-exercise knowledge for trainers",
      ("For trainers", "Anatomy:", "Choose it by:"), ("For trainers", "Choose it by:", "Actions:")),
    S("B", "tight may be weak; each of the eleven may be",
      ("may be short, or it may be weak", "Each of the eleven can be short, weak or both")),
    S("B", "weakness in one hip tightens the other",
      ("weakness in one hip can tighten the other",)),
    S("B", "tension holds the bones together", ("It holds the bones of the hip together",)),
    S("B", "sitting, squatting, stepping all flex the hip", ("sit down, squat and step",)),
    S("B", "the eleven flexors: names, attachments, actions", (*MUSCLES, *ATTACHMENTS, *ACTIONS)),
    S("B", "choose the exercise by the muscle's other actions",
      ("choose the exercise by the muscle's other actions",)),
    S("B", "gluteus medius and TFL: rotation in and out",
      ("Gluteus medius and tensor fasciae latae turn the thigh in",
       "back fibres of gluteus medius turn it out")),
    S("B", "side-lying leg lift, small, controlled", ("lift the top leg small and slow",)),
    S("B", "compare sides: stronger, tighter, moves, spine",
      ("Which side is stronger, tighter, less smooth, and does your back help",)),
    S("B", "aim at symmetry, slower, less range",
      ("The aim is two sides alike", "moves slowly through only")),
    S("B", "10-15 % of the range, look again, rebuild",
      ("10 to 15 % of its earlier range in the first session",
       "Look again in the next session", "build the range up")),
    S("B", "weaker side first", ("The weaker side goes first", "Start with the left side")),
    S("B", "marching", ("You march",)),
    S("B", "leg lifts", ("lift the leg lying, sitting and standing",)),
    S("B", "with rotation, abduction and adduction",
      ("The leg turns out or in, and goes out or in to the side",)),
    S("B", "several degrees of flexion", ("several depths of flexion",)),
    S("B", "hold 5-10 s or 10-15 repetitions, by goal",
      ("lift 10 to 15 times, or hold for 5 to 10 seconds",)),
    S("B", "try it yourself first",
      ("Try it yourself first, before you give it to a client",),
      ("try each exercise yourself before you give it to a client",)),
    S("C", "flexors join leg and trunk; lift, bend, steady",
      ("join your legs and your trunk: they lift your thigh", "it bends the hip")),
    S("C", "the main muscles in plain words",
      ("The deep hip flexor. It runs from the low back to the thigh",
       "The long front thigh muscle", "The tailor's muscle")),
    S("C", "tight or weak, pelvis forward, load on the back",
      ("short, stiff or weak (1)", "tips the top of the pelvis forward (2)",
       "the hollow of the low back gets deeper")),
    S("C", "signs: stiff, hard to stand straight, ache after walking, looks arched",
      ("front of your hip feel stiff", "hard to stand up straight", "after a walk or a workout",
       "look arched")),
    S("C", "find the iliopsoas: lift the knee, hand inside the hip bone",
      ("lift one knee and put your fingers just inside the hip bone",)),
    S("C", "feel the stretch: half-kneel, tuck, lean slightly",
      ("Kneel on one knee, tuck your hips under you", "Lean in a little, only while the tuck")),
    S("C", "feeling nothing may be tight and weak",
      ("If you feel nothing at all, the muscle may be both tight and weak",)),
    S("C", "mobility, strength, trunk and glutes",
      ("Then the belly and the seat learn to hold the hips",)),
    S("C", "individual assessment", ("so your plan is made for you alone",)),
    S("D", "iliopsoas is psoas major, minor and iliacus",
      ("psoas major, iliacus and psoas minor",)),
    S("D", "psoas attachments, the diaphragm among its neighbours",
      ("begins right below the breathing muscle", "T12 to L5")),
    S("D", "sitting weakens and shortens",
      ("Hours of sitting can leave hip flexors short, stiff or weak",)),
    S("D", "sign: discomfort when walking", ("pain or discomfort when you walk",)),
    S("D", "sign: hips lock, have it looked at", ("locks or catches",)),
    S("D", "weak flexors: strains in runners", ("In runners, weak ones seem to strain more",)),
    S("D", "hamstrings feel tight too: tested before stretched",
      ("back of the thigh can feel tight too", "tested before it is stretched")),
    S("D", "belly bulge from the tilt", ("the belly can stand out more",)),
    S("D", "breathing; sleep",
      ("breathe high in the chest, or sleep badly", "Belly and sleep may profit, or not")),
    S("D", "get up every hour", ("every hour",)),
    S("D", "massage as routine; pull, press, rotate, stretch",
      ("Knead and press thigh, front hip and seat", "stretch it, pull it and turn it gently")),
    S("E", "sitting, tilt, femur forward, glutes off, front thigh tight",
      ("The thigh bone rides a bit forward in its socket (3)", "seat muscles join in late (4)",
       "the front of the thigh tightens (5)")),
    S("E", "the femur back in its socket", ("let the thigh bone settle back in its socket",)),
    S("E", "90/90, tall, no lean and why; tuck, brace, squeeze",
      ("Bend both knees to 90 degrees", "Stay tall", "Do not lean forward",
       "pushes the thigh bone ahead", "someone were about to punch you",
       "Squeeze the seat muscle of the back leg", "Tuck your hips under you")),
    S("E", "not felt: arm up, squeeze, press on the knee with the trunk",
      ("Raise the arm on the side of the back leg", "Squeeze the seat muscle harder",
       "Press both hands down on your front knee. Use your belly, not the back of your arms")),
    S("E", "deeper: lean 1-3 inches, only with the tuck",
      ("Lean in by only 2.5 to 7.5 cm (1 to 3 inches), and only while the tuck holds",)),
    S("E", "30 s each side", ("30 seconds a side", "2 x 30 s, each side"),
      ("30 seconds a side", "2 × 30 s, each side")),
    S("E", "often through the day", ("often through the day", "three times a day")),
    S("E", "in every warm-up, and warm",
      ("in every warm-up", "Be warm: walk or march for two minutes first",
       "Warm up for two minutes")),
)  # fmt: skip


def missing(text: str, words: tuple[str, ...]) -> list[str]:
    """Return the words that a text does not hold, whatever its line breaks and capitals."""
    shown = _plain(text)
    return [each for each in words if _plain(each) not in shown]


def _plain(text: str) -> str:
    return re.sub(r"[\s\N{NO-BREAK SPACE}]+", "", text).casefold()
