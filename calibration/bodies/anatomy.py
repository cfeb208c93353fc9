"""Anatomical landmarks and joint centres of the template, left and right."""

from __future__ import annotations

LANDMARKS = {
    "asis_left": 10952,
    "asis_right": 4324,
    "psis_left": 11010,
    "psis_right": 4392,
    "trochanter_left": 10923,
    "trochanter_right": 4293,
    "knee_left": 11248,
    "knee_right": 4630,
    "malleolus_left": 12970,
    "malleolus_right": 6373,
    "acromion_left": 8225,
    "acromion_right": 1546,
    "tragus_left": 12229,
    "tragus_right": 5632,
    "c7": 858,
    "t12": 4002,
    "l3": 4060,
    "s1": 4387,
}
"""Vertices that an anatomist would palpate; ASIS and PSIS lie over bone and move with the rigid
pelvis."""

JOINTS = {
    "shoulder": "upperarm01",
    "elbow": "lowerarm01",
    "wrist": "wrist",
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
}
"""Joint centres: the heads of these stock bones."""

SIDES = {"left": ".L", "right": ".R"}
