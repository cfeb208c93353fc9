"""Clothes on bodies: tight cloth lies on the skin, loose cloth bridges the hollow of the back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.bodies.outline import Profile
from calibration.bodies.people import dressed_person
from calibration.data.records import Recorder
from calibration.render.scene import Overrides, SceneBuilder

PEOPLE = 6


@pytest.fixture(scope="module", params=["minimal", "tight", "regular", "loose"])
def dressed(
    request: pytest.FixtureRequest, builder: SceneBuilder, recorder: Recorder
) -> tuple[str, list[tuple[float, np.ndarray, np.ndarray]]]:
    """Fit, and for each person the stand-off behind from waist to buttock, mm, and both backs."""
    found = []
    for number in range(PEOPLE):
        overrides = Overrides(fit=request.param, arms="crossed", facing="right")
        scene = builder.scene(builder.person(11, number), 0, size=(768, 1024), overrides=overrides)
        look = replace(scene.appearance, top="tee" if request.param != "minimal" else "none")
        scene = replace(scene, appearance=look)
        worn = dressed_person(builder.template, builder.patterns, scene.body, look)
        record = recorder.record(scene, worn, recorder.mask(scene, worn))
        nude, clothed = (
            Profile.from_dict(record["outlines_px"][name]) for name in ("nude", "clothed")
        )
        hip = np.mean([record["joints_px"][f"{side}_hip"][1] for side in ("left", "right")])
        shoulder = np.mean(
            [record["joints_px"][f"{side}_shoulder"][1] for side in ("left", "right")]
        )
        trunk_m = record["truth"]["trunk_length_m"]
        level = (hip - nude.rows) / (hip - shoulder)
        rows = (level > -0.3) & (level < 0.5)
        mm = 1000 * trunk_m / (hip - shoulder)
        off = (nude.back - clothed.back)[rows] * mm
        found.append((float(np.median(off)), nude.back[rows] * mm, clothed.back[rows] * mm))
    return request.param, found


def test_cloth_stands_off_as_its_kind_does(
    dressed: tuple[str, list[tuple[float, np.ndarray, np.ndarray]]],
) -> None:
    fit, people = dressed
    low, high = {"minimal": (0, 3), "tight": (0.3, 3), "regular": (4, 18), "loose": (8, 45)}[fit]
    assert low <= np.median([off for off, _, _ in people]) <= high


def test_cloth_never_lies_inside_the_body(
    dressed: tuple[str, list[tuple[float, np.ndarray, np.ndarray]]],
) -> None:
    """By more than the 4 mm by which its coarse faces cut a rounded buttock.

    The person looks to the right, so that less is further behind.
    """
    _, people = dressed
    for _, nude, clothed in people:
        known = np.isfinite(nude) & np.isfinite(clothed)
        assert (nude - clothed)[known].min() > -4.0


def test_tight_cloth_keeps_the_hollow(
    dressed: tuple[str, list[tuple[float, np.ndarray, np.ndarray]]],
) -> None:
    fit, people = dressed
    if fit in ("minimal", "tight"):
        for _, nude, clothed in people:
            assert _hollow(clothed) == pytest.approx(_hollow(nude), abs=2.5)


def test_loose_cloth_bridges_a_deep_hollow(
    dressed: tuple[str, list[tuple[float, np.ndarray, np.ndarray]]],
) -> None:
    """A shirt hangs from the shoulder blades: of deep hollows less is seen, of shallow ones not."""
    fit, people = dressed
    if fit == "loose":
        deep = [(nude, clothed) for _, nude, clothed in people if _hollow(nude) > 12.0]
        assert deep
        assert np.mean([_hollow(clothed) - _hollow(nude) for nude, clothed in deep]) < -1.0


def _hollow(back: np.ndarray) -> float:
    """Depth of the hollow below the line from the first to the last row, mm."""
    back = back[np.isfinite(back)]
    line = np.linspace(back[0], back[-1], len(back))
    return float((back - line).max())
