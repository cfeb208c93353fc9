"""Pictures of exercises, when the package has them."""

from __future__ import annotations

from importlib.resources import files

from posture.program.model import Exercise


def exercise_pictures(exercise: Exercise) -> tuple[bytes, ...]:
    """Return the pictures of an exercise as WebP files, start before end; empty without any."""
    folder = files("posture.program") / "pictures"
    paths = [folder / f"{exercise.id}_{part}.webp" for part in ("start", "end")]
    return tuple(path.read_bytes() for path in paths if path.is_file())
