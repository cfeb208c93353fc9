"""Errors of the training programme."""

from __future__ import annotations

from posture.errors import PostureError


class ProgramDataError(PostureError):
    """A data file of the programme is broken; the message names file, id and field."""

    default_code = "program_data"


class AnswersError(PostureError):
    """An answer is unknown, impossible or contradicts another; the message names the field."""

    default_code = "bad_answers"


class PlanRequestError(PostureError):
    """A plan request holds an impossible value; the message names the field."""

    default_code = "bad_plan_request"


class PlanFormatError(PostureError):
    """A stored plan cannot be read back; the message names the field."""

    default_code = "bad_plan"
