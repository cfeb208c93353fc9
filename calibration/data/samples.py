"""Sample photos: twelve people who between them show what the product reads and refuses."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from calibration.arrays import Bytes
from calibration.bodies.appearance import Appearance, sample_appearance
from calibration.bodies.bodies import Traits, sample_traits
from calibration.bodies.people import sole_height
from calibration.bodies.postures import REST_KNEE_DEG, Posture
from calibration.data.records import Recorder
from calibration.render.camera import Viewpoint
from calibration.render.pictures import write_jpeg
from calibration.render.render import person_drawables, photograph
from calibration.render.rooms import sample_room
from calibration.render.scene import Person, Scene, SceneBuilder, scene_builder

SIZE = (900, 1200)
OVERSAMPLING = 2
LIMIT_KB = 245
ANCESTRIES = ("african", "asian", "caucasian")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sample photo.

    Parameters
    ----------
    name : str
        File name without suffix.
    kind : str
        Posture type.
    seed : int
        Of face, soft tissue and details.
    room : int
        Seed of the surroundings.
    sex, age, bmi, height_m, ancestry
        Traits of the person.
    rotation, t12, t1, knee : float
        Posture, degrees; ``knee`` is hyperextension.
    arms, facing
        Arm position, and where the person looks in the picture.
    local, appearance, view : dict
        Local changes of the body, fields of appearance and of viewpoint that differ from the usual.
    quality : str
        ``good``, ``poor`` or ``refused``: what the product is expected to make of the photo.
    clutter : int
        Number of things along the wall.
    """

    name: str
    kind: str
    seed: int
    room: int
    sex: str
    age: float
    bmi: float
    height_m: float
    ancestry: str
    rotation: float
    t12: float
    t1: float
    knee: float = 0.0
    arms: str = "flexed"
    facing: str = "left"
    local: dict[str, float] = field(default_factory=dict)
    appearance: dict[str, Any] = field(default_factory=dict)
    view: dict[str, Any] = field(default_factory=dict)
    quality: str = "good"
    clutter: int = 2


NAVY, BLACK, CHARCOAL, WHITE = (38, 48, 78), (28, 28, 31), (62, 64, 70), (226, 224, 218)
PLUM, TEAL, OLIVE, RUST, GREY = (
    (96, 52, 84),
    (38, 98, 104),
    (88, 92, 62),
    (150, 76, 52),
    (130, 134, 140),
)
BLUE, ROSE, SAND = (62, 92, 140), (176, 104, 112), (188, 168, 138)
BROWN_HAIR, BLACK_HAIR, GREY_HAIR, FAIR_HAIR = (
    (60, 40, 27),
    (20, 16, 13),
    (150, 148, 146),
    (150, 116, 72),
)

