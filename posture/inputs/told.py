"""Record of what was told about a photo, kept with its result whether it was analysed or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from posture.codec import FreeText, Table, encode_record, left_out_if_none, open_ended
from posture.inputs.hints import Hints
from posture.types import Clothing, Facing, Point, Sex


@open_ended
@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told about a photo; ``None`` where nothing was.

    Parameters
    ----------
    facing, roll_deg, sex, clothing, height_cm, camera_height_cm, camera_distance_cm, asis_px, \
psis_px, stickers
        See :class:`posture.inputs.hints.Hints`.
    subject, visit : str or None
        Whom the photo shows, and at which of several visits.
    further : mapping of str to str
        Every other column of a list of photos.
    """

    facing: Facing | None = left_out_if_none()
    roll_deg: float | None = left_out_if_none()
    sex: Sex | None = left_out_if_none()
    clothing: Clothing | None = left_out_if_none()
    height_cm: float | None = left_out_if_none()
    camera_height_cm: float | None = left_out_if_none()
    camera_distance_cm: float | None = left_out_if_none()
    asis_px: Point | None = left_out_if_none()
    psis_px: Point | None = left_out_if_none()
    stickers: bool | None = left_out_if_none()
    subject: FreeText | None = left_out_if_none()
    visit: FreeText | None = left_out_if_none()
    further: Mapping[FreeText, FreeText] | None = left_out_if_none()

    @classmethod
    def of(cls, hints: Hints) -> Self:
        """Return what hints tell."""
        return cls(
            facing=hints.facing,
            roll_deg=hints.roll_deg,
            sex=hints.sex,
            clothing=hints.clothing,
            height_cm=hints.height_cm,
            camera_height_cm=hints.camera_height_cm,
            camera_distance_cm=hints.camera_distance_cm,
            asis_px=hints.asis_px,
            psis_px=hints.psis_px,
            stickers=hints.stickers or None,
        )

    def to_dict(self) -> Table:
        """Return the JSON form: only what was told."""
        return encode_record(self)


NOTHING_TOLD: Final = Told()
