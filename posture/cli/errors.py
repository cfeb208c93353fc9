"""Errors that a user can act on: one sentence and an exit code each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from posture.errors import PhotoError, PoseError, PostureError, SettingsError

EXIT_FAILED: Final = 1
EXIT_REFUSED: Final = 3
"""1: nothing could be done; 3: a photo was refused. 2 is click's own, for wrong use."""


@contextmanager
def failing_plainly() -> Iterator[None]:
    """Turn errors that a user can act on into one sentence and an exit code."""
    from posture.program import AnswersError, PlanRequestError

    try:
        yield
    except (AnswersError, PlanRequestError, SettingsError) as error:
        raise click.UsageError(str(error)) from error
    except (PhotoError, PoseError) as error:
        click.echo(f"posture: {error}", err=True)
        sys.exit(EXIT_REFUSED)
    except PostureError as error:
        click.echo(f"posture: {error}", err=True)
        sys.exit(EXIT_FAILED)
