"""Keypoints as arrays and as an xarray data set."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from conftest import SAMPLES

from posture.analysis.outcome import Refusal
from posture.analysis.result import Analysis
from posture.errors import PoseError, SettingsError
from posture.export import to_xarray
from posture.landmarks import Landmark

REFUSED = Refusal(photo="b.jpg", error=PoseError("Nobody is there.", code="no_person"))


class Dataset:
    """What is given to ``xarray.Dataset``, which the tests do not need to have installed."""

    def __init__(self, **given: object) -> None:
        self.given = given


def test_keypoints_are_arrays_with_names(read_sample: Callable[[Path], Analysis]) -> None:
    keypoints = read_sample(SAMPLES[0]).keypoints
    assert keypoints.xy_px.shape == (33, 2)
    place = keypoints.names.index("left_hip")
    point = keypoints[Landmark.LEFT_HIP]
    assert point is keypoints["left_hip"]
    assert tuple(keypoints.xy_px[place]) == (point.x, point.y)
    assert keypoints.visibility[place] == point.visibility
    assert bool(keypoints.shown[place]) == point.shown
    with pytest.raises(KeyError, match="left_knie"):
        keypoints["left_knie"]


def test_a_data_set_has_the_layout_of_movement(
    read_sample: Callable[[Path], Analysis], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = ModuleType("xarray")
    stand_in.Dataset = Dataset  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "xarray", stand_in)
    photos = [read_sample(SAMPLES[0]), REFUSED, read_sample(SAMPLES[2])]
    given = to_xarray(photos).given  # type: ignore[attr-defined]
    variables, coords = given["data_vars"], given["coords"]
    dimensions, position = variables["position"]
    assert dimensions == ("time", "space", "keypoints", "individuals")
    assert position.shape == (2, 2, 33, 1)
    assert variables["confidence"][1].shape == (2, 33, 1)
    assert coords["id"] == ("time", ["1", "3"])
    last = photos[2].keypoints  # type: ignore[union-attr]
    assert np.array_equal(position[1, :, last.shown, 0], last.xy_px[last.shown])
    assert np.isnan(position[1, :, ~last.shown, 0]).all()
    assert given["attrs"]["ds_type"] == "poses"


def test_without_xarray_it_is_said_what_is_missing(
    read_sample: Callable[[Path], Analysis], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "xarray":
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SettingsError, match="needs xarray: pip install xarray") as caught:
        to_xarray([read_sample(SAMPLES[0])])
    assert caught.value.code == "xarray_missing"
