"""Which points other programs know, in which order, and how they are joined."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from posture.landmarks import Landmark

VISIBLE: Final = 0.5
"""Visibility from which a joint counts as seen: the pose network's own even odds."""

COCO_17: Final = (
    Landmark.NOSE,
    Landmark.LEFT_EYE,
    Landmark.RIGHT_EYE,
    Landmark.LEFT_EAR,
    Landmark.RIGHT_EAR,
    Landmark.LEFT_SHOULDER,
    Landmark.RIGHT_SHOULDER,
    Landmark.LEFT_ELBOW,
    Landmark.RIGHT_ELBOW,
    Landmark.LEFT_WRIST,
    Landmark.RIGHT_WRIST,
    Landmark.LEFT_HIP,
    Landmark.RIGHT_HIP,
    Landmark.LEFT_KNEE,
    Landmark.RIGHT_KNEE,
    Landmark.LEFT_ANKLE,
    Landmark.RIGHT_ANKLE,
)
"""The keypoints of COCO's person category."""

Bone = tuple[Landmark, Landmark]

COCO_17_SKELETON: Final[tuple[Bone, ...]] = (
    (Landmark.LEFT_ANKLE, Landmark.LEFT_KNEE),
    (Landmark.LEFT_KNEE, Landmark.LEFT_HIP),
    (Landmark.RIGHT_ANKLE, Landmark.RIGHT_KNEE),
    (Landmark.RIGHT_KNEE, Landmark.RIGHT_HIP),
    (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
    (Landmark.LEFT_SHOULDER, Landmark.LEFT_HIP),
    (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP),
    (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    (Landmark.LEFT_SHOULDER, Landmark.LEFT_ELBOW),
    (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_ELBOW),
    (Landmark.LEFT_ELBOW, Landmark.LEFT_WRIST),
    (Landmark.RIGHT_ELBOW, Landmark.RIGHT_WRIST),
    (Landmark.LEFT_EYE, Landmark.RIGHT_EYE),
    (Landmark.NOSE, Landmark.LEFT_EYE),
    (Landmark.NOSE, Landmark.RIGHT_EYE),
    (Landmark.LEFT_EYE, Landmark.LEFT_EAR),
    (Landmark.RIGHT_EYE, Landmark.RIGHT_EAR),
    (Landmark.LEFT_EAR, Landmark.LEFT_SHOULDER),
    (Landmark.RIGHT_EAR, Landmark.RIGHT_SHOULDER),
)


def _side(side: str) -> tuple[Bone, ...]:
    """Bones of one side of the 33 landmarks."""

    def at(name: str) -> Landmark:
        return Landmark[f"{side}_{name}"]

    chain = ("EYE_INNER", "EYE", "EYE_OUTER", "EAR")
    face = [(at(a), at(b)) for a, b in pairwise(chain)]
    limbs = (
        ("SHOULDER", "ELBOW"),
        ("ELBOW", "WRIST"),
        ("WRIST", "THUMB"),
        ("WRIST", "PINKY"),
        ("WRIST", "INDEX"),
        ("PINKY", "INDEX"),
        ("SHOULDER", "HIP"),
        ("HIP", "KNEE"),
        ("KNEE", "ANKLE"),
        ("ANKLE", "HEEL"),
        ("ANKLE", "FOOT_INDEX"),
        ("HEEL", "FOOT_INDEX"),
    )
    return ((Landmark.NOSE, at("EYE_INNER")), *face, *((at(a), at(b)) for a, b in limbs))


ALL_33: Final = tuple(Landmark)
ALL_33_SKELETON: Final[tuple[Bone, ...]] = (
    *_side("LEFT"),
    *_side("RIGHT"),
    (Landmark.MOUTH_LEFT, Landmark.MOUTH_RIGHT),
    (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
)

MID_SHOULDER: Final = (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
MID_HIP: Final = (Landmark.LEFT_HIP, Landmark.RIGHT_HIP)

BODY_25: Final[tuple[tuple[str, tuple[Landmark, ...]], ...]] = (
    ("Nose", (Landmark.NOSE,)),
    ("Neck", MID_SHOULDER),
    ("RShoulder", (Landmark.RIGHT_SHOULDER,)),
    ("RElbow", (Landmark.RIGHT_ELBOW,)),
    ("RWrist", (Landmark.RIGHT_WRIST,)),
    ("LShoulder", (Landmark.LEFT_SHOULDER,)),
    ("LElbow", (Landmark.LEFT_ELBOW,)),
    ("LWrist", (Landmark.LEFT_WRIST,)),
    ("MidHip", MID_HIP),
    ("RHip", (Landmark.RIGHT_HIP,)),
    ("RKnee", (Landmark.RIGHT_KNEE,)),
    ("RAnkle", (Landmark.RIGHT_ANKLE,)),
    ("LHip", (Landmark.LEFT_HIP,)),
    ("LKnee", (Landmark.LEFT_KNEE,)),
    ("LAnkle", (Landmark.LEFT_ANKLE,)),
    ("REye", (Landmark.RIGHT_EYE,)),
    ("LEye", (Landmark.LEFT_EYE,)),
    ("REar", (Landmark.RIGHT_EAR,)),
    ("LEar", (Landmark.LEFT_EAR,)),
    ("LBigToe", (Landmark.LEFT_FOOT_INDEX,)),
    ("LSmallToe", ()),
    ("LHeel", (Landmark.LEFT_HEEL,)),
    ("RBigToe", (Landmark.RIGHT_FOOT_INDEX,)),
    ("RSmallToe", ()),
    ("RHeel", (Landmark.RIGHT_HEEL,)),
)
"""Points of OpenPose's BODY_25 and the landmarks whose middle they are; the small toes are none."""
