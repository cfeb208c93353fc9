"""``python -m calibration``."""

from __future__ import annotations

import os

# Scenes are many and small: one thread each, several processes, and the same rounding anywhere.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# numpy reads the environment when it loads, so this import comes second.
from calibration.cli import main

if __name__ == "__main__":
    main()
