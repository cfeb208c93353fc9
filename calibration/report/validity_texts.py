"""What the page of accuracy says between its tables."""

from __future__ import annotations

from typing import Final

HEAD: Final = """\
# Accuracy

How well this version reads photos, measured on rendered people whose pelvis and spine are known
([method](method.md), [calibration](../calibration/README.md)). No living person with a measured
pelvis is among them: real photos are the next test, and anyone with a motion-capture laboratory can
run it with `python -m calibration evaluate PHOTOS --labels table.csv`.

This page is the output of one command, `python -m calibration accuracy`; the calibration guide
lists the data sets it takes. Estimator `{estimator}`; {machine}. None of the people of the two
sets was used to fit or to calibrate anything. **wide** has a tilt SD of about 10° and shows the
signal; **population** has the spread of adults and shows what users see. *Good* photos: tight
clothes, arms crossed, clasped, flexed or raised, turned by 10° at most. `guess` is the mean error
of always saying the median, `ratio` the mean absolute error (MAE) over it, `abstains` the share of
readable photos without a number, `in 90 %` how often the stated interval held the truth, `chance`
what the worst of so many groups would show if all intervals held 90 times in 100. Biases are
stated with their standard error. Both take the two photos of a person for two people, and the bias
shown is the largest of many: they understate chance a little.

## In short

Tilt has a floor that no method gets below. Bone shape moves ASIS and PSIS by 13 ± 5° at one and the
same position of the pelvis (Preece 2008); of that, 4.3° (SD) does not show on the surface of these
bodies. The second block of the table leaves that part out. [What a body can show](limits.md)
measures that floor, and what joints, clothes and arms add to it.
"""

TOLD: Final = """
## With sex and clothing told

The same photos once the user has said both (`--sex`, `--clothing`). Everything else on this page is
without.
"""

RAISED: Final = """
## Arms raised forwards

Other people, with their arms half raised to level and the whole trunk in clear view. The two sets
above hold none of them.
"""

CHANGE: Final = """
## The same person, standing differently

Pairs in the same clothes and camera. Estimates are drawn towards the mean; a change is therefore
divided by the slope that the estimator carries, which was measured on other people.
"""

MODELS: Final = """
## Which model

Error over that of guessing on photographed people that none of the models was fitted to (and that
are not those of this page's sets). All see the same rows, gaps filled by the joint normal
distribution.
"""

SAME_PHOTO: Final = """
## The same photo, changed

The readable samples of `sample_images/`, each changed in thirty ways; median / greatest absolute
difference. The pose network itself reacts to tiny changes of its input.
"""
