"""Words of the screening page; the numbers between them are measured."""

from __future__ import annotations

from typing import Final

BEFORE: Final = """\
# Screening for lower crossed syndrome

This page says what the grade means, how it is reached, and how far it can be trusted. It is a
hypothesis for a trainer to test, not a diagnosis: a photo shows an outline, not muscles or bones.
Its tables are the output of one command, `python -m calibration screening`.

## What is screened for

How common the syndrome is depends on the definition: by muscle tests 44 of 200 healthy young adults
had it (Int J Adv Res, June 2017), by a side view and tests 1.4 % of students (Mendeley Data
98w8mfpmj2, 2021). So the definition is stated, and with every grade the share of adults who have
it. `z` are standard scores among adults of the same sex.

- **Type A posture** (pelvis tipped forward, low back arched): `{type_a}`.
- **Type B posture** (sway-back): `{type_b}`.

Position of the pelvis is the tilt of the pelvis free of the shape of its bones; the arch is the
surface lordosis; the sway is the angle at the hip between leg and trunk (shoulder over the hip, hip
over the ankle), positive when the hips are carried in front. They spread among adults
({measured_on}; correlation of position and arch within a sex {correlation}) like this:

| | position | arch | sway |
|---|--:|--:|--:|
{spread}

## The grades

| grade | by the photo alone | in words |
|---|---|---|
| `likely` | probability 0.50 or more | "the type A pattern is likely (about 7 in 10)", the \
figure being that photo's own |
| `possible` | 0.20 to 0.50 | "your posture may fit the type A pattern (about 3 in 10)" |
| `not_suggested` | below 0.20 | where pelvis and arch lie, each by its own range |
| `undetermined` | position not seen, or the photo says hardly more than that a person is an \
adult (0.9 of the adults' spread) | what a readable photo needs |

Types A and B are judged apart; the likelier one leads, and the other is named when it is possible.

## How a photo gets its probability

1. The estimator states position and arch with their errors and the correlation of both
   (`estimates.correlation`), so that what a covered arch leaves open is known, too.
2. Standard scores among adults of the same sex; the probability is the part of their joint normal
   distribution that lies within the definition, integrated numerically. For type B the sway joins.
   It is read from the leans of trunk and leg between the joints as the whole outline places them
   (`estimates.leans`; without feet the thigh stands for the leg) together with position and arch:
   a hip that was read too far forward moves all of them, so that together they tell more than the
   angle alone. Its error is one of its own, and it goes with the position.
3. **Sex not told:** both norms count, each with its chance given the front of the trunk (bust and
   belly, never the arch). The log odds count half, because people differ by sex less sharply than
   the bodies of the fit (measured on 167 scanned people). That chance is neither stored nor shown,
   and no standard scores are stated. One norm for both sexes would flag women and spare men.
   Telling the sex is better.
4. A monotone map, measured on people kept out of the fit, once with their sex told and once
   without, turns this into the share of such photos whose posture is truly there.

Raising the position or the arch never lowers the probability of type A. Tilt alone never flags:
three in four healthy women and 85 % of healthy men stand with an anterior tilt (Herrington 2011).

## How good it is

{photos} photos of adults whose pelvis and spine are known and who were kept out of the fit
(estimator `{estimator}`), half of them with the sex told. Intervals are 90 %. LR: likelihood ratio
of a photo at or above the cut (+), and below it (−).

![Stated probability against the share who truly have it](img/screening_reliability.png)
"""

REAL: Final = """\
### Real photos with scores

{photos} public side photos ({source}), scored 0 to 100 by a vision model that was told to judge by
eye, the mean of three blind readings. **What such scores are worth:** they rank photos consistently
(r 0.81 to 0.91 between readings), but the three readings share one eye; they are no clinicians and
no measurement. Clinicians themselves agree far less on lordosis from photos (κ 0.16 between, 0.50
within; Fedorak 2003). Nothing was fitted to these photos. How the sway is read was chosen on
renders; its agreement with these sway scores was looked at before it was kept.

| | clear score: flagged | clearly not: called likely | AUC |
|---|--:|--:|--:|
{rows}
"""

AFTER: Final = """\
## Another cut

Who would rather miss fewer, or call fewer, reads the probability itself: `type_a_probability` and
`type_b_probability` are columns of every batch and `screening.patterns` of every result. The tables
above say what each cut costs. The gallery of a batch sorts by either.

## What answers and tests change

`probability` stays the photo's. `probability_with_tests` multiplies its odds by one ratio for each
domain of tests, as found or as clear, and by one for all questions together (0.6 to 1.6). **All are
conventions of this project**: no study gives likelihood ratios for this syndrome.

| domain | tests | for | found | clear | what the literature allows |
|---|---|---|--:|--:|---|
| hip-flexor length | modified Thomas, low back held flat | A | 2.5 | 0.5 | reliable by \
trigonometry (ICC 0.90–0.95), less by goniometer (0.30–0.65); with a back that lifts it tells \
next to nothing (sensitivity 32, specificity 57 %, PeerJ 2016) and does not count |
| abdominals | curl-up, plank | A, B | 2.0 | 0.6 | weak abdominals belong to Janda's description; \
no diagnostic study |
| glutes | bridge, single-leg bridge | A | 1.8 | 0.6 | the same |
| abductors | side-lying leg lift | A | 1.3 | 0.8 | pattern judged by eye |
| extension order | prone hip extension | A | 1.1 | 0.9 | the order differs among healthy people; \
later studies did not support it |
| hamstring length | active straight-leg raise | B | 2.5 | 0.5 | takes the place of Thomas: in \
sway-back the hamstrings are short |
| hip-flexor strength | seated knee lift | B | 1.8 | 0.6 | takes the place of the bridge: in \
sway-back the hip flexors are long and weak |

A finding on either side counts as found; only two clear sides are clear. Tests of the same muscles
count once.

- **Confirmed** ("photo and tests agree"): the photo alone 0.50 or more, with tests 0.75 or more,
  hip-flexor length (type B: hamstring length) and one more domain found.
- **Muscle pattern**: three domains found with a product of 6 or more while the photo is below 0.50:
  hips test tight, trunk and seat weak, whatever the posture. The plan is that for type A.
- A photo that cannot tell stays undetermined; tests do not stand in for it.
- The **outlook** lists only tests that can change the grade, the most telling first.

Results of earlier versions keep the grade they had, marked as such.

## What it does not mean

- Posture does not predict pain: lordosis differs between people with and without back pain by 0.01
  standard deviations (Laird 2014, eight studies), and standing tilt by so little that there may be
  no difference at all.
- The syndrome itself is debated. In standing adults short hip flexors did not go with tilt or arch
  (correlation of hip extension with tilt r = −0.04, with lordosis r = −0.09, n = 25).
- Programmes change tilt by one or two degrees (Brekke 2020, very low certainty), which is less than
  two photos differ by chance. Ease and strength are the better goals.
- The adults of the definition are rendered ones whose spread follows surveys; among living adults
  the shares can differ by several percent.
"""
