"""Printed sheets of stored visits: findings and plan of one, and the change between two."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from posture.analysis.record import Record
from posture.case.case import Case, PlanOptions, make_case
from posture.case.retest import compare_tests
from posture.case.weigh import weigh
from posture.clients.answers import answers_of
from posture.clients.errors import ClientsError
from posture.clients.model import Client, Visit
from posture.clients.pairs import VisitPair, layer_of, outline_of
from posture.clients.side_by_side import captioned, on_one_scale
from posture.clients.store import ClientStore
from posture.clients.visit_data import visit_data
from posture.comparison.average import merged
from posture.comparison.sentences import comparison_lines
from posture.draw.colours import ARCH, PLUMB
from posture.geometry.edges import BACK_SPAN
from posture.geometry.stored_outline import Outline
from posture.messages import ENGLISH, catalogue
from posture.program import Answers as ParsedAnswers
from posture.program import find_notices
from posture.report import make_sheet
from posture.report.change import ChangeSheet, VisitColumn
from posture.report.content import Sheet
from posture.report.letterhead import Letterhead, letterhead_of
from posture.report.letterhead_store import NO_DETAILS, LetterheadDetails
from posture.report.pdf import render_pdf
from posture.report.pdf.change import render_change_pdf
from posture.report.sheet import make_plan_sheet
from posture.screening.grade import Screening

DAYS: Final = 7


def plan_start(visit: Visit) -> date:
    """Return the first day of the plan of a visit: that day if it is a Monday, else the next."""
    return visit.day + timedelta(days=-visit.day.weekday() % DAYS)


def visit_case(
    client: Client,
    visit: Visit,
    answers: ParsedAnswers | None = None,
    *,
    figure: bytes | None = None,
) -> Case:
    """Return photos and answers of a stored visit weighed together, and the plan that follows.

    Parameters
    ----------
    client : Client
    visit : Visit
    answers : Answers, optional
        Those that hold for the visit, from :func:`posture.clients.answers.answers_of`; by default
        only those of the visit itself.
    figure : bytes, optional
        JPEG for the sheet.

    Raises
    ------
    ClientsError
        ``unreadable_visit`` if the results belong to a version that this one cannot read.
    """
    record = _record_of(client, visit)
    if record is None:
        raise ClientsError(
            "This visit was measured by another version: measure its photos again.",
            code="unreadable_visit",
        )
    return make_case(
        record,
        PlanOptions(start=plan_start(visit), sex=client.details.sex),
        answers=answers_of(visit) if answers is None else answers,
        figure=figure,
    )


def visit_screening(client: Client, visit: Visit, answers: ParsedAnswers) -> Screening | None:
    """Return the screening that the sheet of a stored visit prints, without building its plan.

    Parameters
    ----------
    client : Client
    visit : Visit
    answers : Answers
        Those that hold for the visit, see :func:`posture.clients.answers.answers_of`.

    Returns
    -------
    Screening or None
        ``None`` where the sheet prints none: for results that this version cannot read, and while
        an answer calls for help today.
    """
    record = _record_of(client, visit)
    if record is None or any(each.urgency == "urgent" for each in find_notices(answers)):
        return None
    return weigh(record.screening, answers).screening


def _record_of(client: Client, visit: Visit) -> Record | None:
    """Return the mean of the photos that this version can read; ``None`` if it can read none.

    One photo alone keeps the grade that it was stored with, unless another sex is on record now.
    """
    records, sex = visit_data(visit).records, client.details.sex
    if len(records) == 1 and sex in (None, records[0].provenance.sex):
        return records[0]
    return merged(records, sex=sex) if records else None


def visit_sheet(
    store: ClientStore,
    visit: Visit,
    *,
    details: LetterheadDetails = NO_DETAILS,
    phases: tuple[int, ...] = (0,),
    language: str = ENGLISH,
) -> Sheet:
    """Return the printed sheet of a stored visit, with name, day, trainer and number of photos.

    Raises
    ------
    ClientsError
        As :func:`visit_case`.
    """
    client = store.get(visit.client_id)
    picture = store.thumbnail(visit.shots[0].id)
    figure = None if picture is None else figure_of(picture, visit.shots[0].outline)
    case = visit_case(client, visit, held_answers(store, visit), figure=figure)
    return make_sheet(
        case,
        phases=phases,
        letterhead=head_of(client, visit, details, language),
        language=language,
    )


def visit_plan(
    store: ClientStore,
    visit: Visit,
    *,
    details: LetterheadDetails = NO_DETAILS,
    language: str = ENGLISH,
) -> Sheet:
    """Return the plan of a stored visit alone, all phases, with the same letterhead."""
    client = store.get(visit.client_id)
    plan = visit_case(client, visit, held_answers(store, visit)).plan
    phases = tuple(range(len(plan.phases)))
    return make_plan_sheet(
        plan,
        phases=phases,
        letterhead=head_of(client, visit, details, language),
        language=language,
    )


def visit_picture(
    store: ClientStore,
    visit: Visit,
    *,
    details: LetterheadDetails = NO_DETAILS,
    language: str = ENGLISH,
) -> bytes | None:
    """Return the first picture of a visit as JPEG, without face, its letterhead below it."""
    picture = store.thumbnail(visit.shots[0].id)
    if picture is None:
        return None
    client = store.get(visit.client_id)
    letterhead = head_of(client, visit, details, language)
    lines = [text for _, text in letterhead.fields if text]
    return captioned(figure_of(picture, visit.shots[0].outline), lines)


def held_answers(store: ClientStore, visit: Visit) -> ParsedAnswers:
    """Return the answers that hold for a stored visit; see :func:`answers_of`."""
    return answers_of(visit, store.visits(visit.client_id), store.answers(visit.client_id))


def head_of(
    client: Client,
    visit: Visit,
    details: LetterheadDetails = NO_DETAILS,
    language: str = ENGLISH,
) -> Letterhead:
    """Return the head of everything that is printed of a visit: name, day, trainer, photos."""
    photos = len(visit_data(visit).records)
    return letterhead_of(
        details, day=visit.day, client=client.name, photos=photos, language=language
    )


def change_sheet(
    store: ClientStore,
    pair: VisitPair,
    *,
    details: LetterheadDetails = NO_DETAILS,
    language: str = ENGLISH,
) -> ChangeSheet:
    """Return the before/after sheet of two visits.

    Parameters
    ----------
    store : ClientStore
    pair : VisitPair
    details : LetterheadDetails
        Of the studio.
    language : str
        Of everything that is printed.
    """
    client = store.get(pair.after.client_id)
    tr = catalogue(language).translated
    retest = compare_tests(answers_of(pair.before), answers_of(pair.after))
    return ChangeSheet(
        before=_column(store, pair, pair.before),
        after=_column(store, pair, pair.after),
        changes=tuple(map(tr, comparison_lines(pair.comparison))),
        tests=tuple(map(tr, retest.lines)),
        tests_unchanged=retest.unchanged,
        differences=tuple(tr(found.message) for found in pair.comparison.differences),
        # The columns say how many photos there are of each visit.
        letterhead=replace(head_of(client, pair.after, details, language), photos=0),
        language=language,
    )


def change_pdf(
    store: ClientStore,
    pair: VisitPair,
    *,
    details: LetterheadDetails = NO_DETAILS,
    language: str = ENGLISH,
) -> bytes:
    """Return the before/after sheet as PDF; only the reason when help is needed first, today."""
    after = pair.after
    if visit_data(after).records:
        case = visit_case(store.get(after.client_id), after, held_answers(store, after))
        if case.plan.urgent:
            return render_pdf(visit_plan(store, after, details=details, language=language))
    return render_change_pdf(change_sheet(store, pair, details=details, language=language))


def _column(store: ClientStore, pair: VisitPair, visit: Visit) -> VisitColumn:
    """Return one visit; without a picture unless both show the whole body."""
    whole = outline_of(pair.before) is not None and outline_of(pair.after) is not None
    layer = layer_of(store, visit, hide_face=True) if whole else None
    return VisitColumn(
        day=visit.day,
        photos=len(visit_data(visit).records),
        picture=None if layer is None else on_one_scale(layer),
    )


def figure_of(thumbnail: bytes, outline: Outline) -> bytes:
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
    # Legs and hair have edges too, which say nothing about the back.
    trunk = [point for point in outline.back if BACK_SPAN[1] <= point[1] <= BACK_SPAN[0]]
    if len(trunk) > 1:
        line = frame.to_image(np.array(trunk))
        pen.line([tuple(point) for point in line], fill=ARCH, width=2 * width, joint="curve")
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
