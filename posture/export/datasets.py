"""Keypoints of many photos as an xarray data set, laid out as the package ``movement`` has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from posture.analysis.keypoints import NAMES
from posture.errors import SettingsError
from posture.export.entries import Exportable, entries_of

if TYPE_CHECKING:
    import xarray

PERSON = "person"
SPACE = ("x", "y")


def to_xarray(outcomes: Iterable[Exportable]) -> xarray.Dataset:
    """Return the keypoints of all analysed photos as an xarray data set.

    Parameters
    ----------
    outcomes : iterable of Analysis, Refusal or Entry
        Refused photos are left out.

    Returns
    -------
    xarray.Dataset
        ``position`` (time, space, keypoints, individuals) in pixels of the original photo held
        upright, y down, NaN where the photo does not show the point, and ``confidence`` (time,
        keypoints, individuals), the visibility. These are the names, dimensions and attributes
        of a poses data set of ``movement``, which can work with it; its "time" is the number of
        the photo, from 0. ``photo`` and ``id`` say which photo that is.

    Raises
    ------
    SettingsError
        ``xarray_missing`` if xarray is not installed; this program does not need it.
    LeftOutError
        ``no_keypoints`` if a result was written before landmarks were kept.
    """
    try:
        import xarray
    except ImportError as error:
        raise SettingsError(
            "A data set needs xarray: pip install xarray.", code="xarray_missing"
        ) from error
    entries = [entry for entry in entries_of(outcomes) if not entry.refused]
    found = [entry.need_keypoints() for entry in entries]
    position = np.full((len(found), len(SPACE), len(NAMES), 1), np.nan)
    confidence = np.full((len(found), len(NAMES), 1), np.nan)
    for number, keypoints in enumerate(found):
        shown = keypoints.shown
        position[number, :, shown, 0] = keypoints.xy_px[shown]
        confidence[number, :, 0] = keypoints.visibility
    return xarray.Dataset(
        data_vars={
            "position": (("time", "space", "keypoints", "individuals"), position),
            "confidence": (("time", "keypoints", "individuals"), confidence),
        },
        coords={
            "time": np.arange(len(found)),
            "space": list(SPACE),
            "keypoints": list(NAMES),
            "individuals": [PERSON],
            "photo": ("time", [entry.label for entry in entries]),
            "id": ("time", [entry.id for entry in entries]),
        },
        attrs={
            "ds_type": "poses",
            "source_software": "posture",
            "time_unit": "frames",
            "fps": None,
        },
    )
