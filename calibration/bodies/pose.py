"""Pose of a skeleton: rotation and joint of every segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.arrays import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """Rotation and joint of every segment of a skeleton, spine first, then limbs.

    Parameters
    ----------
    rotations : ndarray, shape (S, 3, 3)
        Global rotation of each segment.
    joints : ndarray, shape (S, 3)
        Posed position of each segment's own joint, metres.
    rests : ndarray, shape (S, 3)
        The same joints in the rest pose.
    """

    rotations: Floats
    joints: Floats
    rests: Floats

    def transforms(self) -> Floats:
        """Return the (S, 3, 4) matrices that map rest points to posed points."""
        shift = self.joints - np.einsum("sij,sj->si", self.rotations, self.rests)
        return np.concatenate([self.rotations, shift[:, :, None]], axis=2)
