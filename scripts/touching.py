"""How pictures of two who touch or cover each other are read, put together of two photos of one.

``python scripts/touching.py PHOTO…`` puts the person of each photo before that of every other at
six distances, as tall as they are, and prints how often each outcome came about. The photos
themselves are asked first: nobody may be found beside a person alone.
"""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import permutations, product
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.analysis.analyzer import Analyzer
from posture.analysis.result import Analysis
from posture.errors import PoseError
from posture.photo.load import PhotoSource
from posture.view.people import WIDE_OUTLINE

SHIFTS: Final = (-0.2, -0.15, -0.1, 0.1, 0.15, 0.2)
"""Between the middles of two people, as shares of their height: a trunk is about 0.15 deep."""


def put_together(first: Analysis, second: Analysis, shift: float) -> NDArray[np.uint8]:
    """Return the photo of the first person with the second one before them, on the same floor.

    Parameters
    ----------
    shift : float
        From the middle of the first to that of the second, in heights of the first; right is plus.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
    """
    room, body = first.geometry.image, second.geometry.mask
    (rows, columns), (others, theirs) = (
        np.nonzero(mask > 0.5) for mask in (first.geometry.mask, body)
    )
    height = np.ptp(rows)
    scale = height / np.ptp(others)
    across = columns.mean() + shift * height - scale * theirs.mean()
    move = np.array([[scale, 0.0, across], [0.0, scale, rows.max() - scale * others.max()]])
    size = room.shape[1::-1]
    shown = cv2.warpAffine(second.geometry.image, move, size)
    share = cv2.warpAffine(body, move, size)[..., None]
    return np.asarray(room * (1 - share) + shown * share, dtype=np.uint8)


def read(analyzer: Analyzer, picture: PhotoSource) -> tuple[str, Analysis | None]:
    """Return how a picture is read, in a word, and its analysis unless it is refused."""
    try:
        found = analyzer.analyze(picture)
    except PoseError as error:
        return error.code, None
    return ("named" if WIDE_OUTLINE in found.view.findings else "read"), found


def main() -> None:
    """Print the outcomes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("photos", type=Path, nargs="+", metavar="PHOTO")
    chosen = parser.parse_args()
    with Analyzer() as analyzer:
        singles = [read(analyzer, path) for path in chosen.photos]
        people = [found for _, found in singles if found is not None]
        pairs = product(permutations(people, 2), SHIFTS)
        together = Counter(
            read(analyzer, put_together(first, second, shift))[0]
            for (first, second), shift in pairs
        )
    alone = Counter(code for code, _ in singles)
    for title, counts in (("one person", alone), ("two who touch", together)):
        print(f"{title}: {counts.total()}")
        for code, count in counts.most_common():
            print(f"  {code} {count} ({count / counts.total():.0%})")


if __name__ == "__main__":
    main()
