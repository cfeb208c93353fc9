"""``posture batch`` with another task: ``python batch_program.py module:factory ARGUMENTS``."""

from __future__ import annotations

import sys

import posture.cli.batch
from posture.batch.engines.local import LocalEngine


def main() -> None:
    task = sys.argv.pop(1)
    posture.cli.batch._engine = lambda _, workers, timeout, __: LocalEngine(
        workers, timeout_s=timeout, task=task
    )
    posture.cli.batch.batch(prog_name="posture batch")


if __name__ == "__main__":
    main()
