"""What an arm hides of the back: where the camera sees the trunk's own edge beside or behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from calibration.arrays import Bools, Bytes, Floats
from calibration.bodies.drawables import Label
from calibration.bodies.outline import Profile
from posture.geometry.edges import BACK_SPAN
from posture.geometry.silhouette import LOW_BACK, NEEDED_SPAN, Silhouette

SPAN: Final = (LOW_BACK[0], NEEDED_SPAN[1])
"""Levels that are counted: from the lowest ribs to the buttock."""

IN_FRONT: Final = 0.012
"""How far inside the trunk's true edge it is looked up what the camera sees, in trunk lengths: 6
mm."""

SAME: Final = 0.02
"""The outline is the trunk's own if it lies this close to its true edge: 1 cm."""

RIM: Final = 0.015
"""An outline that is taken for the back but lies farther from it than this is an arm's rim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindArms:
    """A back beside its true edge, at each level of a silhouette.

    Parameters
    ----------
    silhouette : Silhouette
        As the product traced it.
    true_x : ndarray, shape (M,)
        True edge of the clothed trunk without arms, in the frame of the silhouette; NaN where it is
        not known.
    covered : ndarray of bool, shape (M,)
        Whether the product takes the outline for an arm's.
    in_view : ndarray of bool, shape (M,)
        Covered levels at which the camera sees the trunk just inside its true edge, not an arm.
    """

    silhouette: Silhouette
    true_x: Floats
    covered: Bools
    in_view: Bools

    @classmethod
    def of(
        cls, silhouette: Silhouette, record: dict[str, Any], labels: Bytes, *, scale: float
    ) -> BehindArms:
        """Compare a silhouette with what the camera saw.

        Parameters
        ----------
        record : dict
            Of the photo.
        labels : ndarray, shape (H, W)
            Its label mask.
        scale : float
            Height of the picture in which the silhouette was traced over that of the photo.
        """
        frame, levels = silhouette.frame, silhouette.levels
        profile = Profile.from_dict(record["outlines_px"]["clothed"])
        known = np.isfinite(profile.back)
        outline = np.column_stack([profile.back, profile.rows])[known]
        body = frame.to_body((outline + 0.5) * scale - 0.5)
        ahead, height = body[np.argsort(body[:, 1])].T
        true_x = np.interp(levels, height, ahead, left=np.nan, right=np.nan)
        covered = silhouette.back.arm & np.isfinite(true_x)
        inside = frame.to_image(np.column_stack([true_x + IN_FRONT, levels])[covered])
        column, row = np.rint((inside + 0.5) / scale - 0.5).astype(int).T
        height, width = labels.shape
        seen = labels[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
        in_view = covered.copy()
        in_view[covered] = seen != Label.ARM
        return cls(silhouette=silhouette, true_x=true_x, covered=covered, in_view=in_view)

    @property
    def own(self) -> Bools:
        """Levels in view at which the outline itself is the trunk's edge, shape (M,)."""
        return np.asarray(self.in_view & (np.abs(self._off()) < SAME))

    def counts(self) -> tuple[int, int, int]:
        """Return how many levels of the low back are covered, in view, and its own outline."""
        levels = self.silhouette.levels
        low = (levels <= SPAN[0]) & (levels >= SPAN[1])
        covered, in_view, own = (
            int((rows & low).sum()) for rows in (self.covered, self.in_view, self.own)
        )
        return covered, in_view, own

    def read(self, rows: Bools) -> Silhouette:
        """Return the silhouette with the exact edge at these levels, and no arm's rim as the back.

        Parameters
        ----------
        rows : ndarray of bool, shape (M,)
            Levels at which the edge is read, besides those at which the product reads it.
        """
        back, levels = self.silhouette.back, self.silhouette.levels
        within = (levels < BACK_SPAN[0]) & (levels > BACK_SPAN[1])
        rim = within & (np.abs(self._off()) > RIM)
        exact = replace(
            back,
            x=np.where(rows, self.true_x, back.x),
            seen=(back.seen & ~rim) | rows,
            arm=back.arm & ~rows,
        )
        return replace(self.silhouette, back=exact)

    def _off(self) -> Floats:
        return np.asarray(self.silhouette.back.x - self.true_x)
