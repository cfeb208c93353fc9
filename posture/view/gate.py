"""The gate: facing direction of the person, and everything that the photo costs in degrees."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from posture.codec import Rounded, Table, encode_record, open_ended
from posture.geometry.frame import midpoint
from posture.landmarks import HIPS
from posture.types import Facing, FloatArray
from posture.view.facing import Cue, decide_facing, facing_cues
from posture.view.findings import (
    OUTLINE_CODES,
    Finding,
    by_cost,
    camera_height_finding,
    crop_findings,
    detail_findings,
    roll_findings,
    yaw_findings,
)
from posture.view.people import Person, other_people
from posture.view.roll import Roll, estimate_roll, given_roll
from posture.view.stance import (
    parts_in_frame,
    require_side_view,
    require_size,
    require_standing,
    require_trunk,
    require_upright_picture,
    trunk_length_px,
)


@open_ended
@dataclass(frozen=True, slots=True, kw_only=True)
class StoredView:
    """A view as files hold it.

    Parameters
    ----------
    facing : {"left", "right"}
    facing_cues : mapping of str to float
        Score of each cue by name.
    yaw_deg, roll_deg, roll_sd_deg, roll_source
        See :class:`View` and :class:`posture.view.roll.Roll`.
    parts : frozenset of str
    findings : tuple of Finding
    """

    facing: Facing
    facing_cues: Annotated[Mapping[str, float], Rounded(2)] = field(default_factory=dict)
    yaw_deg: Annotated[float, Rounded(1)]
    roll_deg: Annotated[float, Rounded(2)]
    roll_sd_deg: Annotated[float, Rounded(2)]
    roll_source: str
    parts: frozenset[str]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The view of the person: facing direction, yaw, roll, visible parts and findings.

    Parameters
    ----------
    facing : {"left", "right"}
        Side of the picture that the person faces.
    cues : tuple of Cue
        The cues that decided the facing direction; empty when the user stated it.
    yaw_deg : float
        Turn out of the exact side view.
    parts : frozenset of str
        Parts of the body in the picture.
    findings : tuple of Finding
        Everything that costs accuracy, the costliest first.
    """

    facing: Facing
    cues: tuple[Cue, ...]
    yaw_deg: float
    roll: Roll
    parts: frozenset[str]
    findings: tuple[Finding, ...]

    @property
    def angle_sd_deg(self) -> float:
        """Cost of the photo to every angle against the vertical, as a standard deviation.

        Findings about a hidden outline do not count: they cost only the estimates.
        """
        costs = [
            finding.cost_deg
            for finding in self.findings
            if finding.cost_deg is not None and finding.code not in OUTLINE_CODES
        ]
        return float(np.sqrt(sum(cost**2 for cost in costs)))

    def with_findings(self, found: Iterable[Finding], *, instead_of: Collection[str]) -> View:
        """Return the view with these findings in place of those with the named codes."""
        kept = [finding for finding in self.findings if finding.code not in instead_of]
        return replace(self, findings=by_cost([*kept, *found]))

    def stored(self) -> StoredView:
        """Return the view as files hold it."""
        return StoredView(
            facing=self.facing,
            facing_cues={cue.name: cue.score for cue in self.cues},
            yaw_deg=self.yaw_deg,
            roll_deg=self.roll.deg,
            roll_sd_deg=self.roll.sd_deg,
            roll_source=self.roll.source,
            parts=self.parts,
            findings=self.findings,
        )

    def to_dict(self) -> Table:
        """Return the JSON form."""
        return encode_record(self.stored())


def judge_facing(
    landmarks_px: FloatArray,
    world: FloatArray,
    mask: NDArray[np.float32],
    *,
    given: Facing | None,
) -> tuple[Facing, tuple[Cue, ...]]:
    """Return the facing direction and its cues; refuse photos that are no side view at all.

    Raises
    ------
    PoseError
        ``picture_turned_left``, ``picture_turned_right``, ``picture_upside_down``,
        ``body_cropped``, ``not_side_view`` or ``facing_unclear``.
    """
    require_upright_picture(landmarks_px)
    parts = parts_in_frame(landmarks_px, mask)
    require_trunk(parts)
    require_side_view(world)
    cues = facing_cues(landmarks_px, world, mask, in_frame=parts)
    return (given, ()) if given else (decide_facing(cues), cues)


def judge_view(
    image: NDArray[np.uint8],
    landmarks_px: FloatArray,
    world: FloatArray,
    mask: NDArray[np.float32],
    *,
    facing: Facing,
    cues: tuple[Cue, ...] = (),
    others: tuple[Person, ...] = (),
    roll_deg: float | None = None,
) -> View:
    """Judge how one detected person is seen, and refuse unusable photos.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    landmarks_px : ndarray, shape (33, 2)
    world : ndarray, shape (33, 3)
    mask : ndarray of float32, shape (H, W)
    facing, cues
        From :func:`judge_facing`.
    others : tuple of Person
        Other people in the photo.
    roll_deg : float, optional
        Camera roll as stated by the user.

    Raises
    ------
    PoseError
        ``person_too_small``, ``several_people``, ``people_touch``, ``body_cropped``,
        ``not_side_view`` or ``not_standing``.
    """
    require_size(landmarks_px)
    company = other_people(Person.of(landmarks_px, mask), others) if others else []
    parts = parts_in_frame(landmarks_px, mask)
    require_trunk(parts)
    yaw = require_side_view(world)
    person_x = float(midpoint(landmarks_px, HIPS)[0])
    roll = (
        given_roll(roll_deg)
        if roll_deg is not None
        else estimate_roll(image, mask, person_x=person_x, mirrored=facing == "left")
    )
    require_standing(landmarks_px, parts, mask, roll_deg=roll.deg)
    findings = (
        *roll_findings(roll),
        *yaw_findings(yaw),
        camera_height_finding(),
        *crop_findings(parts),
        *detail_findings(image, mask, trunk_length_px(landmarks_px)),
        *company,
    )
    return View(
        facing=facing,
        cues=cues,
        yaw_deg=yaw,
        roll=roll,
        parts=parts,
        findings=by_cost(findings),
    )
