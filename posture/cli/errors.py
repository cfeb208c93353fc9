"""Exit codes, and errors as one sentence on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from posture.cli.terminal import EXIT_FAILED, echo, shown
from posture.errors import PhotoError, PoseError, PostureError, SettingsError
from posture.files import NOT_WRITTEN

EXIT_REFUSED: Final = 3
"""Exit code for a refused photo; a failure has 1, and click itself uses 2 for wrong use."""

WRONG_VALUES: Final = frozenset(
    {"bad_client", "bad_visit", "bad_study", "bad_output", "unknown_client", "ambiguous_client"}
    | {"unknown_visit", "file_exists", "no_consent", "consent_given", "no_photos", "same_photo"}
    | {"already_there"}
)
"""Codes of errors of the client file that the words of the command cause."""


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Turn an error that a user can act on into one sentence and an exit code."""
    from posture.program import AnswersError, PlanRequestError

    try:
        yield
    except (PhotoError, PoseError) as error:
        echo(f"posture: {shown(str(error))}", err=True)
        sys.exit(EXIT_REFUSED)
    except PostureError as error:
        caused = isinstance(error, AnswersError | PlanRequestError | SettingsError)
        if error.code in WRONG_VALUES or (caused and error.code != NOT_WRITTEN):
            raise click.UsageError(shown(str(error))) from error
        echo(f"posture: {shown(str(error))}", err=True)
        sys.exit(EXIT_FAILED)
