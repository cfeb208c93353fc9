"""Ground truth for the estimator: parametric bodies whose pelvis is known exactly.

No public photo comes with a measured pelvic tilt. This package builds people of known shape, stands
them up in known postures, measures them in 3D and dresses them (:mod:`calibration.bodies`),
photographs them (:mod:`calibration.render`), writes data sets (:mod:`calibration.data`), fits the
estimator to them (:mod:`calibration.fit`), evaluates it (:mod:`calibration.report`) and draws the
exercise pictures with the same bodies (:mod:`calibration.illustrations`). It needs an environment
of its own (``requirements.txt`` beside this file); ``posture`` never imports it.

Frame of all 3D coordinates: metres, x towards the subject's left, y **backwards** (the person
looks along -y), z up, origin on the floor between the ankles.
"""

from __future__ import annotations
