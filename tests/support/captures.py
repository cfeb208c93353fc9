"""Captures without a camera: chosen values, invented people."""

from __future__ import annotations

import hashlib
import io
from datetime import date, timedelta
from typing import Any, cast

from PIL import Image

from posture.analysis.record import Record
from posture.analysis.result import AnalysisDict
from posture.clients import Capture, ClientStore, Details, Outline, Placing
from posture.geometry.frame import BodyFrame
from support.records import make_record, table_of

FRAME = BodyFrame(origin_px=(300.0, 500.0), unit_px=180.0, facing="right", roll_deg=0.5)


def jpeg(shade: int = 120, size: tuple[int, int] = (60, 90)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (shade, shade, 40)).save(buffer, "JPEG")
    return buffer.getvalue()


def make_outline(*, lean: float = 0.0) -> Outline:
    return Outline(
        back=((-0.25 + lean, 1.0), (-0.2, 0.4), (-0.3, 0.0)),
        front=((0.2, 1.0), (0.25, 0.0)),
        contour=((-0.1, 1.2), (-0.3, 0.0), (0.0, -1.6), (0.2, 0.9)),
        joints={"hip": (0.0, 0.0), "ankle": (-0.1, -1.5), "shoulder": (lean, 1.0)},
        stature=3.2,
        in_photo=Placing(frame=FRAME, size=(675, 900)),
        in_thumbnail=Placing(frame=FRAME, size=(60, 90)),
    )


def make_result(record: Record | None = None, **changes: Any) -> AnalysisDict:
    table = table_of(record or make_record(tilt=12.0, lordosis=30.0))
    table["view"] |= {"facing": "right", "yaw_deg": 1.0, "roll_deg": 0.5, "roll_source": "lines"}
    return cast("AnalysisDict", table | {"corrections": None, "plan": None} | changes)


def make_capture(
    name: str = "photo", *, record: Record | None = None, photo: bytes | None = None
) -> Capture:
    """Return a capture whose photo is distinguished by its name."""
    result = make_result(record)
    provenance = result["provenance"]
    assert provenance is not None
    provenance["photo_sha256"] = hashlib.sha256(name.encode()).hexdigest()
    result["photo"] = f"{name}.jpg"
    return Capture(
        result=result,
        outline=make_outline(),
        thumbnail=jpeg(90),
        photo=jpeg(150) if photo is None else photo,
    )


def visited(store: ClientStore, name: str, tilts: list[list[float]]) -> str:
    """Store a client with one visit per row of tilts; return the id."""
    client = store.add(Details(name=name), consented_on=date.today())
    for number, row in enumerate(tilts):
        captures = []
        for place, tilt in enumerate(row):
            record = make_record(tilt=tilt, lordosis=30.0)
            captures.append(make_capture(f"{name}{number}{place}", record=record))
            estimates = captures[-1].result["estimates"]
            assert estimates is not None
            estimates["change"] = {
                "pelvic_tilt_deg": {"slope": 0.5, "day_sd": 1.0, "photo_sd": 1.5},
                "lumbar_lordosis_deg": None,
                "lumbar_depth_pct": None,
            }
        day = date.today() - timedelta(days=60 - 7 * number)
        store.add_visit(client.id, captures, day=day)
    return client.id
