"""``python -m calibration``."""

from __future__ import annotations

from calibration.cli import main

main()
