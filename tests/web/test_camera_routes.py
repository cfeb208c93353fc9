"""Addresses of the live camera: who is answered, what is read, and that nothing is kept."""

from __future__ import annotations

import gc
import struct
import tracemalloc
from collections.abc import Sequence

import cv2
import httpx
import pytest
from browser_steps import run_beside
from starlette.applications import Starlette
from support.clip import camera_frame

from posture.analysis.analyzer import Analyzer
from posture.guidance.burst import PICTURES, Burst, NoBurst, read_burst
from posture.guidance.coach import STEADY_S
from posture.guidance.live import Look, look_at
from posture.photo.load import Photo
from posture.web.camera.cameras import IDLE_S, MOST, Cameras
from posture.web.camera.routes import MOST_FRAME_BYTES, MOST_PICTURES, camera_routes, unpacked


class Reading:
    """The real reader, without the lock and the cache of a server."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    def look(self, frame: Photo) -> Look:
        return look_at(frame, self._analyzer)

    def burst(self, pictures: Sequence[bytes]) -> Burst | NoBurst:
        return read_burst(pictures, self._analyzer)


@pytest.fixture
def cameras(analyzer: Analyzer) -> Cameras:
    return Cameras(lambda: Reading(analyzer))


class Client:
    """Sends requests to the addresses, without a server between."""

    def __init__(self, cameras: Cameras) -> None:
        self._app = Starlette(routes=camera_routes(cameras))

    def post(self, path: str, *, content: bytes) -> httpx.Response:
        return run_beside(self._post(path, content))

    async def _post(self, path: str, content: bytes) -> httpx.Response:
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://camera") as client:
            return await client.post(path, content=content)


@pytest.fixture
def client(cameras: Cameras) -> Client:
    return Client(cameras)


def jpeg(number: int) -> bytes:
    return bytes(cv2.imencode(".jpg", camera_frame(number))[1])


def packed(pictures: Sequence[bytes]) -> bytes:
    return b"".join(struct.pack("<I", len(each)) + each for each in pictures)


def test_a_frame_is_answered_with_what_to_change(client: Client, cameras: Cameras) -> None:
    key, front = cameras.open(), jpeg(12)
    reply = client.post(f"/camera/{key}/look?at=1.5", content=front)
    assert reply.headers["cache-control"] == "no-store"
    answer = reply.json()
    assert (answer["phase"], answer["code"]) == ("guide", "side_view")
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in answer["outline"])


def test_standing_right_leads_to_the_pictures_and_the_best_is_named(
    client: Client, cameras: Cameras
) -> None:
    key, side = cameras.open(), jpeg(3)
    phases = [
        client.post(f"/camera/{key}/look?at={at}", content=side).json()["phase"]
        for at in (10.0, 10.0 + STEADY_S / 2, 10.0 + STEADY_S)
    ]
    assert phases == ["steady", "steady", "take"]
    found = client.post(f"/camera/{key}/burst", content=packed([side] * 3)).json()
    assert found["best"] in (0, 1, 2)
    assert found["spread"]["pelvic_tilt_deg"] == 0.0
    again = client.post(f"/camera/{key}/look?at=20", content=side).json()
    assert (again["phase"], again["steady"]) == ("steady", 0.0)


@pytest.mark.parametrize(
    ("further", "asked"), [("again", "step_off"), ("other_side", "other_side")]
)
def test_one_more_burst_is_asked_for_and_only_after_a_good_one(
    client: Client, cameras: Cameras, further: str, asked: str
) -> None:
    key, side = cameras.open(), jpeg(3)
    for at in (1.0, 1.0 + STEADY_S):
        client.post(f"/camera/{key}/look?at={at}", content=side)
    bad = f"/camera/{key}/burst?further={further}"
    assert client.post(bad, content=packed([jpeg(12)] * 3)).json()["best"] is None
    assert client.post(f"/camera/{key}/look?at=5", content=side).json()["phase"] == "steady"
    assert client.post(bad, content=packed([side] * 3)).json()["best"] is not None
    answer = client.post(f"/camera/{key}/look?at=10", content=side).json()
    assert (answer["phase"], answer["code"]) == ("guide", asked)


def test_a_bad_burst_names_what_to_do(client: Client, cameras: Cameras) -> None:
    reply = client.post(f"/camera/{cameras.open()}/burst", content=packed([jpeg(12)] * 3))
    assert reply.json() == {"best": None, "code": "side_view"}


@pytest.mark.parametrize("path", ["look?at=1", "burst"])
def test_without_the_key_of_an_open_camera_nothing_is_read(client: Client, path: str) -> None:
    assert client.post(f"/camera/guess/{path}", content=b"x").status_code == 403


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("look?at=1", b"no picture", 400),
        ("look?at=nan", b"no picture", 400),
        ("look", b"no picture", 400),
        ("look?at=1", b"\xff" * (MOST_FRAME_BYTES + 1), 413),
        ("burst", b"", 400),
        ("burst?further=elsewhere", packed([b"no picture"]), 400),
        ("burst", b"\x05\0\0\0abc", 400),
        ("burst", packed([b"no picture"]), 400),
        ("burst", packed([b"x"] * (MOST_PICTURES + 1)), 400),
    ],
)
def test_nonsense_is_refused_and_the_camera_goes_on(
    client: Client, cameras: Cameras, path: str, body: bytes, status: int
) -> None:
    key = cameras.open()
    assert client.post(f"/camera/{key}/{path}", content=body).status_code == status
    assert cameras.knows(key)


def test_pictures_come_out_as_they_were_packed() -> None:
    for pictures in ([b"a"], [b"", b"bc", b"def"], [b"x" * 70_000] * PICTURES):
        assert unpacked(packed(pictures)) == pictures


def test_no_frame_stays_in_memory(cameras: Cameras) -> None:
    """``python -m benchmarks.camera_memory`` measures half an hour of them."""
    key, frames = cameras.open(), [jpeg(3), jpeg(12)]
    one_frame = camera_frame(3).nbytes

    def see(count: int) -> None:
        for number in range(count):
            cameras.see(key, frames[number % 2], at=0.25 * number)

    see(4)
    tracemalloc.start()
    try:
        see(2)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        see(10)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < one_frame / 2


def test_cameras_that_are_idle_or_too_many_are_closed(analyzer: Analyzer) -> None:
    now = 0.0
    cameras = Cameras(lambda: Reading(analyzer), clock=lambda: now)
    first = cameras.open()
    now = 1.0
    others = [cameras.open() for _ in range(MOST)]
    assert not cameras.knows(first)
    assert all(map(cameras.knows, others))
    now = 1.0 + IDLE_S + 1.0
    assert not any(map(cameras.knows, others))
