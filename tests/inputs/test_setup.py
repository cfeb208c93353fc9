"""Set-up of a photo: one record, the same units and ranges everywhere."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from posture import Hints
from posture.codec import FieldError, decode, encode_record
from posture.errors import SettingsError
from posture.inputs.hints import NO_HINTS
from posture.inputs.protocol import NO_PROTOCOL, Protocol, cm_of


def test_the_camera_is_given_in_centimetres_or_as_in_version_0_1_0() -> None:
    new = Hints(camera_height_cm=110.0, camera_distance_cm=435.0)
    old = Hints(camera_height_m=1.1, distance_m=4.35)
    assert old == new
    assert (old.camera_height_m, old.distance_m) == (1.1, 4.35)
    assert Hints(camera_height_m=0.1).camera_height_cm == 10.0
    assert (NO_HINTS.camera_height_m, NO_HINTS.distance_m) == (None, None)


def test_a_changed_copy_keeps_the_other_hints() -> None:
    hints = Hints(distance_m=3.2, sex="female")
    assert replace(hints, sex="male") == Hints(camera_distance_cm=320.0, sex="male")
    assert replace(hints, camera_distance_cm=400.0).distance_m == 4.0


@pytest.mark.parametrize(
    "twice",
    [
        {"camera_height_cm": 95.0, "camera_height_m": 0.95},
        {"camera_distance_cm": 300.0, "distance_m": 3.0},
    ],
)
def test_a_length_given_in_both_units_is_refused(twice: dict[str, float]) -> None:
    name, old = twice
    with pytest.raises(SettingsError, match=f"{name} and {old} mean the same") as caught:
        Hints(**twice)  # type: ignore[arg-type]
    assert caught.value.code == "bad_camera"


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        # 0.95 is a height in metres.
        ("camera_height_cm", (10.0, 300.0), (0.95, 9.9, 301.0, float("nan"))),
        ("camera_distance_cm", (50.0, 2000.0), (49.0, 2001.0, float("inf"))),
    ],
)
def test_hints_and_protocol_share_their_ranges(
    name: str, inside: tuple[float, ...], outside: tuple[float, ...]
) -> None:
    for record, code in ((Hints, "bad_camera"), (Protocol, "bad_setup")):
        for value in inside:
            assert getattr(record(**{name: value}), name) == value
        for value in outside:
            with pytest.raises(SettingsError, match="camera is given in centimetres") as caught:
                record(**{name: value})
            assert caught.value.code == code


def test_gaps_of_a_protocol_are_filled_from_an_earlier_one() -> None:
    before = Protocol(
        arms="other", clothing="tight", camera_height_cm=90.0, instruction="Breathe out."
    )
    now = Protocol(camera_height_cm=10.0, camera_distance_cm=300.0, footwear="barefoot")
    assert now.filled_from(before) == Protocol(
        arms="other",
        clothing="tight",
        footwear="barefoot",
        camera_height_cm=10.0,
        camera_distance_cm=300.0,
        instruction="Breathe out.",
    )
    assert NO_PROTOCOL.filled_from(before) == before


def test_everything_a_protocol_states_about_the_photo_reaches_the_hints() -> None:
    hints = Hints(facing="left", height_cm=170.0, clothing="loose", camera_distance_cm=350.0)
    protocol = Protocol(arms="by_side", clothing="tight", camera_height_cm=95.0)
    found = hints.with_setup(protocol)
    assert found == Hints(
        facing="left",
        height_cm=170.0,
        clothing="tight",
        camera_height_cm=95.0,
        camera_distance_cm=350.0,
    )
    assert found.setup() == Protocol(
        clothing="tight", camera_height_cm=95.0, camera_distance_cm=350.0
    )


def test_files_still_hold_the_distance_in_metres() -> None:
    for centimetres in (50.0, 335.0, 435.0, 1234.5):
        protocol = Protocol(camera_distance_cm=centimetres)
        table = json.loads(json.dumps(encode_record(protocol)))
        assert table["camera_distance_m"] == pytest.approx(centimetres / 100.0)
        assert "camera_distance_cm" not in table
        assert decode(Protocol, {**table, "instruction": "-"}) == replace(protocol, instruction="-")
    assert encode_record(NO_PROTOCOL)["camera_distance_m"] is None
    with pytest.raises(FieldError, match=r"^camera_distance_m must be a number"):
        decode(Protocol, {"camera_distance_m": "far"})


@pytest.mark.parametrize("metres", [1.1, 0.29, 3.3, 4.35])
def test_metres_become_centimetres_without_noise(metres: float) -> None:
    assert f"{cm_of(metres):g}" == f"{cm_of(metres)!r}".removesuffix(".0")
