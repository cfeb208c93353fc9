"""COCO keypoint annotations."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, Literal

from posture import __version__
from posture.analysis.keypoints import Keypoint, Keypoints
from posture.codec import Table
from posture.export.entries import Entry, Exportable, entries_of
from posture.landmarks import Landmark

PERSON: Final = 1
NOT_LABELLED, HIDDEN, SEEN = 0, 1, 2
"""COCO's flags of visibility."""

VISIBLE: Final = 0.5
"""Visibility from which a joint counts as seen: even odds by the pose network's own account."""

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
    """Return the bones of one side of the 33 landmarks."""

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


def to_coco(outcomes: Iterable[Exportable], *, points: Literal[17, 33] = 17) -> Table:
    """Return a COCO keypoint data set, one person per photo.

    Parameters
    ----------
    outcomes : iterable of Analysis, Refusal or Entry
        Refused photos are left out: COCO has no place for them.
    points : {17, 33}
        COCO's own keypoints, or all 33 of BlazePose.

    Returns
    -------
    dict
        Coordinates in pixels of the original photo held upright (as EXIF says), pixel centres
        at whole numbers. ``v`` is 2 for a visible joint, 1 for one hidden behind the body, 0 for
        one outside the picture. Box and area are those of the outline.

    Raises
    ------
    LeftOutError
        ``no_keypoints`` if a result was written before landmarks were kept.
    """
    entries = [entry for entry in entries_of(outcomes) if not entry.refused]
    chosen, skeleton = (COCO_17, COCO_17_SKELETON) if points == 17 else (ALL_33, ALL_33_SKELETON)
    return {
        "info": {
            "description": "Side-view photos, landmarks found by posture (not by people)",
            "version": __version__,
        },
        "licenses": [],
        "images": [
            _image(entry, i, name)
            for i, (entry, name) in enumerate(zip(entries, _names(entries), strict=True), start=1)
        ],
        "annotations": [
            _annotation(entry.need_keypoints(), i, chosen)
            for i, entry in enumerate(entries, start=1)
        ],
        "categories": [_category(chosen, skeleton)],
    }


def _names(entries: list[Entry]) -> list[str]:
    """Return a name for each photo that no other has: file name, path, or identifier and name."""
    for found in (
        [entry.photo for entry in entries],
        [entry.label for entry in entries],
    ):
        if len(set(found)) == len(found):
            return found
    return [f"{entry.id}/{entry.photo}" for entry in entries]


def _image(entry: Entry, number: int, name: str) -> Table:
    width, height = entry.need_keypoints().photo_size_px
    image: Table = {"id": number, "file_name": name, "width": width, "height": height}
    # COCO's own key; the time zone is that of the camera.
    return image | ({"date_captured": entry.source.captured} if entry.source.captured else {})


def _annotation(keypoints: Keypoints, number: int, chosen: tuple[Landmark, ...]) -> Table:
    triples = [_triple(keypoints[landmark]) for landmark in chosen]
    return {
        "id": number,
        "image_id": number,
        "category_id": PERSON,
        "iscrowd": 0,
        "keypoints": [number for triple in triples for number in triple],
        "num_keypoints": sum(triple[2] != NOT_LABELLED for triple in triples),
        "bbox": [round(number, 2) for number in keypoints.body_box_px],
        "area": round(keypoints.body_area_px, 1),
    }


def _triple(point: Keypoint) -> tuple[float, float, int]:
    if not point.shown:
        return 0, 0, NOT_LABELLED
    return round(point.x, 2), round(point.y, 2), SEEN if point.visibility >= VISIBLE else HIDDEN


def _category(chosen: tuple[Landmark, ...], skeleton: tuple[Bone, ...]) -> Table:
    return {
        "id": PERSON,
        "name": "person",
        "supercategory": "person",
        "keypoints": [landmark.name.lower() for landmark in chosen],
        # COCO counts keypoints from 1 here.
        "skeleton": [[chosen.index(a) + 1, chosen.index(b) + 1] for a, b in skeleton],
    }
