"""Entry point of ``python -m calibration``."""

from __future__ import annotations

import os

# Scenes are many and small: several processes of one thread each, and the same rounding everywhere.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# numpy reads the environment when it loads, so this import comes after it is set.
from calibration.cli import main

if __name__ == "__main__":
    main()
