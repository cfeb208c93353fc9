"""How often the live camera says the right thing first, on rendered people.

People who stand right are photographed bodies of a data set: side on, arms clear of the back, tight
clothes, all of them in the picture. Each is then placed wrongly in eleven known ways by changing
the picture, and people of the set who are turned make a twelfth.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from calibration.data.repeats import by_the_book
from calibration.render.render import person_drawables, photograph
from calibration.render.scene import scene_builder
from posture.analysis.analyzer import Analyzer
from posture.guidance.live import live_frame, look_at

Frame = NDArray[np.uint8]

CLEAR_ARMS: Final = ("crossed", "clasped", "flexed", "raised")
SHORT_HAIR: Final = ("short", "cap", "bun", "buzz", "bald")
TIGHT: Final = ("minimal", "tight")
MAX_YAW_DEG: Final = 8.0
MAX_ROLL_DEG: Final = 3.0
TURNED_DEG: Final = (16.0, 32.0)
ROLLED_DEG: Final = 8.0
SIZE: Final = (480, 640)
SEED: Final = 2100
"""Size of the turned people's pictures, and the seed of their bodies."""


ROOM: Final = 0.01
"""Least room between the person and the borders above and below, in heights of the picture: a head
that touches the border is not in the picture."""

Box = tuple[int, int, int, int]
"""Left, top, right and bottom of the person, pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A photo of somebody who stands right: where they are in it, and the roll of the camera."""

    photo: Path
    box: Box
    roll_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One way of standing wrongly: how the picture is changed, and what may be said first."""

    change: Callable[[Frame, Shown], Frame]
    right: frozenset[str]


WRONG: Final = {
    "nobody in the room": Wrong(change=lambda f, _: _wall(f), right=frozenset({"nobody"})),
    "nobody, in the dark": Wrong(
        change=lambda f, _: _scaled(_wall(f), 0.08), right=frozenset({"light"})
    ),
    "too far": Wrong(
        change=lambda f, who: _framed(f, who.box, above=0.8, below=0.8),
        right=frozenset({"come_nearer"}),
    ),
    "feet below the picture": Wrong(
        change=lambda f, who: _framed(f, who.box, above=0.25, below=-0.12),
        right=frozenset({"tilt_forward"}),
    ),
    "head above the picture": Wrong(
        change=lambda f, who: _framed(f, who.box, above=-0.08, below=0.2),
        right=frozenset({"tilt_back"}),
    ),
    "too near": Wrong(
        change=lambda f, who: _framed(f, who.box, above=-0.1, below=-0.3),
        right=frozenset({"step_back", "nobody"}),
    ),
    "half out at the side": Wrong(
        change=lambda f, who: np.ascontiguousarray(f[:, (who.box[0] + who.box[2]) // 2 :]),
        right=frozenset({"middle", "nobody"}),
    ),
    "two people": Wrong(
        change=lambda f, _: np.concatenate([f, f], axis=1), right=frozenset({"one_person"})
    ),
    "a dark room": Wrong(change=lambda f, _: _scaled(f, 0.15), right=frozenset({"light"})),
    "a crooked camera": Wrong(
        # Turned on from the roll that it has, or some would be crooked by half of it only.
        change=lambda f, who: _turned(f, ROLLED_DEG + who.roll_deg),
        right=frozenset({"level"}),
    ),
    "a blurred picture": Wrong(
        change=lambda f, _: np.asarray(cv2.GaussianBlur(f, (0, 0), 6.0), np.uint8),
        right=frozenset({"light"}),
    ),
}
"""Somebody who is not found at all is told to stand in the middle, three metres away: right for
who is too near or half out of the picture, too."""


def guidance_lines(folders: Iterable[Path], *, turned: int = 0) -> Iterator[str]:
    """Yield what is said first to people who stand right and wrongly, a line a way of standing.

    Parameters
    ----------
    folders : iterable of Path
        Data sets with photos.
    turned : int
        Number of turned people to render beside those of the data sets.
    """
    right, sideways = [], []
    for folder in folders:
        for path in sorted(folder.glob("*-p*.json")):
            record = json.loads(path.read_text(encoding="utf-8"))
            if _stands_right(record, up_to_deg=MAX_YAW_DEG):
                right.append(_shown(path.with_suffix(".jpg"), record))
            low, high = TURNED_DEG
            if low <= abs(record["camera"]["yaw_deg"]) <= high and _stands_right(record, high):
                camera = record["camera"]
                code = _turn(camera["yaw_deg"], camera["facing"])
                sideways.append((path.with_suffix(".jpg"), code))
    with Analyzer(bystanders=False) as analyzer:
        yield _row("standing right", [(_read(who.photo), {"ready"}) for who in right], analyzer)
        for name, wrong in WRONG.items():
            made = [(wrong.change(_read(who.photo), who), set(wrong.right)) for who in right]
            yield _row(name, made, analyzer)
        made = [(_read(path), {code}) for path, code in sideways]
        made += [(frame, {code}) for frame, code in turned_people(turned)]
        yield _row("turned by 16 to 32 degrees", made, analyzer)


def _row(name: str, frames: Sequence[tuple[Frame, set[str]]], analyzer: Analyzer) -> str:
    said = [
        (look_at(live_frame(frame), analyzer).instruction.code, right) for frame, right in frames
    ]
    good = sum(code in right for code, right in said)
    other = Counter(code for code, right in said if code not in right)
    rest = ", ".join(f"{code} {count}" for code, count in other.most_common())
    return f"{name:28} {good:4} of {len(said):4}  {rest}"


def _stands_right(record: dict[str, Any], up_to_deg: float) -> bool:
    camera, look, seen = record["camera"], record["look"], record["seen"]
    _, top, _, bottom = seen["box"]
    room = ROOM * camera["height"]
    return (
        abs(camera["yaw_deg"]) <= up_to_deg
        and abs(camera["roll_deg"]) <= MAX_ROLL_DEG
        and record["posture"]["arms"] in CLEAR_ARMS
        and look["fit"] in TIGHT
        and look["hair"] in SHORT_HAIR
        and not seen["head_cut_off"]
        and not seen["feet_cut_off"]
        and room <= top
        and bottom <= camera["height"] - room
    )


def turned_people(count: int) -> Iterator[tuple[Frame, str]]:
    """Render people who stand right but for their turn, with the instruction that they need."""
    builder = scene_builder(fine=True)
    for number in range(count):
        rng = np.random.default_rng([SEED, number])
        person = builder.person(SEED, number)
        scene = by_the_book(builder, person, rng, size=SIZE)
        yaw_deg = float(rng.uniform(*TURNED_DEG) * rng.choice([-1.0, 1.0]))
        view = replace(scene.view, yaw_deg=yaw_deg)
        scene = builder.scene_from(
            person, scene.posture, scene.appearance, view, size=SIZE, seed=scene.seed
        )
        picture = photograph(scene, person_drawables(builder, scene))
        yield picture, _turn(yaw_deg, view.facing)


def _turn(yaw_deg: float, facing: str) -> str:
    shows_chest = yaw_deg > 0
    return "turn_left" if shows_chest == (facing == "right") else "turn_right"


def _read(path: Path) -> Frame:
    picture = cv2.imread(str(path))
    if picture is None:
        raise FileNotFoundError(path)
    return np.ascontiguousarray(picture[..., ::-1], dtype=np.uint8)


def _shown(photo: Path, record: dict[str, Any]) -> Shown:
    left, top, right, bottom = record["seen"]["box"]
    return Shown(photo=photo, box=(left, top, right, bottom), roll_deg=record["camera"]["roll_deg"])


def _framed(frame: Frame, box: Box, *, above: float, below: float) -> Frame:
    """Return the picture with so much room above and below the person, in their heights."""
    height = box[3] - box[1]
    first, last = round(box[1] - above * height), round(box[3] + below * height)
    room = max(0, -first, last - len(frame))
    colour = np.median(frame[: len(frame) // 8].reshape(-1, 3), axis=0)
    wider = cv2.copyMakeBorder(
        frame, room, room, room, room, cv2.BORDER_CONSTANT, value=colour.tolist()
    )
    return np.ascontiguousarray(wider[first + room : last + room], dtype=np.uint8)


def _wall(frame: Frame) -> Frame:
    strip = frame[:, : frame.shape[1] // 12]
    return np.asarray(cv2.resize(strip, frame.shape[1::-1]), dtype=np.uint8)


def _scaled(frame: Frame, factor: float) -> Frame:
    return (factor * frame).astype(np.uint8)


def _turned(frame: Frame, degrees: float) -> Frame:
    height, width = frame.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    moved = cv2.warpAffine(frame, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.uint8)
