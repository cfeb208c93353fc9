"""Ground truth for the estimator: parametric bodies whose pelvis is known exactly.

No public photo carries a measured pelvic tilt. This package builds people of known shape
(:mod:`calibration.bodies`), stands them up in known postures (:mod:`calibration.postures`,
:mod:`calibration.posing`), measures them in 3D (:mod:`calibration.truth`), dresses and
photographs them (:mod:`calibration.clothing`, :mod:`calibration.render`) and writes data sets
(:mod:`calibration.dataset`). It needs an environment of its own (``requirements.txt`` beside
this file); ``posture`` never imports it.

Frame of all 3D coordinates: metres, x towards the subject's left, y **backwards** (the person
looks along -y), z up, origin on the floor between the ankles.
"""

from __future__ import annotations
