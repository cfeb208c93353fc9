"""Recipe of ``quadrants.heic``: four colours, stored on its side as phones do.

Needs ``pillow-heif`` (an encoder; the project itself only decodes)::

    python tests/data/make_quadrants_heic.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image

SIDEWAYS = 6  # EXIF: turn a quarter clockwise to see it upright
COLOURS = np.array([[[200, 40, 40], [40, 160, 40]], [[40, 60, 200], [220, 200, 40]]], np.uint8)


def main() -> None:
    """Write the file beside this script."""
    upright = np.repeat(np.repeat(COLOURS, 160, axis=0), 120, axis=1)
    stored = Image.fromarray(np.rot90(upright))
    exif = Image.Exif()
    exif[0x0112] = SIDEWAYS
    exif.get_ifd(0x8769)[0xA405] = 26
    pillow_heif.register_heif_opener()
    stored.save(Path(__file__).with_name("quadrants.heic"), exif=exif.tobytes(), quality=60)


if __name__ == "__main__":
    main()