SAMPLES = (
    Sample(
        name="01_neutral_woman_left", kind="neutral", seed=3, room=21, sex="female", age=34,
        bmi=21.5, height_m=1.68, ancestry="caucasian", rotation=-3, t12=3, t1=-3, knee=-2,
        facing="left",
        arms="hanging_forward",
        appearance={"top": "tank", "bottom": "leggings",
                    "top_colour": TEAL, "bottom_colour": BLACK,
                    "hair": "bun", "hair_colour": BROWN_HAIR, "skin": 1.4},
    ),
    Sample(
        name="02_neutral_man_right", kind="neutral", seed=14, room=5, sex="male", age=29,
        bmi=23.5, height_m=1.80, ancestry="african", rotation=-4, t12=3, t1=-4, facing="right",
        arms="crossed",
        appearance={"top": "tee", "bottom": "bike",
                    "top_colour": GREY, "bottom_colour": NAVY,
                    "hair": "short", "hair_colour": BLACK_HAIR, "skin": 6.6},
    ),
    Sample(
        name="03_tilted_arched_woman_right", kind="lcs_a", seed=8, room=33, sex="female", age=27,
        bmi=22.5, height_m=1.66, ancestry="african", rotation=9, t12=-4, t1=1, knee=-3,
        facing="right", arms="clasped",
        appearance={"top": "bra", "bottom": "leggings",
                    "top_colour": ROSE,
                    "bottom_colour": CHARCOAL, "hair": "bun",
                    "hair_colour": BLACK_HAIR, "skin": 5.2},
    ),
    Sample(
        name="04_tilted_arched_man_left", kind="lcs_a", seed=17, room=44, sex="male", age=41,
        bmi=26.5, height_m=1.77, ancestry="asian", rotation=10, t12=-5, t1=1, knee=-3,
        facing="left", arms="hanging_forward",
        appearance={"top": "none", "bottom": "shorts", "bottom_colour": BLUE, "leg": 0.5,
                    "hair": "short", "hair_colour": BLACK_HAIR, "skin": 2.9},
    ),
    Sample(
        name="05_swayed_woman_left", kind="lcs_b", seed=36, room=9, sex="female", age=22,
        bmi=20.0, height_m=1.71, ancestry="asian", rotation=-5, t12=-9, t1=2, knee=14,
        facing="left", arms="crossed",
        appearance={"top": "tank", "bottom": "bike",
                    "top_colour": WHITE, "bottom_colour": PLUM,
                    "hair": "pony", "hair_colour": BLACK_HAIR, "skin": 2.2},
    ),
    Sample(
        name="06_swayed_man_right", kind="lcs_b", seed=31, room=12, sex="male", age=52, bmi=25.0,
        height_m=1.75, ancestry="caucasian", rotation=-4, t12=-9, t1=11, knee=6, facing="right",
        arms="clasped",
        appearance={"top": "tee", "bottom": "shorts",
                    "top_colour": OLIVE, "bottom_colour": CHARCOAL,
                    "hair": "short", "hair_colour": GREY_HAIR, "skin": 1.1},
    ),
    Sample(
        name="07_flat_back_man_left", kind="flat_back", seed=37, room=15, sex="male", age=36,
        bmi=22.0, height_m=1.84, ancestry="caucasian", rotation=-10, t12=0, t1=0, facing="left",
        arms="crossed",
        appearance={"top": "none", "bottom": "bike", "bottom_colour": BLACK, "hair": "short",
                    "hair_colour": FAIR_HAIR, "skin": 1.8},
    ),
    Sample(
        name="08_round_arched_woman_right", kind="kypho_lordotic", seed=41, room=18, sex="female",
        age=66, bmi=25.0, height_m=1.60, ancestry="caucasian", rotation=6, t12=-7, t1=16,
        facing="right", arms="clasped",
        appearance={"top": "tee", "bottom": "leggings",
                    "top_colour": ROSE, "bottom_colour": NAVY,
                    "hair": "cap", "hair_colour": GREY_HAIR, "skin": 0.8},
    ),
    Sample(
        name="09_tucked_woman_right", kind="posterior_tilt", seed=47, room=27, sex="female",
        age=45, bmi=24.0, height_m=1.64, ancestry="african", rotation=-16, t12=-5, t1=5,
        facing="right", arms="clasped",
        appearance={"top": "tank", "bottom": "leggings",
                    "top_colour": RUST, "bottom_colour": BLACK,
                    "hair": "bun", "hair_colour": BLACK_HAIR, "skin": 7.4},
    ),
    Sample(
        name="10_large_woman_left", kind="neutral", seed=53, room=30, sex="female", age=39,
        bmi=34.0, height_m=1.67, ancestry="caucasian", rotation=-5, t12=3, t1=-3, facing="left",
        arms="hanging_forward",
        appearance={"top": "tee", "bottom": "leggings",
                    "top_colour": NAVY, "bottom_colour": BLACK,
                    "hair": "pony", "hair_colour": BROWN_HAIR, "skin": 1.9},
    ),
    Sample(
        name="11_poor_loose_clothes_tilted_camera", kind="neutral", seed=59, room=36, sex="male",
        age=31, bmi=25.5, height_m=1.78, ancestry="asian", rotation=2, t12=-4, t1=5,
        facing="left", arms="hanging", quality="poor", clutter=4,
        appearance={"fit": "loose", "top": "tee", "bottom": "pants",
                    "top_colour": SAND,
                    "bottom_colour": CHARCOAL, "hair": "short", "hair_colour": BLACK_HAIR,
                    "skin": 3.2,
                    "feet": "shoes", "feet_colour": WHITE, "hem": 0.47, "drape": 0.06},
        view={"roll_deg": 5.0, "yaw_deg": 13.0, "height_m": 1.6, "distance_m": 2.2},
    ),
    Sample(
        name="12_refused_front_view", kind="neutral", seed=61, room=39, sex="female", age=30,
        bmi=22.5, height_m=1.70, ancestry="asian", rotation=-3, t12=-2, t1=3, facing="front",
        arms="hanging", quality="refused",
        appearance={"top": "tee", "bottom": "leggings",
                    "top_colour": WHITE, "bottom_colour": BLUE,
                    "hair": "short", "hair_colour": BROWN_HAIR, "skin": 2.4},
    ),
)  # fmt: skip


