"""How well stretched pictures are told: the regression of posture/view/stretch.py on renders.

``python scripts/stretch.py FOLDER…`` stretches each picture of the folders by known factors and
prints which share is named and refused; ``--fit`` also prints the coefficients fitted on them. The
folders are those of ``python -m calibration dataset``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from posture.errors import PoseError
from posture.geometry.silhouette import main_body
from posture.photo.load import load_photo
from posture.pose.detector import PoseDetector
from posture.pose.mirror import detect_either_way
from posture.types import FloatArray
from posture.view.stance import MAX_YAW_DEG, estimate_yaw_deg
from posture.view.stretch import NOTED, REFUSED, proportions, stretch_of

FACTORS: Final = (0.7, 0.75, 0.87, 1.0, 1.15, 1.33, 1.43)
MARGIN_PX: Final = 3
RIDGE: Final = 1e-3


def rows(paths: list[Path], detector: PoseDetector) -> Iterator[tuple[float, FloatArray]]:
    """Yield the logarithm of the factor and the proportions of every stretched picture."""
    for path in paths:
        image = load_photo(path).image
        height, width = image.shape[:2]
        for factor in FACTORS:
            wide = cv2.resize(image, (round(width * factor), height))
            try:
                pose = detect_either_way(detector, np.asarray(wide, np.uint8)).main
            except PoseError:
                continue
            _, contour = main_body(pose.mask, pose.landmarks)
            yaw = estimate_yaw_deg(pose.world)
            whole = contour[:, 1].min() >= MARGIN_PX and contour[:, 1].max() < height - MARGIN_PX
            if whole and abs(yaw) <= MAX_YAW_DEG:
                yield float(np.log(factor)), proportions(contour, pose.landmarks, yaw)


def fit(shares: FloatArray, log_factor: FloatArray) -> tuple[FloatArray, float]:
    """Return coefficients and constant of a ridge regression without shrinkage of its slope."""
    mean, sd = shares.mean(axis=0), shares.std(axis=0)
    table = np.column_stack([(shares - mean) / sd, np.ones(len(shares))])
    penalty = RIDGE * len(table) * np.eye(table.shape[1])
    penalty[-1, -1] = 0.0
    found = np.linalg.solve(table.T @ table + penalty, table.T @ log_factor)
    slope, offset = np.polyfit(log_factor, table @ found, 1)
    weights = found[:-1] / sd / slope
    return weights, float((found[-1] - offset) / slope - weights @ mean)


def main() -> None:
    """Print the table, and the coefficients if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--fit", action="store_true")
    given = parser.parse_args()
    paths = [path for folder in given.folders for path in sorted(folder.glob("*.jpg"))]
    with PoseDetector() as detector:
        found = list(rows(paths, detector))
    log_factor = np.array([factor for factor, _ in found])
    shares = np.array([each for _, each in found])
    estimate = np.abs([stretch_of(each) for each in shares])
    print("factor  pictures  named  refused")
    for factor in FACTORS:
        these = estimate[np.isclose(log_factor, np.log(factor))]
        named, refused = (these > NOTED).mean(), (these > REFUSED).mean()
        print(f"{factor:6.2f}  {len(these):8d}  {named:5.1%}  {refused:7.1%}")
    if given.fit:
        weights, constant = fit(shares, log_factor)
        print(np.round(weights, 3).tolist(), round(constant, 3))


if __name__ == "__main__":
    main()
