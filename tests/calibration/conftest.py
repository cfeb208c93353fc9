"""Fixtures of the calibration tests, which are collected only in the calibration environment."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

NEEDED = ("anny", "moderngl", "scipy")
if not all(find_spec(name) for name in NEEDED):
    # `make test` runs in the product's own environment; `make test-calibration` runs these.
    collect_ignore_glob = ["*/test_*.py"]


@pytest.fixture(scope="session")
def builder() -> object:
    """The coarse scene builder of masks-only data sets."""
    from calibration.render.scene import scene_builder

    return scene_builder(fine=False)


@pytest.fixture(scope="session")
def recorder(builder: object) -> object:
    """A recorder for scenes of the coarse builder."""
    from calibration.data.records import Recorder

    return Recorder(builder)  # type: ignore[arg-type]
