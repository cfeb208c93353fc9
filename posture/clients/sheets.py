"""The printed sheet of a client's last visit."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw

from posture.clients.model import Answers, Client, Visit
from posture.clients.visit_data import visit_data
from posture.clients.visits import PictureKind
from posture.comparison.average import merged
from posture.comparison.visit_data import VisitData
from posture.draw.colours import ARCH, PLUMB
from posture.geometry.edges import BACK_SPAN
from posture.geometry.stored_outline import Outline
from posture.program import Answers as Answered
from posture.program import AnswersError, parse_answers
from posture.report import PlanOptions, make_case, make_sheet
from posture.report.pdf import render_pdf


def last_sheet(
    client: Client,
    visits: Sequence[Visit],
    answers: Answers | None,
    pictures: Mapping[tuple[str, PictureKind], bytes],
) -> bytes | None:
    """Return the sheet of the last visit that this version can read, as PDF.

    Parameters
    ----------
    client : Client
    visits : sequence of Visit
        Oldest first.
    answers : mapping, optional
        Stored answers to the questionnaire; answers of another version are left out.
    pictures : mapping of (shot id, kind) to bytes

    Returns
    -------
    bytes or None
    """
    for visit in reversed(visits):
        data = visit_data(visit)
        if data.records:
            shot = visit.shots[0]
            figure = drawn(pictures[shot.id, "thumbnail"], shot.outline)
            return _sheet(client, data, _answered(answers), figure)
    return None


def drawn(thumbnail: bytes, outline: Outline) -> bytes:
    """Draw the back's outline and the vertical through the ankle on a thumbnail."""
    with Image.open(io.BytesIO(thumbnail)) as image:
        picture = image.convert("RGB")
    frame, height = outline.in_thumbnail.frame, picture.height
    pen = ImageDraw.Draw(picture)
    width = max(2, height // 200)
    ankle = outline.joints.get("ankle")
    if ankle is not None:
        foot, top = frame.to_image(np.array([ankle, (ankle[0], ankle[1] + 10.0)]))
        for start in np.arange(0.0, 1.0, 0.01):
            ends = [tuple(foot + (top - foot) * share) for share in (start, start + 0.005)]
            pen.line(ends, fill=PLUMB, width=width)
    # Legs and hair have edges too, and say nothing about the back.
    trunk = [point for point in outline.back if BACK_SPAN[1] <= point[1] <= BACK_SPAN[0]]
    if len(trunk) > 1:
        line = frame.to_image(np.array(trunk))
        pen.line([tuple(point) for point in line], fill=ARCH, width=2 * width, joint="curve")
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _sheet(client: Client, visit: VisitData, answers: Answered, figure: bytes | None) -> bytes:
    sex = client.details.sex
    case = make_case(
        merged(visit.records, sex=sex),
        PlanOptions(start=visit.day, sex=sex),
        answers=answers,
        figure=figure,
    )
    return render_pdf(make_sheet(case))


def _answered(answers: Answers | None) -> Answered:
    try:
        return parse_answers(answers or {})
    except AnswersError:
        return Answered()
