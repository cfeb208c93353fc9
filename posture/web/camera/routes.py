"""Addresses of the live camera. Whoever has no key of an open camera is answered unread."""

from __future__ import annotations

import math
import struct
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from posture.errors import PostureError
from posture.guidance.coach import Further
from posture.web.camera.cameras import Cameras, shared_cameras

MOST_FRAME_BYTES: Final = 500_000
MOST_BURST_BYTES: Final = 40_000_000
"""Ten times a frame of 640 rows, and twice a burst of 12 megapixels each."""

MOST_PICTURES: Final = 20
"""In one burst; far more than the page takes."""

_LENGTH: Final = struct.Struct("<I")


def camera_routes(cameras: Cameras | None = None) -> list[Route]:
    """Return the addresses that a page with an open camera sends to."""

    async def see(request: Request) -> Response:
        return await _see(request, cameras or shared_cameras())

    async def burst(request: Request) -> Response:
        return await _burst(request, cameras or shared_cameras())

    return [
        Route("/camera/{key}/look", see, methods=["POST"]),
        Route("/camera/{key}/burst", burst, methods=["POST"]),
    ]


async def _see(request: Request, cameras: Cameras) -> Response:
    key = request.path_params["key"]
    if not cameras.knows(key):
        return _refused("closed", 403)
    frame = await _body(request, MOST_FRAME_BYTES)
    if frame is None:
        return _refused("too_large", 413)
    try:
        at = _seconds(request.query_params.get("at", ""))
        look, step = await run_in_threadpool(cameras.see, key, frame, at=at)
    except (KeyError, ValueError, PostureError):
        return _refused("unreadable", 400)
    return _answer(
        {
            "phase": step.phase,
            "code": step.instruction.code,
            "steady": round(step.steady, 2),
            "outline": look.outline.round(3).tolist(),
            "roll_deg": None if look.roll_deg is None else round(look.roll_deg, 1),
        }
    )


async def _burst(request: Request, cameras: Cameras) -> Response:
    # With it comes the pose network, which no page should wait for.
    from posture.guidance.burst import NoBurst

    key = request.path_params["key"]
    if not cameras.knows(key):
        return _refused("closed", 403)
    body = await _body(request, MOST_BURST_BYTES)
    pictures = None if body is None else unpacked(body)
    if not pictures:
        return _refused("unreadable", 400)
    try:
        further = _further(request.query_params.get("further", ""))
        found = await run_in_threadpool(cameras.burst, key, pictures, further=further)
    except (KeyError, ValueError, PostureError):
        return _refused("unreadable", 400)
    if isinstance(found, NoBurst):
        return _answer({"best": None, "code": found.code})
    spread = {name: round(value, 1) for name, value in found.spread.items()}
    return _answer({"best": found.best, "kept": len(found.kept), "spread": spread})


def unpacked(body: bytes) -> list[bytes] | None:
    """Return the pictures of a burst; ``None`` if the bytes are no burst.

    Each picture comes with its length in front, four bytes, the lowest first.
    """
    pictures: list[bytes] = []
    at = 0
    while at < len(body):
        if at + _LENGTH.size > len(body) or len(pictures) == MOST_PICTURES:
            return None
        (length,) = _LENGTH.unpack_from(body, at)
        at += _LENGTH.size
        if at + length > len(body):
            return None
        pictures.append(body[at : at + length])
        at += length
    return pictures


async def _body(request: Request, most: int) -> bytes | None:
    """Return the body, or ``None`` as soon as it is larger than allowed."""
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _seconds(text: str) -> float:
    """Return a time; raises ``ValueError`` for anything that is none."""
    at = float(text)
    if not math.isfinite(at):
        raise ValueError("a time must be finite")
    return at


def _further(text: str) -> Further | None:
    """Return what the next burst is of; raises ``ValueError`` for anything unknown."""
    match text:
        case "":
            return None
        case "again" | "other_side":
            return text
    raise ValueError("the next burst is of the same side again or of the other side")


def _answer(content: dict[str, object]) -> Response:
    return JSONResponse(content, headers={"cache-control": "no-store"})


def _refused(code: str, status: int) -> Response:
    return JSONResponse({"error": code}, status_code=status, headers={"cache-control": "no-store"})