def make_samples(folder: Path, *, only: str = "") -> list[dict[str, Any]]:
    """Render the sample photos and write their ground truth.

    Parameters
    ----------
    folder : Path
        Of the pictures and ``truth.json``.
    only : str
        Render only the samples whose name contains this, and leave ``truth.json`` alone.
    """
    builder = scene_builder(fine=True)
    entries = []
    for sample in SAMPLES:
        scene = _scene(builder, sample)
        if only in sample.name:
            write_jpeg(
                folder / f"{sample.name}.jpg", _picture(builder, scene, sample), limit_kb=LIMIT_KB
            )
        entries.append(_entry(Recorder(builder), scene, sample))
    if not only:
        (folder / "truth.json").write_text(json.dumps(entries, indent=1) + "\n")
    return entries


def _scene(builder: SceneBuilder, sample: Sample) -> Scene:
    rng = np.random.default_rng([sample.seed, 99])
    traits = _traits(rng, sample)
    person: Person = builder.person_from(traits, number=sample.seed)
    usual: dict[str, Any] = {
        "fit": "tight",
        "feet": "bare",
        "patterns": (4, 0, 0),
        "tucked": False,
        "hem": 0.515,
    }
    appearance: Appearance = replace(
        sample_appearance(rng, traits, fit="tight"), **(usual | sample.appearance)
    )
    view = Viewpoint(
        facing=sample.facing,
        yaw_deg=float(rng.normal(0.0, 2.5)),
        roll_deg=float(rng.normal(0.0, 0.4)),
        distance_m=float(rng.uniform(3.0, 3.8)),
        fill=0.80,
    )
    view = replace(view, **sample.view)
    size = (SIZE[0] * OVERSAMPLING, SIZE[1] * OVERSAMPLING)
    return builder.scene_from(
        person, _posture(sample), appearance, view, size=size, seed=sample.room
    )


def _traits(rng: np.random.Generator, sample: Sample) -> Traits:
    traits = sample_traits(rng, sex=sample.sex)
    ancestry = {name: 0.85 if name == sample.ancestry else 0.075 for name in ANCESTRIES}
    years = float(np.clip((sample.age - 25.0) / 65.0, 0.0, 1.0))
    phenotype = traits.phenotype | ancestry | {"age": 2 / 3 + years / 3}
    return replace(
        traits,
        age=sample.age,
        bmi=sample.bmi,
        height_m=sample.height_m,
        phenotype=phenotype,
        local={name: 0.6 * value for name, value in traits.local.items()} | sample.local,
        pelvis_shape_deg=0.0,
        pelvis_side_deg=1.0,
    )


def _posture(sample: Sample) -> Posture:
    bend = (sample.knee + REST_KNEE_DEG) / 2
    return Posture(
        kind=sample.kind,
        pelvis_rotation=sample.rotation,
        t12=sample.t12,
        t1=sample.t1,
        head=0.3 * sample.t1,
        head_yaw=0.0 if sample.quality == "good" else 4.0,
        thigh=(bend + 0.4, bend - 0.5),
        shank=(-bend + 0.4, -bend - 0.5),
        protraction=max(0.0, 0.4 * sample.t1),
        arms=sample.arms,
        arm_noise=(0.0, 0.3, 0.0, 0.1, -0.2, 0.2),
        finger_close=0.8,
    )


def _picture(builder: SceneBuilder, scene: Scene, sample: Sample) -> Bytes:
    """Render at twice the size and downsample: smooth edges, little noise."""
    rng = np.random.default_rng([sample.room, 5])
    surroundings = sample_room(
        rng, scene.camera, sole_height(scene.appearance), clutter=sample.clutter, outdoors=False
    )
    drawables = person_drawables(builder, scene)
    image = photograph(scene, drawables, room=surroundings, clean=sample.quality != "poor")
    return np.asarray(cv2.resize(image, SIZE, interpolation=cv2.INTER_AREA)[:, :, ::-1])


def _entry(recorder: Recorder, scene: Scene, sample: Sample) -> dict[str, Any]:
    truth = recorder.truth(scene).to_dict()
    camera = scene.camera
    return {
        "file": f"{sample.name}.jpg",
        "expected": sample.quality,
        "posture": sample.kind,
        **truth,
        "sex": sample.sex,
        "age": sample.age,
        "facing": sample.facing,
        "yaw_deg": round(camera.yaw_deg, 1),
        "roll_deg": round(camera.roll_deg, 1),
        "camera_height_m": round(camera.eye[2], 2),
        "distance_m": round(camera.distance_m, 2),
        "clothing": scene.appearance.fit,
        "arms": sample.arms,
        "skin_shade": scene.appearance.skin,
    }
