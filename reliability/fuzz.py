"""Coverage-guided fuzzing of the readers with atheris (``pip install -e .[fuzz]``)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from reliability.targets import TARGETS, outcome_of


def fuzz(name: str, *, seconds: int) -> None:
    """Fuzz one reader from its seeds; ends the process, with code 0 if no promise was broken.

    Parameters
    ----------
    name : str
        One of :data:`reliability.targets.TARGETS`.
    seconds : int
        How long to go on.
    """
    import atheris

    with atheris.instrument_imports(include=["posture"]):
        # Loaded here so that atheris sees which lines an input reaches.
        import posture.analysis.record
        import posture.batch.manifest
        import posture.clients.archive_import
        import posture.photo.helper
        import posture.program.answers
        import posture.report.letterhead_store  # noqa: F401

    target = TARGETS[name]
    endings = target.endings

    def once(data: bytes) -> None:
        for ending in endings:
            outcome_of(target, data, f"fuzzed{ending}")

    with tempfile.TemporaryDirectory() as folder:
        for seed, content in target.seeds().items():
            (Path(folder) / seed).write_bytes(content)
        limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=1500"]
        atheris.Setup(["fuzz", folder, *limits, "-artifact_prefix=fuzz-"], once)
        atheris.Fuzz()
