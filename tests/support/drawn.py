"""Analyses of the paper doll for tests of drawings."""

from __future__ import annotations

import numpy as np

from posture.analysis.keypoints import locate_keypoints
from posture.analysis.result import Analysis, Geometry, Pixels, Provenance
from posture.draw.marks import Marks
from posture.estimator.features import FEATURE_NAMES
from posture.estimator.model import Estimates
from posture.geometry.back_curve import back_curve
from posture.geometry.joints import locate_joints
from posture.photo.load import Photo
from posture.quantity import Quantity
from posture.screening.grade import Screening
from posture.view.gate import View
from posture.view.roll import Roll
from support.paper_doll import Doll

WHOLE = frozenset({"head", "knees", "ankles", "feet"})
TILT = Quantity(value=14.0, unit="deg", low=6.0, high=22.0)
DEPTH = Quantity(value=8.2, unit="%trunk", low=7.0, high=9.4)
LORDOSIS = Quantity(value=31.0, unit="deg", low=22.0, high=40.0)


def analysis_of(
    doll: Doll,
    *,
    parts: frozenset[str] = WHOLE,
    tilt: Quantity = TILT,
    depth: Quantity = DEPTH,
    lordosis: Quantity = LORDOSIS,
    curve: bool = True,
) -> Analysis:
    frame, silhouette = doll.frame, doll.silhouette()
    points = silhouette.back_points()
    size = (doll.image.shape[1], doll.image.shape[0])
    return Analysis(
        photo="doll.png",
        view=View(
            facing=frame.facing,
            cues=(),
            yaw_deg=0.0,
            roll=Roll(deg=doll.roll_deg, sd_deg=0.3, source="given"),
            parts=parts,
            findings=(),
        ),
        measures={},
        estimates=Estimates(
            pelvic_tilt_deg=tilt, lumbar_depth_pct=depth, lumbar_lordosis_deg=lordosis
        ),
        screening=Screening(
            grade="undetermined", pattern=None, probability=None, evidence=(), missing=()
        ),
        keypoints=locate_keypoints(
            doll.landmarks,
            np.ones(len(doll.landmarks)),
            silhouette,
            photo=Photo(
                image=doll.image,
                name="doll.png",
                sha256="0",
                source_size=size,
                scale=1.0,
                focal_35mm=None,
                format="PNG",
            ),
            parts=parts,
        ),
        provenance=Provenance(
            package_version="0",
            model_sha256="0",
            estimator="none",
            settings_sha256="0",
            photo_sha256="0",
        ),
        geometry=Geometry(
            pixels=Pixels(image=doll.image, mask=doll.mask.astype(np.float32)),
            landmarks_px=doll.landmarks,
            frame=frame,
            silhouette=silhouette,
            joints=locate_joints(doll.landmarks, frame, parts),
            curve=back_curve(points) if curve and points is not None else None,
            features=np.full(len(FEATURE_NAMES), np.nan),
        ),
    )


def one(marks: Marks, name: str) -> np.ndarray:
    (mark,) = marks.named(name)
    return mark.points


def absent(reason: str, unit: str = "deg") -> Quantity:
    return Quantity.absent(reason, unit=unit)
