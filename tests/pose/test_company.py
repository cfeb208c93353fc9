"""Signs of a second person: a frame of a camera may show anybody anywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.paper_doll import Doll

from posture.pose.company import skin_beside


@pytest.mark.parametrize("down_px", [-2000, -500, -200, 0, 200, 330, 500, 2000])
def test_a_person_partly_or_wholly_out_of_the_picture_is_no_error(down_px: int) -> None:
    """The network puts landmarks outside the picture, as when only a head shows at its foot."""
    doll = Doll()
    image = np.full((*doll.mask.shape, 3), 128, np.uint8)
    moved = replace(doll.pose, landmarks=doll.landmarks + np.array([0.0, down_px]))
    assert skin_beside(image, moved) is False
