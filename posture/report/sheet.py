"""Sheet of a case, or of a plan without a photo."""

from __future__ import annotations

from collections.abc import Sequence

from posture import __version__
from posture.case.case import Case
from posture.messages import ENGLISH
from posture.program import Plan
from posture.program.localised import localised
from posture.report.content import Sheet
from posture.report.finding_page import photo_lines, questions, screening_block, value_blocks
from posture.report.letterhead import BLANK, Letterhead
from posture.report.plan_page import plan_page
from posture.report.reading_pages import reading_pages
from posture.report.texts import say

SHORT_HASH = 8


def make_sheet(
    case: Case,
    *,
    phases: Sequence[int] = (0,),
    letterhead: Letterhead = BLANK,
    language: str = ENGLISH,
) -> Sheet:
    """Return the sheet of a case.

    Parameters
    ----------
    case : Case
    phases : sequence of int
        Indices of the phases that get a page each; the first one by default.
    letterhead : Letterhead
    language : str
        Of everything that is printed.

    Returns
    -------
    Sheet
        Without plan pages when a clinician comes first; when help is needed today, with nothing
        but that message.
    """
    plan = localised(case.plan, language)
    if plan.urgent:
        return make_plan_sheet(plan, letterhead=letterhead, language=language)
    trains = plan.outcome == "programme"
    provenance = case.record.provenance
    return Sheet(
        outcome=plan.outcome,
        title=say(language, "title_finding" if trains else "title_clinician"),
        headline=plan.headline,
        notices=(
            *questions(case.record, language=language),
            *(notice.text for notice in plan.notices),
        ),
        after=() if trains else plan.notes,
        figure=case.figure,
        values=value_blocks(case.record, case.sex, language=language),
        photo=photo_lines(case.record, language=language),
        screening=screening_block(case, language=language),
        not_mean=tuple(say(language, f"not_mean_{number}") for number in (1, 2, 3, 4)),
        plans=tuple(
            plan_page(plan, phase, overview=place == 0, language=language)
            for place, phase in enumerate(phases)
        )
        if trains
        else (),
        made_with=say(
            language,
            "made_with",
            version=provenance.package_version,
            photo=provenance.photo_sha256[:SHORT_HASH],
        ),
        reading=reading_pages(plan, phases, language=language) if trains else (),
        letterhead=letterhead,
        language=language,
    )


def make_plan_sheet(
    plan: Plan,
    *,
    phases: Sequence[int] = (0,),
    letterhead: Letterhead = BLANK,
    language: str = ENGLISH,
) -> Sheet:
    """Return the sheet of a plan without a photo.

    Parameters
    ----------
    plan : Plan
    phases : sequence of int
        Indices of the phases that get a page each; the first one by default.
    letterhead : Letterhead
    language : str
        Of everything that is printed.

    Returns
    -------
    Sheet
        Only pages of the plan; when a clinician comes first, one page that says so.
    """
    trains = plan.outcome == "programme"
    plan = localised(plan, language)
    return Sheet(
        outcome=plan.outcome,
        title=say(language, "title_plan" if trains else "title_clinician"),
        headline=plan.headline,
        notices=tuple(notice.text for notice in plan.notices),
        after=() if trains else plan.notes,
        figure=None,
        values=(),
        photo=(),
        screening=None,
        not_mean=(),
        plans=tuple(
            plan_page(plan, phase, overview=place == 0, alone=True, language=language)
            for place, phase in enumerate(phases)
        )
        if trains
        else (),
        made_with=say(language, "made_with_plan", version=__version__),
        reading=reading_pages(plan, phases, language=language) if trains else (),
        letterhead=letterhead,
        language=language,
    )
